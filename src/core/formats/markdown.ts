import { makeVisible } from "../base/text.ts";

/** Escapes untrusted text, so that it cannot format, link or mention anyone. */
export function escapeMarkdown(text: string): string {
  return (
    makeVisible(text)
      // GitHub detects these after it resolves entities; a zero-width character breaks them up.
      .replaceAll(/[@#](?=\w)/g, "$&\u200b")
      .replaceAll(/\bGH(?=-\d)/gi, "$&\u200b")
      .replaceAll(/\b(?=www\.)/gi, "\u200b")
      .replaceAll(/[&<>"'`*_{}[\]()|~\\^$!:]/g, (char) => `&#${char.charCodeAt(0)};`)
  );
}

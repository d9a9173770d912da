import { makeVisible } from "../base/text.ts";

/** Foreign text stays text: it can neither format, nor link, nor mention anybody. */
export function escapeMarkdown(text: string): string {
  return (
    makeVisible(text)
      // GitHub looks for these after entities are resolved; a character without width parts them.
      .replaceAll(/[@#](?=\w)/g, "$&\u200b")
      .replaceAll(/\bGH(?=-\d)/gi, "$&\u200b")
      .replaceAll(/\b(?=www\.)/gi, "\u200b")
      .replaceAll(/[&<>"'`*_{}[\]()|~\\^$!:]/g, (char) => `&#${char.charCodeAt(0)};`)
  );
}

import type { IniDocument } from "../formats/ini/document.ts";

/**
 * The last line that the value of a priority string continues on: after a backslash, up to the
 * closing quote, or indented. Such lines have no meaning of their own. Undefined if a key or section
 * follows a backslash, because it may or may not belong to the value.
 */
export function findLastLine({ lines }: IniDocument, line: number): number | undefined {
  const first = lines[line]?.raw.trim() ?? "";
  const start = first.slice(first.indexOf("=") + 1).trim();
  let goesOn = start.endsWith("\\");
  let isOpen = /^"[^"]*$/.test(start);
  let last = line;
  for (const { kind, raw } of lines.slice(line + 1)) {
    if (goesOn && (kind === "entry" || kind === "section")) return undefined;
    const isPart = goesOn || ((isOpen || /^[ \t]/.test(raw)) && looksLikePart(raw.trim()));
    if (kind !== "unparsed" || !isPart) break;
    last++;
    goesOn = raw.trimEnd().endsWith("\\");
    isOpen &&= !raw.includes('"');
  }
  return last;
}

/** True for elements without spaces between them, which a note does not look like. */
function looksLikePart(text: string): boolean {
  return /^[-+!%@:.,\w"\\]+$/.test(text) && /^[-+!%@:]|:/.test(text);
}

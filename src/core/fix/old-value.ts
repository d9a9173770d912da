import type { IniDocument } from "../formats/ini/document.ts";

/**
 * The last line that the value of a priority string goes on to: behind a backslash, up to a quote
 * that closes, or indented. Such lines mean nothing by themselves. Undefined where a line that
 * means something stands behind a backslash: it may be a part of the value or not.
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

/** Elements without blanks between them, as no sentence is written. */
function looksLikePart(text: string): boolean {
  return /^[-+!%@:.,\w"\\]+$/.test(text) && /^[-+!%@:]|:/.test(text);
}

import type { StpdFile } from "../fleet/stpd-file.ts";

/**
 * The last line that the value of a priority string continues on: after a backslash, up to the
 * closing quote, or indented. Such lines have no meaning of their own. Undefined if the value would
 * continue with a section or with a line that may set a key: with it, an open port would go.
 */
export function findLastLine(
  { document: { lines }, ...stpd }: StpdFile,
  line: number,
): number | undefined {
  let keys: ReadonlySet<number> | undefined;
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
    keys ??= listKeys(stpd);
    if (keys.has(last)) return undefined;
    goesOn = raw.trimEnd().endsWith("\\");
    isOpen &&= !raw.includes('"');
  }
  return last;
}

/** The lines that may set a key of STPD. */
function listKeys({
  entries,
  strays,
  foreignComments,
}: Pick<StpdFile, "entries" | "strays" | "foreignComments">): ReadonlySet<number> {
  const lines = [...entries, ...strays, ...foreignComments];
  return new Set(lines.flatMap(({ known, line }) => (known === undefined ? [] : [line])));
}

/** True for elements without spaces between them, which a note does not look like. */
function looksLikePart(text: string): boolean {
  return /^[-+!%@:.,\w"\\]+$/.test(text) && /^[-+!%@:]|:/.test(text);
}

import { printIni, type IniDocument, type IniLine } from "../formats/ini/document.ts";
import { readCommented } from "../formats/ini/edit.ts";
import { portKeys, type StpdFile, type StpdReading } from "../fleet/stpd-file.ts";
import type { Phase } from "../fleet/phase.ts";

/** The stpd.ini on the host itself, if this machine is the host. */
export type LocalFile =
  /** Not read: the host is another machine. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "unreadable"; readonly path: string; readonly reason: string }
  | { readonly kind: "read"; readonly path: string; readonly stpd: StpdReading };

/** Describes the first difference of a file; undefined if there is none, or it is allowed in this phase. */
export function findDifference(
  desired: StpdFile,
  actual: StpdFile,
  phase: Phase,
): string | undefined {
  if (printIni(desired.document) === printIni(actual.document)) return undefined;
  const keep = (line: IniLine): boolean => phase === "close" || !isPlainPort(line);
  const found = listRaw(actual.document, keep);
  const wanted = listRaw(desired.document, keep);
  for (const [index, { raw }] of wanted.entries()) {
    if (raw !== found[index]?.raw) return describeLine(found[index]);
  }
  const more = found[wanted.length];
  return more && describeLine(more);
}

function describeLine(found: { readonly line: number } | undefined): string {
  return found === undefined
    ? "it ends early"
    : `the first difference is on line ${found.line + 1}`;
}

function listRaw(
  { lines }: IniDocument,
  keep: (line: IniLine) => boolean,
): readonly { readonly raw: string; readonly line: number }[] {
  return lines.flatMap((content, line) => (keep(content) ? [{ raw: content.raw, line }] : []));
}

/** True for a line that sets a plain port or has it commented out. */
function isPlainPort(line: IniLine): boolean {
  const entry = line.kind === "entry" ? line : readCommented(line);
  const key = portKeys.find((name) => name === entry?.key.toUpperCase());
  return key === "STPD_PORT" || key === "STPD_HTTP_PORT";
}

import { lacksHttps, type HostFolder } from "../fleet/host-folder.ts";
import { httpsPort, worksOverHttps } from "../fleet/verdict.ts";
import type { ParseStpd, StpdFile } from "../fleet/stpd-file.ts";
import { printIni } from "../ini/document.ts";
import { applyEdits, type IniEdit } from "../ini/edit.ts";
import type { Fixable } from "../rules/finding.ts";

/**
 * Judges what the edits of each finding would do to the host, in the order of the findings. All of
 * them are safe if they are safe together; else each is taken alone.
 */
export function judgeEdits(
  folder: HostFolder,
  file: StpdFile,
  wanted: readonly (readonly IniEdit[])[],
  parse: ParseStpd,
): readonly Fixable[] {
  const all = distinct(wanted.flat());
  const together = all.length > 0 && staysReachable(file, all, parse);
  return wanted.map((edits) => {
    if (edits.length === 0) return "no";
    if (lacksHttps(folder)) return "unsafe";
    return together || staysReachable(file, edits, parse) ? "safe" : "unsafe";
  });
}

/** Findings share edits: the priority line has one, whatever is wrong with it. */
function distinct(edits: readonly IniEdit[]): readonly IniEdit[] {
  return [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
}

/** HTTPS works after the edits, on the port that it had before. */
function staysReachable(file: StpdFile, edits: readonly IniEdit[], parse: ParseStpd): boolean {
  const outcome = applyEdits(file.document, edits);
  if (outcome.kind === "refused") return false;
  const after = parse(printIni(outcome.document));
  if (after.kind !== "file" || !worksOverHttps(after)) return false;
  const before = httpsPort(file);
  return before === undefined || before === httpsPort(after);
}

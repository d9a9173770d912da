import {
  isSure,
  plainNumber,
  portOf,
  serverSection,
  type StpdEntry,
} from "../../fleet/stpd-file.ts";
import { ofFile, type ProposedFix, type Rule } from "../rule.ts";

const httpsPort = "STPD_HTTPS_PORT";

export const duplicateKey: Rule = {
  id: "duplicate-key",
  title: "Each key is set once",
  severity: "warning",
  explanation: {
    triggers: "A key is set again in `[STPD_Server]`. Commented-out lines do not count.",
    fix: "Keep the intended line and remove or comment out the others.",
    rationale:
      "SEP does not document which of two lines STPD uses. All other rules check each of them, so a duplicate cannot hide anything.",
    source: "A safeguard of this tool; SEP does not document how duplicates are read.",
  },
  check: ofFile((file) => {
    const first = new Map<string, StpdEntry>();
    // A repeated HTTPS port with the same number is redundant, whichever line STPD uses. Plain ports
    // have their own rules, and duplicates of other keys need a decision.
    const saysOne = new Set(file.serverEntries.get(httpsPort)?.map(plainNumber)).size === 1;
    const isGood = (one: StpdEntry): boolean => isSure(file, one) && portOf(one) !== undefined;
    let kept: StpdEntry | undefined;
    return file.entries.flatMap((entry) => {
      if (entry.inServer === "no" || entry.causes.length > 0) return [];
      const earlier = first.get(entry.key);
      if (earlier === undefined) {
        first.set(entry.key, entry);
        return [];
      }
      const finding = {
        place: { line: entry.line, span: entry.keySpan },
        message: `${entry.key} is already set on line ${earlier.line + 1}`,
        help: "Keep one of the lines; SEP does not document which one STPD uses.",
      };
      if (!saysOne || entry.key !== httpsPort) return [finding];
      // Remove the line that STPD is less certain to read, otherwise the later one.
      kept ??= earlier;
      const removed = isGood(entry) && !isGood(kept) ? kept : entry;
      if (removed === kept) kept = entry;
      return [{ ...finding, fix: commentOut(removed) }];
    });
  }),
};

function commentOut({ line, key }: StpdEntry): ProposedFix {
  const edit = { op: "commentOut", line } as const;
  return { kind: "edit", edit, key: { section: serverSection, key } };
}

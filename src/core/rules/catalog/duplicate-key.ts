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
    triggers:
      "A key that is set a second time in `[STPD_Server]`. Commented-out lines do not count.",
    fix: "Keep the line that is meant, and remove the others or comment them out.",
    rationale:
      "Which of two lines STPD obeys is not documented. All other rules judge every one of them, so nothing hides behind a duplicate.",
    source: "A safeguard of this tool; SEP does not document how duplicates are read.",
  },
  check: ofFile((file) => {
    const first = new Map<string, StpdEntry>();
    // The one HTTPS port said again says nothing new, whichever line STPD obeys. Plain ports are
    // closed line by line, or kept as they are; what other keys mean is left to people.
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
        help: "Keep one of the lines; which one STPD obeys is not documented.",
      };
      if (!saysOne || entry.key !== httpsPort) return [finding];
      // The line goes that is less sure to be read, else the later one.
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

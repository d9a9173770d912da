import type { Host } from "./fleet/host.ts";
import type { ParseStpd, Subject } from "./fleet/stpd-file.ts";
import { judge } from "./fleet/verdict.ts";
import { judgeEdits } from "./fix/plan.ts";
import { locateFinding, type LocatedFinding } from "./rules/finding.ts";
import type { Rule } from "./rules/rule.ts";

/** A file of the fleet as it was read: its bytes, or why there are none. */
export type FileReading =
  | { readonly kind: "bytes"; readonly bytes: string }
  | { readonly kind: "unreadable"; readonly reason: string };

export interface CheckedHost {
  readonly host: Host;
  readonly findings: readonly LocatedFinding[];
}

/** Applies all rules to one host's stpd.ini; `file` is its path below the root, with `/`. */
export type CheckHost = (name: string, file: string, reading: FileReading) => CheckedHost;

export function createHostCheck(rules: readonly Rule[], parse: ParseStpd): CheckHost {
  return (name, file, reading) => {
    const subject: Subject = reading.kind === "bytes" ? parse(reading.bytes) : reading;
    const found = rules.flatMap((rule) =>
      rule.check(subject).map((finding) => ({ rule, finding })),
    );
    const wanted = found.map(({ finding }) => finding.edits ?? []);
    const fixable = subject.kind === "file" ? judgeEdits(subject, wanted, parse) : [];
    const at = { host: name, file, subject };
    return {
      host: { name, role: "rds", environment: null, verdict: judge(subject) },
      findings: found.map(({ rule, finding }, index) =>
        locateFinding(rule, finding, at, fixable[index] ?? "no"),
      ),
    };
  };
}

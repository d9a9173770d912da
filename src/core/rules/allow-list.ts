import type { Finding } from "./finding.ts";
import type { RuleFinding } from "./rule.ts";
import type { Allow, Settings } from "../settings/settings.ts";

/** Applies the `[allow.NAME]` sections and records which of them were needed. */
export interface AllowList {
  /** The exception that suppresses the finding, or null. */
  readonly apply: (rule: string, host: string | null) => Finding["suppressed"];
  /** Reports sections that have expired or were never needed; call it after all findings. */
  readonly close: () => readonly RuleFinding[];
}

export function createAllowList({ allows, file }: Settings, asOf: string): AllowList {
  const used = new Set<Allow>();
  const current = allows.filter(({ until }) => until >= asOf);
  const placed = ({ line }: Allow): Pick<RuleFinding, "place"> => {
    const raw = file?.document.lines[line]?.raw ?? "";
    return { place: { line, span: [raw.indexOf("["), raw.indexOf("]") + 1] } };
  };
  return {
    apply: (rule, host) => {
      const fitting = current.filter((allow) => allow.rule === rule && allow.covers(host));
      for (const allow of fitting) used.add(allow);
      const [first] = fitting;
      return first === undefined ? null : { reason: first.reason, until: first.until };
    },
    close: () => [
      ...allows
        .filter(({ until }) => until < asOf)
        .map((allow) => ({
          ...placed(allow),
          message: `[allow.${allow.name}] ended on ${allow.until}`,
          help: "Fix the findings, or write a new section with a reason and a date.",
        })),
      ...current
        .filter((allow) => !used.has(allow))
        .map((allow) => ({
          ...placed(allow),
          severity: "warning" as const,
          message: `[allow.${allow.name}] suppresses nothing: ${allow.rule} does not fire there`,
          help: "Remove the section.",
        })),
    ],
  };
}

import { baseName } from "../base/paths.ts";
import type { Verdict } from "../fleet/verdict.ts";
import type { Finding, LocatedFinding } from "../rules/finding.ts";
import type { FleetCheck } from "./check-fleet.ts";
import type { EarlierReport } from "./earlier-report.ts";

/** Why a finding that is no longer reported does not count as fixed. */
export type Unclear = "host-unknown" | "host-gone" | "rule-off" | "suppressed";

/** What changed since an earlier report. */
export interface Since {
  /** Reported now and not before; also on new hosts, and where an exception ended. */
  readonly new: readonly Finding[];
  /** Reported before and not now, although the rule ran and its host was read. */
  readonly fixed: readonly Finding[];
  /** Reported before and not now, for another reason than a fix. */
  readonly unclear: readonly { readonly reason: Unclear; readonly finding: Finding }[];
  readonly hostsAdded: readonly string[];
  readonly hostsGone: readonly string[];
  readonly verdicts: readonly {
    readonly host: string;
    readonly before: Verdict;
    readonly now: Verdict;
  }[];
  /** Findings that a baseline hid in the earlier report; they may be listed as new. */
  readonly baselinedBefore: number;
}

/**
 * Compares a check with an earlier report. Findings are the same if host, file name, rule and message
 * are equal, then those whose message only differs. So a line or directory that moved, or another
 * wording, is no change. `shown` are the findings that a baseline does not hide.
 */
export function compareSince(
  earlier: EarlierReport,
  now: Pick<FleetCheck, "findings" | "hosts" | "runs">,
  shown: readonly LocatedFinding[],
): Since {
  const all = now.findings.map(({ finding }) => finding);
  const [added, gone] = cancel(all.filter(isOpen), earlier.findings.filter(isOpen));
  const [, left] = cancel(
    all.filter((finding) => !isOpen(finding)),
    gone,
  );
  const leftOver = new Set(left);
  const verdictOf = new Map(earlier.hosts.map(({ name, verdict }) => [name, verdict]));
  const names = new Set(now.hosts.map(({ name }) => name));
  const hostsGone = [...verdictOf.keys()].filter((name) => !names.has(name));
  const explain = createExplanation(now, hostsGone.length > 0);
  const unclear = gone.flatMap((finding) => {
    const reason = leftOver.has(finding) ? explain(finding) : "suppressed";
    return reason === undefined ? [] : [{ reason, finding }];
  });
  const visible = new Set(shown.map(({ finding }) => finding));
  const notFixed = new Set(unclear.map(({ finding }) => finding));
  return {
    new: added.filter((finding) => visible.has(finding)),
    fixed: gone.filter((finding) => !notFixed.has(finding)),
    unclear,
    hostsAdded: now.hosts.map(({ name }) => name).filter((name) => !verdictOf.has(name)),
    hostsGone,
    verdicts: now.hosts.flatMap(({ name: host, verdict }) => {
      const before = verdictOf.get(host);
      return before === undefined || before === verdict ? [] : [{ host, before, now: verdict }];
    }),
    baselinedBefore: earlier.relaxed.baselined,
  };
}

function isOpen({ suppressed }: Finding): boolean {
  return suppressed === null;
}

/** Why a finding that is gone may not be fixed; undefined if it is. */
function createExplanation(
  { hosts, runs }: Pick<FleetCheck, "hosts" | "runs">,
  isSmaller: boolean,
): (finding: Finding) => Unclear | undefined {
  const hostOf = new Map(hosts.map((host) => [host.name, host]));
  const hasUnknown = hosts.some(({ verdict }) => verdict === "unknown");
  return ({ host: name, rule }) => {
    const host = name === null ? undefined : hostOf.get(name);
    if (!runs(rule, host?.environment ?? null)) return "rule-off";
    // A finding about the fleet may be gone only because a host is.
    if (name === null ? hasUnknown : host?.verdict === "unknown") return "host-unknown";
    return (name === null ? isSmaller : host === undefined) ? "host-gone" : undefined;
  };
}

type Findings = readonly Finding[];

/** What is left of two lists without the findings that are in both. */
function cancel(left: Findings, right: Findings): readonly [Findings, Findings] {
  const exactly = (finding: Finding): string => nameRule(finding) + finding.message;
  const [one, other] = [without(left, right, exactly), without(right, left, exactly)];
  return [without(one, other, nameRule), without(other, one, nameRule)];
}

function nameRule({ host, file, rule }: Finding): string {
  return JSON.stringify([host, baseName(file), rule]);
}

/** Each finding of `others` takes one with the same key away. */
function without(list: Findings, others: Findings, keyOf: (finding: Finding) => string): Findings {
  const counts = new Map<string, number>();
  for (const key of others.map(keyOf)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return list.filter((finding) => {
    const key = keyOf(finding);
    const count = counts.get(key) ?? 0;
    counts.set(key, count - 1);
    return count <= 0;
  });
}

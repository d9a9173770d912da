import type { LocatedFinding } from "./finding.ts";
import { encodeBytes, compareText } from "../base/text.ts";
import type { Hash } from "../base/hash.ts";

/** A known finding, identified by its subject and not by its line number. */
export interface BaselineEntry {
  readonly host: string | null;
  readonly file: string;
  readonly section: string;
  readonly key: string;
  readonly rule: string;
  /** SHA-256 of the value, in hexadecimal. */
  readonly value: string;
  /** How often it was found. */
  readonly count: number;
}

type Keyed = Omit<BaselineEntry, "count">;

function describe({ finding, subject }: LocatedFinding, hash: Hash): Keyed {
  const { host, file, rule } = finding;
  const { section, key, value } = subject;
  return { host, file, section, key, rule, value: hash(value) };
}

function keyOf({ host, file, section, key, rule, value }: Keyed): string {
  return JSON.stringify([host, file, section, key, rule, value]);
}

/** Removes known findings; `gone` counts the baseline entries that no finding matches. */
export function matchBaseline(
  findings: readonly LocatedFinding[],
  baseline: readonly BaselineEntry[],
  isSuppressible: (rule: string) => boolean,
  hash: Hash,
): { readonly fresh: readonly LocatedFinding[]; readonly known: number; readonly gone: number } {
  const left = new Map(baseline.map((entry) => [keyOf(entry), entry.count]));
  const fresh = findings.filter((located) => {
    const { rule, suppressed } = located.finding;
    if (suppressed !== null || !isSuppressible(rule)) return true;
    const key = keyOf(describe(located, hash));
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
  const gone = [...left.values()].reduce((sum, count) => sum + count, 0);
  return { fresh, known: findings.length - fresh.length, gone };
}

/**
 * All findings as a baseline, sorted so that its diff is readable. With an older baseline only the
 * entries that are in both: entries that no longer occur are dropped and none is added.
 */
export function makeBaseline(
  findings: readonly LocatedFinding[],
  older: readonly BaselineEntry[] | undefined,
  isSuppressible: (rule: string) => boolean,
  hash: Hash,
): readonly BaselineEntry[] {
  const allowed = older && new Map(older.map((entry) => [keyOf(entry), entry.count]));
  const entries = new Map<string, BaselineEntry>();
  for (const located of findings) {
    const { rule, suppressed } = located.finding;
    if (suppressed !== null || !isSuppressible(rule)) continue;
    const keyed = describe(located, hash);
    const key = keyOf(keyed);
    const count = (entries.get(key)?.count ?? 0) + 1;
    if (allowed === undefined || count <= (allowed.get(key) ?? 0)) {
      entries.set(key, { ...keyed, count });
    }
  }
  return [...entries]
    .toSorted(([left], [right]) => compareText(encodeBytes(left), encodeBytes(right)))
    .map(([, entry]) => entry);
}

import { readVerdict, type Verdict } from "../fleet/verdict.ts";
import { readJsonValue, type CanonicalValue } from "../formats/json/canonical.ts";
import { textDecoder } from "../formats/json/decode.ts";
const maxHosts = 100_000;

/**
 * Reads `verify --format json`: the verdict of each host, and the rules with unsuppressed findings.
 * Undefined for anything else.
 */
export function readVerifyReport(text: string): readonly HostWire[] | undefined {
  const reading = readJsonValue(text);
  const report = reading.kind === "value" ? membersOf(reading.value) : undefined;
  const [hosts, findings] = [report?.["hosts"], report?.["findings"]];
  // Hosts may run an older build than the bot. Version 1 only has other verdict names.
  const isKnown = report?.["schemaVersion"] === 1 || report?.["schemaVersion"] === 2;
  if (!isKnown || !Array.isArray(hosts) || !Array.isArray(findings)) return undefined;
  if (hosts.length > maxHosts) return undefined;
  const rules = new Map<string, Set<string>>();
  for (const host of hosts as readonly CanonicalValue[]) {
    const name = textDecoder(membersOf(host)?.["name"] ?? null);
    if (name === undefined || rules.has(name)) return undefined;
    rules.set(name, new Set());
  }
  for (const finding of findings as readonly CanonicalValue[]) {
    const { rule = null, host = null, suppressed = null } = membersOf(finding) ?? {};
    if (typeof rule !== "string" || !/^[a-z0-9-]{1,64}$/.test(rule)) return undefined;
    if (suppressed === null && typeof host === "string") rules.get(host)?.add(rule);
  }
  const seen: HostWire[] = [];
  for (const [index, [host, found]] of [...rules].entries()) {
    const verdict = readVerdict(membersOf(hosts[index] ?? null)?.["verdict"] ?? null);
    if (verdict === undefined) return undefined;
    seen.push({ host, verdict, rules: [...found].toSorted() });
  }
  return seen;
}

function membersOf(value: CanonicalValue): Readonly<Record<string, CanonicalValue>> | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, CanonicalValue>>) : undefined;
}

/** Scan result of a host. */
export type HostWire = {
  readonly host: string;
  readonly verdict: Verdict;
  /** Ids of the rules with findings, sorted. */
  readonly rules: readonly string[];
};

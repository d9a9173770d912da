import type { Dialect } from "../gnutls/dialects.ts";
import { splitElements } from "../gnutls/elements.ts";
import { isSince } from "../gnutls/dialects.ts";
import { recommend, type PriorityFaults, type PriorityReading } from "../gnutls/verdict.ts";
import type { ReadPriority } from "../gnutls/reader.ts";
import type { Suite } from "../gnutls/suites.ts";
import type { Profile } from "../base/profile.ts";
const option = "%SERVER_PRECEDENCE";

/**
 * The repaired string: the user's elements without the ineffective ones, plus as few elements as
 * possible, without losing an allowed suite. If the string is invalid, leaves nothing to negotiate,
 * or cannot be repaired this way: the profile's own string. Undefined if nothing changes.
 */
export function repairPriority(
  priority: string,
  faults: PriorityFaults,
  profile: Profile,
  read: ReadPriority,
): string | undefined {
  const known = repairsOf.get(read) ?? new Map<string, string>();
  repairsOf.set(read, known);
  const name = JSON.stringify([priority, faults, profile]);
  const repaired = known.get(name) ?? repair(priority, faults, profile, read);
  known.set(name, repaired);
  return repaired === priority ? undefined : repaired;
}

/** Repairs that were already made, since many hosts have the same string. */
const repairsOf = new WeakMap<ReadPriority, Map<string, string>>();

function repair(
  priority: string,
  faults: PriorityFaults,
  profile: Profile,
  read: ReadPriority,
): string {
  return faults.invalid ? recommend(profile) : extend(priority, faults, profile, read);
}

function extend(
  priority: string,
  faults: PriorityFaults,
  profile: Profile,
  read: ReadPriority,
): string {
  const before = read(priority);
  let repaired = faults.ineffective ? dropIgnored(priority, before) : priority;
  // Removing an algorithm can enable a version again, with everything that this version allows.
  for (let round = 0; round < rounds; round++) {
    const readings = read(repaired);
    const missing = [...listVersions(readings, faults), ...findRemovals(readings, before, faults)];
    if (missing.length === 0) break;
    repaired = [repaired, ...missing].join(":");
  }
  const elements = splitElements(repaired);
  if (faults.order && !elements.some(({ text }) => text === option)) repaired += `:${option}`;
  const isFine =
    splitElements(repaired).length <= elementLimit(before) &&
    read(repaired).every((reading) => isRepaired(reading, faults)) &&
    losesNothing(read(repaired), before, faults);
  return isFine ? repaired : recommend(profile);
}

const rounds = 4;

function dropIgnored(priority: string, readings: readonly PriorityReading[]): string {
  const ignored = new Set(
    readings
      .flatMap(({ evaluation }) => evaluation.warnings)
      .filter(({ kind }) => kind === "ignored")
      .map(({ offset }) => offset),
  );
  const kept = splitElements(priority).filter(({ trueOffset }) => !ignored.has(trueOffset));
  return kept.map(({ text }) => text).join(":");
}

/** Maximum number of elements that every GnuTLS build of the readings parses. */
function elementLimit(readings: readonly PriorityReading[]): number {
  const dialects: readonly Dialect[] = readings.flatMap((reading) => reading.dialects);
  return dialects.every((dialect) => isSince(dialect, "3.7.9")) ? 128 : 64;
}

function listVersions(
  readings: readonly PriorityReading[],
  { legacy }: PriorityFaults,
): readonly string[] {
  if (!legacy) return [];
  const versions = new Set(readings.flatMap((reading) => reading.legacy));
  return [...versions].map((version) => `-VERS-${version}`);
}

/** The parts of a suite that an element can remove. */
function partsOf({ keyExchange, cipher, mac }: Suite): readonly string[] {
  return [...(keyExchange === undefined ? [] : [keyExchange]), cipher, mac];
}

function isForbidden(suite: Suite, reading: PriorityReading, faults: PriorityFaults): boolean {
  const { weak, noSecrecy, noAead } = reading;
  const parts = partsOf(suite);
  return (
    (faults.weak && weak.some((part) => parts.includes(part))) ||
    (faults.secrecy && noSecrecy.includes(suite.keyExchange ?? "")) ||
    (faults.aead && noAead.includes(suite.mac))
  );
}

/**
 * The smallest set of algorithms that hits every forbidden suite and no allowed one. Removing is
 * monotone, so this is a hitting set; there are few candidates, so small sets are tried first.
 */
function findRemovals(
  readings: readonly PriorityReading[],
  before: readonly PriorityReading[],
  faults: PriorityFaults,
): readonly string[] {
  const forbidden = readings.flatMap((reading) =>
    suitesOf(reading.evaluation.possible).filter((suite) => isForbidden(suite, reading, faults)),
  );
  if (forbidden.length === 0) return [];
  const needed = new Set(listAllowed(before, faults).flatMap(({ suite }) => partsOf(suite)));
  const sets = forbidden.map((suite) => partsOf(suite).filter((part) => !needed.has(part)));
  return (hit(sets) ?? []).map((part) => `-${part}`);
}

function suitesOf(byVersion: Readonly<Record<string, readonly Suite[]>>): readonly Suite[] {
  return Object.values(byVersion).flat();
}

/** The smallest choice with a member in every set; undefined if a set is empty. */
function hit(sets: readonly (readonly string[])[]): readonly string[] | undefined {
  if (sets.some(({ length }) => length === 0)) return undefined;
  const candidates = [...new Set(sets.flat())];
  for (let size = 1; size <= largestChoice; size++) {
    const found = choose(sets, candidates, size);
    if (found !== undefined) return found;
  }
  return candidates;
}

const largestChoice = 5;

/** A choice of at most `size` members; every choice contains a member of the first set not hit yet. */
function choose(
  sets: readonly (readonly string[])[],
  candidates: readonly string[],
  size: number,
): readonly string[] | undefined {
  const [first] = sets;
  if (first === undefined) return [];
  if (size === 0) return undefined;
  for (const candidate of candidates) {
    if (!first.includes(candidate)) continue;
    const left = sets.filter((set) => !set.includes(candidate));
    const more = choose(left, candidates, size - 1);
    if (more !== undefined) return [candidate, ...more];
  }
  return undefined;
}

interface Allowed {
  readonly version: string;
  readonly suite: Suite;
}

/** Suites that worked before and are not forbidden, including older versions unless `legacy` is a fault. */
function listAllowed(
  readings: readonly PriorityReading[],
  faults: PriorityFaults,
): readonly Allowed[] {
  return readings.flatMap((reading) =>
    Object.entries(reading.evaluation.effective).flatMap(([version, suites]) =>
      faults.legacy && reading.legacy.includes(version)
        ? []
        : suites
            .filter((suite) => !isForbidden(suite, reading, faults))
            .map((suite) => ({ version, suite })),
    ),
  );
}

function losesNothing(
  after: readonly PriorityReading[],
  before: readonly PriorityReading[],
  faults: PriorityFaults,
): boolean {
  return after.every(({ dialects, evaluation }) => {
    const same = before.filter((reading) =>
      reading.dialects.some((dialect) => dialects.includes(dialect)),
    );
    return listAllowed(same, faults).every(({ version, suite }) =>
      evaluation.effective[version]?.some(({ name }) => name === suite.name),
    );
  });
}

function isRepaired(reading: PriorityReading, faults: PriorityFaults): boolean {
  const { modern, legacy, weak, noSecrecy, noAead } = reading;
  return (
    modern &&
    !(faults.legacy && legacy.length > 0) &&
    !(faults.weak && weak.length > 0) &&
    !(faults.secrecy && noSecrecy.length > 0) &&
    !(faults.aead && noAead.length > 0)
  );
}

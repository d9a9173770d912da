import { splitElements } from "./elements.ts";
import { isSound, listStrictRemovals, recommend } from "./policy.ts";
import type { Profile } from "../policy/policy.ts";
import type { ReadPriority } from "./readings.ts";

/** The string that mends another; undefined if there is nothing to mend. */
export type RepairPriority = (priority: string) => string | undefined;

/**
 * Keeps the user's elements and appends what they lack; where that leaves an invalid string, or
 * nothing to talk with, the vendor's string takes its place. The result is evaluated again under
 * every allowed build, since removing an algorithm can bring a protocol version back.
 */
export function createPriorityRepairer(read: ReadPriority, profile: Profile): RepairPriority {
  const known = new Map<string, string | undefined>();
  const isGood = (priority: string): boolean =>
    read(priority).every((reading) => isSound(reading, profile));

  const repair = (priority: string): string | undefined => {
    const ordered = splitElements(priority).some(({ text }) => text === "%SERVER_PRECEDENCE");
    if (isGood(priority)) return ordered ? undefined : `${priority}:%SERVER_PRECEDENCE`;
    const readings = read(priority);
    const removals = new Set([
      ...readings.flatMap(({ legacy }) => legacy).map((version) => `-VERS-${version}`),
      ...readings.flatMap(({ weak }) => weak).map((name) => `-${name}`),
      ...(profile === "strict" ? readings.flatMap(listStrictRemovals) : []),
    ]);
    const candidate = [priority, ...removals, ...(ordered ? [] : ["%SERVER_PRECEDENCE"])].join(":");
    return readings.every(({ evaluation }) => evaluation.ok) && isGood(candidate)
      ? candidate
      : recommend(profile);
  };

  return (priority) => {
    if (!known.has(priority)) known.set(priority, repair(priority));
    return known.get(priority);
  };
}

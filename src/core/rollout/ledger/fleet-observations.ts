import type { ReasonCode } from "../../base/reasons.ts";
import type { HostWire } from "../../verify/parse-report.ts";

/** What one run of verify saw of the whole fleet. */
export type FleetSight = {
  /** GitHub's number of the run. */
  readonly run: number;
  /** When it began, in seconds since 1970; entries of older releases do not say. */
  readonly began?: number;
  /** When it was over, in seconds since 1970. */
  readonly at: number;
  /** Those that differ from what was known; all others are as they were. */
  readonly hosts: readonly HostWire[];
  /** Names of those that are no longer of the fleet. */
  readonly gone: readonly string[];
};

/** Where people see a rollout. */
export type Card = {
  /** Id of the channel. */
  readonly channel: string;
  /** What the chat calls the message by. */
  readonly message: string;
};

/** The first card of a rollout, or one in the place of another, so that of two writers one wins. */
export type CardMove = Card & {
  readonly rollout: string;
  /** The message whose place it takes; null for the first. */
  readonly replaces: string | null;
};

/** The wire as the newest run of verify saw it. */
export interface FleetObservation {
  /** The newest run, and when it was over; null where none was. */
  readonly last: { readonly run: number; readonly at: number } | null;
  readonly hosts: ReadonlyMap<string, HostWire>;
}

export const unseenWire: FleetObservation = { last: null, hosts: new Map() };

/** A run counts once, and never after a newer one. */
export function lookAgain(
  wire: FleetObservation,
  { run, at, hosts, gone }: FleetSight,
): FleetObservation | ReasonCode {
  if (wire.last !== null && run <= wire.last.run) return "verified-already";
  const names = [...hosts.map(({ host }) => host), ...gone];
  if (new Set(names).size !== names.length) return "name-twice";
  const known = new Map(wire.hosts);
  for (const name of gone) known.delete(name);
  for (const host of hosts) known.set(host.host, host);
  return { last: { run, at }, hosts: known };
}

/** What of a sight is news, which is all that the ledger keeps of it. */
export function findNews(
  wire: FleetObservation,
  seen: readonly HostWire[],
): Pick<FleetSight, "hosts" | "gone"> {
  const names = new Set(seen.map(({ host }) => host));
  return {
    hosts: seen.filter((host) => !isSame(wire.hosts.get(host.host), host)),
    gone: [...wire.hosts.keys()].filter((name) => !names.has(name)),
  };
}

function isSame(known: HostWire | undefined, { verdict, rules }: HostWire): boolean {
  return known?.verdict === verdict && known.rules.join() === rules.join();
}

/** Only who knows the card that stands there may put another in its place. */
export function refuseCard(
  known: Card | undefined,
  { replaces }: CardMove,
): ReasonCode | undefined {
  return (known?.message ?? null) === replaces ? undefined : "card-shown";
}

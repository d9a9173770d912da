import type { ReasonCode } from "../../base/reasons.ts";
import type { HostWire } from "../../verify/parse-report.ts";

/** What one run of verify saw of the whole fleet. */
export type FleetSight = {
  /** GitHub's id of the run. */
  readonly run: number;
  /** Start time in seconds since 1970; omitted by older releases. */
  readonly began?: number;
  /** End time in seconds since 1970. */
  readonly at: number;
  /** Hosts whose results changed; all others are as before. */
  readonly hosts: readonly HostWire[];
  /** Names of hosts that are no longer in the fleet. */
  readonly gone: readonly string[];
};

/** The chat message that shows a rollout. */
export type Card = {
  /** Id of the channel. */
  readonly channel: string;
  /** Id of the message in the chat. */
  readonly message: string;
};

/**
 * The first card of a rollout, or a replacement. It names the old message, so that of two writers
 * only one succeeds.
 */
export type CardMove = Card & {
  readonly rollout: string;
  /** The message that it replaces; null for the first. */
  readonly replaces: string | null;
};

/** The results of the newest run of verify. */
export interface FleetObservation {
  /** The newest run and its end time; null if there was none. */
  readonly last: { readonly run: number; readonly at: number } | null;
  readonly hosts: ReadonlyMap<string, HostWire>;
}

export const unseenWire: FleetObservation = { last: null, hosts: new Map() };

/** A run counts once, and not after a newer run. */
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

/** Reduces the results of a run to what changed, which is all that the ledger stores. */
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

/** A writer can replace a card only if it knows the current one. */
export function refuseCard(
  known: Card | undefined,
  { replaces }: CardMove,
): ReasonCode | undefined {
  return (known?.message ?? null) === replaces ? undefined : "card-shown";
}

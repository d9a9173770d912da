import type { Phase } from "../../fleet/phase.ts";

/**
 * What the ledger knows about a host. Type aliases, because an interface is not assignable to a
 * canonical value.
 */
export type HostRecord = {
  readonly host: string;
  /** The `stpd.ini` on the host, one character per byte. */
  readonly file: string;
  /** Null if the file was only seen there and no rollout verified it. */
  readonly proven: HostProof | null;
};

export type HostProof = {
  readonly phase: Phase;
  /** SHA-256 in hexadecimal. */
  readonly plan: string;
  readonly rollout: string;
  /** Counts from 1; 0 if a person changed the host and a scan confirmed it. */
  readonly wave: number;
};

/** What the ledger knows about an environment. */
export type EnvironmentRecord = {
  readonly environment: string;
  readonly frozen: Freeze | null;
  readonly locked: Lock | null;
  /** The unfinished rollout, if there is one. */
  readonly rollout: CurrentRollout | null;
  /** Digest of the global settings that a person recorded as set; null if none. */
  readonly globals: string | null;
};

export type CurrentRollout = {
  readonly id: string;
  /** True if a new request may replace it, because none of its waves was started. */
  readonly replaceable: boolean;
};

export type Freeze = {
  /** Name of the person. */
  readonly by: string;
  readonly reason: string;
  /** Seconds since 1970; null until someone else lifts it. */
  readonly until: number | null;
};

export type Lock = {
  readonly rollout: string;
  /** The requester of the rollout; someone else must unlock. */
  readonly requester: string;
  readonly reason: string;
};

/** A freeze ends at its time without an entry. */
export function isFrozen({ frozen }: EnvironmentRecord, at: number): boolean {
  return frozen !== null && (frozen.until === null || at < frozen.until);
}

export function newEnvironment(environment: string): EnvironmentRecord {
  return { environment, frozen: null, locked: null, rollout: null, globals: null };
}

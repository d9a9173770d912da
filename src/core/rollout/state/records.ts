import type { Phase } from "../../fleet/phase.ts";

/** What the ledger knows of a host. Aliases, since an interface is no canonical value. */
export type HostRecord = {
  readonly host: string;
  /** stpd.ini as it lies on the host, one character a byte. */
  readonly file: string;
  /** Null where the file was seen there, and no rollout has proven it. */
  readonly proven: HostProof | null;
};

export type HostProof = {
  readonly phase: Phase;
  /** SHA-256 in hexadecimal. */
  readonly plan: string;
  readonly rollout: string;
  /** Counts from 1; 0 where a person changed the host, and a scan confirmed it. */
  readonly wave: number;
};

/** What the ledger knows of an environment. */
export type EnvironmentRecord = {
  readonly environment: string;
  readonly frozen: Freeze | null;
  readonly locked: Lock | null;
  /** The rollout that is not over, if there is one. */
  readonly rollout: CurrentRollout | null;
  /** Digest of the global settings that were recorded as set; null where none were. */
  readonly globals: string | null;
};

export type CurrentRollout = {
  readonly id: string;
  /** True where a new request may take its place: nothing of it is under way. */
  readonly replaceable: boolean;
};

export type Freeze = {
  /** Name of the person. */
  readonly by: string;
  readonly reason: string;
  /** Seconds since 1970; null until somebody else lifts it. */
  readonly until: number | null;
};

export type Lock = {
  readonly rollout: string;
  /** Who asked for the rollout; somebody else has to unlock. */
  readonly requester: string;
  readonly reason: string;
};

/** A freeze whose time is over is none. */
export function isFrozen({ frozen }: EnvironmentRecord, at: number): boolean {
  return frozen !== null && (frozen.until === null || at < frozen.until);
}

export function newEnvironment(environment: string): EnvironmentRecord {
  return { environment, frozen: null, locked: null, rollout: null, globals: null };
}

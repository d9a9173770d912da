import type { HostFile } from "./entry.ts";
import type { EnvironmentRecord, HostProof } from "../state/records.ts";
import type { HostResult, Rollout } from "../state/rollout.ts";
import { unseenWire, type Card, type FleetObservation } from "./fleet-observations.ts";
import type { DriftState } from "./drift-record.ts";
import type { HostKeys } from "../state/host-keys.ts";
import type { Rehearsal } from "../state/rehearsal.ts";

/** The result of all entries up to one of them. */
export interface Ledger {
  /** GitHub's id of the config repo; null without entries. */
  readonly repository: number | null;
  /** Number of the last entry; 0 without entries. */
  readonly sequence: number;
  /** SHA-256 of the last signed entry. */
  readonly tip: string | null;
  /** Time of the last entry, in seconds since 1970. */
  readonly at: number;
  readonly rollouts: ReadonlyMap<string, Rollout>;
  readonly environments: ReadonlyMap<string, EnvironmentRecord>;
  readonly hosts: ReadonlyMap<string, LedgerHost>;
  /** The last dispatch of each rollout, by id. It defines the ticket and the name of the run. */
  readonly dispatches: ReadonlyMap<string, Dispatch>;
  /**
   * By rollout: digests of the plans by which its hosts were last verified at the time of the
   * request; null for hosts that never were.
   */
  readonly origins: ReadonlyMap<string, readonly (string | null)[]>;
  /** By rollout. */
  readonly traces: ReadonlyMap<string, RolloutTrace>;
  /** By rollout. */
  readonly cards: ReadonlyMap<string, Card>;
  /** The newest rehearsal of each environment, by name; older ones have no effect. */
  readonly rehearsals: ReadonlyMap<string, Rehearsal>;
  readonly wire: FleetObservation;
  /** Announced differences from the files that were last verified on hosts. */
  readonly drift: DriftState;
  /** By host: its last verified files. */
  readonly verified: ReadonlyMap<string, VerifiedFiles>;
  /** By environment: who last recorded that the global settings are set, and when. */
  readonly globalsBy: ReadonlyMap<string, GlobalsRecord>;
  /** Hosts whose record by hand waits for a scan, with the id of the rollout. */
  readonly hands: ReadonlyMap<string, string>;
  /** Keys with which hosts sign their reports; hosts without a published key are missing. */
  readonly keys: HostKeys;
}

/** Details of a rollout for people; no decision uses them. Times in seconds since 1970. */
export interface RolloutTrace {
  readonly requestedAt: number;
  /** Time of the last entry about it. */
  readonly movedAt: number;
  /** Whether approvers were reminded. */
  readonly isReminded: boolean;
  /** The reason given by the person who denied or aborted it. */
  readonly reason: string;
  /** Who last denied, revoked or aborted it; null if no one did. */
  readonly stoppedBy: string | null;
  /** GitHub's refusal to start the next wave; null if there was none. */
  readonly refused: RefusedDispatch | null;
  readonly approvals: readonly Approval[];
  /** The newest run of one of its waves; null if none is known. */
  readonly run: WaveRunNumber | null;
  /** The newest result of each evaluated host, and the dispatch time of its wave. */
  readonly results: ReadonlyMap<string, HostResult & { readonly sentAt: number }>;
}

export interface Approval {
  /** Name of the person. */
  readonly by: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** The approver's note; may be empty. */
  readonly note: string;
}

export interface WaveRunNumber {
  readonly wave: number;
  /** GitHub's id of the run. */
  readonly run: number;
}

export interface RefusedDispatch {
  /** GitHub's message, and the next step. */
  readonly detail: string;
  /** How often in a row GitHub gave the same message. */
  readonly times: number;
}

export interface Dispatch {
  readonly wave: number;
  /** Number of its entry. */
  readonly sequence: number;
  /** Seconds since 1970. */
  readonly at: number;
  /** SHA-256 of the signed entry, which cannot be predicted before it is written. */
  readonly digest: string;
}

export interface VerifiedFile {
  /** SHA-256 in hexadecimal. */
  readonly file: string;
  readonly proof: HostProof;
}

/** The files that were verified on a host. */
export interface VerifiedFiles {
  readonly latest: VerifiedFile;
  /**
   * Those before it: a chain, newest first, since a list would be copied with every rollout. A
   * rollback removes what it goes back over.
   */
  readonly earlier: VerifiedFiles | undefined;
}

/** The newest of the files, if it has this SHA-256, and those before it. */
export function findVerified(
  files: VerifiedFiles | undefined,
  file: string,
): VerifiedFiles | undefined {
  let found = files;
  while (found !== undefined && found.latest.file !== file) found = found.earlier;
  return found;
}

export interface GlobalsRecord {
  /** Name of the person. */
  readonly by: string;
  /** Seconds since 1970. */
  readonly at: number;
}

/** A host without the bytes of its file, which are stored next to the entries. */
export type LedgerHost = HostFile & { readonly proven: HostProof | null };

export const emptyLedger: Ledger = {
  repository: null,
  sequence: 0,
  tip: null,
  at: 0,
  rollouts: new Map(),
  environments: new Map(),
  hosts: new Map(),
  dispatches: new Map(),
  origins: new Map(),
  traces: new Map(),
  cards: new Map(),
  rehearsals: new Map(),
  wire: unseenWire,
  drift: new Map(),
  verified: new Map(),
  globalsBy: new Map(),
  hands: new Map(),
  keys: new Map(),
};

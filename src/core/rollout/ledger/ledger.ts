import type { HostFile } from "./entry.ts";
import type { EnvironmentRecord, HostProof } from "../state/records.ts";
import type { HostResult, Rollout } from "../state/rollout.ts";
import { unseenWire, type Card, type FleetObservation } from "./fleet-observations.ts";
import type { DriftState } from "./drift-record.ts";
import type { HostKeys } from "../state/host-keys.ts";
import type { Rehearsal } from "../state/rehearsal.ts";

/** What all entries come to, up to one of them. */
export interface Ledger {
  /** GitHub's number of the config repo; null while there is no entry. */
  readonly repository: number | null;
  /** Number of the last entry; 0 while there is none. */
  readonly sequence: number;
  /** SHA-256 of the last signed entry. */
  readonly tip: string | null;
  /** When the last entry was made, in seconds since 1970. */
  readonly at: number;
  readonly rollouts: ReadonlyMap<string, Rollout>;
  readonly environments: ReadonlyMap<string, EnvironmentRecord>;
  readonly hosts: ReadonlyMap<string, LedgerHost>;
  /** The last dispatch of each rollout, by its id: what its ticket says, and its run is named by. */
  readonly dispatches: ReadonlyMap<string, Dispatch>;
  /**
   * By rollout: digests of the plans by which its hosts were last proven when it was requested; null
   * for hosts that never were.
   */
  readonly origins: ReadonlyMap<string, readonly (string | null)[]>;
  /** By rollout. */
  readonly traces: ReadonlyMap<string, RolloutTrace>;
  /** By rollout. */
  readonly cards: ReadonlyMap<string, Card>;
  /** The newest rehearsal of each environment, by its name: no other one decides anything. */
  readonly rehearsals: ReadonlyMap<string, Rehearsal>;
  readonly wire: FleetObservation;
  /** What was announced of hosts that differ from what was last verified on them. */
  readonly drift: DriftState;
  /** By host: the files that were last verified there. */
  readonly verified: ReadonlyMap<string, VerifiedFiles>;
  /** By environment: who recorded last that the global settings were written, and when. */
  readonly globalsBy: ReadonlyMap<string, GlobalsRecord>;
  /** Hosts whose record by hand waits for a scan, with the id of the rollout. */
  readonly hands: ReadonlyMap<string, string>;
  /** By which hosts sign their reports; none of hosts that never published one. */
  readonly keys: HostKeys;
}

/** What people ask of a rollout, and no decision rests on. Times in seconds since 1970. */
export interface RolloutTrace {
  readonly requestedAt: number;
  /** When something was last recorded of it. */
  readonly movedAt: number;
  /** Whether approvers were called a second time. */
  readonly isReminded: boolean;
  /** What whoever denied or aborted it said. */
  readonly reason: string;
  /** Who denied, revoked or aborted it last; null where nobody did. */
  readonly stoppedBy: string | null;
  /** That GitHub refused to start the wave that comes next; null where it did not. */
  readonly refused: RefusedDispatch | null;
  readonly approvals: readonly Approval[];
  /** The newest run of one of its waves; null while none is known. */
  readonly run: WaveRunNumber | null;
  /** The newest result of each host that was judged, and when its wave was sent. */
  readonly results: ReadonlyMap<string, HostResult & { readonly sentAt: number }>;
}

export interface Approval {
  /** Name of the person. */
  readonly by: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** In the approver's words; may be empty. */
  readonly note: string;
}

export interface WaveRunNumber {
  readonly wave: number;
  /** GitHub's number of the run. */
  readonly run: number;
}

export interface RefusedDispatch {
  /** What GitHub says, and what to do. */
  readonly detail: string;
  /** How often it said the same, one time after the other. */
  readonly times: number;
}

export interface Dispatch {
  readonly wave: number;
  /** Number of the entry that says so. */
  readonly sequence: number;
  /** Seconds since 1970. */
  readonly at: number;
  /** SHA-256 of the signed entry, which nobody can tell before it was written. */
  readonly digest: string;
}

export interface VerifiedFile {
  /** SHA-256 in hexadecimal. */
  readonly file: string;
  readonly proof: HostProof;
}

/** The newest file that was verified on a host, and the newest one before it that was another. */
export interface VerifiedFiles {
  readonly latest: VerifiedFile;
  readonly previous: VerifiedFile | null;
}

export interface GlobalsRecord {
  /** Name of the person. */
  readonly by: string;
  /** Seconds since 1970. */
  readonly at: number;
}

/** A host without the bytes of its file, which lie beside the entries. */
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

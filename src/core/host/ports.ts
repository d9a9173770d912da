import type { StpdFile } from "../fleet/stpd-file.ts";
import type { Decision, Journal } from "./journal.ts";
import type { HostObservation } from "./health-check.ts";
import type { Refusal } from "../base/reasons.ts";

/**
 * Result of an effect. If it failed, the previous state is unchanged as far as can be determined.
 */
export type Outcome<Value = void> =
  | { readonly kind: "done"; readonly value: Value }
  | {
      readonly kind: "failed";
      readonly reason: string;
      /** The disk is full. */
      readonly isFull?: boolean;
      /** The ssh login or connection failed; the state of the host is unknown. */
      readonly isUnreached?: boolean;
    };

export const done: Outcome = { kind: "done", value: undefined };

/**
 * live: the stpd.ini that STPD reads; old: a second name of the same file, kept until the change is
 * over; fresh: the file that will replace it. All are in the same directory.
 */
export type CopyName = "live" | "old" | "fresh";

export interface FileSeen {
  /** One character per byte. */
  readonly bytes: string;
  /** Why the file must not be written, by its owner or type; empty if there is no objection. */
  readonly objection: string;
  readonly changedAtMs: number;
}

/** stpd.ini and its copies. Takes only names: no path comes from outside. */
export interface StpdCopies {
  /** Undefined if it does not exist. */
  readonly read: (name: CopyName) => Promise<Outcome<FileSeen | undefined>>;
  /** Writes `fresh` with the mode, owner, ACL and label of the live file, and syncs it to disk. */
  readonly stage: (bytes: string) => Promise<Outcome>;
  /** Links the live file as `old`. Copies no bytes, so a full disk cannot make it fail. */
  readonly keep: () => Promise<Outcome>;
  /** Atomically renames a copy over the live file. */
  readonly activate: (name: Exclude<CopyName, "live">) => Promise<Outcome>;
}

/** The directory of stpd.ini and its copies. */
export interface StpdFolder {
  /** Syncs the directory entries to disk. */
  readonly sync: () => Promise<Outcome>;
  /** Removes both copies. */
  readonly cleanUp: () => Promise<Outcome>;
}

export interface JournalStore {
  /** Undefined if no change is in progress. */
  readonly read: () => Promise<Outcome<Journal | undefined>>;
  /** Atomic, and synced to disk before it resolves. */
  readonly write: (journal: Journal) => Promise<Outcome>;
  /** Removes the journal first, then the decision. */
  readonly clear: (id: string) => Promise<Outcome>;
}

/** The final decision on a change; only one claim succeeds. */
export interface Decisions {
  /** Claims the decision unless one was made before; returns the one that counts. */
  readonly claim: (id: string, decision: Decision) => Promise<Outcome<Decision>>;
  readonly look: (id: string) => Promise<Outcome<Decision | undefined>>;
}

/** Files in the state directory, by their SHA-256. */
export interface Backups {
  readonly keep: (bytes: string) => Promise<Outcome>;
  /** Undefined if the file is missing or damaged. */
  readonly find: (digest: string) => Promise<string | undefined>;
  /** Removes old files; keeps the newest ones and the named digests. */
  readonly prune: (named: readonly string[]) => Promise<Outcome>;
}

export interface Holder {
  readonly who: string;
  readonly ageSeconds: number;
  readonly alive: "yes" | "no" | "unknown";
}

/** Lock that allows one run at a time. */
export interface HostLock {
  /** Whether nothing can be changed without the lock. */
  readonly isNeeded: boolean;
  /** Takes the lock if it is free or its holder is dead; otherwise returns the holder. */
  readonly take: () => Promise<Outcome<Holder | undefined>>;
  readonly isOurs: () => Promise<boolean>;
  /** Kills the holder and takes the lock. */
  readonly seize: () => Promise<Outcome>;
  readonly release: () => Promise<void>;
}

/** Runs recovery after a delay, even if this process dies. */
export interface UndoTimer {
  /** Returns a description of the timer, for display. */
  readonly arm: (id: string) => Promise<Outcome<string>>;
  readonly isArmed: (id: string) => Promise<boolean>;
  readonly disarm: (id: string) => Promise<Outcome>;
}

/** Only `no` allows a restart. */
export type Busy =
  | { readonly kind: "no" }
  | {
      readonly kind: "yes" | "unknown";
      readonly detail: string;
      /** As in Outcome. */
      readonly isUnreached?: boolean;
    };

export interface ServiceState {
  /** Such as 5.1.0.14; undefined if the output contains none. */
  readonly version: string | undefined;
  /** Milliseconds since 1970; undefined if unknown. */
  readonly startedAtMs: number | undefined;
  /** Exactly equal for as long as the same process runs; undefined if unknown. */
  readonly startTick: number | undefined;
  /** The host's time of day at the query, in milliseconds since 1970. */
  readonly seenAtMs: number;
}

/** STPD, controlled by the pinned commands. */
export interface Service {
  readonly askBusy: () => Promise<Busy>;
  readonly restart: () => Promise<Outcome>;
  readonly look: (file: StpdFile) => Promise<Outcome<ServiceState>>;
}

/** Current text of `/proc/net/tcp` and `/proc/net/tcp6` on the host. */
export type ReadTcpTables = () => Promise<Outcome<string>>;

export interface HostObserver {
  /** Probes the host from inside and outside, on the ports of the file in place. */
  readonly observe: (file: StpdFile, before: StpdFile | undefined) => Promise<HostObservation>;
}

export interface Clock {
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Monotonic time in milliseconds. */
  readonly elapsedMs: () => number;
  /** Time of day in milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Checks whether the plan was approved for this host. */
export interface TicketCheck {
  readonly check: () => Promise<Refusal | undefined>;
}

/** Logs the next step, for people. */
export type Tell = (line: string) => void;

/** Everything that a change needs from a host. */
export interface HostPort {
  readonly copies: StpdCopies;
  readonly folder: StpdFolder;
  readonly journals: JournalStore;
  readonly decisions: Decisions;
  readonly backups: Backups;
  readonly lock: HostLock;
  readonly timer: UndoTimer;
  readonly service: Service;
  readonly readTcpTables: ReadTcpTables;
  readonly observer: HostObserver;
  readonly clock: Clock;
  readonly hash: (bytes: string) => string;
  readonly tell: Tell;
}

import type { StpdFile } from "../fleet/stpd-file.ts";
import type { Decision, Journal } from "./journal.ts";
import type { HostObservation } from "./health-check.ts";
import type { Refusal } from "../base/reasons.ts";

/** What came of an effect; a failed one left what was there before, as far as can be seen. */
export type Outcome<Value = void> =
  | { readonly kind: "done"; readonly value: Value }
  | {
      readonly kind: "failed";
      readonly reason: string;
      /** The disk has no room. */
      readonly isFull?: boolean;
      /** The ssh login or connection failed: nothing is known of the host. */
      readonly isUnreached?: boolean;
    };

export const done: Outcome = { kind: "done", value: undefined };

/**
 * live: the stpd.ini that STPD reads; old: the same file under a second name, kept until the change
 * is over; fresh: what is to take its place. All lie in one folder.
 */
export type CopyName = "live" | "old" | "fresh";

export interface FileSeen {
  /** One character a byte. */
  readonly bytes: string;
  /** Empty where nothing speaks against writing; else what is wrong with owner or kind. */
  readonly objection: string;
  readonly changedAtMs: number;
}

/** stpd.ini and its copies. Names alone: no path comes from outside. */
export interface StpdCopies {
  /** Undefined where there is none. */
  readonly read: (name: CopyName) => Promise<Outcome<FileSeen | undefined>>;
  /** Writes `fresh` with mode, owner, ACL and label of the live file, and forces it to the disk. */
  readonly stage: (bytes: string) => Promise<Outcome>;
  /** Gives the live file its second name, `old`: no byte is copied, so no disk can be too full. */
  readonly keep: () => Promise<Outcome>;
  /** Puts a copy in the place of the live file at once; the copy's name is gone afterwards. */
  readonly activate: (name: Exclude<CopyName, "live">) => Promise<Outcome>;
}

/** The folder that they lie in. */
export interface StpdFolder {
  /** Forces the names to the disk. */
  readonly sync: () => Promise<Outcome>;
  /** Takes both copies away. */
  readonly cleanUp: () => Promise<Outcome>;
}

export interface JournalStore {
  /** Undefined where no change is under way. */
  readonly read: () => Promise<Outcome<Journal | undefined>>;
  /** Whole and on the disk before it returns. */
  readonly write: (journal: Journal) => Promise<Outcome>;
  /** The journal first, and what was decided after it. */
  readonly clear: (id: string) => Promise<Outcome>;
}

/** The last word on a change, which exactly one can have. */
export interface Decisions {
  /** Decides, unless that was done before; gives what was decided. */
  readonly claim: (id: string, decision: Decision) => Promise<Outcome<Decision>>;
  readonly look: (id: string) => Promise<Outcome<Decision | undefined>>;
}

/** Files by their SHA-256, in the state folder. */
export interface Backups {
  readonly keep: (bytes: string) => Promise<Outcome>;
  /** Undefined where it is not there, or not whole. */
  readonly find: (digest: string) => Promise<string | undefined>;
  /** Keeps the newest ones, and those that are named. */
  readonly prune: (named: readonly string[]) => Promise<Outcome>;
}

export interface Holder {
  readonly who: string;
  readonly ageSeconds: number;
  readonly alive: "yes" | "no" | "unknown";
}

/** One run at a time. */
export interface HostLock {
  /** Whether nothing at all can be changed without it. */
  readonly isNeeded: boolean;
  /** Takes it if it is free, or its holder is dead; else tells the holder. */
  readonly take: () => Promise<Outcome<Holder | undefined>>;
  readonly isOurs: () => Promise<boolean>;
  /** Ends the holder, and takes the lock from it. */
  readonly seize: () => Promise<Outcome>;
  readonly release: () => Promise<void>;
}

/** Calls recovery after some time, whatever became of this process. */
export interface UndoTimer {
  /** Gives what will call, for people. */
  readonly arm: (id: string) => Promise<Outcome<string>>;
  readonly isArmed: (id: string) => Promise<boolean>;
  readonly disarm: (id: string) => Promise<Outcome>;
}

/** `no` alone allows a restart. */
export type Busy =
  | { readonly kind: "no" }
  | {
      readonly kind: "yes" | "unknown";
      readonly detail: string;
      /** As of an outcome. */
      readonly isUnreached?: boolean;
    };

export interface ServiceState {
  /** As 5.1.0.14; undefined where the output names none. */
  readonly version: string | undefined;
  /** Milliseconds since 1970; undefined where nobody can tell. */
  readonly startedAtMs: number | undefined;
  /** The same as long as it is the same process, to the digit; undefined where nobody can tell. */
  readonly startTick: number | undefined;
  /** The time of day on the host when it was asked. */
  readonly seenAtMs: number;
}

/** STPD, by the pinned commands. */
export interface Service {
  readonly askBusy: () => Promise<Busy>;
  readonly restart: () => Promise<Outcome>;
  readonly look: (file: StpdFile) => Promise<Outcome<ServiceState>>;
}

/** The text of `/proc/net/tcp` and `/proc/net/tcp6` of the host, now. */
export type ReadTcpTables = () => Promise<Outcome<string>>;

export interface HostObserver {
  /** Looks at the host from inside and outside; the ports are those of the file in place. */
  readonly observe: (file: StpdFile, before: StpdFile | undefined) => Promise<HostObservation>;
}

export interface Clock {
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Milliseconds that only ever go forward, whatever happens to the time of day. */
  readonly elapsedMs: () => number;
  /** The time of day. */
  readonly nowMs: () => number;
}

/** Tells whether the plan that is to be carried out was approved for this host. */
export interface TicketCheck {
  readonly check: () => Promise<Refusal | undefined>;
}

/** Tells a person, and the log, what is done next. */
export type Tell = (line: string) => void;

/** Everything that a change needs of a host. */
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

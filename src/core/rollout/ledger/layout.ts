import { encodeBytes } from "../../base/text.ts";
import { printCanonical } from "../../formats/json/canonical.ts";
import { monthOf } from "./entry.ts";
import type { Ledger, LedgerHost } from "./ledger.ts";
import type { EnvironmentRecord } from "../state/records.ts";
import type { Rollout } from "../state/rollout.ts";

/** The branch that holds the ledger. */
export const ledgerBranch = "sesam-harden/ledger";

/** Signed entries, one a line; named by the number of the first one. */
export function entriesPath(sequence: number): string {
  return `entries/${String(sequence).padStart(10, "0")}.jws`;
}

export function isEntriesPath(path: string): boolean {
  return /^entries\/[0-9]{10}\.jws$/.test(path);
}

/** A plan's canonical text, never changed; a folder holds one of 256, since folders stay small. */
export function planPath(digest: string): string {
  return `plans/${digest.slice(0, 2)}/${digest}.json`;
}

/** A stpd.ini as it lies on one host or many, to the byte. */
export function filePath(digest: string): string {
  return `files/${digest.slice(0, 2)}/${digest}.ini`;
}

/** True for plans and files of hosts, which are named by what is in them. */
export function isContentPath(path: string): boolean {
  return path.startsWith("plans/") || path.startsWith("files/");
}

/** By the month in which it was requested, in seconds since 1970. */
function rolloutPath(id: string, requestedAt: number): string {
  return `rollouts/${monthOf(requestedAt)}/${id}.json`;
}

/** Names of hosts are those of folders, and may hold nearly anything. */
export function hostPath(host: string): string {
  return `hosts/${encodeURIComponent(host)}.json`;
}

export function environmentPath(environment: string): string {
  return `environments/${environment}.json`;
}

/** What people and other programs read: it follows from the entries, and counts for nothing itself. */
export function printViews(ledger: Ledger, before?: Ledger): ReadonlyMap<string, string> {
  const views = new Map<string, string>();
  for (const [id, rollout] of ledger.rollouts) {
    if (before?.rollouts.get(id) === rollout) continue;
    const { requestedAt = 0 } = ledger.traces.get(id) ?? {};
    views.set(rolloutPath(id, requestedAt), printRollout(rollout));
  }
  for (const [name, record] of ledger.environments) {
    if (before?.environments.get(name) !== record) views.set(environmentPath(name), print(record));
  }
  for (const [name, host] of ledger.hosts) {
    if (before?.hosts.get(name) !== host) views.set(hostPath(name), print(host));
  }
  return views;
}

function printRollout(rollout: Rollout): string {
  return `${encodeBytes(printCanonical({ ...rollout }))}\n`;
}

function print(record: EnvironmentRecord | LedgerHost): string {
  return `${encodeBytes(printCanonical(record))}\n`;
}

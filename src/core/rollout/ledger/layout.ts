import { encodeBytes } from "../../base/text.ts";
import { printCanonical } from "../../formats/json/canonical.ts";
import { monthOf } from "./entry.ts";
import type { Ledger, LedgerHost } from "./ledger.ts";
import type { EnvironmentRecord } from "../state/records.ts";
import type { Rollout } from "../state/rollout.ts";

/** The branch that holds the ledger. */
export const ledgerBranch = "sesam-harden/ledger";

/** Signed entries, one per line; the file name is the number of the first one. */
export function entriesPath(sequence: number): string {
  return `entries/${String(sequence).padStart(10, "0")}.jws`;
}

export function isEntriesPath(path: string): boolean {
  return /^entries\/[0-9]{10}\.jws$/.test(path);
}

/** A plan's canonical text, never changed. There are 256 directories to keep each one small. */
export function planPath(digest: string): string {
  return `plans/${digest.slice(0, 2)}/${digest}.json`;
}

/** The exact bytes of an `stpd.ini`, stored once for any number of hosts. */
export function filePath(digest: string): string {
  return `files/${digest.slice(0, 2)}/${digest}.ini`;
}

/** True for plans and `stpd.ini` files, which are named by their digest. */
export function isContentPath(path: string): boolean {
  return path.startsWith("plans/") || path.startsWith("files/");
}

/** Uses the month of the request, given in seconds since 1970. */
function rolloutPath(id: string, requestedAt: number): string {
  return `rollouts/${monthOf(requestedAt)}/${id}.json`;
}

/** Host names are directory names, and may contain almost any character. */
export function hostPath(host: string): string {
  return `hosts/${encodeURIComponent(host)}.json`;
}

export function environmentPath(environment: string): string {
  return `environments/${environment}.json`;
}

/** Files for people and other programs, derived from the entries. No decision uses them. */
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

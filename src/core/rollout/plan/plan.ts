import { factsOf } from "../../fleet/host-folder.ts";
import { findGlobal, globalKeys } from "../../fleet/globals.ts";
import type { ClosingClient } from "./closing-clients.ts";
import { digestOf, type CanonicalValue } from "../../formats/json/canonical.ts";
import {
  planHost,
  planRestore,
  type ByHandHost,
  type HostChange,
  type PlanSource,
  type HostRefusal,
  type PlannedHost,
  type RefusedHost,
} from "./host-plan.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import type { EnvironmentRecord } from "../state/records.ts";
import { planWaves } from "./waves.ts";
import type { Hash } from "../../base/hash.ts";
import { compareText } from "../../base/text.ts";
import type { Phase } from "../../fleet/phase.ts";

/** What is approved. Independent of when, where and in which order it was computed. */
export type Plan = {
  readonly schemaVersion: 1;
  /** GitHub's id of the config repo. */
  readonly repository: number;
  readonly commit: string;
  /** Commit of the ledger that it was computed from; null if there was no ledger. */
  readonly ledger: string | null;
  readonly environment: string;
  readonly phase: Phase;
  /** The day for which exceptions of the check are evaluated, as YYYY-MM-DD in UTC. */
  readonly asOf: string;
  /** Names of hosts whose HTTPS need not be verified before the others are closed. */
  readonly exceptions: readonly string[];
  /** Names of the planned hosts. */
  readonly waves: readonly (readonly string[])[];
  /** Sorted by name. */
  readonly hosts: readonly PlannedHost[];
  /** Sorted by name. */
  readonly refused: readonly RefusedHost[];
  /**
   * Hosts that people change, sorted by name; omitted if there are none, as in plans of older
   * releases.
   */
  readonly byHand?: readonly ByHandHost[];
  /**
   * For a rollback: the SHA-256 of the earlier file of each requested host that has one, sorted by
   * host name. Omitted from plans that deploy the config repo, as in those of older releases.
   */
  readonly restores?: readonly RestoredFile[];
};

export type RestoredFile = { readonly name: string; readonly file: string };

/** All hosts that get a file: those in waves, and those that people change. */
export function listTargets({ hosts, byHand = [] }: Plan): readonly (PlannedHost | ByHandHost)[] {
  return [...hosts, ...byHand];
}

export interface PlanRequest {
  readonly repository: number;
  readonly commit: string;
  readonly ledger: string | null;
  readonly phase: Phase;
  readonly asOf: string;
  readonly exceptions: readonly string[];
  /** Plans only these hosts; empty for all. */
  readonly names: readonly string[];
  /** Maximum number of hosts per wave. */
  readonly waveSize: number;
  readonly environment: EnvironmentRecord;
  /** Restores the earlier file of each host instead of deploying that of the config repo. */
  readonly isRollback: boolean;
  /** Names of hosts that run STPD, are not in the config repo, and are not exceptions. */
  readonly notInRepo: readonly string[];
  /** Clients that depend on HTTP or FTP. */
  readonly clients: readonly ClosingClient[];
}

export interface Planned {
  readonly plan: Plan;
  /** SHA-256 of the plan's canonical text, in hexadecimal. */
  readonly digest: string;
  /** Sorted by name. */
  readonly changes: readonly HostChange[];
  /** The plan's refused hosts, with details. */
  readonly refusals: readonly HostRefusal[];
  /** Names of hosts that have the file already, sorted. */
  readonly done: readonly string[];
  /**
   * Names of hosts in the environment whose HTTPS is not verified and that are not exceptions,
   * sorted.
   */
  readonly unproven: readonly string[];
  /** As requested; only for the phase `close`. */
  readonly notInRepo: readonly string[];
  readonly clients: readonly ClosingClient[];
  /** Why the plan cannot be rolled out now; empty if it can. */
  readonly blocked: readonly ReasonCode[];
  /** The freeze or lock of the environment. */
  readonly held: Pick<EnvironmentRecord, "frozen" | "locked">;
}

/** Plans a phase for an environment. Expects all its hosts, in any order. */
export function planRollout(
  request: PlanRequest,
  sources: readonly PlanSource[],
  hash: Hash,
): Planned {
  const { environment, phase, names, waveSize } = request;
  const chosen = sources.filter(({ folder }) => names.length === 0 || names.includes(folder.name));
  const decisions = chosen.map((source) =>
    request.isRollback ? planRestore(source, hash) : planHost(source, phase, hash),
  );
  const planned = decisions.flatMap((one) => (one.kind === "planned" ? [one] : []));
  const manual = decisions.flatMap((one) => (one.kind === "by-hand" ? [one] : []));
  const refusals = sortByName(
    decisions.flatMap((one) => (one.kind === "refused" ? [one.refused] : [])),
  );
  const hosts = sortByName(planned.map(({ host }) => host));
  const byHand = sortByName(manual.map(({ host }) => host));
  const exceptions = [...new Set(request.exceptions)].toSorted(compareText);
  const unproven = sources
    .filter(({ record }) => (record?.proven ?? null) === null)
    .map(({ folder }) => folder.name)
    .filter((name) => !exceptions.includes(name))
    .toSorted(compareText);
  const plan: Plan = {
    schemaVersion: 1,
    repository: request.repository,
    commit: request.commit,
    ledger: request.ledger,
    environment: environment.environment,
    phase,
    asOf: request.asOf,
    exceptions,
    waves: planWaves(hosts, waveSize),
    hosts,
    refused: refusals.map(({ name, reason }) => ({ name, reason })),
    // An empty list would change the digest of plans without such hosts, compared with older
    // releases.
    ...(byHand.length === 0 ? {} : { byHand }),
    ...(request.isRollback ? { restores: listRestores(chosen, hash) } : {}),
  };
  const closing: readonly (readonly [ReasonCode, boolean])[] = [
    ["open-not-proven", unproven.length > 0],
    ["globals-not-set", environment.globals !== digestGlobals(sources, hash)],
    ["hosts-not-in-repo", request.notInRepo.length > 0],
    ["clients-not-ready", request.clients.some(({ isExcepted }) => !isExcepted)],
  ];
  const blocking: readonly (readonly [ReasonCode, boolean])[] = [
    ["nothing-to-do", hosts.length + byHand.length === 0],
    ["locked", environment.locked !== null],
    ["frozen", environment.frozen !== null],
    ["rollout-at-work", environment.rollout?.replaceable === false],
    ...(phase === "close" ? closing : []),
  ];
  return {
    plan,
    digest: digestOf(plan, hash),
    refusals,
    changes: sortByName([...planned, ...manual].map(({ change }) => change)),
    done: decisions.flatMap((one) => (one.kind === "done" ? [one.name] : [])).toSorted(compareText),
    unproven,
    notInRepo: phase === "close" ? request.notInRepo : [],
    clients: phase === "close" ? request.clients : [],
    blocked: blocking.flatMap(([reason, holds]) => (holds ? [reason] : [])),
    held: { frozen: environment.frozen, locked: environment.locked },
  };
}

function listRestores(sources: readonly PlanSource[], hash: Hash): readonly RestoredFile[] {
  return sortByName(
    sources.flatMap(({ folder: { name }, restored }) =>
      restored === undefined ? [] : [{ name, file: hash(restored) }],
    ),
  );
}

function sortByName<Named extends { readonly name: string }>(
  items: readonly Named[],
): readonly Named[] {
  return items.toSorted((left, right) => compareText(left.name, right.name));
}

/**
 * Digest of the global settings that the environment's Servers should have; the ledger records it
 * once they are set.
 */
export function digestGlobals(sources: readonly Pick<PlanSource, "folder">[], hash: Hash): string {
  const servers = sources
    .map(({ folder }) => folder)
    .filter((folder) => factsOf(folder).role === "server")
    .toSorted((left, right) => compareText(left.path, right.path))
    .map(({ name, globals }): CanonicalValue => {
      const settings = globalKeys.map((key) => (globals && findGlobal(globals, key).value) ?? null);
      return { name, settings };
    });
  return digestOf(servers, hash);
}

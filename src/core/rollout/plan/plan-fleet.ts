import { nameNotInRepo } from "../../check/check-inventories.ts";
import { printIni } from "../../formats/ini/document.ts";
import { factsOf } from "../../fleet/host-folder.ts";
import type { InterfacesFile } from "../../fleet/interfaces.ts";
import { createUseFinder } from "../../fleet/port-usage.ts";
import type { HostRead } from "../../fleet/read-host.ts";
import { HardenError } from "../../base/errors.ts";
import { findNearest } from "../../base/nearest.ts";
import { type LocatedFinding } from "../../rules/finding.ts";
import { listClosingClients } from "./closing-clients.ts";
import type { PlanSource } from "./host-plan.ts";
import { planRollout, type Planned } from "./plan.ts";
import type { EnvironmentRecord, HostRecord } from "../state/records.ts";
import { makeVisible, compareText } from "../../base/text.ts";
import { checkFleet } from "../../check/check-fleet.ts";
import type { FleetFiles } from "../../config-repo/files-port.ts";
import type { Hash } from "../../base/hash.ts";
import type { Phase } from "../../fleet/phase.ts";

/** What the ledger says about an environment at one commit. */
export interface LedgerView {
  /** Null if there is no ledger yet. */
  readonly commit: string | null;
  readonly environment: EnvironmentRecord;
  readonly hosts: ReadonlyMap<string, HostRecord>;
}

export interface PlanFleetRequest {
  readonly paths: readonly string[];
  readonly repository: number;
  /** The commit that is checked out. */
  readonly commit: string;
  readonly phase: Phase;
  readonly asOf: string;
  readonly names: readonly string[];
  readonly exceptions: readonly string[];
  readonly waveSize: number;
  readonly ledger: LedgerView;
  /** For a rollback: bytes of the earlier file of each named host that has one, by host name. */
  readonly restores?: ReadonlyMap<string, string> | undefined;
}

/**
 * Plans a phase for the hosts of an environment from their files in the config repo. Throws
 * HardenError: `usage` for an unknown path, environment or host, `settings`, `nothing-found`.
 */
export function planFleet(
  request: PlanFleetRequest,
  { files, hash }: { readonly files: FleetFiles; readonly hash: Hash },
): Planned {
  const { paths, asOf, ledger } = request;
  const read: HostRead[] = [];
  const onRead = (host: HostRead): void => void read.push(host);
  const { findings, notInRepo } = checkFleet({ paths, overrides: {}, asOf, onRead }, files);
  const hosts = read.toSorted((a, b) => compareText(a.folder.path, b.folder.path));
  const { environment } = ledger.environment;
  const own = hosts.filter(({ folder }) => factsOf(folder).environment === environment);
  if (own.length === 0) throw refuseEnvironment(environment, hosts);
  const names = own.map(({ folder }) => folder.name);
  for (const name of [...request.names, ...request.exceptions]) {
    if (!names.includes(name)) throw refuseName(name, names, environment);
  }
  const servers = listServers(hosts, environment);
  const byHost = Map.groupBy(findings, ({ finding }) => finding.host);
  const findUse = createUseFinder(hosts.flatMap(({ folder }) => folder.interfaces ?? []));
  const sources = own.map((host) => ({
    ...describeSource(host, byHost.get(host.folder.name) ?? [], request),
    findUse,
  }));
  return planRollout(
    {
      ...request,
      ledger: ledger.commit,
      environment: ledger.environment,
      isRollback: request.restores !== undefined,
      notInRepo: nameNotInRepo(notInRepo.filter(({ server }) => servers.has(server))),
      clients: [...servers].flatMap(([server, inventory]) =>
        listClosingClients(inventory, createExceptionTest(findings, server)),
      ),
    },
    sources,
    hash,
  );
}

/** The inventories of the environment, by Server name; if it has none, all inventories. */
function listServers(
  hosts: readonly HostRead[],
  environment: string,
): ReadonlyMap<string, InterfacesFile> {
  const all = hosts.flatMap(({ folder }) =>
    folder.interfaces === undefined
      ? []
      : [{ name: folder.name, inventory: folder.interfaces, of: factsOf(folder).environment }],
  );
  const own = all.filter(({ of }) => of === environment);
  const used = own.length > 0 ? own : all;
  return new Map(used.map(({ name, inventory }) => [name, inventory]));
}

/** An exception covers every finding of a rule in an inventory, because JSON has no comments. */
function createExceptionTest(
  findings: readonly LocatedFinding[],
  server: string,
): (rule: string) => boolean {
  const excepted = new Set(
    findings.flatMap(({ finding: { host, rule, suppressed } }) =>
      host === server && suppressed !== null ? [rule] : [],
    ),
  );
  return (rule) => excepted.has(rule);
}

function describeSource(
  { folder, parse }: HostRead,
  findings: readonly LocatedFinding[],
  { ledger: { hosts }, restores }: PlanFleetRequest,
): Omit<PlanSource, "findUse"> {
  const { name, path, stpd } = folder;
  return {
    folder,
    parse,
    bytes: stpd.kind === "file" ? printIni(stpd.document) : undefined,
    findings: findings.filter(({ finding }) => finding.file.startsWith(path)),
    record: hosts.get(name),
    restored: restores?.get(name),
  };
}

function refuseEnvironment(environment: string, hosts: readonly HostRead[]): HardenError {
  const known = hosts.flatMap(({ folder }) => factsOf(folder).environment ?? []);
  const names = [...new Set(known)].toSorted(compareText);
  const next =
    names.length === 0
      ? "Set `environment` in the host.ini of its hosts."
      : `Known are ${names.join(", ")}.`;
  const message = `no host in the config repo is in environment ${makeVisible(environment)}`;
  return new HardenError("usage", message, next);
}

export function refuseName(
  name: string,
  known: readonly string[],
  environment: string,
): HardenError {
  const nearest = findNearest(name, known);
  return new HardenError(
    "usage",
    `no host ${makeVisible(name)} in environment ${environment}`,
    nearest === undefined ? "Use the name of a host directory." : `Did you mean ${nearest}?`,
  );
}

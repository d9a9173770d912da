import { type Planned, digestGlobals } from "../plan/plan.ts";
import { largestWave } from "../plan/waves.ts";
import type { BranchHead, ConfigBranch } from "./config-repo-port.ts";
import { type ControlTools, decideEnvironment } from "./commands.ts";
import { describeRecords, readStored, viewOf } from "../ledger/plan-source.ts";
import { planFleet, refuseName } from "../plan/plan-fleet.ts";
import { openTree } from "../../config-repo/tree-files.ts";
import type { Phase } from "../../fleet/phase.ts";
import { factsOf } from "../../fleet/host-folder.ts";
import type { HostRead } from "../../fleet/read-host.ts";
import { loadTargets } from "../../config-repo/load-hosts.ts";
import { findVerified, type Ledger } from "../ledger/ledger.ts";
import type { LedgerWriting } from "../ledger/writer.ts";
import { findUnproven } from "./compare-target.ts";
import { readRolloutPlan } from "../dispatch/dispatch-wave.ts";
import { listRest, type Rollout } from "../state/rollout.ts";

/** What to roll back: the hosts of a rollout, or the named hosts. */
export interface RollbackAsked {
  readonly environment: string;
  /** Names of hosts; empty for those of the rollout. */
  readonly names: readonly string[];
  readonly rollout: Rollout | undefined;
}

export interface PlanAsked {
  readonly environment: string;
  readonly phase: Phase;
  /** Hosts to plan; empty for the whole environment. */
  readonly names: readonly string[];
  /** Hosts whose HTTPS need not be verified before the others are closed. */
  readonly exceptions: readonly string[];
  /** For a rollback: bytes of the earlier files, by host. */
  readonly restores?: ReadonlyMap<string, string>;
}

export interface PlanTools extends Pick<
  ControlTools,
  "writer" | "store" | "hash" | "environments" | "nowSeconds"
> {
  readonly config: ConfigBranch;
  /** GitHub's id of the config repo. */
  readonly repository: number;
}

/**
 * Plans at the newest commit of the default branch, with the newest ledger, to show the plan or to
 * request it. Throws HardenError like planFleet() and the ports.
 */
export async function planNewest(
  { environment, phase, names, exceptions, restores }: PlanAsked,
  { writer, store, config, hash, environments, repository, nowSeconds }: PlanTools,
): Promise<Planned> {
  const { commit } = await config.readHead();
  const files = openTree(await config.readTree(commit));
  const records = await describeRecords(await writer.read(), store, hash);
  const waveSize = environments.get(environment)?.waveSize ?? largestWave;
  const asOf = new Date(nowSeconds() * 1000).toISOString().slice(0, 10);
  const asked = { names, exceptions, phase, restores };
  const request = { ...asked, paths: ["."], repository, commit, asOf, waveSize };
  return planFleet(
    { ...request, ledger: viewOf(environment, records, nowSeconds()) },
    { files, hash },
  );
}

/**
 * Plans the phase of a rollout again for the hosts that it did not verify, with their current files
 * in the config repo; undefined if there are none. Throws HardenError like planNewest().
 */
export async function planRest(rollout: Rollout, tools: PlanTools): Promise<Planned | undefined> {
  const { environment, phase } = rollout;
  const rest = listRest(rollout);
  if (rest.length === 0) return undefined;
  const own = await listOwn(environment, tools);
  const names = rest.filter((name) => own.has(name));
  // An empty list would mean all hosts.
  if (names.length === 0) return undefined;
  if (rollout.restores === true) return planRollback({ environment, names, rollout }, tools);
  const { exceptions } = await readRolloutPlan(rollout, await tools.writer.read(), tools);
  const kept = exceptions.filter((name) => own.has(name));
  return planNewest({ environment, phase, names, exceptions: kept }, tools);
}

/** Names of the hosts of an environment in the config repo. */
async function listOwn(
  environment: string,
  { config }: Pick<PlanTools, "config">,
): Promise<ReadonlySet<string>> {
  const { hosts } = await readNewestFleet(config);
  const own = hosts.filter(({ folder }) => factsOf(folder).environment === environment);
  return new Set(own.map(({ folder }) => folder.name));
}

/**
 * Plans to restore what was verified on hosts before: the file before the current one. If a
 * different file was seen since, it is the newest verified one, or that file if it was verified
 * there before. It never restores what a rollback went back from. The plan refuses a host whose
 * earlier file is missing or damaged in the ledger. Without names, it plans the hosts that have the
 * file of the rollout, or an unverified one. Undefined if there are none. Throws HardenError like
 * planNewest(), and `usage` for a name that is not a host of the environment.
 */
export async function planRollback(
  { environment, names, rollout }: RollbackAsked,
  tools: PlanTools,
): Promise<Planned | undefined> {
  const { writer, store, hash } = tools;
  const { ledger, listing } = await writer.read();
  const own = await listOwn(environment, tools);
  const isBack = (name: string): boolean => {
    const proven = ledger.hosts.get(name)?.proven ?? null;
    return proven === null ? ledger.verified.has(name) : proven.rollout === rollout?.id;
  };
  // Hosts by hand are refused by the plan, so that people see that they do not go back.
  const all = [
    ...(rollout?.waves.flat() ?? []),
    ...(rollout?.byHand ?? []).map(({ host }) => host),
  ];
  const found = all.filter((name) => own.has(name) && isBack(name));
  const asked = names.length > 0 ? names : found;
  // An empty list would mean all hosts.
  if (asked.length === 0) return undefined;
  const earlier = asked.flatMap((name) => {
    const file = findEarlier(name, ledger);
    return file === undefined ? [] : [[name, file] as const];
  });
  const digests = earlier.map(([, file]) => file);
  // One missing file must not keep the other hosts from going back.
  const stored = await readStored(digests, { listing, store, hash });
  const restores = new Map(
    earlier.flatMap(([name, file]) => {
      const bytes = stored.get(file);
      return bytes === undefined ? [] : [[name, bytes] as const];
    }),
  );
  return planNewest({ environment, phase: "open", names: asked, exceptions: [], restores }, tools);
}

/** SHA-256 of the file that a rollback restores on a host; undefined if there is none. */
function findEarlier(name: string, { hosts, verified }: Ledger): string | undefined {
  const known = verified.get(name);
  const host = hosts.get(name);
  if (known === undefined || host === undefined) return undefined;
  const { latest, earlier } = known;
  if (host.proven !== null) return earlier?.latest.file;
  // A person may have gone back by hand: a newer file would undo that.
  return findVerified(earlier, host.file) === undefined ? latest.file : host.file;
}

export interface NewestFleet {
  readonly head: BranchHead;
  /** Absolute paths: of the repository, and of the fleet in it. */
  readonly top: string;
  readonly root: string;
  /** Those with an `stpd.ini`. */
  readonly hosts: readonly HostRead[];
}

/**
 * The fleet on the default branch; reuses the known one if it is of the newest commit. Throws
 * HardenError like loadTargets() and the port.
 */
export async function readNewestFleet(
  { readHead, readTree }: ConfigBranch,
  known?: NewestFleet,
): Promise<NewestFleet> {
  const head = await readHead();
  if (known?.head.commit === head.commit) return known;
  const tree = await readTree(head.commit);
  const request = { paths: ["."], overrides: {}, names: [] };
  const { hosts, root } = loadTargets(request, openTree(tree));
  return { head, top: tree.top, root, hosts };
}

export interface GlobalsRecording {
  readonly written: LedgerWriting;
  /** Names of hosts whose HTTPS is not verified and that are not exceptions. */
  readonly unproven: readonly string[];
}

/**
 * Records that the global settings were set on the Servers. They move migrations to HTTPS, so this
 * is refused while HTTPS is not verified on a host. Throws HardenError like loadTargets(), and
 * `usage` for an exception that is not a host of the environment.
 */
export async function recordGlobals(
  {
    environment,
    by,
    exceptions,
  }: { readonly environment: string; readonly by: string; readonly exceptions: readonly string[] },
  tools: ControlTools & { readonly config: ConfigBranch },
): Promise<GlobalsRecording> {
  const { hosts: all } = await readNewestFleet(tools.config);
  const own = all.filter(({ folder }) => factsOf(folder).environment === environment);
  const names = own.map(({ folder }) => folder.name);
  for (const name of exceptions) {
    if (!names.includes(name)) throw refuseName(name, names, environment);
  }
  let unproven: readonly string[] = [];
  const digest = digestGlobals(own, tools.hash);
  const written = await decideEnvironment(
    environment,
    { kind: "globals", by, digest },
    tools,
    ({ hosts }) => {
      unproven = findUnproven(names, hosts, exceptions);
      return unproven.length === 0 ? undefined : "open-not-proven";
    },
  );
  return { written, unproven };
}

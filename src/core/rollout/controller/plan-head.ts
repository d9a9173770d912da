import { type Planned, digestGlobals } from "../plan/plan.ts";
import { largestWave } from "../plan/waves.ts";
import type { BranchHead, ConfigBranch } from "./config-repo-port.ts";
import { type ControlTools, decideEnvironment } from "./commands.ts";
import { describeRecords, readContents, viewOf } from "../ledger/plan-source.ts";
import { planFleet, refuseName } from "../plan/plan-fleet.ts";
import { openTree } from "../../config-repo/tree-files.ts";
import type { Phase } from "../../fleet/phase.ts";
import { factsOf } from "../../fleet/host-folder.ts";
import type { HostRead } from "../../fleet/read-host.ts";
import { loadTargets } from "../../config-repo/load-hosts.ts";
import type { LedgerWriting } from "../ledger/writer.ts";
import { findUnproven } from "./compare-target.ts";
import { readRolloutPlan } from "../dispatch/dispatch-wave.ts";
import { listRest, type Rollout } from "../state/rollout.ts";

/** Whose hosts go back: those of a rollout, or these. */
export interface RollbackAsked {
  readonly environment: string;
  /** Names of hosts; none: those of the rollout. */
  readonly names: readonly string[];
  readonly rollout: Rollout | undefined;
}

export interface PlanAsked {
  readonly environment: string;
  readonly phase: Phase;
  /** Hosts to plan for; none: all of the environment. */
  readonly names: readonly string[];
  /** Hosts that need not have proven HTTPS for the others to be closed. */
  readonly exceptions: readonly string[];
  /** For a rollback: bytes of the earlier files, by host. */
  readonly restores?: ReadonlyMap<string, string>;
}

export interface PlanTools extends Pick<
  ControlTools,
  "writer" | "store" | "hash" | "environments" | "nowSeconds"
> {
  readonly config: ConfigBranch;
  /** GitHub's number of the config repo. */
  readonly repository: number;
}

/**
 * Plans at the newest commit of the default branch, from the newest ledger: for showing, or to be
 * requested. Throws HardenError as planFleet() and the ports do.
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
 * Plans the phase of a rollout again for the hosts that it did not verify, as the config repo has
 * them now; undefined where it left none. Throws HardenError as planNewest() does.
 */
export async function planRest(rollout: Rollout, tools: PlanTools): Promise<Planned | undefined> {
  const { environment, phase } = rollout;
  const rest = listRest(rollout);
  if (rest.length === 0) return undefined;
  if (rollout.restores === true) return planRollback({ environment, names: rest, rollout }, tools);
  const { exceptions } = await readRolloutPlan(rollout, await tools.writer.read(), tools);
  const own = await listOwn(environment, tools);
  const names = rest.filter((name) => own.has(name));
  // No names would stand for all hosts.
  if (names.length === 0) return undefined;
  const kept = exceptions.filter((name) => own.has(name));
  return planNewest({ environment, phase, names, exceptions: kept }, tools);
}

/** Names of the hosts that the config repo has in an environment now. */
async function listOwn(
  environment: string,
  { config }: Pick<PlanTools, "config">,
): Promise<ReadonlySet<string>> {
  const { hosts } = await readNewestFleet(config);
  const own = hosts.filter(({ folder }) => factsOf(folder).environment === environment);
  return new Set(own.map(({ folder }) => folder.name));
}

/**
 * Plans to put back what was verified on hosts before: the newest file other than the present one, or
 * where another file was seen since, the newest one. Without names, of the hosts that have the file
 * of the rollout, or one that nobody verified. Undefined where there are none. Throws HardenError as
 * planNewest() does, and `usage` for a name that is no host of the environment.
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
  const found = (rollout?.waves.flat() ?? []).filter((name) => own.has(name) && isBack(name));
  const asked = names.length > 0 ? names : found;
  // No names would stand for all hosts.
  if (asked.length === 0) return undefined;
  const earlier = asked.flatMap((name) => {
    const { latest, previous = null } = ledger.verified.get(name) ?? {};
    const isVerified = (ledger.hosts.get(name)?.proven ?? null) !== null;
    const file = isVerified ? previous?.file : latest?.file;
    return file === undefined ? [] : [[name, file] as const];
  });
  const digests = earlier.map(([, file]) => file);
  const bytesOf = await readContents(digests, { listing, store, hash });
  const restores = new Map(earlier.map(([name, file]) => [name, bytesOf(file)]));
  return planNewest({ environment, phase: "open", names: asked, exceptions: [], restores }, tools);
}

export interface NewestFleet {
  readonly head: BranchHead;
  /** Absolute paths: of the repository, and of the fleet in it. */
  readonly top: string;
  readonly root: string;
  /** Those that have an stpd.ini. */
  readonly hosts: readonly HostRead[];
}

/**
 * The fleet as the default branch has it; the known one where that is still of its newest commit.
 * Throws HardenError as loadTargets() and the port do.
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
  /** Hosts that have not proven HTTPS and are no exception, by name. */
  readonly unproven: readonly string[];
}

/**
 * Records that the global settings were written on the Servers. They lead migrations to HTTPS, so
 * they are refused while a host has not proven it. Throws HardenError as loadTargets() does, and
 * `usage` for an exception that is no host of the environment.
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

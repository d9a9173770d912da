import { type Planned, digestGlobals } from "../plan/plan.ts";
import { largestWave } from "../plan/waves.ts";
import type { BranchHead, ConfigBranch } from "./config-repo-port.ts";
import { type ControlTools, decideEnvironment } from "./commands.ts";
import { describeRecords, viewOf } from "../ledger/plan-source.ts";
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

export interface PlanAsked {
  readonly environment: string;
  readonly phase: Phase;
  /** Hosts to plan for; none: all of the environment. */
  readonly names: readonly string[];
  /** Hosts that need not have proven HTTPS for the others to be closed. */
  readonly exceptions: readonly string[];
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
  { environment, phase, names, exceptions }: PlanAsked,
  { writer, store, config, hash, environments, repository, nowSeconds }: PlanTools,
): Promise<Planned> {
  const { commit } = await config.readHead();
  const files = openTree(await config.readTree(commit));
  const records = await describeRecords(await writer.read(), store, hash);
  const waveSize = environments.get(environment)?.waveSize ?? largestWave;
  const asOf = new Date(nowSeconds() * 1000).toISOString().slice(0, 10);
  const request = { paths: ["."], names, exceptions, repository, commit, phase, asOf, waveSize };
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
  const { exceptions } = await readRolloutPlan(rollout, await tools.writer.read(), tools);
  const { hosts } = await readNewestFleet(tools.config);
  const own = new Set(
    hosts
      .filter(({ folder }) => factsOf(folder).environment === environment)
      .map(({ folder }) => folder.name),
  );
  const names = rest.filter((name) => own.has(name));
  // No names would stand for all hosts.
  if (names.length === 0) return undefined;
  const kept = exceptions.filter((name) => own.has(name));
  return planNewest({ environment, phase, names, exceptions: kept }, tools);
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

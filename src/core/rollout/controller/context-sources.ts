import { printIni } from "../../formats/ini/document.ts";
import type { HostRead } from "../../fleet/read-host.ts";
import { commonFolder, joinPath, relativePath, resolvePath } from "../../base/paths.ts";
import { listAuthors } from "../state/change-authors.ts";
import { listTargets, type Plan } from "../plan/plan.ts";
import { newEnvironment } from "../state/records.ts";
import type { Rollout } from "../state/rollout.ts";
import { compareTarget, findUnclosed, judgeClosing, type TargetHost } from "./compare-target.ts";
import type { ConfigBranch, People } from "./config-repo-port.ts";
import { readRolloutPlan, type DispatchTools } from "../dispatch/dispatch-wave.ts";
import { settingsFile } from "../../config-repo/discover-hosts.ts";
import { factsOf } from "../../fleet/host-folder.ts";
import type { LedgerState } from "../ledger/reader.ts";
import type { ContextSources } from "./context.ts";
import { type NewestFleet, readNewestFleet } from "./plan-head.ts";

export interface SourcePorts extends Pick<DispatchTools, "writer" | "store" | "hash"> {
  readonly config: ConfigBranch;
  readonly people: People;
  /** If true, commits without a verified signature have an unknown author. */
  readonly requiresSignatures?: boolean;
}

/**
 * Reads what GitHub currently says about a rollout. All methods throw HardenError if GitHub does
 * not answer, or if the branch contains no readable fleet.
 */
export function createOutsideSources(ports: SourcePorts): ContextSources {
  const { config, people, writer, hash, requiresSignatures } = ports;
  let newest: NewestFleet | undefined;
  const readFleet = async (): Promise<NewestFleet> =>
    (newest = await readNewestFleet(config, newest));
  const readPlan = async (rollout: Rollout): Promise<Plan> =>
    readRolloutPlan(rollout, await writer.read(), ports);
  return {
    readTeam: (team) => people.readTeam(team),
    readAuthors: async (rollout) => {
      const plan = await readPlan(rollout);
      const fleet = await readFleet();
      return listAuthors(
        await people.readChange({
          since: await listProvenCommits(rollout, await writer.read(), ports),
          until: plan.commit,
          branch: fleet.head.branch,
          paths: listPaths(plan, fleet),
        }),
        requiresSignatures,
      );
    },
    isSame: async (rollout) => {
      const plan = await readPlan(rollout);
      const { head, hosts } = await readFleet();
      if (!(await config.isAncestor(plan.commit, head.commit))) return false;
      return compareTarget(plan, hosts.map(describeTarget), hash) === "same";
    },
    readClosing: async (rollout) => {
      const plan = await readPlan(rollout);
      const { hosts } = await readFleet();
      const { ledger } = await writer.read();
      const { environment: name } = rollout;
      const environment = ledger.environments.get(name) ?? newEnvironment(name);
      const records = { environment, hosts: ledger.hosts };
      return judgeClosing(plan, hosts.map(describeTarget), records, hash);
    },
    isClosed: async (environment) => {
      const { hosts } = await readFleet();
      const state = await writer.read();
      const own = hosts
        .filter(({ folder }) => factsOf(folder).environment === environment)
        .map(describeTarget);
      const left = findUnclosed(own, state.ledger.hosts, hash);
      if (own.length === 0 || left.length === 0) return own.length > 0;
      return areExceptions(left, environment, { state, ports });
    },
  };
}

/** Each plan costs a request to GitHub. */
const mostCloses = 50;

/**
 * Whether each host was an exception of a rollout that closed the environment, and was not verified
 * by that rollout or a newer one.
 */
async function areExceptions(
  names: readonly string[],
  environment: string,
  { state, ports }: { readonly state: LedgerState; readonly ports: SourcePorts },
): Promise<boolean> {
  const { rollouts, verified, hosts } = state.ledger;
  // Verified over HTTPS and not closed: it would have to be.
  if (names.some((name) => (hosts.get(name)?.proven ?? null) !== null)) return false;
  let left = names;
  let closes = 0;
  for (const rollout of [...rollouts.values()].toReversed()) {
    if (left.length === 0 || closes === mostCloses) break;
    if (left.some((name) => verified.get(name)?.latest.proof.rollout === rollout.id)) return false;
    if (!isClose(rollout, environment)) continue;
    const { exceptions } = await readRolloutPlan(rollout, state, ports);
    left = left.filter((name) => !exceptions.includes(name));
    closes++;
  }
  return left.length === 0;
}

/**
 * Whether a rollout closed the environment, or a part of it. One without waves succeeds before its
 * hosts are changed by hand.
 */
function isClose(
  { environment: name, phase, state, waves, byHand = [] }: Rollout,
  environment: string,
): boolean {
  return (
    name === environment &&
    phase === "close" &&
    state.kind === "succeeded" &&
    (waves.length > 0 || byHand.every(({ verified }) => verified !== null))
  );
}

function describeTarget({ folder, parse }: HostRead): TargetHost {
  const { stpd } = folder;
  return { folder, parse, bytes: stpd.kind === "file" ? printIni(stpd.document) : undefined };
}

/** Commits of the plans by which the hosts were last verified; null if one never was. */
async function listProvenCommits(
  { id }: Rollout,
  state: LedgerState,
  ports: SourcePorts,
): Promise<readonly (string | null)[]> {
  const commits = new Set<string | null>();
  for (const plan of state.ledger.origins.get(id) ?? [null]) {
    commits.add(plan === null ? null : (await readRolloutPlan({ plan }, state, ports)).commit);
  }
  return [...commits];
}

/** Combines many directories into one, because each path needs requests to GitHub. */
const maxFolders = 20;

/** Paths of the planned hosts and the policy, relative to the root of the repository. */
function listPaths(plan: Plan, { top, root, hosts }: NewestFleet): readonly string[] {
  const names = new Set(listTargets(plan).map(({ name }) => name));
  const folders = hosts
    .filter(({ folder }) => names.has(folder.name))
    .map(({ folder }) => resolvePath(root, folder.path, false));
  const shown = folders.length > maxFolders ? [commonFolder(folders)] : folders;
  return [...shown, joinPath(root, settingsFile)].flatMap((path) => relativePath(top, path) ?? []);
}

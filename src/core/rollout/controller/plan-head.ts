import type { Planned } from "../plan/plan.ts";
import { largestWave } from "../plan/waves.ts";
import type { Phase } from "../../verify/expectation.ts";
import type { ConfigBranch } from "./config-repo-port.ts";
import type { ControlTools } from "./commands.ts";
import { describeRecords, viewOf } from "../ledger/plan-source.ts";
import { planFleet } from "../plan/plan-fleet.ts";
import { openTree } from "../../config-repo/tree-files.ts";

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
  "writer" | "store" | "hash" | "environments" | "now"
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
  { writer, store, config, hash, environments, repository, now }: PlanTools,
): Promise<Planned> {
  const { commit } = await config.readHead();
  const files = openTree(await config.readTree(commit));
  const records = await describeRecords(await writer.read(), store, hash);
  const waveSize = environments.get(environment)?.waveSize ?? largestWave;
  const asOf = new Date(now() * 1000).toISOString().slice(0, 10);
  const request = { paths: ["."], names, exceptions, repository, commit, phase, asOf, waveSize };
  return planFleet({ ...request, ledger: viewOf(environment, records, now()) }, { files, hash });
}

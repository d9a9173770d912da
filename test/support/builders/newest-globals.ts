import type { ConfigBranch } from "../../../src/core/rollout/controller/config-repo-port.ts";
import { factsOf } from "../../../src/core/fleet/host-folder.ts";
import type { Hash } from "../../../src/core/base/hash.ts";
import { digestGlobals } from "../../../src/core/rollout/plan/plan.ts";
import { readNewestFleet } from "../../../src/core/rollout/controller/plan-head.ts";

/**
 * Digest of the global settings on the default branch for an environment's Servers, as recorded
 * after a person has set them. Throws HardenError like loadTargets().
 */
export async function digestNewestGlobals(
  environment: string,
  { config, hash }: { readonly config: ConfigBranch; readonly hash: Hash },
): Promise<string> {
  const { hosts } = await readNewestFleet(config);
  const own = hosts.filter(({ folder }) => factsOf(folder).environment === environment);
  return digestGlobals(own, hash);
}

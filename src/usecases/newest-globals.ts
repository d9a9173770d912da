import { factsOf } from "../core/fleet/host-folder.ts";
import type { Hash } from "../core/policy/baseline.ts";
import { digestGlobals } from "../core/rollout/plan.ts";
import type { ConfigBranch } from "./config-ports.ts";
import { loadTargets } from "./fleet-targets.ts";
import { openTree } from "./tree-files.ts";

/**
 * Digest of the global settings that the default branch wants for an environment's Servers: what
 * whoever has written them there lets be recorded. Throws HardenError as loadTargets() does.
 */
export async function digestNewestGlobals(
  environment: string,
  { config, hash }: { readonly config: ConfigBranch; readonly hash: Hash },
): Promise<string> {
  const { commit } = await config.readHead();
  const files = openTree(await config.readTree(commit));
  const { hosts } = loadTargets({ paths: ["."], overrides: {}, names: [] }, files);
  const own = hosts.filter(({ folder }) => factsOf(folder).environment === environment);
  return digestGlobals(own, hash);
}

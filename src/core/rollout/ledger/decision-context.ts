import type { Rollout } from "../state/rollout.ts";
import type { Outside } from "./commands.ts";
import type { Situation } from "../state/situation.ts";

/** Nobody stops or lets go by this: it is for what the controller does by itself. */
export const nobody: Situation["standingOf"] = () => ({
  isKnown: false,
  group: "outside",
  own: "yes",
});

/** What a decision rests on that only needs the ledger, such as what became of a dispatch. */
export function lookNowhere(search: Situation["search"]): Outside {
  return {
    standingOf: nobody,
    target: "unreadable",
    window: "none",
    closing: "open-not-proven",
    search,
  };
}

/**
 * For what persons say whoever made the change: stopping, above all, which has to be possible also
 * where GitHub tells nothing else.
 */
export function createPersonLook({
  standings,
}: Pick<Surroundings, "standings">): (rollout: Rollout) => Promise<Outside> {
  return async ({ environment }) => ({
    ...lookNowhere("under-way"),
    standingOf: await standings(environment, undefined),
  });
}

/** For an approval: who made the change, and whether it is still there. */
export function createApprovalLook({
  standings,
  target,
}: Pick<Surroundings, "standings" | "target">): (rollout: Rollout) => Promise<Outside> {
  return async (rollout) => ({
    ...lookNowhere("under-way"),
    standingOf: await standings(rollout.environment, rollout),
    target: await target(rollout),
  });
}

/** All of it, read now, for a dispatch. */
export function createLook(
  { standings, target, window, closing }: Surroundings,
  { now, search }: { readonly now: () => number; readonly search: Situation["search"] },
): (rollout: Rollout) => Promise<Outside> {
  return async (rollout) => ({
    standingOf: await standings(rollout.environment, rollout),
    target: await target(rollout),
    window: window(rollout.environment, now()),
    closing: rollout.phase === "close" ? await closing(rollout) : "ready",
    search,
  });
}

/** What holds outside of the ledger; each is read anew when it is asked, and never remembered. */
export interface Surroundings {
  /** With a rollout, also whether its change is a person's own. */
  readonly standings: (
    environment: string,
    rollout: Rollout | undefined,
  ) => Promise<Situation["standingOf"]>;
  readonly target: (rollout: Rollout) => Promise<Situation["target"]>;
  readonly window: (environment: string, at: number) => Situation["window"];
  readonly closing: (rollout: Rollout) => Promise<Situation["closing"]>;
}

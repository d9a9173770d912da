import type { Rollout } from "../state/rollout.ts";
import type { ExternalFacts } from "./commands.ts";
import type { TransitionContext } from "../state/transition-context.ts";

/** Nobody stops or lets go by this: it is for what the controller does by itself. */
export const nobody: TransitionContext["standingOf"] = () => ({
  isKnown: false,
  group: "outside",
  own: "yes",
});

/** What a decision rests on that only needs the ledger, such as what became of a dispatch. */
export function lookNowhere(search: TransitionContext["search"]): ExternalFacts {
  return {
    standingOf: nobody,
    target: "unreadable",
    window: "none",
    closing: "open-not-proven",
    predecessor: "not-closed",
    search,
  };
}

/**
 * For what persons say whoever made the change: stopping, above all, which has to be possible also
 * where GitHub tells nothing else.
 */
export function createPersonLook({
  standings,
}: Pick<ContextPort, "standings">): (rollout: Rollout) => Promise<ExternalFacts> {
  return async ({ environment }) => ({
    ...lookNowhere("under-way"),
    standingOf: await standings(environment, undefined),
  });
}

/** For an approval: who made the change, whether it is still there, and whether it may start. */
export function createApprovalLook(
  { standings, target, window, closing, predecessor }: ContextPort,
  nowSeconds: () => number,
): (rollout: Rollout) => Promise<ExternalFacts> {
  return async (rollout) => ({
    ...lookNowhere("under-way"),
    // Without waves the approval is what lets people begin.
    ...(rollout.waves.length === 0
      ? {
          window: window(rollout.environment, nowSeconds()),
          closing: rollout.phase === "close" ? await closing(rollout) : "ready",
        }
      : {}),
    standingOf: await standings(rollout.environment, rollout),
    target: await target(rollout),
    predecessor: await predecessor(rollout.environment),
  });
}

/** All of it, read now, for a dispatch. */
export function createLook(
  { standings, target, window, closing, predecessor }: ContextPort,
  {
    nowSeconds,
    search,
  }: { readonly nowSeconds: () => number; readonly search: TransitionContext["search"] },
): (rollout: Rollout) => Promise<ExternalFacts> {
  return async (rollout) => ({
    standingOf: await standings(rollout.environment, rollout),
    target: await target(rollout),
    window: window(rollout.environment, nowSeconds()),
    closing: rollout.phase === "close" ? await closing(rollout) : "ready",
    predecessor: await predecessor(rollout.environment),
    search,
  });
}

/** What holds outside of the ledger; each is read anew when it is asked, and never remembered. */
export interface ContextPort {
  /** With a rollout, also whether its change is a person's own. */
  readonly standings: (
    environment: string,
    rollout: Rollout | undefined,
  ) => Promise<TransitionContext["standingOf"]>;
  readonly target: (rollout: Rollout) => Promise<TransitionContext["target"]>;
  readonly window: (environment: string, at: number) => TransitionContext["window"];
  readonly closing: (rollout: Rollout) => Promise<TransitionContext["closing"]>;
  /** Of the environment that the settings name for this one; ready where they name none. */
  readonly predecessor: (environment: string) => Promise<TransitionContext["predecessor"]>;
}

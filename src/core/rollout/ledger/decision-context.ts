import type { Rollout } from "../state/rollout.ts";
import type { ExternalFacts } from "./commands.ts";
import type { TransitionContext } from "../state/transition-context.ts";

/** Standing of someone without any rights, for what the controller does by itself. */
export const nobody: TransitionContext["standingOf"] = () => ({
  isKnown: false,
  group: "outside",
  own: "yes",
});

/** Context of decisions that need only the ledger, such as recording the answer to a dispatch. */
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
 * Context of decisions that do not depend on the authors of the change, above all stopping, which
 * must work even if GitHub reports nothing else.
 */
export function createPersonLook({
  standings,
}: Pick<ContextPort, "standings">): (rollout: Rollout) => Promise<ExternalFacts> {
  return async ({ environment }) => ({
    ...lookNowhere("under-way"),
    standingOf: await standings(environment, undefined),
  });
}

/** Context of an approval: authors of the change, whether it is unchanged, whether it may start. */
export function createApprovalLook(
  { standings, target, window, closing, predecessor }: ContextPort,
  nowSeconds: () => number,
): (rollout: Rollout) => Promise<ExternalFacts> {
  return async (rollout) => ({
    ...lookNowhere("under-way"),
    // Without waves, the approval is what allows people to start.
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

/** Full context of a dispatch, read now. */
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

/** Facts outside of the ledger; each call reads them again, without a cache. */
export interface ContextPort {
  /** With a rollout, also whether a person is an author of its change. */
  readonly standings: (
    environment: string,
    rollout: Rollout | undefined,
  ) => Promise<TransitionContext["standingOf"]>;
  readonly target: (rollout: Rollout) => Promise<TransitionContext["target"]>;
  readonly window: (environment: string, at: number) => TransitionContext["window"];
  readonly closing: (rollout: Rollout) => Promise<TransitionContext["closing"]>;
  /** Of the environment named in `after`; ready if there is none. */
  readonly predecessor: (environment: string) => Promise<TransitionContext["predecessor"]>;
}

import { refuseApprover } from "../../src/core/rollout/state/approvals.ts";
import { newEnvironment } from "../../src/core/rollout/state/records.ts";
import type { Rollout } from "../../src/core/rollout/state/rollout.ts";
import type { ListenerContext } from "./context.ts";
import { listOpen } from "../controller/queries.ts";
import type { HomeView } from "../views/blocks.ts";
import { renderHome } from "../views/home.ts";
import type { Asker } from "../slack/authorize.ts";

/** The current App Home of a person. Throws HardenError if GitHub cannot be read. */
export async function answerHome({ person }: Asker, desk: ListenerContext): Promise<HomeView> {
  const { controller, readFleet } = desk;
  const [{ status, state }, fixUrl] = await Promise.all([readFleet(), controller.readFixUrl()]);
  const { ledger } = state;
  const nowSeconds = controller.nowSeconds();
  const waiting = person === undefined ? [] : await listWaiting(person.name, listOpen(state), desk);
  return renderHome({
    person: person?.name ?? null,
    waiting: waiting.map((rollout) => ({
      rollout,
      trace: ledger.traces.get(rollout.id),
      environment:
        ledger.environments.get(rollout.environment) ?? newEnvironment(rollout.environment),
      rehearsal: ledger.rehearsals.get(rollout.environment),
      hindrance: null,
      nowSeconds,
    })),
    status,
    fixUrl,
    cardTroubles: desk.cardTroubles(),
    recent: [...ledger.rollouts.values()]
      .slice(-20)
      .map((rollout) => ({ rollout, trace: ledger.traces.get(rollout.id) })),
  });
}

/** Rollouts that a person can decide about: approve another person's request, or continue after a wave. */
async function listWaiting(
  name: string,
  open: readonly Rollout[],
  { controller }: ListenerContext,
): Promise<readonly Rollout[]> {
  const waiting: Rollout[] = [];
  for (const rollout of open) {
    const { state, environment } = rollout;
    const isToApprove = state.kind === "requested";
    if (!isToApprove && state.kind !== "paused" && state.kind !== "aborted") continue;
    const standings = await controller.context.standings(
      environment,
      isToApprove ? rollout : undefined,
    );
    const standing = standings(name);
    const hasSaid = rollout.approvals.includes(name);
    const isMember = standing.isKnown && standing.group === "member";
    if (isToApprove ? !hasSaid && refuseApprover(standing) === undefined : isMember) {
      waiting.push(rollout);
    }
  }
  return waiting;
}

import { isOver, type Rollout } from "../state/rollout.ts";
import { isAtWork, isRehearsable, type Rehearsal } from "../state/rehearsal.ts";
import { refuseMember } from "../state/approvals.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import type { LedgerWriting } from "../ledger/writer.ts";
import { endStuck } from "../dispatch/follow-run.ts";
import {
  findRehearsal,
  loseRehearsal,
  recordRehearsal,
  sendRehearsal,
} from "../dispatch/rehearse-wave.ts";
import type { ControlTools } from "./commands.ts";
import { describeStep, type ReconcileTools, type RolloutStep } from "./reconcile.ts";

export type RehearsalTools = ControlTools & ReconcileTools;

/** Rehearses a plan again at a person's request; the same limits apply. */
export async function rehearseAgain(
  id: string,
  by: string,
  tools: ControlTools,
): Promise<LedgerWriting> {
  const { writer, context } = tools;
  const rollout = (await writer.read()).ledger.rollouts.get(id);
  if (rollout === undefined) return { kind: "refused", reason: "rollout-unknown" };
  const standingOf = await context.standings(rollout.environment, undefined);
  const refusal = refuseMember(standingOf(by)) ?? refuseStart(rollout, tools);
  if (refusal !== undefined) return { kind: "refused", reason: refusal };
  return sendRehearsal({ rollout, wave: 1, by }, tools);
}

/** Checks the settings and time windows; the ledger itself refuses the rest. */
function refuseStart(
  { environment, terms }: Rollout,
  { environments, context, nowSeconds }: ControlTools,
): ReasonCode | undefined {
  const { rehearsal = "off" } = environments.get(environment) ?? {};
  if (rehearsal === "off" && terms.rehearsal === undefined) return "rehearsal-off";
  const window = context.window(environment, nowSeconds());
  return window === "none" ? undefined : window;
}

/**
 * Starts the rehearsal of each requested plan once, and advances each running rehearsal by one
 * step, using only the ledger. Any number of controllers may run this at the same time, and each
 * may be stopped at any moment.
 */
export async function reconcileRehearsals(tools: RehearsalTools): Promise<readonly RolloutStep[]> {
  const { ledger } = await tools.writer.read();
  const steps: RolloutStep[] = [];
  for (const { rollout: current, environment } of ledger.environments.values()) {
    const rehearsal = ledger.rehearsals.get(environment);
    const rollout = ledger.rollouts.get(rehearsal?.rollout ?? "");
    if (rehearsal !== undefined && rollout !== undefined && isAtWork(rehearsal)) {
      steps.push(await describeStep(rollout.id, () => follow({ rollout, rehearsal }, tools)));
      continue;
    }
    const next = ledger.rollouts.get(current?.id ?? "");
    if (next === undefined || isOver(next.state) || !isRehearsable(next)) continue;
    const wave = findWave(next, rehearsal);
    if (wave === undefined) continue;
    const start = async (): Promise<LedgerWriting | ReasonCode> =>
      refuseStart(next, tools) ?? sendRehearsal({ rollout: next, wave, by: null }, tools);
    steps.push(await describeStep(next.id, start));
  }
  return steps;
}

/** The wave that the controller rehearses by itself; people request a repetition. */
function findWave({ id }: Rollout, rehearsal: Rehearsal | undefined): number | undefined {
  if (rehearsal?.rollout !== id) return 1;
  return rehearsal.state.kind === "between" ? rehearsal.state.wave + 1 : undefined;
}

async function follow(
  followed: { readonly rollout: Rollout; readonly rehearsal: Rehearsal },
  tools: RehearsalTools,
): Promise<LedgerWriting | ReasonCode> {
  const { rollout, rehearsal } = followed;
  const { state, sent } = rehearsal;
  const { patience, nowSeconds, jobs } = tools;
  const ageSeconds = nowSeconds() - sent.at;
  if (state.kind === "running") {
    const recorded = await recordRehearsal(followed, state.run, tools);
    if (recorded !== undefined) return recorded;
    // A rehearsal changes nothing, and would delay a wave that was approved.
    if (!isRehearsable(rollout)) await jobs.end(state.run);
    else if (ageSeconds >= patience.rehearsalSeconds) await endStuck(state.run, tools);
    return "rehearsal-at-work";
  }
  const found = await findRehearsal(rehearsal, tools);
  if (found !== undefined) return found;
  if (state.kind === "dispatching") {
    // The controller that sent it may still be waiting for GitHub's answer.
    return ageSeconds < patience.answerSeconds
      ? "rehearsal-at-work"
      : loseRehearsal(rehearsal, tools);
  }
  if (ageSeconds < patience.searchSeconds) return "rehearsal-at-work";
  return (await recordRehearsal(followed, null, tools)) ?? "rehearsal-at-work";
}

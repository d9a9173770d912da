import { refuseMember } from "../state/approvals.ts";
import { findHand, findScanStart, isApproved } from "../state/by-hand.ts";
import { newEnvironment } from "../state/records.ts";
import { refuseHands } from "../state/transitions.ts";
import { createLook } from "../ledger/decision-context.ts";
import type { Rollout } from "../state/rollout.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { recordByHand } from "../ledger/commands.ts";
import type { LedgerWriting } from "../ledger/writer.ts";
import { readRolloutPlan } from "../dispatch/dispatch-wave.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import type { ControlTools } from "./commands.ts";
import type { VerifyRuns, VerifyStart } from "./record-verify.ts";

/** The newest approved rollout that lists a host by hand, or else the newest one. */
export function findHandRollout(
  host: string,
  { rollouts }: Pick<Ledger, "rollouts">,
): Rollout | undefined {
  const own = [...rollouts.values()].filter((one) => findHand(one, host) !== undefined);
  return own.findLast(isApproved) ?? own.at(-1);
}

/**
 * Records a person's statement that a host which is changed by hand has the planned file. It counts
 * once a scan confirms it. Throws HardenError if the plan cannot be read.
 */
export async function recordHandFile(
  { host, file, by }: { readonly host: string; readonly file: string; readonly by: string },
  tools: ControlTools,
): Promise<LedgerWriting> {
  const state = await tools.writer.read();
  const rollout = findHandRollout(host, state.ledger);
  if (rollout === undefined) return { kind: "refused", reason: "not-by-hand" };
  const reason = await refusePerson(by, rollout, tools);
  if (reason !== undefined) return { kind: "refused", reason };
  const { byHand = [] } = await readRolloutPlan(rollout, state, tools);
  const planned = byHand.find(({ name }) => name === host);
  if (planned?.file !== file) return { kind: "refused", reason: "hand-file-differs" };
  return tools.writer.write(recordByHand(rollout.id, { host, file, by }));
}

/**
 * Why a person may not get the scripts of the hosts by hand now; undefined if they may. Throws
 * HardenError as the context does.
 */
export async function refuseScripts(
  rollout: Rollout,
  by: string,
  tools: ControlTools,
): Promise<ReasonCode | undefined> {
  const { writer, context, nowSeconds, isClockWrong } = tools;
  const reason = await refusePerson(by, rollout, tools);
  if (reason !== undefined) return reason;
  if (isClockWrong?.() === true) return "clock-wrong";
  const { environments, rehearsals } = (await writer.read()).ledger;
  const { environment: name } = rollout;
  return refuseHands(rollout, {
    ...(await createLook(context, { nowSeconds, search: "under-way" })(rollout)),
    at: nowSeconds(),
    environment: environments.get(name) ?? newEnvironment(name),
    rehearsal: rehearsals.get(name),
  });
}

/** The rollouts with a host that the newest recorded run of verify confirmed. */
export function listConfirmed({ rollouts, wire }: Ledger): readonly Rollout[] {
  return [...rollouts.values()].filter(({ byHand = [] }) =>
    byHand.some(({ verified }) => verified !== null && verified.run === wire.last?.run),
  );
}

export type ScanAnswer =
  | VerifyStart
  | { readonly kind: "not-allowed"; readonly reason: ReasonCode };

/**
 * Starts the verify workflow, which scans the whole fleet; its result is recorded when it ends. Not
 * allowed while no host of the rollout waits for a scan, and not started if a run that is newer than
 * their records has not ended.
 */
export async function startScan(
  rollout: Rollout,
  by: string,
  tools: ControlTools & { readonly verifyRuns: Pick<VerifyRuns, "start"> },
): Promise<ScanAnswer> {
  const reason = await refusePerson(by, rollout, tools);
  if (reason !== undefined) return { kind: "not-allowed", reason };
  const since = findScanStart(rollout, tools.nowSeconds());
  return typeof since === "number"
    ? tools.verifyRuns.start(since)
    : { kind: "not-allowed", reason: since };
}

async function refusePerson(
  by: string,
  { environment }: Rollout,
  { context }: ControlTools,
): Promise<ReasonCode | undefined> {
  const standings = await context.standings(environment, undefined);
  return refuseMember(standings(by));
}

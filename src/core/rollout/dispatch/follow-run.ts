import type { Dispatch } from "../ledger/ledger.ts";
import type { VerifySignature } from "../../formats/jws.ts";
import { clockDifferenceSeconds } from "../state/rehearsal.ts";
import type { Rollout } from "../state/rollout.ts";
import {
  nameDispatch,
  moveDispatch,
  readRolloutPlan,
  type DispatchTools,
} from "./dispatch-wave.ts";
import { moveRollout } from "../ledger/commands.ts";
import { lookNowhere } from "../ledger/decision-context.ts";
import { readResults } from "./read-results.ts";
import { type WaveJobs, type WaveRuns, isStuck } from "./workflow-port.ts";
import type { LedgerWriting } from "../ledger/writer.ts";

export interface FollowTools extends Pick<DispatchTools, "writer" | "store" | "hash"> {
  readonly runs: WaveRuns;
  readonly jobs: WaveJobs;
  readonly verifySignature: VerifySignature;
}

export interface FollowedWave {
  readonly rollout: Rollout;
  readonly dispatch: Dispatch;
}

/** Searches for a run by the name that its dispatch gave it; undefined if there is none. */
export async function findRun(
  { rollout, dispatch }: FollowedWave,
  { writer, runs }: FollowTools,
): Promise<LedgerWriting | undefined> {
  const { wave, at } = dispatch;
  const run = await runs.find(nameDispatch(rollout.id, dispatch), at - clockDifferenceSeconds);
  if (run === undefined) return undefined;
  return writer.write(moveDispatch(rollout.id, { kind: "find", wave, run }, dispatch));
}

/** Evaluates the wave if its run has ended; undefined while it is running. */
export async function judgeFinished(
  { rollout, dispatch }: FollowedWave,
  run: number,
  tools: FollowTools,
): Promise<LedgerWriting | undefined> {
  const { writer, runs, jobs } = tools;
  const look = await runs.look(run);
  if (look.kind === "under-way") return undefined;
  const state = await writer.read();
  const plan = await readRolloutPlan(rollout, state, tools);
  const texts = look.kind === "missing" ? undefined : await runs.readReports(run);
  const sights = texts === undefined ? [] : await jobs.read(run);
  const { keys } = state.ledger;
  const request = { rollout, plan, dispatch, texts, jobs: sights, keys };
  const { results, proven } = await readResults(request, tools);
  const event = { kind: "judge", wave: dispatch.wave, run, results } as const;
  const move = { rollout: rollout.id, event, by: null, proven };
  return writer.write(moveRollout(move, () => lookNowhere("under-way")));
}

/**
 * Ends a run whose hosts wait for their runners while none is active: GitHub would let them wait
 * for a day. Hosts that did not start are evaluated as such.
 */
export async function endStuck(run: number, { jobs }: Pick<FollowTools, "jobs">): Promise<void> {
  if (isStuck(await jobs.read(run))) await jobs.end(run);
}

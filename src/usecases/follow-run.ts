import type { Dispatch } from "../core/rollout/ledger.ts";
import type { Rollout } from "../core/rollout/rollout.ts";
import {
  nameDispatch,
  moveDispatch,
  readRolloutPlan,
  type DispatchTools,
} from "./dispatch-wave.ts";
import { moveRollout } from "./ledger-decisions.ts";
import { lookNowhere } from "./look-outside.ts";
import { readResults } from "./read-results.ts";
import type { WaveRuns } from "./wave-ports.ts";
import type { LedgerWriting } from "./write-ledger.ts";

export interface FollowTools extends Pick<DispatchTools, "writer" | "store" | "hash"> {
  readonly runs: WaveRuns;
}

export interface FollowedWave {
  readonly rollout: Rollout;
  readonly dispatch: Dispatch;
}

/** The clocks of GitHub and of the controller may differ by this, in seconds. */
const clockDifference = 300;

/** Looks for a run by the name that its dispatch gave it; undefined where it is not to be found. */
export async function findRun(
  { rollout, dispatch }: FollowedWave,
  { writer, runs }: FollowTools,
): Promise<LedgerWriting | undefined> {
  const { wave, at } = dispatch;
  const run = await runs.find(nameDispatch(rollout.id, dispatch), at - clockDifference);
  if (run === undefined) return undefined;
  return writer.write(moveDispatch(rollout.id, { kind: "find", wave, run }, dispatch));
}

/** Judges the wave if its run is over; undefined while it is at work. */
export async function judgeFinished(
  { rollout, dispatch }: FollowedWave,
  run: number,
  tools: FollowTools,
): Promise<LedgerWriting | undefined> {
  const { writer, runs } = tools;
  const look = await runs.look(run);
  if (look.kind === "under-way") return undefined;
  const plan = await readRolloutPlan(rollout, await writer.read(), tools);
  const texts = look.kind === "missing" ? undefined : await runs.readReports(run);
  const { results, proven } = readResults({ rollout, plan, dispatch, texts });
  const event = { kind: "judge", wave: dispatch.wave, run, results } as const;
  const move = { rollout: rollout.id, event, by: null, proven };
  return writer.write(moveRollout(move, () => lookNowhere("under-way")));
}

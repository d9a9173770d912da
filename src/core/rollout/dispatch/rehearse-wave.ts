import type { LedgerWriting } from "../ledger/writer.ts";
import { moveRehearsal } from "../ledger/commands.ts";
import { clockDifferenceSeconds, type Rehearsal, type RehearsalEvent } from "../state/rehearsal.ts";
import type { Rollout } from "../state/rollout.ts";
import { claimRun, nameDispatch, readRolloutPlan, type DispatchTools } from "./dispatch-wave.ts";
import type { FollowTools } from "./follow-run.ts";
import { readRehearsal } from "./rehearsal-results.ts";
import { signRehearsalTicket } from "./ticket.ts";
import { rehearsalInputsOf } from "./wave-run.ts";
import type { DispatchAnswer } from "./workflow-port.ts";

/**
 * Starts the rehearsal of a wave. It is recorded in the ledger first, as in dispatchWave(); only
 * the controller that wrote the entry starts the run. If the controller is stopped in between, only
 * the answer is missing, and the run is searched for by its name.
 */
export async function sendRehearsal(
  {
    rollout,
    wave,
    by,
  }: {
    readonly rollout: Rollout;
    readonly wave: number;
    /** The person who requested it; null if the controller acts by itself. */
    readonly by: string | null;
  },
  tools: DispatchTools,
): Promise<LedgerWriting> {
  const { writer, signer, runs, ticketLifeSeconds } = tools;
  if (tools.isClockWrong?.() === true) return { kind: "refused", reason: "clock-wrong" };
  const { id, environment } = rollout;
  const plan = await readRolloutPlan(rollout, await writer.read(), tools);
  const event: RehearsalEvent = { kind: "dispatch", wave };
  const written = await writer.write(moveRehearsal({ rollout: id, event, by }));
  if (written.kind === "refused") return written;
  // If the ledger's answer was lost, another controller may have continued already.
  const rehearsal = written.ledger.rehearsals.get(environment);
  const isOpen = rehearsal?.state.kind === "dispatching";
  if (!isOpen || rehearsal.sent.sequence !== written.entry.sequence) return written;
  const { sent } = rehearsal;
  const claims = claimRun(rollout, plan, { dispatch: sent, ticketLifeSeconds });
  // The type differs from that of a wave's ticket: if a workflow ran this as a wave, gate and hosts
  // would refuse it, and nothing would change. GitHub refuses an input that a workflow does not
  // have.
  const ticket = await signRehearsalTicket(claims, signer);
  const inputs = rehearsalInputsOf(ticket, claims, nameDispatch(id, sent));
  return record(rehearsal, readAnswer(wave, await runs.dispatch(inputs)), tools);
}

/** Records the result of one dispatch, but of no later one. */
function record(
  { rollout, sent: { sequence } }: Rehearsal,
  event: RehearsalEvent,
  { writer }: Pick<DispatchTools, "writer">,
): Promise<LedgerWriting> {
  return writer.write(moveRehearsal({ rollout, event, by: null, of: sequence }));
}

/** A run that was started without an id is searched for, as if the answer was lost. */
function readAnswer(wave: number, answer: DispatchAnswer): RehearsalEvent {
  if (answer.kind === "refused") {
    const { detail, lacksInput: isOldWorkflow = false } = answer;
    return { kind: "refuse", wave, isOldWorkflow, detail };
  }
  if (answer.kind === "unknown" || answer.run === null) return { kind: "lose", wave };
  return { kind: "accept", wave, run: answer.run };
}

/** Searches for a run by the name that its dispatch gave it; undefined if there is none. */
export async function findRehearsal(
  rehearsal: Rehearsal,
  tools: FollowTools,
): Promise<LedgerWriting | undefined> {
  const { rollout, sent } = rehearsal;
  const run = await tools.runs.find(nameDispatch(rollout, sent), sent.at - clockDifferenceSeconds);
  if (run === undefined) return undefined;
  return record(rehearsal, { kind: "accept", wave: sent.wave, run }, tools);
}

/** Records that GitHub's answer to the dispatch was lost. */
export function loseRehearsal(rehearsal: Rehearsal, tools: FollowTools): Promise<LedgerWriting> {
  return record(rehearsal, { kind: "lose", wave: rehearsal.sent.wave }, tools);
}

/**
 * Records the answers of the wave's hosts; undefined while its run is running. If no run was found,
 * every host is unknown.
 */
export async function recordRehearsal(
  { rollout, rehearsal }: { readonly rollout: Rollout; readonly rehearsal: Rehearsal },
  run: number | null,
  tools: FollowTools & { readonly nowSeconds: () => number },
): Promise<LedgerWriting | undefined> {
  const { writer, runs, jobs, nowSeconds } = tools;
  const look = run === null ? undefined : await runs.look(run);
  if (look?.kind === "under-way") return undefined;
  const state = await writer.read();
  const plan = await readRolloutPlan(rollout, state, tools);
  const isThere = run !== null && look?.kind === "completed";
  const texts = isThere ? await runs.readReports(run) : undefined;
  const sights = isThere ? await jobs.read(run) : [];
  const { sent } = rehearsal;
  const { keys } = state.ledger;
  const results = await readRehearsal(
    { rollout, plan, sent, texts, jobs: sights, keys, nowSeconds: nowSeconds() },
    tools,
  );
  return record(rehearsal, { kind: "results", wave: sent.wave, run, results }, tools);
}

import { HardenError } from "../../base/errors.ts";
import type { Signer } from "../../formats/jws.ts";
import type { Dispatch } from "../ledger/ledger.ts";
import { planPath } from "../ledger/layout.ts";
import { readPlan } from "../plan/plan-file.ts";
import type { Plan } from "../plan/plan.ts";
import { hostsOfWave, type Rollout, type RolloutEvent } from "../state/rollout.ts";
import { signTicket, type RehearsalClaims } from "./ticket.ts";
import { decodeBytes } from "../../base/text.ts";
import { moveRollout, type ExternalFacts } from "../ledger/commands.ts";
import type { LedgerStore } from "../ledger/store-port.ts";
import { lookNowhere } from "../ledger/decision-context.ts";
import type { LedgerState } from "../ledger/reader.ts";
import type { DispatchAnswer, WaveRuns } from "./workflow-port.ts";
import type { LedgerCommand, LedgerWriter, LedgerWriting } from "../ledger/writer.ts";
import type { Hash } from "../../base/hash.ts";
import { runInputsOf } from "./wave-run.ts";
import { findSharing } from "../state/host-keys.ts";

export interface DispatchTools {
  readonly writer: LedgerWriter;
  readonly store: Pick<LedgerStore, "read">;
  readonly signer: Signer;
  readonly runs: Pick<WaveRuns, "dispatch">;
  readonly hash: Hash;
  /** Seconds for which a ticket is valid: how long a wave may take after its dispatch. */
  readonly ticketLifeSeconds: number;
  /**
   * Whether this machine's clock is so wrong that hosts and controllers may disagree about times.
   */
  readonly isClockWrong?: () => boolean;
}

/**
 * The name by which a run is found again. It follows from the ledger, so every controller gets the
 * same name. It is unknown before the wave is sent, so no run with that name can be prepared.
 */
export function nameDispatch(
  rollout: string,
  { wave, sequence, digest }: Omit<Dispatch, "at">,
): string {
  return `${rollout}-w${wave}-${sequence}-${digest.slice(0, 32)}`;
}

/** Reads the plan of a rollout from the ledger. Throws HardenError `broke` if it is missing. */
export async function readRolloutPlan(
  { plan: digest }: Pick<Rollout, "plan">,
  { listing }: LedgerState,
  { store, hash }: Pick<DispatchTools, "store" | "hash">,
): Promise<Plan> {
  const name = listing.get(planPath(digest));
  const [bytes = ""] = name === undefined ? [] : await store.read([name]);
  const read = readPlan(decodeBytes(bytes), hash);
  if (read?.digest === digest) return read.plan;
  throw new HardenError(
    "broke",
    `the plan ${digest} in the ledger is not the requested one`,
    "Run sesam-harden ledger verify; then plan and request again.",
  );
}

/**
 * Sends a wave. It is recorded in the ledger first, so that every run is known; only the controller
 * that wrote the entry sends it. If the controller is stopped in between, only the answer is
 * missing, and the run is searched for by its name.
 */
export async function dispatchWave(
  {
    rollout,
    wave,
    by,
    look,
  }: {
    readonly rollout: Rollout;
    readonly wave: number;
    /** The person who requested it; null if the controller acts by itself. */
    readonly by: string | null;
    readonly look: (rollout: Rollout) => Promise<ExternalFacts>;
  },
  tools: DispatchTools,
): Promise<LedgerWriting> {
  const { writer, signer, runs, ticketLifeSeconds } = tools;
  if (tools.isClockWrong?.() === true) return { kind: "refused", reason: "clock-wrong" };
  const state = await writer.read();
  const { keys } = state.ledger;
  const isShared = hostsOfWave(rollout, wave).some((host) => findSharing(keys, host).length > 0);
  // The reports of such hosts would not count after the change.
  if (isShared) return { kind: "refused", reason: "key-twice" };
  const plan = await readRolloutPlan(rollout, state, tools);
  const move = { rollout: rollout.id, event: { kind: "dispatch", wave }, by } as const;
  const written = await writer.write(moveRollout(move, look));
  if (written.kind === "refused") return written;
  // If the ledger's answer was lost, another controller may have continued already.
  const { rollouts, dispatches } = written.ledger;
  const dispatch = dispatches.get(rollout.id);
  const isOpen = rollouts.get(rollout.id)?.state.kind === "dispatching";
  if (!isOpen || dispatch?.sequence !== written.entry.sequence) return written;
  const claims = {
    ...claimRun(rollout, plan, { dispatch, ticketLifeSeconds }),
    sequence: dispatch.sequence,
  };
  const inputs = runInputsOf(
    await signTicket(claims, signer),
    claims,
    nameDispatch(rollout.id, dispatch),
  );
  const event = readDispatchAnswer(wave, await runs.dispatch(inputs));
  return writer.write(moveDispatch(rollout.id, event, dispatch));
}

/** The claims of a wave's ticket, and of a rehearsal ticket, which has no sequence. */
export function claimRun(
  rollout: Rollout,
  { repository, commit, phase, environment, ledger }: Plan,
  {
    dispatch: { wave, at },
    ticketLifeSeconds,
  }: { readonly dispatch: Pick<Dispatch, "wave" | "at">; readonly ticketLifeSeconds: number },
): RehearsalClaims {
  return {
    schemaVersion: 1,
    rollout: rollout.id,
    wave,
    repository,
    commit,
    phase,
    environment,
    plan: rollout.plan,
    ledger,
    nbf: at,
    exp: at + ticketLifeSeconds,
  };
}

/** A run that was started without an id is searched for, as if the answer was lost. */
function readDispatchAnswer(wave: number, answer: DispatchAnswer): RolloutEvent {
  if (answer.kind === "refused") return { kind: "refuse", wave, detail: answer.detail };
  if (answer.kind === "unknown" || answer.run === null) return { kind: "lose", wave };
  return { kind: "accept", wave, run: answer.run };
}

/** Records the result of one dispatch, but of no later dispatch of the same wave. */
export function moveDispatch(
  id: string,
  event: RolloutEvent,
  { sequence }: Dispatch,
): LedgerCommand {
  const decide = moveRollout({ rollout: id, event, by: null }, () => lookNowhere("under-way"));
  return (ledger, moment) =>
    ledger.dispatches.get(id)?.sequence === sequence ? decide(ledger, moment) : "wrong-wave";
}

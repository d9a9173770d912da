import {
  findPhaseFile,
  prepareLive,
  type ChangePins,
  type ChangeRequest,
  type PreparedChange,
  type ReadableHost,
} from "./prepare-change.ts";
import type { Journal } from "./journal.ts";
import type { Proof } from "./health-check.ts";
import { waitHealthy } from "./wait-healthy.ts";
import type { HostPort, Outcome, TicketCheck } from "./ports.ts";
import { insist } from "./retry.ts";
import {
  inspectHost,
  refuseBusy,
  refuseUnfinished,
  type AskedHost,
  type PreflightRequest,
} from "./preflight.ts";
import { isOvertaken, replaceFile } from "./replace-file.ts";
import { finishChange, undoChange, type UndoLimits, type UndoResult } from "./rollback.ts";
import { refusal, refuseFailure, type Refusal } from "../base/reasons.ts";

export interface ApplyRequest {
  readonly id: string;
  readonly host: string;
  readonly change: ChangeRequest;
  readonly pins: ChangePins;
  readonly preflight: PreflightRequest;
  readonly limits: UndoLimits;
  readonly authority: string;
  readonly tickets: TicketCheck;
}

export type ApplyResult =
  /** Nothing was changed. */
  | {
      readonly kind: "refused";
      readonly refusal: Refusal;
      /** Bytes of the file on the host; undefined if it could not be read. */
      readonly live?: string;
      /** Bytes of the file that this phase would deploy; undefined if it cannot be computed. */
      readonly after?: string | undefined;
    }
  | { readonly kind: "confirmed"; readonly already: boolean; readonly digest: string }
  | { readonly kind: "undone"; readonly reason: string; readonly result: UndoResult }
  /** The undo timer took over; its own report says how the host ended up. */
  | { readonly kind: "overtaken" };

/**
 * Plans the change and runs the checks of `host check` up to the first refusal. Changes nothing and
 * takes no lock.
 */
export async function dryRunChange(
  { change, pins, preflight }: Pick<ApplyRequest, "change" | "pins" | "preflight">,
  host: ReadableHost & AskedHost,
): Promise<PreparedChange | Extract<ApplyResult, { kind: "refused" }>> {
  const read = await prepareLive(change, pins, host);
  if (read.kind === "unreadable") return { kind: "refused", refusal: read.refusal };
  const { live, prepared } = read;
  if (prepared.kind === "refused") {
    return { ...prepared, live: live.bytes, after: findPhaseFile(change, live.bytes) };
  }
  if (prepared.before === prepared.after) return prepared;
  const against = await inspectHost(preflight, prepared, live, host);
  if (against === undefined) return prepared;
  return { kind: "refused", refusal: against, live: live.bytes, after: prepared.after };
}

/**
 * Applies the change with commit-confirmed semantics: verified and confirmed, or rolled back;
 * otherwise reports what could not be established.
 */
export async function applyChange(request: ApplyRequest, host: HostPort): Promise<ApplyResult> {
  const taken = await host.lock.take();
  if (taken.kind === "failed") return refusedBy(taken, "lock-unwritable");
  if (taken.value !== undefined) {
    return refused("another-apply", `${taken.value.who}, for ${taken.value.ageSeconds} s`);
  }
  try {
    const earlier = await refuseUnfinished(host);
    if (earlier !== undefined) return { kind: "refused", refusal: earlier };
    // Accepting a ticket stores its sequence, so it needs the lock too.
    const unapproved = await request.tickets.check();
    if (unapproved !== undefined) return { kind: "refused", refusal: unapproved };
    const prepared = await dryRunChange(request, host);
    if (prepared.kind === "refused") return prepared;
    if (prepared.before === prepared.after) return await proveAgain(request, prepared, host);
    return await changeHost(request, prepared, host);
  } finally {
    await host.lock.release();
  }
}

/** The file is already in place: verifies it again without restarting the service. */
async function proveAgain(
  { limits }: ApplyRequest,
  { after, newFile }: PreparedChange,
  host: HostPort,
): Promise<ApplyResult> {
  const proof = await waitHealthy(
    { requirement: "hardened", file: newFile, before: undefined, limits },
    host,
  );
  if (proof.answer !== "good") return refused("not-verified", explain(proof));
  return { kind: "confirmed", already: true, digest: host.hash(after) };
}

async function changeHost(
  request: ApplyRequest,
  prepared: PreparedChange,
  host: HostPort,
): Promise<ApplyResult> {
  const journal = openJournal(request, prepared, host);
  const against = await prepareHost(journal, prepared, host);
  if (against !== undefined) {
    await finishChange(journal, host);
    return { kind: "refused", refusal: against };
  }
  const undo = async (reason: string, startTick?: number): Promise<ApplyResult> => {
    if (await isOvertaken(journal, host)) return { kind: "overtaken" };
    const decided = await insist(() => host.decisions.claim(journal.id, "undo"), host.clock);
    if (decided.kind === "done" && decided.value === "confirm") return { kind: "overtaken" };
    host.tell(`rolling back: ${reason}`);
    const { parse } = request.change;
    const started = { ...journal, stage: "replacing" } as const;
    const result = await undoChange(
      { journal: started, parse, limits: request.limits, startTick },
      host,
    );
    return { kind: "undone", reason, result };
  };
  const service = await host.service.look(prepared.oldFile);
  const startTick = service.kind === "done" ? service.value.startTick : undefined;
  const replaced = await replaceFile(journal, prepared, host);
  if (replaced.kind === "failed") return undo(replaced.reason, startTick);
  if (await isOvertaken(journal, host)) return { kind: "overtaken" };
  const busy = await refuseBusy(host);
  if (busy !== undefined) return undo(busy.message, startTick);
  host.tell("restarting the service");
  const restarted = await host.service.restart();
  if (await isOvertaken(journal, host)) return { kind: "overtaken" };
  if (restarted.kind === "failed") return undo(`the restart failed: ${restarted.reason}`);
  host.tell("checking whether the host is hardened and reachable");
  const proof = await waitHealthy(
    {
      requirement: "hardened",
      file: prepared.newFile,
      before: prepared.oldFile,
      limits: request.limits,
      isOver: () => isOvertaken(journal, host),
    },
    host,
  );
  if (await isOvertaken(journal, host)) return { kind: "overtaken" };
  if (proof.answer !== "good") return undo(explain(proof));
  const decided = await host.decisions.claim(journal.id, "confirm");
  if (decided.kind === "failed") return undo(decided.reason);
  if (decided.value === "undo") return { kind: "overtaken" };
  await finishChange(journal, host);
  await host.backups.prune([journal.before, journal.after]);
  return { kind: "confirmed", already: false, digest: journal.after };
}

function openJournal(
  { id, host: name, change, authority }: ApplyRequest,
  { before, after, bridge }: PreparedChange,
  { hash, clock }: HostPort,
): Journal {
  return {
    schemaVersion: 1,
    id,
    host: name,
    phase: change.phase,
    stage: "prepared",
    startedAt: new Date(clock.nowMs()).toISOString(),
    before: hash(before),
    after: hash(after),
    bridge: bridge === undefined ? null : hash(bridge),
    authority,
  };
}

/**
 * Runs every step that can fail before the live file is touched. Returns the first refusal, or
 * undefined if all steps succeeded.
 */
async function prepareHost(
  journal: Journal,
  { before, after, bridge = before }: PreparedChange,
  host: HostPort,
): Promise<Refusal | undefined> {
  const { journals, timer, backups, copies, folder, tell } = host;
  for (const keep of [before, after, bridge]) {
    const kept = await backups.keep(keep);
    if (kept.kind === "failed") return refuseFailure(kept, "not-written");
  }
  const written = await journals.write(journal);
  if (written.kind === "failed") return refuseFailure(written, "not-written");
  const armed = await timer.arm(journal.id);
  if (armed.kind === "failed") return refuseFailure(armed, "no-timer");
  if (!(await timer.isArmed(journal.id)))
    return refusal("no-timer", "it was armed, but is no longer there");
  tell(`${armed.value} rolls the change back, unless it is verified before`);
  // This is the first write to the directory since its last cleanup, so remove leftovers of an
  // earlier run first.
  for (const step of [folder.cleanUp, () => copies.stage(after), copies.keep, folder.sync]) {
    const made = await step();
    if (made.kind === "failed") return refuseFailure(made, "not-written");
  }
  const busy = await refuseBusy(host);
  if (busy !== undefined) return busy;
  const live = await copies.read("live");
  const isSame = live.kind === "done" && live.value?.bytes === before;
  return isSame ? undefined : refusal("drift", "it changed while the change was prepared");
}

function refused(code: Refusal["code"], detail = ""): Extract<ApplyResult, { kind: "refused" }> {
  return { kind: "refused", refusal: refusal(code, detail) };
}

function refusedBy(
  failure: Extract<Outcome, { kind: "failed" }>,
  otherwise: Refusal["code"],
): Extract<ApplyResult, { kind: "refused" }> {
  return { kind: "refused", refusal: refuseFailure(failure, otherwise) };
}

function explain({ reasons }: Proof): string {
  return reasons.map(({ message }) => message).join("; ");
}

import type { ParseStpd, StpdFile } from "../core/fleet/stpd-file.ts";
import type { Journal } from "../core/rollout/journal.ts";
import { proveHost, proveOnce, type ProofLimits } from "./prove-host.ts";
import type { HostPort, Outcome } from "./host-ports.ts";

export interface UndoLimits extends ProofLimits {
  /** Milliseconds that an undo waits for running transfers to end. */
  readonly quietFor: number;
}

export interface UndoRequest {
  readonly journal: Journal;
  readonly parse: ParseStpd;
  readonly limits: UndoLimits;
  /** False only for who knows that the service did not start since the file was replaced. */
  readonly restart: boolean;
}

/** old: the file before; bridge: HTTPS beside the old ports; foreign: one that somebody else put. */
export type FileInPlace = "old" | "bridge" | "foreign";

export type UndoResult =
  | { readonly kind: "restored"; readonly file: FileInPlace; readonly notes: readonly string[] }
  /** The file is back, and the service is to be restarted once the transfers have ended. */
  | { readonly kind: "pending"; readonly file: FileInPlace; readonly notes: readonly string[] }
  | { readonly kind: "stuck"; readonly notes: readonly string[] };

/**
 * Brings a host back: the old file, then the bridge, then the old file once more; then it says that
 * it is stuck, and keeps the journal. May be cut anywhere, and run again. The lock must be held.
 */
export async function undoChange(request: UndoRequest, host: HostPort): Promise<UndoResult> {
  const { journal } = request;
  const { journals, tell } = host;
  if (journal.stage === "prepared") {
    await finishChange(journal, host);
    return { kind: "restored", file: "old", notes: ["nothing had been touched"] };
  }
  // Not needed for what follows, and on a full disk not possible.
  await journals.write({ ...journal, stage: "undoing" });
  const notes: string[] = [];
  if (await isForeignFine(request, host, notes)) {
    await finishChange(journal, host);
    return { kind: "restored", file: "foreign", notes };
  }
  for (const [turn, file] of listRetreats(journal).entries()) {
    tell(`putting the ${file} file in place`);
    const put = await putBack(file, journal, host);
    if (put.kind === "failed")
      notes.push(`the ${file} file could not be put in place: ${put.reason}`);
    const restart = request.restart || turn > 0;
    const result = await bringUp({ ...request, restart }, host, notes);
    if (result === "pending") return { kind: "pending", file, notes };
    if (result === "reachable") {
      const inPlace = put.kind === "failed" ? await nameInPlace(journal, host) : file;
      await finishChange(journal, host);
      return { kind: "restored", file: inPlace, notes };
    }
  }
  await journals.write({ ...journal, stage: "stuck" });
  return { kind: "stuck", notes };
}

/** In the phase close the bridge is what lay there before, as a rule. */
function listRetreats({ before, bridge }: Journal): readonly ("old" | "bridge")[] {
  return ["old", bridge === null || bridge === before ? "old" : "bridge", "old"];
}

/** The timer last but one, so that whoever is cut before still has it. */
export async function finishChange(journal: Journal, host: HostPort): Promise<void> {
  await host.folder.tidy();
  await host.timer.disarm(journal.id);
  await host.journals.clear(journal.id);
}

/** Somebody changed the file after us: as long as the host is reachable with it, it is theirs. */
async function isForeignFine(
  { journal, parse, limits }: UndoRequest,
  host: HostPort,
  notes: string[],
): Promise<boolean> {
  const live = await host.copies.read("live");
  if (live.kind === "failed" || live.value === undefined) return false;
  const { bytes } = live.value;
  const digest = host.hash(bytes);
  if ([journal.before, journal.after, journal.bridge].includes(digest)) return false;
  const kept = await host.backups.keep(bytes);
  notes.push(`somebody else changed the file since; it is kept as ${digest}`);
  const file = parse(bytes);
  if (file.kind === "file") {
    const proof = await proveHost({ claim: "reachable", file, before: undefined, limits }, host);
    if (proof.answer === "good") return true;
  }
  // What cannot be kept is not overwritten, unless nobody can reach the host with it.
  if (kept.kind === "failed") notes.push(`it could not be kept: ${kept.reason}`);
  return false;
}

/** Nothing is written where the file is there already, or still has its second name. */
async function putBack(
  file: "old" | "bridge",
  { before, bridge }: Journal,
  { copies, folder, backups, hash }: HostPort,
): Promise<Outcome> {
  const digest = file === "old" ? before : (bridge ?? before);
  const live = await copies.read("live");
  if (live.kind === "done" && live.value !== undefined && hash(live.value.bytes) === digest) {
    return folder.sync();
  }
  if (file === "old") {
    const old = await copies.read("old");
    if (old.kind === "done" && old.value !== undefined) {
      const placed = await copies.place("old");
      if (placed.kind === "done") return folder.sync();
    }
  }
  const bytes = await backups.find(digest);
  if (bytes === undefined) return { kind: "failed", reason: `the backup ${digest} is not there` };
  const staged = await copies.stage(bytes);
  if (staged.kind === "failed") return staged;
  const placed = await copies.place("fresh");
  return placed.kind === "failed" ? placed : folder.sync();
}

/** Restarts with what is in place, and looks whether the host can be reached. */
async function bringUp(
  request: UndoRequest,
  host: HostPort,
  notes: string[],
): Promise<"reachable" | "pending" | "not"> {
  const { parse, limits, restart } = request;
  const live = await host.copies.read("live");
  const file =
    live.kind === "done" && live.value !== undefined ? parse(live.value.bytes) : undefined;
  if (file?.kind !== "file") {
    notes.push("the file in place cannot be read");
    return "not";
  }
  if (restart) {
    if (await mustWait(request, file, host)) {
      notes.push("transfers are running, so the service was not restarted yet");
      return "pending";
    }
    host.tell("restarting the service");
    const restarted = await host.service.restart();
    if (restarted.kind === "failed") notes.push(`the restart failed: ${restarted.reason}`);
  }
  const proof = await proveHost({ claim: "reachable", file, before: undefined, limits }, host);
  notes.push(...proof.reasons.map(({ message }) => message));
  return proof.answer === "good" ? "reachable" : "not";
}

/** A running transfer is not cut off by an undo, as long as the host can be reached as it is. */
async function mustWait(
  { journal, parse, limits }: UndoRequest,
  file: StpdFile,
  host: HostPort,
): Promise<boolean> {
  const { clock, service, backups } = host;
  const start = clock.elapsed();
  const bytes = await backups.find(journal.after);
  const fresh = bytes === undefined ? undefined : parse(bytes);
  const running = [file, ...(fresh?.kind === "file" ? [fresh] : [])];
  for (;;) {
    if ((await service.askBusy()).kind === "no") return false;
    // Which of the files the service has read is not known.
    const proofs = await Promise.all(
      running.map((one) => proveOnce({ claim: "reachable", file: one, before: undefined }, host)),
    );
    if (proofs.every(({ answer }) => answer !== "good")) return false;
    if (clock.elapsed() - start >= limits.quietFor) return true;
    await clock.wait(5000);
  }
}

async function nameInPlace(
  { before, bridge }: Journal,
  { copies, hash }: HostPort,
): Promise<FileInPlace> {
  const live = await copies.read("live");
  const digest = live.kind === "done" && live.value !== undefined ? hash(live.value.bytes) : "";
  if (digest === before) return "old";
  return digest === bridge ? "bridge" : "foreign";
}

import type { ParseStpd, StpdFile } from "../fleet/stpd-file.ts";
import type { ProbeAnswer } from "../probe/address-probe.ts";
import type { Journal } from "./journal.ts";
import { waitHealthy, proveOnce, type ProofLimits } from "./wait-healthy.ts";
import type { HostPort, Outcome, ServiceState } from "./ports.ts";
import { insist } from "./retry.ts";

export interface UndoLimits extends ProofLimits {
  /** Milliseconds that an undo waits for running transfers to end. */
  readonly quietForMs: number;
}

export interface UndoRequest {
  readonly journal: Journal;
  readonly parse: ParseStpd;
  readonly limits: UndoLimits;
  /**
   * Start tick of the service that had loaded the old file. If the same process still runs, it is
   * not restarted. Undefined: the service is always restarted.
   */
  readonly startTick: number | undefined;
}

/**
 * old: the previous file; bridge: HTTPS in addition to the old ports; foreign: a file that someone
 * else put there.
 */
export type FileInPlace = "old" | "bridge" | "foreign";

export type UndoResult =
  | { readonly kind: "restored"; readonly file: FileInPlace; readonly notes: readonly string[] }
  /** The host is reachable, but the undo must be retried: a restart has to wait, or failed. */
  | { readonly kind: "pending"; readonly file: FileInPlace; readonly notes: readonly string[] }
  /**
   * bad: the host is not reachable with any file; unknown: its reachability could not be
   * determined.
   */
  | {
      readonly kind: "stuck";
      readonly answer: "bad" | "unknown";
      readonly notes: readonly string[];
    };

/**
 * Makes a host reachable again: tries the old file, then the bridge, then the old file once more.
 * If all fail, reports `stuck` and keeps the journal. May be interrupted anywhere and run again.
 * The caller must hold the lock.
 */
export async function undoChange(request: UndoRequest, host: HostPort): Promise<UndoResult> {
  const { journal } = request;
  const { journals, tell } = host;
  if (journal.stage === "prepared") {
    const notes = ["nothing had been changed", ...(await finishChange(journal, host))];
    return { kind: "restored", file: "old", notes };
  }
  // Best effort: the steps below do not depend on it, and it fails on a full disk.
  await journals.write({ ...journal, stage: "undoing" });
  const notes: string[] = [];
  if (await isForeignFine(request, host, notes)) {
    notes.push(...(await finishChange(journal, host)));
    return { kind: "restored", file: "foreign", notes };
  }
  let again: "old" | "bridge" | undefined;
  let reached: FileInPlace | undefined;
  let answer: "bad" | "unknown" = "bad";
  for (const [turn, retreat] of fallbackOrder(journal).entries()) {
    const file = again ?? retreat;
    tell(`restoring the ${file} file`);
    const put = await putBack(file, journal, host);
    if (put.kind === "failed") notes.push(`the ${file} file could not be restored: ${put.reason}`);
    const startTick = turn === 0 ? request.startTick : undefined;
    const result = await restartAndCheck({ ...request, startTick }, host, notes);
    const inPlace = put.kind === "failed" ? await nameInPlace(journal, host) : file;
    if (result === "pending") return { kind: "pending", file: inPlace, notes };
    // The new file was never verified, so an undo must not end with it.
    if (result === "reachable" && inPlace !== "foreign") {
      notes.push(...(await finishChange(journal, host)));
      return { kind: "restored", file: inPlace, notes };
    }
    if (result === "unknown") answer = "unknown";
    else if (result !== "not") reached = inPlace;
    // The host is reachable with the file that the service has loaded: another restart may help,
    // another file would not.
    again = result === "unloaded" ? file : undefined;
  }
  if (reached !== undefined) return { kind: "pending", file: reached, notes };
  const marked = await journals.write({ ...journal, stage: "stuck" });
  // If the host no longer answers, the last check says nothing about it.
  if (marked.kind === "failed" && marked.isUnreached === true) answer = "unknown";
  return { kind: "stuck", answer, notes };
}

/** In phase close the bridge is usually the previous file. */
function fallbackOrder({ before, bridge }: Journal): readonly ("old" | "bridge")[] {
  return ["old", bridge === null || bridge === before ? "old" : "bridge", "old"];
}

/**
 * Disarms the timer last but one, so that it is still armed if the run is interrupted before.
 * Returns notes on what could not be removed.
 */
export async function finishChange(
  { id }: Journal,
  { folder, timer, journals, clock }: HostPort,
): Promise<readonly string[]> {
  await insist(() => folder.cleanUp(), clock);
  await insist(() => timer.disarm(id), clock);
  const cleared = await insist(() => journals.clear(id), clock);
  return cleared.kind === "done" ? [] : [`the change could not be cleaned up: ${cleared.reason}`];
}

/** Someone changed the file after us: it stays as long as the host is reachable with it. */
async function isForeignFine(
  { journal, parse, limits }: UndoRequest,
  host: HostPort,
  notes: string[],
): Promise<boolean> {
  const live = await insist(() => host.copies.read("live"), host.clock);
  if (live.kind === "failed" || live.value === undefined) return false;
  const { bytes } = live.value;
  const digest = host.hash(bytes);
  if ([journal.before, journal.after, journal.bridge].includes(digest)) return false;
  const kept = await insist(() => host.backups.keep(bytes), host.clock);
  notes.push(`someone changed the file since; it is stored as ${digest}`);
  const file = parse(bytes);
  if (file.kind === "file") {
    const proof = await waitHealthy(
      { requirement: "reachable", file, before: undefined, limits },
      host,
    );
    if (proof.answer === "good") return true;
  }
  // A file that cannot be stored is not overwritten, unless the host is unreachable with it.
  if (kept.kind === "failed") notes.push(`it could not be stored: ${kept.reason}`);
  return false;
}

/** Writes nothing if the file is already in place, or is still linked as `old`. */
async function putBack(
  file: "old" | "bridge",
  { before, bridge }: Journal,
  { copies, folder, backups, hash, clock }: HostPort,
): Promise<Outcome> {
  const digest = file === "old" ? before : (bridge ?? before);
  const sync = (): Promise<Outcome> => insist(() => folder.sync(), clock);
  const live = await insist(() => copies.read("live"), clock);
  if (live.kind === "done" && live.value !== undefined && hash(live.value.bytes) === digest) {
    return sync();
  }
  if (file === "old") {
    const old = await insist(() => copies.read("old"), clock);
    if (old.kind === "done" && old.value !== undefined) {
      const placed = await insist(() => copies.activate("old"), clock);
      if (placed.kind === "done") return sync();
    }
  }
  const find = async (): Promise<Outcome<string>> => {
    const bytes = await backups.find(digest);
    if (bytes !== undefined) return { kind: "done", value: bytes };
    return { kind: "failed", reason: `the backup ${digest} does not exist` };
  };
  const kept = await insist(find, clock);
  if (kept.kind === "failed") return kept;
  const staged = await insist(() => copies.stage(kept.value), clock);
  if (staged.kind === "failed") return staged;
  const placed = await insist(() => copies.activate("fresh"), clock);
  return placed.kind === "failed" ? placed : sync();
}

/** unloaded: the host is reachable, but the service still runs with the file it loaded before. */
type Upshot = "reachable" | "unloaded" | "pending" | "not" | "unknown";

/** Restarts the service with the file in place and checks whether the host is reachable. */
async function restartAndCheck(
  request: UndoRequest,
  host: HostPort,
  notes: string[],
): Promise<Upshot> {
  const { parse, limits, startTick } = request;
  const live = await insist(() => host.copies.read("live"), host.clock);
  const file =
    live.kind === "done" && live.value !== undefined ? parse(live.value.bytes) : undefined;
  if (file?.kind !== "file") {
    notes.push("the file in place cannot be read");
    return "not";
  }
  const check = { requirement: "reachable", file, before: undefined, limits } as const;
  const before = await host.service.look(file);
  if (startTick !== undefined && serviceStart(before) === startTick) {
    return upshots[await proveInto(notes, check, host)];
  }
  if (await mustWait(request, file, host)) {
    notes.push("transfers are running, so the service was not restarted yet");
    return "pending";
  }
  host.tell("restarting the service");
  const restarted = await host.service.restart();
  if (restarted.kind === "failed") notes.push(`the restart failed: ${restarted.reason}`);
  const answer = await proveInto(notes, check, host);
  if (answer !== "good") return upshots[answer];
  const after = await host.service.look(file);
  if (hasStarted({ before, after, isTold: restarted.kind === "done" })) return "reachable";
  notes.push("the service was not restarted since, so it has not read the file in place");
  return "unloaded";
}

const upshots = { good: "reachable", bad: "not", unknown: "unknown" } as const;

async function proveInto(
  notes: string[],
  request: Parameters<typeof waitHealthy>[0],
  host: HostPort,
): Promise<ProbeAnswer> {
  const proof = await waitHealthy(request, host);
  notes.push(...proof.reasons.map(({ message }) => message));
  return proof.answer;
}

/**
 * Whether an undo must wait: it does not interrupt a running transfer while the host is reachable.
 */
async function mustWait(
  { journal, parse, limits }: UndoRequest,
  file: StpdFile,
  host: HostPort,
): Promise<boolean> {
  const { clock, service, backups } = host;
  const startMs = clock.elapsedMs();
  const bytes = await backups.find(journal.after);
  const fresh = bytes === undefined ? undefined : parse(bytes);
  const running = [file, ...(fresh?.kind === "file" ? [fresh] : [])];
  for (let missed = 0; ;) {
    if ((await service.askBusy()).kind === "no") return false;
    // It is unknown which of the files the service has loaded.
    const proofs = await Promise.all(
      running.map((one) =>
        proveOnce({ requirement: "reachable", file: one, before: undefined }, host),
      ),
    );
    missed = proofs.some(({ answer }) => answer === "good") ? 0 : missed + 1;
    // One failed check is not a reason to interrupt a backup.
    if (missed === 3) return false;
    if (clock.elapsedMs() - startMs >= limits.quietForMs) return true;
    await clock.wait(missed === 0 ? 5000 : 1000);
  }
}

async function nameInPlace(
  { before, bridge }: Journal,
  { copies, hash, clock }: HostPort,
): Promise<FileInPlace> {
  const live = await insist(() => copies.read("live"), clock);
  const digest = live.kind === "done" && live.value !== undefined ? hash(live.value.bytes) : "";
  if (digest === before) return "old";
  return digest === bridge ? "bridge" : "foreign";
}

/** Start tick of the service; undefined if unknown. */
export function serviceStart(service: Outcome<ServiceState>): number | undefined {
  return service.kind === "done" ? service.value.startTick : undefined;
}

/**
 * A restart that reported failure counts only if a new process is seen; one that reported success
 * counts unless the old process is seen.
 */
function hasStarted({
  before,
  after,
  isTold,
}: {
  readonly before: Outcome<ServiceState>;
  readonly after: Outcome<ServiceState>;
  readonly isTold: boolean;
}): boolean {
  if (before.kind === "failed" || after.kind === "failed") return isTold;
  return after.value.startTick === undefined
    ? isTold
    : after.value.startTick !== before.value.startTick;
}

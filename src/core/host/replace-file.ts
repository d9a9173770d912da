import type { PreparedChange } from "./prepare-change.ts";
import type { Journal } from "./journal.ts";
import { done, type HostPort, type Outcome } from "./ports.ts";
import { insist } from "./retry.ts";

/** Replaces the live file with `fresh`. From here on the new file may be in place. */
export async function replaceFile(
  journal: Journal,
  { before }: PreparedChange,
  { journals, copies, folder, decisions, lock, tell }: HostPort,
): Promise<Outcome> {
  const written = await journals.write({ ...journal, stage: "replacing" });
  if (written.kind === "failed") return written;
  const decided = await decisions.look(journal.id);
  if (decided.kind === "failed") return decided;
  const isFree = decided.value === undefined && (await lock.isOurs());
  if (!isFree) return { kind: "failed", reason: "the time ran out before the file was replaced" };
  const changed = { kind: "failed", reason: "someone changed the file at the same time" } as const;
  const live = await copies.read("live");
  if (live.kind === "failed") return live;
  if (live.value?.bytes !== before) return changed;
  tell("replacing the file");
  const placed = await copies.activate("fresh");
  if (placed.kind === "failed") return placed;
  const synced = await folder.sync();
  if (synced.kind === "failed") return synced;
  // `old` is the file that was replaced, which may differ from the one that was checked.
  const old = await copies.read("old");
  if (old.kind === "failed") return old;
  return old.value?.bytes === before ? synced : changed;
}

/** True if the timer has claimed the change or taken the lock. */
export async function isOvertaken({ id }: Journal, host: HostPort): Promise<boolean> {
  const { decisions, lock, clock } = host;
  const decided = await decisions.look(id);
  if (decided.kind === "done" && decided.value === "undo") return true;
  // If the lock is unreadable for a moment, the run must not stop while the service is down.
  const isOurs = async (): Promise<Outcome> =>
    (await lock.isOurs()) ? done : { kind: "failed", reason: "" };
  return (await insist(isOurs, clock)).kind === "failed";
}

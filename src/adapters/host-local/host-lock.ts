import { linkSync, renameSync, rmSync } from "node:fs";
import { joinPath } from "../../core/base/paths.ts";
import { parseJson } from "../../core/formats/json/document.ts";
import { done, type Holder, type HostLock, type Outcome } from "../../core/host/ports.ts";
import { createMark, readMarkFile } from "./durable-file.ts";
import { removeLeftovers } from "./leftovers.ts";
import { attempt, hasCode } from "./attempt.ts";
import { readBootId, startOf } from "./proc.ts";
import { readMembers } from "../../core/formats/json/decode.ts";

export interface LockOptions {
  readonly folder: string;
  /** Description of this run, for display, such as `apply open`. */
  readonly who: string;
  readonly nowMs: () => number;
}

/**
 * Lock of a host, stored as `lock`. The process that creates it holds it. It contains the process
 * ID, start time and boot ID, so that a dead holder is detected, also after a reboot. It needs no
 * free block.
 */
export function createHostLock({ folder, who, nowMs }: LockOptions): HostLock {
  const path = joinPath(folder, "lock");
  const own = printHolder(who, nowMs());
  const take = (): Holder | undefined => {
    for (let turn = 0; turn < 10; turn++) {
      if (createMark(path, own)) {
        removeLeftovers(folder, nowMs());
        return undefined;
      }
      const text = readMarkFile(path);
      if (text === undefined) continue;
      if (text === own) return undefined;
      const holder = describe(text, nowMs());
      if (holder.alive !== "no") return holder;
      removeStale(path, text);
    }
    return { who: "several other runs", ageSeconds: 0, alive: "unknown" };
  };
  return {
    isNeeded: false,
    take: async () => attempt("taking the lock", take),
    isOurs: async () => {
      const text = attempt("reading the lock", () => readMarkFile(path));
      return text.kind === "done" && text.value === own;
    },
    seize: async () => seize(path, take),
    release: async () => {
      attempt("releasing the lock", () => {
        if (readMarkFile(path) === own) rmSync(path, { force: true });
      });
    },
  };
}

/** Returns the holder of a host's lock, for `host status`; undefined if it is free. */
export function readHolder(folder: string, nowMs: number): Holder | undefined {
  const text = attempt("reading the lock", () => readMarkFile(joinPath(folder, "lock")));
  return text.kind === "done" && text.value !== undefined ? describe(text.value, nowMs) : undefined;
}

/** Removes a stale lock by renaming it, so that only one of several runs that find it succeeds. */
export function removeStale(path: string, text: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  // If another run took the lock in the meantime, give it back.
  if (readMarkFile(aside) !== text) attempt("restoring the lock", () => linkSync(aside, path));
  rmSync(aside, { force: true });
}

/** Kills the holder, which is past its time limit, and takes the lock. */
async function seize(path: string, take: () => Holder | undefined): Promise<Outcome> {
  const text = attempt("reading the lock", () => readMarkFile(path));
  if (text.kind === "failed") return text;
  const holder = text.value === undefined ? undefined : readHolderText(text.value);
  if (holder !== undefined && isAlive(holder) === "yes") {
    attempt("ending the holder", () => process.kill(holder.pid, "SIGKILL"));
  }
  for (let turn = 0; turn < 50; turn++) {
    const taken = attempt("taking the lock", take);
    if (taken.kind === "failed") return taken;
    if (taken.value === undefined) return done;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { kind: "failed", reason: "the run that holds the lock could not be ended" };
}

interface HolderText {
  readonly who: string;
  readonly pid: number;
  readonly sinceMs: number;
  readonly start: string;
  /** First characters of the boot ID; empty if the system has none. */
  readonly boot: string;
}

/** Prints `PID START BOOT SINCE WHO`, short enough to fit into the inode of a link. */
function printHolder(who: string, sinceMs: number): string {
  const { pid } = process;
  return `${pid} ${startOf(pid) ?? "-"} ${shortBoot() || "-"} ${sinceMs.toString(36)} ${who.slice(0, 16)}`;
}

function shortBoot(): string {
  return readBootId().slice(0, 8);
}

function readHolderText(text: string): HolderText | undefined {
  const [, pid, start, boot = "", since = "", who = ""] =
    /^([0-9]+) ([0-9]+|-) ([0-9a-f]{8}|-) ([0-9a-z]+) (.+)$/.exec(text) ?? [];
  if (pid === undefined || start === undefined) return readEarlier(text);
  const known = { pid: Number(pid), sinceMs: parseInt(since, 36) };
  return { ...known, who, start, boot: boot === "-" ? "" : boot };
}

/** Reads the JSON file that 0.1.0 wrote. */
function readEarlier(text: string): HolderText | undefined {
  const reading = parseJson(text);
  if (reading.kind === "error") return undefined;
  const values = readMembers(reading.node);
  const [pid, sinceMs] = [Number(values.get("pid")), Number(values.get("since"))];
  if (!Number.isSafeInteger(pid) || pid < 2 || !Number.isFinite(sinceMs)) return undefined;
  const [who = "", start = "", boot = ""] = ["who", "start", "boot"].map((key) =>
    String(values.get(key)),
  );
  return { who, pid, sinceMs, start, boot: boot.slice(0, 8) };
}

/** Without /proc, a process cannot be distinguished from a later one with the same ID. */
function isAlive({ pid, start, boot }: HolderText): Holder["alive"] {
  if (boot === "") return "unknown";
  return boot === shortBoot() && startOf(pid) === start ? "yes" : "no";
}

function describe(text: string, nowMs: number): Holder {
  const holder = readHolderText(text);
  if (holder === undefined) return { who: "an unreadable lock", ageSeconds: 0, alive: "unknown" };
  const ageSeconds = Math.max(0, Math.round((nowMs - holder.sinceMs) / 1000));
  return { who: `${holder.who} (process ${holder.pid})`, ageSeconds, alive: isAlive(holder) };
}

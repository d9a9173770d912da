import { readFileSync, renameSync, rmSync, linkSync } from "node:fs";
import { joinPath } from "../../core/paths.ts";
import { readMembers } from "../../core/rollout/journal.ts";
import { parseJson } from "../../core/json/document.ts";
import { done, type Holder, type HostLock, type Outcome } from "../../usecases/host-ports.ts";
import { createDurably, readIfThere } from "./durable-file.ts";
import { attempt } from "./outcome.ts";
import { readBootId, startOf } from "./proc.ts";

export interface LockOptions {
  readonly folder: string;
  /** What this run is, for people: `apply open`. */
  readonly who: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * `lock`: whoever can create it has it, and it names the process with its start, so that a dead
 * holder is known for dead, also after the machine came up again.
 */
export function createHostLock({ folder, who, now }: LockOptions): HostLock {
  const path = joinPath(folder, "lock");
  const own = printHolder({ who, pid: process.pid, since: now() });
  const take = (): Holder | undefined => {
    for (let turn = 0; turn < 10; turn++) {
      if (createDurably(path, own)) return undefined;
      const text = readIfThere(path);
      if (text === undefined) continue;
      if (text === own) return undefined;
      const holder = describe(text, now());
      if (holder.alive !== "no") return holder;
      removeStale(path, text);
    }
    return { who: "several other runs", age: 0, alive: "unknown" };
  };
  return {
    take: async () => attempt("taking the lock", take),
    isOurs: async () => {
      const text = attempt("reading the lock", () => readIfThere(path));
      return text.kind === "done" && text.value === own;
    },
    seize: async () => seize(path, take),
    release: async () => {
      attempt("giving the lock back", () => {
        if (readIfThere(path) === own) rmSync(path, { force: true });
      });
    },
  };
}

/** Who holds the lock of a host, for `host status`; undefined where nobody does. */
export function readHolder(folder: string, now: number): Holder | undefined {
  const text = attempt("reading the lock", () => readIfThere(joinPath(folder, "lock")));
  return text.kind === "done" && text.value !== undefined ? describe(text.value, now) : undefined;
}

/** By rename: of several that find the same dead holder, one takes it away. */
function removeStale(path: string, text: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  // Meanwhile somebody may have taken it: that one gets it back.
  if (readFileSync(aside, "latin1") !== text)
    attempt("giving it back", () => linkSync(aside, path));
  rmSync(aside, { force: true });
}

/** Ends the holder, which had its time, and takes the lock. */
async function seize(path: string, take: () => Holder | undefined): Promise<Outcome> {
  const text = attempt("reading the lock", () => readIfThere(path));
  if (text.kind === "failed") return text;
  const pid = text.value === undefined ? undefined : readHolderFile(text.value)?.pid;
  if (pid !== undefined && text.value !== undefined && describe(text.value, 0).alive === "yes") {
    attempt("ending the holder", () => process.kill(pid, "SIGKILL"));
  }
  for (let turn = 0; turn < 50; turn++) {
    const taken = attempt("taking the lock", take);
    if (taken.kind === "failed") return taken;
    if (taken.value === undefined) return done;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { kind: "failed", reason: "the run that holds the lock could not be ended" };
}

interface HolderFile {
  readonly who: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

function printHolder({ who, pid, since }: HolderFile): string {
  return JSON.stringify({ who, pid, since, start: startOf(pid) ?? "", boot: readBootId() });
}

function readHolderFile(text: string): (HolderFile & { start: string; boot: string }) | undefined {
  const reading = parseJson(text);
  if (reading.kind === "error") return undefined;
  const values = readMembers(reading.node);
  const [pid, since] = [Number(values.get("pid")), Number(values.get("since"))];
  if (!Number.isSafeInteger(pid) || pid < 2 || !Number.isFinite(since)) return undefined;
  const [who, start, boot] = ["who", "start", "boot"].map((key) => String(values.get(key)));
  if (who === undefined || start === undefined || boot === undefined) return undefined;
  return { who, pid, since, start, boot };
}

function describe(text: string, now: number): Holder {
  const file = readHolderFile(text);
  if (file === undefined) return { who: "an unreadable lock", age: 0, alive: "unknown" };
  const { who, pid, since, start, boot } = file;
  const isSameBoot = boot !== "" && boot === readBootId();
  const isAlive = isSameBoot && startOf(pid) === start;
  // Without /proc nobody can tell one process from the next of its number.
  const alive = boot === "" ? "unknown" : isAlive ? "yes" : "no";
  return {
    who: `${who} (process ${pid})`,
    age: Math.max(0, Math.round((now - since) / 1000)),
    alive,
  };
}

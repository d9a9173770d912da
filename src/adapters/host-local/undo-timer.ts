import { spawn } from "node:child_process";
import { joinPath } from "../../core/base/paths.ts";
import type { PinnedCommand } from "../../core/host/pins/sections.ts";
import { done, type Outcome, type UndoTimer } from "../../core/host/ports.ts";
import { environment, type RunCommand } from "./spawn.ts";
import { readIfThere, removeDurably, writeDurably } from "./durable-file.ts";
import { attempt } from "./attempt.ts";
import { readBootId, startOf } from "./proc.ts";
import { ownCommand } from "./installation.ts";
import { exitCodes } from "../../core/base/errors.ts";

export interface TimerOptions {
  readonly delayMs: number;
  /** This program, with the arguments that undo a change by its ID. */
  readonly recover: (id: string) => Pick<PinnedCommand, "program" | "arguments">;
}

/** Name of the systemd units that undo a change, without a suffix. */
export function unitOf(id: string): string {
  return `sesam-harden-undo-${id}`;
}

/** A transient systemd timer, which is outside of the job's process tree. */
export function createSystemdTimer({ delayMs, recover }: TimerOptions, run: RunCommand): UndoTimer {
  const control = async (...words: readonly string[]): Promise<Outcome> => {
    const end = await run({ program: "/usr/bin/systemctl", arguments: words, limitMs: 30_000 });
    if (end.kind === "failed") return { kind: "failed", reason: `systemctl: ${end.reason}` };
    if (end.code === 0) return done;
    return { kind: "failed", reason: `systemctl exited with code ${end.code}` };
  };
  return {
    arm: async (id) => {
      const { program, arguments: args } = recover(id);
      const seconds = Math.ceil(delayMs / 1000);
      const words = [
        `--unit=${unitOf(id)}`,
        `--on-active=${seconds}s`,
        "--timer-property=AccuracySec=1s",
        // Processes that recovery starts must outlive it.
        "--property=KillMode=process",
        "--quiet",
        "--",
        program,
        ...args,
      ];
      const end = await run({ program: "/usr/bin/systemd-run", arguments: words, limitMs: 30_000 });
      if (end.kind === "failed") return { kind: "failed", reason: `systemd-run: ${end.reason}` };
      if (end.code !== 0) {
        return { kind: "failed", reason: `systemd-run exited with code ${end.code}` };
      }
      return { kind: "done", value: `systemd's ${unitOf(id)}.timer in ${seconds} s` };
    },
    isArmed: async (id) =>
      (await control("is-active", "--quiet", `${unitOf(id)}.timer`)).kind === "done",
    disarm: async (id) => {
      const stopped = await control("stop", `${unitOf(id)}.timer`);
      const active = await control("is-active", "--quiet", `${unitOf(id)}.timer`);
      return active.kind === "done" ? stopped : done;
    },
  };
}

/** File in which a running watchdog identifies itself. */
export function watchdogPath(folder: string, id: string): string {
  return joinPath(folder, `watchdog-${id}`);
}

/** Identifies a watchdog by its process ID, start time and boot ID. */
export function describeWatchdog(pid: number): string {
  return `${pid} ${startOf(pid) ?? ""} ${readBootId()}\n`;
}

/**
 * A watchdog process that outlives the process tree that armed it. Its parent exits at once, it has
 * its own session, and it has no environment variable by which a runner would find and kill it.
 */
export function createWatchdog({ delayMs, recover }: TimerOptions, folder: string): UndoTimer {
  const find = (id: string): number | undefined => {
    const text = attempt("reading the watchdog", () => readIfThere(watchdogPath(folder, id)));
    if (text.kind === "failed" || text.value === undefined) return undefined;
    const pid = Number(text.value.split(" ")[0]);
    return text.value === describeWatchdog(pid) ? pid : undefined;
  };
  return {
    arm: async (id) => {
      const { program, arguments: args } = recover(id);
      const seconds = Math.ceil(delayMs / 1000);
      const started = await startApart(program, [...args, "--after", String(seconds)]);
      if (started !== undefined) return { kind: "failed", reason: started };
      for (let turn = 0; turn < 100; turn++) {
        const pid = find(id);
        if (pid !== undefined) {
          return { kind: "done", value: `the watchdog (process ${pid}) in ${seconds} s` };
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return { kind: "failed", reason: "the watchdog did not start" };
    },
    isArmed: async (id) => find(id) !== undefined,
    disarm: async (id) => {
      const pid = find(id);
      return attempt("ending the watchdog", () => {
        // The watchdog calls this itself when its time is up, and must continue until it is done.
        if (pid !== undefined && pid !== process.pid) process.kill(pid, "SIGKILL");
        removeDurably(watchdogPath(folder, id));
      });
    },
  };
}

/**
 * Starts a process that detaches another one and exits. Returns why it failed; undefined on
 * success.
 */
function startApart(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { detached: true, stdio: "ignore", cwd: "/", env: environment } as const;
    const child = spawn(program, [...args, "--detach"], options);
    child.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    child.on("exit", (code) =>
      resolve(code === 0 ? undefined : `the watchdog exited with code ${code ?? "none"}`),
    );
  });
}

/** Starts a program detached, in its own session, and does not wait for it. */
export function startDetached(program: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { detached: true, stdio: "ignore", cwd: "/", env: environment } as const;
    const child = spawn(program, args, options);
    child.on("error", (error) => resolve({ kind: "failed", reason: error.message }));
    child.on("spawn", () => {
      child.unref();
      resolve(done);
    });
  });
}

export interface Watchdog {
  readonly program: string;
  readonly host: string;
  /** State directory of the host. */
  readonly state: string;
  /** ID of the change. */
  readonly id: string;
  readonly afterSeconds: number;
}

/**
 * start: starts the waiting process detached from the caller, and returns an exit code. wait: runs
 * as that process; returns 0 if it was disarmed, and 1 once the time is up.
 */
export async function watchFor(watchdog: Watchdog, part: "start" | "wait"): Promise<number> {
  const { program, host, state, id, afterSeconds } = watchdog;
  if (part === "start") {
    const own = ownCommand(program);
    const args = ["recover", "--host", host, "--cause", "timer", "--id", id];
    const words = [...own.arguments, ...args, "--after", String(afterSeconds)];
    const started = await startDetached(own.program, words);
    return started.kind === "done" ? 0 : exitCodes.broke;
  }
  const path = watchdogPath(state, id);
  const mark = describeWatchdog(process.pid);
  const marked = attempt("writing the watchdog mark", () => writeDurably(path, mark));
  // The run that arms the watchdog waits for this mark, and refuses without it.
  if (marked.kind === "failed") return 0;
  const end = performance.now() + 1000 * afterSeconds;
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, end - performance.now())));
    const seen = attempt("reading the watchdog mark", () => readIfThere(path));
    if (seen.kind === "done" && seen.value === undefined) return 0;
  }
  attempt("removing the watchdog mark", () => removeDurably(path));
  return 1;
}

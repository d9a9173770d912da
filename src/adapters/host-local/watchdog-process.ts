import { exitCodes } from "../../core/base/errors.ts";
import { readIfThere, removeDurably, writeDurably } from "./durable-file.ts";
import { ownCommand } from "./installation.ts";
import { attempt } from "./attempt.ts";
import { describeWatchdog, startDetached, watchdogPath } from "./undo-timer.ts";

export interface Watchdog {
  readonly program: string;
  readonly host: string;
  /** State folder of the host. */
  readonly state: string;
  /** Of the change. */
  readonly id: string;
  /** Seconds. */
  readonly after: number;
}

/**
 * start: starts the process that waits, apart from whoever called, and gives an exit code. wait: is
 * that process; gives 0 where it was disarmed meanwhile, and 1 once the time is over.
 */
export async function watchFor(watchdog: Watchdog, part: "start" | "wait"): Promise<number> {
  const { program, host, state, id, after } = watchdog;
  if (part === "start") {
    const own = ownCommand(program);
    const args = ["recover", "--host", host, "--cause", "timer", "--id", id];
    const words = [...own.arguments, ...args, "--after", String(after)];
    const started = await startDetached(own.program, words);
    return started.kind === "done" ? 0 : exitCodes.broke;
  }
  const path = watchdogPath(state, id);
  const mark = describeWatchdog(process.pid);
  const marked = attempt("saying who watches", () => writeDurably(path, mark));
  // Whoever armed it waits for the mark, and refuses without it.
  if (marked.kind === "failed") return 0;
  const end = performance.now() + 1000 * after;
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, end - performance.now())));
    const seen = attempt("looking for the mark", () => readIfThere(path));
    if (seen.kind === "done" && seen.value === undefined) return 0;
  }
  attempt("removing the mark", () => removeDurably(path));
  return 1;
}

import type { Outcome } from "../../core/host/ports.ts";
import { cleanText, type RemoteCall, type RemoteEnd, type SshConnection } from "./connection.ts";
import { basics } from "./shell/basics.ts";
import { fence } from "./shell/fence.ts";
import type { SshTarget } from "./target.ts";

/** A step of a change; its own parameters start at `$1`. */
export type Step = RemoteCall;

/** Runs the scripts of one run on a target. Retries for a while if the connection is lost. */
export interface Steps {
  /** Runs a read-only script and returns its output. */
  readonly ask: (call: RemoteCall) => Promise<Outcome<string>>;
  /**
   * Runs a script that changes something: one at a time, exactly once, and only while this run
   * holds the lock.
   */
  readonly change: (step: Step) => Promise<Outcome<string>>;
  /** Sets the number of this run's lock; 0 while it holds none. */
  readonly holds: (lock: number) => void;
  readonly lock: () => number;
}

/** Marks the start of the output; the login shell's startup files may print something before it. */
const mark = "-- sesam-harden --\n";
const begin = `echo '${mark.trim()}'\n`;

const pauseMs = 1000;
/** Exit code of `enter`: another run has the lock, or a later step has begun. */
const overtaken = 79;

/** Creates the steps of one run, which share a connection and a lock. */
export function createSteps(
  connection: SshConnection,
  { stateFolder, restart, limits }: Pick<SshTarget, "stateFolder" | "restart" | "limits">,
): Steps {
  const own = { lock: 0, sequence: 0 };
  /** Seconds that a step waits for the previous one, such as an abandoned restart. */
  const patienceSeconds = Math.ceil(restart.limitMs / 1000) + 30;
  const queue: { last: Promise<unknown> } = { last: Promise.resolve() };
  const persist = async (makeCall: () => RemoteCall): Promise<RemoteEnd> => {
    const startMs = performance.now();
    for (;;) {
      const end = await connection.run(makeCall());
      const isLate = performance.now() - startMs >= limits.reconnectForMs;
      if (end.kind !== "lost" || isLate) return end;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const change = async (step: Step): Promise<Outcome<string>> => {
    if (own.lock === 0) return { kind: "failed", reason: "the lock is not held" };
    const first = own.sequence + 1;
    const end = await persist(() => {
      own.sequence += 1;
      const numbers = [own.lock, own.sequence, first, patienceSeconds].map(String);
      return {
        ...step,
        script: `${begin}${basics}${fence}enter "$1" "$2" "$3" "$4" "$5"\nshift 5\n${step.script}`,
        parameters: [stateFolder, ...numbers, ...step.parameters],
        limitMs: (step.limitMs ?? 60_000) + 1000 * (patienceSeconds + 10),
      };
    });
    return judgeEnd(end);
  };
  return {
    ask: async (call) =>
      judgeEnd(await persist(() => ({ ...call, script: `${begin}${basics}${call.script}` }))),
    change: (step) => {
      const turn = queue.last.then(() => change(step));
      queue.last = turn;
      return turn;
    },
    holds: (lock) => void (own.lock = lock),
    lock: () => own.lock,
  };
}

function judgeEnd(end: RemoteEnd): Outcome<string> {
  if (end.kind !== "ended") return { kind: "failed", reason: end.reason, isUnreached: true };
  const { code, output, complaint } = end;
  const startMs = output.indexOf(mark);
  if (code === 0 && startMs >= 0)
    return { kind: "done", value: output.slice(startMs + mark.length) };
  if (code === overtaken) return { kind: "failed", reason: "another run has taken over" };
  // Exit codes of timeout(1).
  if (code === 124 || code === 137) return { kind: "failed", reason: "it took too long there" };
  const said = cleanText(complaint);
  // Messages of strerror(3), in English because the scripts set LC_ALL=C.
  const isFull = /No space left on device|Disk quota exceeded/.test(said);
  const reason = said === "" ? `it ended there with exit code ${code}` : said;
  return { kind: "failed", reason, ...(isFull ? { isFull } : {}) };
}

/** Drops the output of a step that returns no value. */
export function withoutValue(outcome: Outcome<string>): Outcome {
  return outcome.kind === "done" ? { kind: "done", value: undefined } : outcome;
}

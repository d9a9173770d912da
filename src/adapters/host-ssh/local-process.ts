import { spawn } from "node:child_process";
import { keepHead, start } from "../host-local/spawn.ts";

export interface ProcessRequest {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Standard input, one character per byte; undefined: no input. */
  readonly input: string | undefined;
  /** Time limit in milliseconds; the program is killed after that. */
  readonly limitMs: number;
  /** Maximum output in bytes; a program that prints more is killed. */
  readonly most: number;
  /** Whether to pass on the caller's environment, as an ssh that uses the user's setup needs it. */
  readonly inherits?: boolean;
}

export type ProcessEnd =
  | {
      readonly kind: "ended";
      /** Undefined if a signal ended it. */
      readonly code: number | undefined;
      /** One character per byte. */
      readonly output: string;
      readonly complaint: string;
    }
  | { readonly kind: "not-started" | "too-long" | "too-much"; readonly reason: string };

export type RunProcess = (request: ProcessRequest) => Promise<ProcessEnd>;

const maxComplaint = 8192;
/** Without `inherits`, ssh gets nothing from the caller: all its settings are arguments. */
const environment = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" };

/**
 * Runs a program without a shell. Failures are results, not exceptions. Differs from runCommand(),
 * which keeps the start of the output for display and does not wait for daemons: output of ssh is
 * data, so it is complete or an error, and its standard error distinguishes a lost connection from
 * a refused one.
 */
export const runProcess: RunProcess = (request) =>
  new Promise((resolve) => {
    const child = start(() =>
      spawn(request.program, request.arguments, {
        stdio: [request.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
        ...(request.inherits === true ? {} : { env: environment }),
      }),
    );
    if (typeof child === "string") return resolve({ kind: "not-started", reason: child });
    const output = keepHead(request.most, () => end("too-much", "it printed too much"));
    const complaint = keepHead(maxComplaint);
    const end = (kind: "not-started" | "too-long" | "too-much", reason: string): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      resolve({ kind, reason });
    };
    const timer = setTimeout(() => end("too-long", "it took too long"), request.limitMs);
    child.stdout?.on("data", output.add);
    child.stderr?.on("data", complaint.add);
    child.once("error", (error) => end("not-started", error.message));
    child.once("close", (code) => {
      clearTimeout(timer);
      const texts = { output: output.text(), complaint: complaint.text() };
      resolve({ kind: "ended", code: code ?? undefined, ...texts });
    });
    // If the program exits before it has read all input, its exit code says more than the broken
    // pipe.
    child.stdin?.on("error", () => undefined);
    if (request.input !== undefined) child.stdin?.end(Buffer.from(request.input, "latin1"));
  });

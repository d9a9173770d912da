import { spawn } from "node:child_process";
import { keepHead, start } from "../host-local/spawn.ts";

export interface ProcessRequest {
  readonly program: string;
  readonly arguments: readonly string[];
  /** One character a byte; undefined: nothing can be read. */
  readonly input: string | undefined;
  /** Milliseconds until it is ended. */
  readonly limitMs: number;
  /** Bytes that it may print; one that prints more is ended. */
  readonly most: number;
  /** Gets the caller's environment, as an ssh that the user has set up needs it. */
  readonly inherits?: boolean;
}

export type ProcessEnd =
  | {
      readonly kind: "ended";
      /** Undefined where a signal ended it. */
      readonly code: number | undefined;
      /** One character a byte. */
      readonly output: string;
      readonly complaint: string;
    }
  | { readonly kind: "not-started" | "too-long" | "too-much"; readonly reason: string };

export type RunProcess = (request: ProcessRequest) => Promise<ProcessEnd>;

const maxComplaint = 8192;
/** Without `inherits` nothing of the caller's goes to ssh, whose settings are all arguments. */
const environment = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C" };

/**
 * Runs a program without a shell; never throws or rejects. Apart from runCommand(), which keeps the
 * head of what is said for people and waits for no daemon: what ssh prints is data, so it comes whole
 * or not at all, and what it complains of tells a lost connection from a refused one.
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
    // Whoever ends before it has read all tells more by its exit code than the pipe does.
    child.stdin?.on("error", () => undefined);
    if (request.input !== undefined) child.stdin?.end(Buffer.from(request.input, "latin1"));
  });

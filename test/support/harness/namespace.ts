import { spawn } from "node:child_process";
import { hasPeer } from "./peers.ts";
import type { Ended } from "./programs.ts";

const isolate = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Whether this system gives a process a network, and a process tree, of its own. */
export function canIsolate(): boolean {
  return hasPeer("unshare", ...isolate, "ip", "link", "set", "lo", "up");
}

export interface NamespaceRun {
  /** Of the worker: a module that Node runs. */
  readonly args?: readonly string[];
  /** Without one, standard input is empty. */
  readonly input?: string;
  /** Milliseconds after which the worker is ended, with all that it started. */
  readonly limit?: number;
}

/**
 * Runs a worker in a network namespace, where it has loopback to itself. Whatever it started and
 * left behind ends with it, since the processes have a namespace of their own as well.
 */
export function runInNamespace(
  worker: string,
  { args = [], input, limit = 280_000 }: NamespaceRun = {},
): Promise<Ended> {
  // The shell stays, as the first process: it takes in orphans, which Node would not.
  const script = 'ip link set lo up || exit; "$@"; exit $?';
  const child = spawn(
    "unshare",
    [...isolate, "sh", "-c", script, "sh", process.execPath, worker, ...args],
    { stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"] },
  );
  // A worker that ends before it has read everything is told by its exit code.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  }
  const timer = setTimeout(() => child.kill("SIGKILL"), limit);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      clearTimeout(timer);
      resolve({ status, ...texts });
    });
  });
}

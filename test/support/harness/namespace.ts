import { spawn } from "node:child_process";
import { hasPeer } from "./peers.ts";
import type { Ended } from "./programs.ts";

const isolate = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** Whether this system can give a process its own network and process tree. */
export function canIsolate(): boolean {
  return hasPeer("unshare", ...isolate, "ip", "link", "set", "lo", "up");
}

export interface NamespaceRun {
  /** The worker: a module that Node runs. */
  readonly args?: readonly string[];
  /** Without it, standard input is empty. */
  readonly input?: string;
  /** Milliseconds after which the worker is killed, with everything that it started. */
  readonly limit?: number;
}

/**
 * Runs a worker in a network namespace, where it has loopback to itself. Everything that it started
 * and left behind ends with it, since the processes also have their own namespace.
 */
export function runInNamespace(
  worker: string,
  { args = [], input, limit = 280_000 }: NamespaceRun = {},
): Promise<Ended> {
  // The shell stays as the first process: it adopts orphans, which Node would not.
  const script = 'ip link set lo up || exit; "$@"; exit $?';
  const child = spawn(
    "unshare",
    [...isolate, "sh", "-c", script, "sh", process.execPath, worker, ...args],
    { stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"] },
  );
  // If a worker ends before it has read everything, its exit code shows that.
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

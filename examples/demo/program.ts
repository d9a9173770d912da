import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const dist = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the bundle as a command. */
export async function runDist(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return runNode([dist, ...args], options);
}

/** Passes only PATH of the caller's environment. */
export async function runNode(
  args: readonly string[],
  { cwd, env = {} }: RunOptions = {},
): Promise<Ran> {
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const status = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  return { status, ...texts };
}

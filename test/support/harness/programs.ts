import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const distFile = fileURLToPath(new URL("../../../dist/index.js", import.meta.url));

/** Deno comes with the lock file. Its own program, since the one in .bin starts Node first. */
export function findDeno(): string {
  const folder = fileURLToPath(new URL("../../../node_modules/@deno/", import.meta.url));
  const names = [
    "linux-x64-glibc/deno",
    "linux-arm64-glibc/deno",
    "darwin-arm64/deno",
    "darwin-x64/deno",
    "win32-x64/deno.exe",
  ];
  const found = names.map((name) => folder + name).find((path) => existsSync(path));
  if (found === undefined) throw new Error("Deno is missing: run npm ci");
  return found;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** The bundle as CLI, with the Node that runs the tests. */
export function runNode(
  args: readonly string[],
  options: RunOptions = {},
): SpawnSyncReturns<string> {
  return run(process.execPath, [distFile, ...args], options);
}

/** The bundle as CLI under Deno, which may only read files. */
export function runDeno(
  args: readonly string[],
  options: RunOptions = {},
): SpawnSyncReturns<string> {
  return run(findDeno(), ["run", "--no-prompt", "--allow-read", distFile, ...args], options);
}

function run(
  program: string,
  args: readonly string[],
  { cwd, input, env }: RunOptions,
): SpawnSyncReturns<string> {
  return spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The same without blocking, for calls to a server of the test itself. */
export async function startNode(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return start(process.execPath, [distFile, ...args], options);
}

/** Under Deno with only the given permissions. */
export async function startDeno(
  permissions: readonly string[],
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  return start(findDeno(), ["run", "--no-prompt", ...permissions, distFile, ...args], options);
}

async function start(
  program: string,
  args: readonly string[],
  { cwd, env }: RunOptions,
): Promise<Ended> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (texts.stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (texts.stderr += chunk.toString("utf8")));
  const status = await new Promise<number | null>((done) => child.on("close", done));
  return { status, ...texts };
}

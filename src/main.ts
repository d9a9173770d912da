import { isNotPermitted } from "./adapters/runtime/deno-permission.ts";
import { HardenError } from "./core/base/errors.ts";
import { showWord } from "./core/base/text.ts";
import { deno, onUncaught, type DenoNamespace } from "./adapters/runtime/deno.ts";
import { createDenoFiles } from "./adapters/runtime/deno-files.ts";
import { createNodeFiles } from "./adapters/runtime/node-files.ts";
import { hashSha256 } from "./adapters/runtime/crypto.ts";
import { createDenoTerminal, createNodeTerminal } from "./adapters/runtime/terminal.ts";
import { reportUncaught } from "./cli/errors.ts";
import { runCli } from "./cli/main.ts";
import { createProgress } from "./shell/progress.ts";

const oldestNode = 24;

if (deno === undefined) await runOnNode();
else await runOnDeno(deno);

/** With arguments the CLI, also in a workflow's `run:` step; without, on a runner, the Action. */
async function runOnNode(): Promise<void> {
  const args = process.argv.slice(2);
  const shell = {
    terminal: createNodeTerminal(),
    files: createNodeFiles(),
    today,
    now,
    hash: hashSha256,
  };
  process.on("uncaughtException", (error) => process.exit(reportUncaught(error, shell)));
  // The single file may be started by whatever Node is there; an older one would fail midway.
  if (parseInt(process.versions.node, 10) < oldestNode) {
    const have = `sesam-harden: needs Node ${oldestNode} or newer, this is ${process.version}`;
    shell.terminal.err(`${have}; or run it with Deno\n`);
    process.exit(2);
  }
  if (args.length === 0 && process.env["INPUT_COMMAND"] !== undefined) {
    const { runAction } = await import("./action/main.ts");
    process.exitCode = await runAction({ ...shell, environment: process.env });
    return;
  }
  const colour = chooseColour(readEnvironment, () => isTerminal(1));
  const progress = createProgress(() => isTerminal(2), shell.terminal.err);
  // Everything was written synchronously, so there is nothing to wait for.
  process.exit(
    await runCli(args, {
      ...shell,
      colour,
      progress,
      environment: readEnvironment,
      self: nameSelf(),
    }),
  );
}

/** Undefined for what npm installed, which is a command. */
function nameSelf(): string | undefined {
  const file = process.argv[1];
  return file?.endsWith("index.js") ? `node ${showWord(file)}` : undefined;
}

/** Throws HardenError `usage` where Deno may not read the variable. */
function readPermitted(name: string, { env }: DenoNamespace): string | undefined {
  try {
    return env.get(name);
  } catch (error) {
    if (!isNotPermitted(error)) throw error;
    const next = `Allow it with --allow-env=${name}.`;
    throw new HardenError("usage", `Deno may not read the variable ${name}`, next, {
      cause: error,
    });
  }
}

function readEnvironment(name: string): string | undefined {
  return process.env[name];
}

/**
 * NO_COLOR and FORCE_COLOR override what standard output is; an empty one counts as absent, both
 * given: no colour. `0` and `false` turn colours off, also those of a terminal.
 */
function chooseColour(
  read: (name: string) => string | undefined,
  onTerminal: () => boolean,
): boolean {
  if ((read("NO_COLOR") ?? "") !== "") return false;
  const forced = read("FORCE_COLOR") ?? "";
  return forced === "" ? onTerminal() : !["0", "false"].includes(forced);
}

/** Loading node:tty costs more than a check does, so the file system is asked first. */
function isTerminal(descriptor: number): boolean {
  const fs = process.getBuiltinModule("node:fs");
  try {
    const output = fs.fstatSync(descriptor);
    const nowhere = fs.statSync("/dev/null", { throwIfNoEntry: false });
    if (!output.isCharacterDevice() || output.rdev === nowhere?.rdev) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(descriptor);
}

/** Reads no environment unasked: Deno itself knows of NO_COLOR. */
async function runOnDeno(namespace: DenoNamespace): Promise<void> {
  const terminal = createDenoTerminal(namespace);
  const shell = {
    terminal,
    files: createDenoFiles(namespace),
    colour: namespace.stdout.isTerminal() && !namespace.noColor,
    today,
    now,
    hash: hashSha256,
    progress: createProgress(() => namespace.stderr.isTerminal(), terminal.err),
    environment: (name: string) => readPermitted(name, namespace),
  };
  onUncaught((error) => namespace.exit(reportUncaught(error, shell)));
  namespace.exit(await runCli(namespace.args, shell));
}

function now(): Date {
  return new Date();
}

function today(): string {
  return now().toISOString().slice(0, 10);
}

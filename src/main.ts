import { deno, type DenoNamespace } from "./adapters/deno.ts";
import { createDenoFiles } from "./adapters/deno-files.ts";
import { createNodeFiles } from "./adapters/node-files.ts";
import { createDenoTerminal, createNodeTerminal } from "./adapters/terminal.ts";
import { runCli } from "./cli/main.ts";

if (deno === undefined) await runOnNode();
else runOnDeno(deno);

/** With arguments the CLI, also in a workflow's `run:` step; without, on a runner, the Action. */
async function runOnNode(): Promise<void> {
  const args = process.argv.slice(2);
  const terminal = createNodeTerminal();
  const files = createNodeFiles();
  if (args.length === 0 && process.env["INPUT_COMMAND"] !== undefined) {
    const { runAction } = await import("./action/main.ts");
    process.exitCode = runAction({ terminal, files, workspace: process.env["GITHUB_WORKSPACE"] });
    return;
  }
  const colour = (process.env["NO_COLOR"] ?? "") === "" && isTerminal();
  // Everything was written synchronously, so there is nothing to wait for.
  process.exit(runCli(args, { terminal, files, colour }));
}

/** Loading node:tty costs more than a check does, so the file system is asked first. */
function isTerminal(): boolean {
  const fs = process.getBuiltinModule("node:fs");
  try {
    const output = fs.fstatSync(1);
    const nowhere = fs.statSync("/dev/null", { throwIfNoEntry: false });
    if (!output.isCharacterDevice() || output.rdev === nowhere?.rdev) return false;
  } catch {
    return false;
  }
  return process.getBuiltinModule("node:tty").isatty(1);
}

/** Reads no environment: Deno itself knows of NO_COLOR. */
function runOnDeno(namespace: DenoNamespace): void {
  const shell = {
    terminal: createDenoTerminal(namespace),
    files: createDenoFiles(namespace),
    colour: namespace.stdout.isTerminal() && !namespace.noColor,
  };
  namespace.exitCode = runCli(namespace.args, shell);
}

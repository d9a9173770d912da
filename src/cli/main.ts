import { version } from "../core/base/version.ts";
import { usage } from "../shell/options.ts";
import { runCheck } from "./commands/check.ts";
import { reportError, unknownCommand } from "./errors.ts";
import { runFix } from "./commands/fix.ts";
import { findCommand, parseCommand, type FirstWord } from "./option-kinds.ts";
import { runPriority } from "./commands/priority.ts";
import { runExplain, runRules } from "./commands/rules.ts";
import type { Shell } from "../shell/context.ts";

/** Returns the exit code; commands that use the network return it asynchronously. */
type Command = (args: readonly string[], shell: Shell) => number | Promise<number>;

const commands: Readonly<Record<FirstWord, Command>> = {
  check: runCheck,
  fix: runFix,
  priority: runPriority,
  rules: runRules,
  explain: runExplain,
  probe: load("runProbe", () => import("./commands/probe.ts")),
  import: load("runImport", () => import("./commands/import.ts")),
  init: load("runInit", () => import("./commands/import.ts")),
  inventory: load("runInventory", () => import("./commands/inventory.ts")),
  host: load("runHost", () => import("./commands/host.ts")),
  apply: load("runApply", () => import("./commands/apply.ts")),
  recover: load("runRecover", () => import("./commands/recover.ts")),
  globals: load("runGlobals", () => import("./commands/globals.ts")),
  plan: load("runPlan", () => import("./commands/plan.ts")),
  runbook: load("runRunbook", () => import("./commands/runbook.ts")),
  status: load("runStatus", () => import("./commands/status.ts")),
  ticket: load("runTicket", () => import("./commands/ticket.ts")),
  ledger: load("runLedger", () => import("./commands/ledger.ts")),
  verify: load("runVerify", () => import("./commands/verify.ts")),
  completion: load("runCompletion", () => import("./commands/completion.ts")),
  help: load("runHelp", () => import("./commands/help.ts")),
  version: runVersion,
};

/** A command whose module is loaded on demand. */
function load<Name extends string>(
  name: Name,
  open: () => Promise<Readonly<Record<Name, Command>>>,
): Command {
  return async (args, shell) => (await open())[name](args, shell);
}

function runVersion(args: readonly string[], { terminal }: Shell): number {
  parseCommand(args, "version");
  terminal.out(`${version}\n`);
  return 0;
}

/** Runs a command line and returns the exit code. Never throws or rejects. */
export function runCli(args: readonly string[], shell: Shell): number | Promise<number> {
  const report = (error: unknown): number => reportError(error, shell, findCommand(args));
  try {
    const code = dispatch(args, shell);
    return typeof code === "number" ? code : code.catch(report);
  } catch (error) {
    return report(error);
  }
}

/** Options that are aliases of commands. */
const shortcuts = new Map([
  ["--help", "help"],
  ["-h", "help"],
  ["--version", "version"],
  ["-V", "version"],
]);

function dispatch([typed, ...args]: readonly string[], shell: Shell): number | Promise<number> {
  if (typed === undefined) throw usage("no command given");
  const name = shortcuts.get(typed) ?? typed;
  const before = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length);
  if (before.some((arg) => arg === "--help" || arg === "-h")) {
    return commands.help(findCommand([name, ...args])?.split(" ") ?? [name], shell);
  }
  if (isFirstWord(name)) return commands[name](args, shell);
  throw unknownCommand(name);
}

function isFirstWord(name: string): name is FirstWord {
  return Object.hasOwn(commands, name);
}

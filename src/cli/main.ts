import { version } from "../core/base/version.ts";
import { usage } from "../shell/options.ts";
import { runCheck } from "./commands/check.ts";
import { reportError, unknownCommand } from "./errors.ts";
import { runFix } from "./commands/fix.ts";
import { findCommand, parseCommand, type FirstWord } from "./option-kinds.ts";
import { runPriority } from "./commands/priority.ts";
import { runExplain, runRules } from "./commands/rules.ts";
import type { Shell } from "../shell/context.ts";

/** Gives the exit code; what asks the network gives it later. */
type Command = (args: readonly string[], shell: Shell) => number | Promise<number>;

const commands: Readonly<Record<FirstWord, Command>> = {
  check: runCheck,
  fix: runFix,
  priority: runPriority,
  rules: runRules,
  explain: runExplain,
  probe: async (args, shell) => (await import("./commands/probe.ts")).runProbe(args, shell),
  inventory: async (args, shell) =>
    (await import("./commands/inventory.ts")).runInventory(args, shell),
  host: async (args, shell) => (await import("./commands/host.ts")).runHost(args, shell),
  apply: async (args, shell) => (await import("./commands/apply.ts")).runApply(args, shell),
  recover: async (args, shell) => (await import("./commands/recover.ts")).runRecover(args, shell),
  globals: async (args, shell) => (await import("./commands/globals.ts")).runGlobals(args, shell),
  plan: async (args, shell) => (await import("./commands/plan.ts")).runPlan(args, shell),
  status: async (args, shell) => (await import("./commands/status.ts")).runStatus(args, shell),
  ticket: async (args, shell) => (await import("./commands/ticket.ts")).runTicket(args, shell),
  ledger: async (args, shell) => (await import("./commands/ledger.ts")).runLedger(args, shell),
  verify: async (args, shell) => (await import("./commands/verify.ts")).runVerify(args, shell),
  completion: async (args, shell) =>
    (await import("./commands/completion.ts")).runCompletion(args, shell),
  help: async (args, shell) => (await import("./commands/help.ts")).runHelp(args, shell),
  version: runVersion,
};

function runVersion(args: readonly string[], { terminal }: Shell): number {
  parseCommand(args, "version");
  terminal.out(`${version}\n`);
  return 0;
}

/** Runs one command line, and gives the exit code; whatever happens, never throws or rejects. */
export function runCli(args: readonly string[], shell: Shell): number | Promise<number> {
  const report = (error: unknown): number => reportError(error, shell, findCommand(args));
  try {
    const code = dispatch(args, shell);
    return typeof code === "number" ? code : code.catch(report);
  } catch (error) {
    return report(error);
  }
}

/** Options that stand for a command. */
const shortcuts = new Map([
  ["--help", "help"],
  ["-h", "help"],
  ["--version", "version"],
  ["-V", "version"],
]);

function dispatch([typed, ...args]: readonly string[], shell: Shell): number | Promise<number> {
  if (typed === undefined) throw usage("no command was given");
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

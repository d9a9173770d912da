import { makeVisible } from "../core/base/text.ts";
import { version } from "../core/base/version.ts";
import { usage } from "../shell/options.ts";
import { runCheck } from "./commands/check.ts";
import { reportError } from "./errors.ts";
import { runFix } from "./commands/fix.ts";
import { help, helpOf } from "./help.ts";
import { runPriority } from "./commands/priority.ts";
import { runExplain, runRules } from "./commands/rules.ts";
import type { Shell } from "../shell/context.ts";

/** Gives the exit code; what asks the network gives it later. */
type Command = (args: readonly string[], shell: Shell) => number | Promise<number>;

const commands: Readonly<Record<string, Command>> = {
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
};

/** Runs one command line, and gives the exit code; whatever happens, never throws or rejects. */
export function runCli(args: readonly string[], shell: Shell): number | Promise<number> {
  try {
    const code = dispatch(args, shell);
    return typeof code === "number" ? code : code.catch((error) => reportError(error, shell));
  } catch (error) {
    return reportError(error, shell);
  }
}

function dispatch([name, ...args]: readonly string[], shell: Shell): number | Promise<number> {
  const before = args.slice(0, args.includes("--") ? args.indexOf("--") : args.length);
  if (name === "--help" || name === "-h" || name === "help") {
    shell.terminal.out(help);
    return 0;
  }
  if (before.includes("--help")) {
    shell.terminal.out(helpOf(name ?? ""));
    return 0;
  }
  if (name === "--version") {
    shell.terminal.out(`${version}\n`);
    return 0;
  }
  if (name === undefined) throw usage("no command was given");
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw usage(`${makeVisible(name)} is no command`, name, Object.keys(commands));
  }
  return command(args, shell);
}

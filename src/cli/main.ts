import { makeVisible } from "../core/text.ts";
import { version } from "../core/version.ts";
import { usage } from "./arguments.ts";
import { runCheck } from "./check.ts";
import { reportError } from "./errors.ts";
import { runFix } from "./fix.ts";
import { help, helpOf } from "./help.ts";
import { runPriority } from "./priority.ts";
import { runExplain, runRules } from "./rules.ts";
import type { Shell } from "./shell.ts";

/** Gives the exit code; what asks the network gives it later. */
type Command = (args: readonly string[], shell: Shell) => number | Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  check: runCheck,
  fix: runFix,
  priority: runPriority,
  rules: runRules,
  explain: runExplain,
  probe: async (args, shell) => (await import("./probe.ts")).runProbe(args, shell),
  inventory: async (args, shell) => (await import("./inventory.ts")).runInventory(args, shell),
  host: async (args, shell) => (await import("./host.ts")).runHost(args, shell),
  apply: async (args, shell) => (await import("./apply.ts")).runApply(args, shell),
  recover: async (args, shell) => (await import("./recover.ts")).runRecover(args, shell),
  globals: async (args, shell) => (await import("./globals.ts")).runGlobals(args, shell),
  plan: async (args, shell) => (await import("./plan.ts")).runPlan(args, shell),
  status: async (args, shell) => (await import("./status.ts")).runStatus(args, shell),
  ticket: async (args, shell) => (await import("./ticket.ts")).runTicket(args, shell),
  ledger: async (args, shell) => (await import("./ledger.ts")).runLedger(args, shell),
  verify: async (args, shell) => (await import("./verify.ts")).runVerify(args, shell),
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

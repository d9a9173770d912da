import { makeVisible } from "../core/base/text.ts";
import { parseArguments, usage, type OptionKinds, type ParsedBy } from "../shell/options.ts";

/** Kinds of options: one value, repeatable values, no value. */
const [once, many, flag] = ["once", "many", "flag"] as const;

const ledgerKeys = { "--key": many, "--keys": many } as const;

/**
 * Every command and its options, which is all that the parser needs. Their descriptions for help,
 * completion and docs/cli.md are in help/command-texts.ts, which does not compile if an option is
 * missing there or unknown.
 */
export const optionKinds = {
  import: {
    "--out": once,
    "--server": once,
    "--user": once,
    "--password-file": once,
    "--login-type": once,
    "--ca-file": once,
    "--timeout": once,
  },
  init: { "--out": once },
  check: {
    "--profile": once,
    "--fail-on": once,
    "--format": once,
    "--output": many,
    "--as-of": once,
    "--commit": once,
    "--baseline": once,
    "--write-baseline": once,
    "--since": once,
    "--summary": flag,
    "--quiet": flag,
    "--color": once,
  },
  fix: {
    "--diff": flag,
    "--write": flag,
    "--unsafe": flag,
    "--rule": many,
    "--profile": once,
    "--fail-on": once,
  },
  rules: { "--format": once },
  explain: {},
  priority: { "--why": once, "--diff": once, "--gnutls": once, "--format": once },
  probe: {
    "--fleet": flag,
    "--https-port": once,
    "--http-port": once,
    "--ftp-port": once,
    "--full": flag,
    "--profile": once,
    "--filtered-port": once,
    "--unreachable-families": once,
    "--timeout": once,
    "--sockets": once,
    "--format": once,
    "--color": once,
  },
  verify: {
    "--host": many,
    "--fleet": flag,
    "--expect-phase": once,
    "--stpd-ini": once,
    "--full": flag,
    "--unreachable-families": once,
    "--timeout": once,
    "--sockets": once,
    "--profile": once,
    "--fail-on": once,
    "--format": once,
    "--output": many,
    "--as-of": once,
    "--commit": once,
    "--color": once,
  },
  status: {
    ...ledgerKeys,
    "--ref": once,
    "--fresh": once,
    "--format": once,
    "--output": once,
  },
  inventory: {
    "--url": once,
    "--user": once,
    "--password-file": once,
    "--login-type": once,
    "--ca-file": once,
    "--out": once,
    "--name": once,
    "--timeout": once,
    "--endpoint": many,
    "--skip": many,
    "--details": many,
    "--absent": many,
    "--interface-key": many,
    "--ignore-key": many,
    "--client-key": many,
    "--paging": once,
    "--page-size": once,
  },
  plan: {
    "--phase": once,
    "--host": many,
    "--except": many,
    "--ref": once,
    "--records": once,
    ...ledgerKeys,
    "--ledger": once,
    "--repository": once,
    "--wave-size": once,
    "--rehearsal": many,
    "--as-of": once,
    "--format": once,
    "--color": once,
  },
  runbook: { "--plan": once, "--repo": once, "--records": once },
  "ticket keygen": { "--out": once, "--format": once },
  "ticket verify": {
    "--key": many,
    "--clock-skew": once,
    "--plan": once,
    "--repository": once,
    "--environment": once,
    "--phase": once,
    "--wave": once,
    "--commit": once,
    "--host": once,
    "--last-sequence": once,
    "--format": once,
  },
  "ledger log": { ...ledgerKeys, "--rollout": once, "--limit": once },
  "ledger verify": {
    ...ledgerKeys,
    "--head": once,
    "--repository": once,
    "--format": once,
  },
  "ledger export": { ...ledgerKeys, "--format": once },
  "ledger ruleset": { "--app": once },
  "host install": {
    "--host": once,
    "--repository": once,
    "--address": many,
    "--role": once,
    "--environment": once,
    "--key": many,
    "--keys": many,
    "--runner-user": once,
    "--stpd-ini": once,
    "--sm-main": once,
    "--root": once,
  },
  "host status": { "--host": once },
  "host check": {
    "--host": once,
    "--from-job": flag,
    "--phase": once,
    "--wave": once,
    "--commit": once,
    "--repo": once,
    "--plan": once,
    "--ledger": once,
    "--ticket": once,
    "--attempt": once,
    "--format": once,
  },
  "host records": { "--host": once, "--repository": once, "--stpd-ini": once },
  "host uninstall": { "--root": once },
  apply: {
    "--phase": once,
    "--repo": once,
    "--plan": once,
    "--ledger": once,
    "--ticket": once,
    "--host": once,
    "--dry-run": flag,
    "--expect": once,
    "--break-glass": once,
    "--idle-seen-by": once,
    "--from-job": flag,
    "--wave": once,
    "--commit": once,
    "--attempt": once,
    "--format": once,
  },
  recover: {
    "--host": once,
    "--show": flag,
    "--idle-seen-by": once,
    "--cause": once,
    "--id": once,
    "--after": once,
    "--detach": flag,
  },
  globals: {
    "--repo": once,
    "--host": once,
    "--attest": once,
    "--read": flag,
    "--format": once,
  },
  completion: {},
  help: {},
  version: {},
} as const satisfies Readonly<Record<string, OptionKinds>>;

export type CommandName = keyof typeof optionKinds;

/** Commands that take positional arguments. */
const takers = [
  "import",
  "check",
  "fix",
  "explain",
  "priority",
  "probe",
  "verify",
  "status",
  "plan",
  "runbook",
  "ticket verify",
  "completion",
  "help",
] as const satisfies readonly CommandName[];
export type Taker = (typeof takers)[number];

/** The first word of a command, such as `ledger` in `ledger verify`. */
export type FirstWord = CommandName extends infer Name
  ? Name extends `${infer First} ${string}`
    ? First
    : Name
  : never;

/** Parsed arguments of a command, by its own options. */
export type Parsed<Name extends CommandName> = ParsedBy<(typeof optionKinds)[Name]>;

/** Throws UsageError, also for a positional argument of a command that takes only options. */
export function parseCommand<Name extends CommandName>(
  args: readonly string[],
  name: Name,
): Parsed<Name> {
  const parsed: Parsed<Name> = parseArguments(args, optionKinds[name]);
  const [first] = parsed.positionals;
  if (first === undefined || takers.some((taker) => taker === name)) return parsed;
  throw usage(`${name} takes no argument '${makeVisible(first)}', only options`);
}

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(optionKinds, name);
}

/**
 * The command of a command line, such as `check` or `ledger verify`; only `ledger` if the second
 * word is unknown; undefined if there is no such command.
 */
export function findCommand([first = "", second]: readonly string[]): string | undefined {
  const both = `${first} ${second}`;
  if (isCommandName(both)) return both;
  return isCommandName(first) || listVerbs(first).length > 0 ? first : undefined;
}

/** Second words of a command, such as `log` and `verify` of `ledger`; most commands have none. */
export function listVerbs(first: string): readonly string[] {
  return Object.keys(optionKinds).flatMap((name) =>
    name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : [],
  );
}

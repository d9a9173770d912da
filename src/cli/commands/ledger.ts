import {
  printLedgerCsv,
  printLedgerLines,
  renderLedgerLog,
} from "../../core/report/ledger-rows.ts";
import { nameRollout, type LedgerEntry } from "../../core/rollout/ledger/entry.ts";
import { ledgerRulesets } from "../../core/rollout/ledger/branch-ruleset.ts";
import { printRecords } from "../../core/rollout/plan/records-file.ts";
import { makeVisible } from "../../core/base/text.ts";
import { readLedgerRecords } from "../../core/rollout/ledger/plan-source.ts";
import { readLedgerAt } from "../../core/rollout/ledger/reader.ts";
import { chooseWord, usage, readNumber } from "../../shell/options.ts";
import { openLedger, readId } from "../../shell/ledger-access.ts";
import { runLedgerVerify } from "./ledger-verify.ts";
import { listVerbs, parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";

type Run = (args: readonly string[], shell: Shell) => number | Promise<number>;

const commands: Readonly<Record<string, Run>> = {
  log: runLog,
  verify: runLedgerVerify,
  export: runExport,
  ruleset: runRuleset,
};

/** Exit code 0, or 1 if `verify` found a problem. */
export async function runLedger(
  [what = "", ...args]: readonly string[],
  shell: Shell,
): Promise<number> {
  const run = Object.hasOwn(commands, what) ? commands[what] : undefined;
  const names = listVerbs("ledger");
  if (run === undefined) throw usage(`ledger needs one of ${names.join(", ")}`, what, names);
  return run(args, shell);
}

const noLedger = "there is no ledger yet\n";

/** Newest first. Reads the whole chain, and verifies every signature. */
async function runLog(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "ledger log");
  const limit = readNumber("--limit", parsed.one("--limit"), [1, 999_999]);
  const rollout = parsed.one("--rollout");
  const { store, tools } = openLedger(parsed, shell);
  const { state, entries } = await readLedgerAt(await store.readHead(), store, tools);
  if (rollout !== undefined && !state.ledger.rollouts.has(rollout)) {
    throw usage(`--rollout: the ledger knows no rollout ${makeVisible(rollout)}`);
  }
  const chosen = entries.filter(
    ({ entry }) => rollout === undefined || namesRollout(entry, rollout),
  );
  if (state.commit === undefined) shell.terminal.err(noLedger);
  shell.terminal.out(renderLedgerLog(chosen.toReversed().slice(0, limit)));
  return 0;
}

const formats = ["jsonl", "csv", "records"] as const;

/** Exports entries as JSON lines or CSV, or the resulting records for `plan --records`. */
async function runExport(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "ledger export");
  const format = chooseWord("--format", parsed.one("--format"), formats, "jsonl");
  const { store, tools } = openLedger(parsed, shell);
  if (format === "records") {
    const records = await readLedgerRecords(undefined, store, tools);
    if (records === undefined) shell.terminal.err(noLedger);
    else shell.terminal.out(`${printRecords(records)}\n`);
    return 0;
  }
  const { state, entries } = await readLedgerAt(await store.readHead(), store, tools);
  if (state.commit === undefined) shell.terminal.err(noLedger);
  shell.terminal.out(
    format === "csv" ? printLedgerCsv(entries, state.ledger) : printLedgerLines(entries),
  );
  return 0;
}

/** Makes no requests: except for the App id, the rulesets are the same for every repository. */
function runRuleset(args: readonly string[], { terminal }: Shell): number {
  const { one } = parseCommand(args, "ledger ruleset");
  const app = readId("--app", one("--app"));
  if (app === undefined) {
    throw usage("ledger ruleset needs --app NUMBER, the id of the controller's GitHub App");
  }
  terminal.out(`${JSON.stringify(ledgerRulesets(app), undefined, 2)}\n`);
  return 0;
}

function namesRollout(entry: LedgerEntry, rollout: string): boolean {
  const { event } = entry;
  if (event.kind === "request") return nameRollout(entry) === rollout;
  const isOf = ["rollout", "rehearsal", "by-hand"].includes(event.kind);
  return isOf && "rollout" in event && event.rollout === rollout;
}

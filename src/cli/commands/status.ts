import { describeRelaxed, showRelaxed } from "../../core/report/relaxed.ts";
import { renderCheckmk, renderOpenMetrics } from "../../core/report/monitoring.ts";
import { renderAny } from "../../core/report/render.ts";
import { renderStatusText } from "../../core/report/status-text.ts";
import { emptyLedger, type Ledger } from "../../core/rollout/ledger/ledger.ts";
import {
  countStates,
  describeFleet,
  findHosts,
  type FleetStatus,
} from "../../core/status/fleet-status.ts";
import { listRepoFiles } from "../../core/status/seen-from-host.ts";
import { readTrend } from "../../core/status/trend.ts";
import type { LedgerEntry } from "../../core/rollout/ledger/entry.ts";
import { makeVisible } from "../../core/base/text.ts";
import { checkFleet } from "../../core/check/check-fleet.ts";
import { readLedgerAt } from "../../core/rollout/ledger/reader.ts";
import { chooseWord, usage, readNumber } from "../../shell/options.ts";
import { preparePage, writePieces } from "../../shell/html-page.ts";
import { openCommit } from "../../shell/plan-inputs.ts";
import { parseCommand, type Parsed } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { printJson } from "../../core/formats/json/print.ts";

/** Shows the same status as the bot. Read-only. */
export async function runStatus(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "status");
  const [name, ...more] = parsed.positionals;
  if (more.length > 0) throw usage("expected at most one environment or host");
  const { one } = parsed;
  const format = chooseWord(
    "--format",
    one("--format"),
    ["text", "json", "openmetrics", "checkmk"],
    "text",
  );
  const hours = readNumber("--fresh", one("--fresh"), [1, 720]) ?? 36;
  const page = parsePage(one("--output"));
  const { commit, files } = openCommit(".", one("--ref") ?? "HEAD", shell.files);
  const asOf = shell.today();
  const witness = preparePage(["html"], { files, hash: shell.hash });
  const found = checkFleet({ paths: ["."], overrides: {}, asOf }, witness.files);
  const { ledger, ledgerCommit, entries } = await readLedger(parsed, shell);
  const nowSeconds = Math.floor(Date.now() / 1000);
  const wireLimitSeconds = hours * 3600;
  const repoFiles = listRepoFiles(found, witness.list(found.root));
  const about = {
    checked: found,
    repoFiles,
    ledger,
    commit,
    ledgerCommit,
    nowSeconds,
    wireLimitSeconds,
  };
  const all = describeFleet(about);
  const status = name === undefined ? all : narrow(all, name);
  if (page !== undefined) {
    const { root, fixes } = found;
    const past = { status: all, trend: readTrend(entries), ledger };
    const run = { command: "status", root, asOf, commit, fixes, probes: [], past } as const;
    const describe = () => witness.describe(run);
    const out = writePieces(page, shell.terminal);
    await renderAny("html", found, { colour: false, page: describe, out });
  }
  const lines = describeRelaxed(found);
  const outputs = {
    text: () => renderStatusText(status) + (lines.length > 0 ? `\n${showRelaxed(lines)}` : ""),
    json: () => printJson({ schemaVersion: 2, ...status, relaxed: found.relaxed }, 2),
    openmetrics: () => renderOpenMetrics(status),
    checkmk: () => renderCheckmk(status, wireLimitSeconds),
  };
  shell.terminal.out(outputs[format]());
  return 0;
}

function parsePage(text: string | undefined): string | undefined {
  if (text === undefined || /^html=./.test(text)) return text?.slice("html=".length);
  throw usage("invalid value for --output (expected html=FILE)");
}

interface LedgerRead {
  readonly ledger: Ledger;
  readonly ledgerCommit: string | null;
  readonly entries: readonly Pick<LedgerEntry, "event">[];
}

/** Without keys the ledger is not read, since its signatures could not be verified. */
async function readLedger(parsed: Parsed<"status">, shell: Shell): Promise<LedgerRead> {
  if (!parsed.has("--key") && !parsed.has("--keys")) {
    shell.terminal.err("ledger skipped (no --key or --keys): showing the config repo only\n");
    return { ledger: emptyLedger, ledgerCommit: null, entries: [] };
  }
  const { openLedger } = await import("../../shell/ledger-access.ts");
  const { store, tools } = openLedger(parsed, shell);
  const { state, entries } = await readLedgerAt(await store.readHead(), store, tools);
  const { ledger, commit: ledgerCommit = null } = state;
  return { ledger, ledgerCommit, entries: entries.map(({ entry }) => entry) };
}

/** The environment with that name, otherwise the hosts with it. */
function narrow(status: FleetStatus, name: string): FleetStatus {
  const { environments } = status;
  const own = environments.filter((one) => one.name === name);
  const found = own.length > 0 ? own.flatMap((one) => one.hosts) : findHosts(status, name);
  if (own.length === 0 && found.length === 0) {
    const known = environments.flatMap((one) => [
      ...(one.name === null ? [] : [one.name]),
      ...one.hosts.map(({ host }) => host.name),
    ]);
    throw usage(`no environment or host is called '${makeVisible(name)}'`, name, known);
  }
  const kept = environments
    .map((one) => ({ ...one, hosts: one.hosts.filter((host) => found.includes(host)) }))
    .filter((one) => own.some((other) => other.name === one.name) || one.hosts.length > 0)
    .map((one) => ({ ...one, counts: countStates(one.hosts) }));
  return { ...status, counts: countStates(found), environments: kept };
}

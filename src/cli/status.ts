import { printJson } from "../core/report/json.ts";
import { renderStatusText } from "../core/report/status-text.ts";
import { emptyLedger, type Ledger } from "../core/rollout/ledger.ts";
import {
  countStates,
  describeFleet,
  findHosts,
  type FleetStatus,
} from "../core/status/fleet-status.ts";
import { makeVisible } from "../core/text.ts";
import { checkFleet } from "../usecases/check-fleet.ts";
import { readLedgerAt } from "../usecases/read-ledger.ts";
import { chooseWord, parseArguments, usage, type ParsedArguments } from "./arguments.ts";
import { keyOptions } from "./ledger-access.ts";
import { openCommit } from "./plan-sources.ts";
import { readNumber } from "./probe.ts";
import type { Shell } from "./shell.ts";

const options = { ...keyOptions, "--ref": "once", "--format": "once", "--fresh": "once" } as const;

/** What the bot answers to status, by the command line: it only reads. */
export async function runStatus(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseArguments(args, options);
  const [name, ...more] = parsed.positionals;
  if (more.length > 0) throw usage("status takes one environment or host");
  const one = (option: keyof typeof options): string | undefined => parsed.values.get(option)?.[0];
  const format = chooseWord("--format", one("--format"), ["text", "json"], "text");
  const hours = readNumber("--fresh", one("--fresh"), [1, 720]) ?? 36;
  const { commit, files } = openCommit(".", one("--ref") ?? "HEAD", shell.files);
  const request = { paths: ["."], overrides: {}, asOf: shell.today() };
  const { ledger, ledgerCommit } = await readLedger(parsed, shell);
  const all = describeFleet({
    checked: checkFleet(request, files),
    ledger,
    commit,
    ledgerCommit,
    now: Math.floor(Date.now() / 1000),
    wireLimit: hours * 3600,
  });
  const status = name === undefined ? all : narrow(all, name);
  const json = { schemaVersion: 1, ...status };
  shell.terminal.out(format === "json" ? printJson(json, 2) : renderStatusText(status));
  return 0;
}

/** Without keys the ledger is not asked: it is not known whose signatures count. */
async function readLedger(
  parsed: ParsedArguments,
  shell: Shell,
): Promise<{ readonly ledger: Ledger; readonly ledgerCommit: string | null }> {
  if (!parsed.values.has("--key") && !parsed.values.has("--keys")) {
    shell.terminal.err(
      "without --key or --keys the ledger is not read: this is the config repo alone\n",
    );
    return { ledger: emptyLedger, ledgerCommit: null };
  }
  const { openLedger } = await import("./ledger-access.ts");
  const { store, tools } = openLedger(parsed, shell);
  const { state } = await readLedgerAt(await store.readHead(), store, tools);
  return { ledger: state.ledger, ledgerCommit: state.commit ?? null };
}

/** The environment of that name, or else the hosts. */
function narrow(status: FleetStatus, name: string): FleetStatus {
  const { environments } = status;
  const own = environments.filter((one) => one.name === name);
  const found = own.length > 0 ? own.flatMap((one) => one.hosts) : findHosts(status, name);
  if (own.length === 0 && found.length === 0) {
    const known = environments.flatMap((one) => [
      ...(one.name === null ? [] : [one.name]),
      ...one.hosts.map(({ host }) => host.name),
    ]);
    throw usage(`there is no environment and no host ${makeVisible(name)}`, name, known);
  }
  const kept = environments
    .map((one) => ({ ...one, hosts: one.hosts.filter((host) => found.includes(host)) }))
    .filter((one) => own.some((other) => other.name === one.name) || one.hosts.length > 0)
    .map((one) => ({ ...one, counts: countStates(one.hosts) }));
  return { ...status, counts: countStates(found), environments: kept };
}

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateSigningKey, openSigner } from "../src/adapters/signatures.ts";
import { writeHistory } from "./scale-history.ts";
import type { Cost, ScaleInput, ScaleReport } from "./scale-worker.ts";

/**
 * Measures plan, gate and ledger by number of hosts and rollouts: the real use cases and adapters,
 * with a GitHub stand-in in the same process that serves a signed and chained ledger. Seconds
 * exclude the network and the stand-in. `--hosts` and `--rollouts` set the numbers, ascending,
 * separated by commas.
 */
const asked = process.argv.slice(2);
const fleets = numbersOf("--hosts", [10, 100, 1000]);
const lengths = numbersOf("--rollouts", [0, 100, 1000, 10_000]);

function numbersOf(option: string, usual: readonly number[]): readonly number[] {
  const at = asked.indexOf(option);
  return at < 0 ? usual : (asked[at + 1] ?? "").split(",").map(Number);
}

const worker = fileURLToPath(new URL("scale-worker.ts", import.meta.url));

function runWorker(input: ScaleInput): ScaleReport {
  const { status, stdout, stderr } = spawnSync(process.execPath, [worker], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

interface Row {
  readonly hosts: number;
  readonly rollouts: number;
  readonly control: ScaleReport;
  readonly audit: ScaleReport;
}

const seconds = (value: number): string => value.toFixed(value < 1 ? 2 : 1);
const megabytes = (value: number): string => (value / 1e6).toFixed(value < 1e6 ? 2 : 1);
const whole = (value: number): string => value.toLocaleString("en");

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(line(head));
  console.log(line(head.map(() => "---:")));
  for (const row of rows) console.log(line(row));
  console.log("");
}

function costOf({ costs }: ScaleReport, what: string): Cost {
  const cost = costs[what];
  if (cost === undefined) throw new Error(`${what} was not measured`);
  return cost;
}

function describeLedger({ hosts, rollouts, control, audit }: Row): readonly string[] {
  const [cold, on] = [costOf(control, "cold"), costOf(control, "read on")];
  const [unchanged, judged] = [costOf(control, "unchanged"), costOf(audit, "audit")];
  return [
    whole(hosts),
    whole(rollouts),
    whole(control.facts["entries"] ?? 0),
    whole(cold.requests),
    megabytes(cold.received),
    seconds(cold.seconds),
    whole(control.memory[1]),
    `${unchanged.requests} (${unchanged.counted})`,
    whole(on.requests),
    megabytes(on.received),
    seconds(on.seconds),
    whole(judged.requests),
    seconds(judged.seconds),
    whole(audit.memory[1]),
  ];
}

const ledgerHead = [
  ..."hosts,rollouts,entries,cold: requests,MB,s,MiB".split(","),
  ..."unchanged: requests (counted),one entry more: requests,MB,s".split(","),
  ..."audit: requests,s,MiB".split(","),
];

function describeWave({ hosts, rollouts, control }: Row): readonly string[] {
  const [plan, gate] = [costOf(control, "plan"), costOf(control, "gate")];
  const [request, judge] = [costOf(control, "request"), costOf(control, "judge")];
  return [
    whole(hosts),
    whole(rollouts),
    seconds(plan.seconds),
    whole(plan.requests),
    control.facts["stable"] === 1 ? "yes" : "no",
    seconds(gate.seconds),
    `${request.writes} of ${request.requests}`,
    megabytes(request.sent),
    whole(control.facts["largest wave"] ?? 0),
    `${judge.writes} of ${judge.requests}`,
    megabytes(judge.sent),
    seconds(judge.seconds),
  ];
}

const waveHead = [
  ..."hosts,rollouts,plan: s,requests,same digest,gate: s".split(","),
  ..."request: writes,MB sent,hosts of a wave,its judge: writes,MB sent,s".split(","),
];

async function measureFleet(top: string, hosts: number): Promise<readonly Row[]> {
  const { privateKey, publicKey } = await generateSigningKey();
  const folder = join(top, String(hosts));
  mkdirSync(folder);
  await writeHistory(folder, { hosts, lengths }, await openSigner(privateKey));
  const rows = lengths.map((rollouts) => {
    console.error(`${hosts} hosts, ${rollouts} rollouts`);
    const common = { folder, rollouts, privateKey, publicKey };
    const control = runWorker({ ...common, what: "control" });
    return { hosts, rollouts, control, audit: runWorker({ ...common, what: "audit" }) };
  });
  rmSync(folder, { recursive: true });
  return rows;
}

const top = mkdtempSync(join(tmpdir(), "bench-scale-"));
try {
  const rows: Row[] = [];
  for (const hosts of fleets) rows.push(...(await measureFleet(top, hosts)));
  const [cpu] = cpus();
  console.log(`Node ${process.version}, ${cpus().length} x ${cpu?.model ?? "unknown processor"}\n`);
  printTable(ledgerHead, rows.map(describeLedger));
  printTable(waveHead, rows.map(describeWave));
} finally {
  rmSync(top, { recursive: true, force: true });
}

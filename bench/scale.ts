import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generateSigningKey, openSigner } from "../src/adapters/signatures.ts";
import { writeHistory } from "./scale-history.ts";
import type { ScaleInput, ScaleReport } from "./scale-worker.ts";

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

const top = mkdtempSync(join(tmpdir(), "bench-scale-"));
try {
  const { privateKey, publicKey } = await generateSigningKey();
  const signer = await openSigner(privateKey);
  const [cpu] = cpus();
  console.log(`Node ${process.version}, ${cpus().length} x ${cpu?.model ?? "unknown processor"}\n`);
  for (const hosts of fleets) {
    const folder = join(top, String(hosts));
    mkdirSync(folder);
    const from = performance.now();
    await writeHistory(folder, { hosts, lengths }, signer);
    console.error(`made in ${((performance.now() - from) / 1000).toFixed(0)} s`);
    for (const rollouts of lengths) {
      const common = { folder, rollouts, privateKey, publicKey };
      const control = runWorker({ ...common, what: "control" });
      const audit = runWorker({ ...common, what: "audit" });
      console.log(JSON.stringify({ hosts, rollouts, ...control, audit }, null, 1));
    }
    rmSync(folder, { recursive: true });
  }
} finally {
  rmSync(top, { recursive: true, force: true });
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNetwork } from "../src/adapters/network/network.ts";
import { vendorPriority } from "../src/core/gnutls/verdict.ts";
import { probeAddress } from "../src/core/probe/probe-address.ts";
import { makeKeys, startGnutlsServ } from "../test/support/harness/gnutls-serv.ts";
import { distFile } from "../test/support/harness/programs.ts";
import { randomHello } from "../src/adapters/runtime/crypto.ts";

/**
 * Runs inside a network namespace. Probes a gnutls-serv with the vendor's string, alternating with
 * sslscan and nmap, and prints medians in milliseconds as JSON.
 */
const port = 5601;
const rounds = 9;
const folder = mkdtempSync(join(tmpdir(), "bench-probe-"));
spawnSync("ip", ["link", "set", "lo", "up"]);
makeKeys(folder);
const server = await startGnutlsServ(folder, { priority: vendorPriority, port });
if (server === null) throw new Error("gnutls-serv does not start");
const tools = { network: createNetwork({ sockets: 64, timeoutMs: 5000 }), random: randomHello };

function probe(full: boolean): Promise<unknown> {
  const demands = { profile: "vendor", filteredPort: "unknown", nowMs: Date.now() } as const;
  const ports = { https: port, http: 1, ftp: 2 };
  return probeAddress({ address: "127.0.0.1", serverName: undefined, ports, demands, full }, tools);
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
}

const names = ["heartbleed", "groups", "renegotiation", "compression", "fallback"];
const less = [...names, "check-certificate"].map((name) => `--no-${name}`);
const target = `127.0.0.1:${port}`;
const ports = ["--https-port", String(port), "--http-port", "1", "--ftp-port", "2"];
const probeArgs = [distFile, "probe", "127.0.0.1", ...ports];
const kinds: Readonly<Record<string, () => unknown>> = {
  verdict: () => probe(false),
  full: () => probe(true),
  verdictProcess: () => run(process.execPath, probeArgs),
  fullProcess: () => run(process.execPath, [...probeArgs, "--full"]),
  sslscan: () => run("sslscan", [...less, target]),
  sslscanAll: () => run("sslscan", [target]),
  ...(spawnSync("nmap", ["--version"]).status === 0 && {
    nmap: () => run("nmap", ["-p", String(port), "--script", "ssl-enum-ciphers", "127.0.0.1"]),
  }),
};
const times = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
for (let round = 0; round < rounds; round++) {
  for (const [kind, measure] of Object.entries(kinds)) {
    const start = performance.now();
    await measure();
    // The first round warms up.
    if (round > 0) times.get(kind)?.push(performance.now() - start);
  }
}
await server.stop();
rmSync(folder, { recursive: true });
const medians = [...times].map(([kind, list]) => {
  const sorted = list.toSorted((left, right) => left - right);
  return [kind, sorted[Math.floor(sorted.length / 2)]] as const;
});
process.stdout.write(JSON.stringify(Object.fromEntries(medians)));

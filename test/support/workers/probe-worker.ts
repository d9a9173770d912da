import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import type { AddressProbe } from "../../../src/core/probe/address-probe.ts";
import { probeAddress } from "../../../src/core/probe/probe-address.ts";
import {
  makeKeys,
  startGnutlsServ,
  waitForServer,
  type RunningServer,
} from "../harness/gnutls-serv.ts";
import { randomHello } from "../../../src/adapters/runtime/crypto.ts";

/**
 * Runs inside a network namespace. Starts a server for each question, probes it in full, and also
 * runs sslscan if requested; prints the answers as JSON.
 */
export interface ProbeQuestion {
  readonly server: "gnutls-serv" | "libmicrohttpd" | "openssl";
  /** A priority string, or for openssl the options of s_server. */
  readonly priority: string;
  /** The stand-in on libmicrohttpd. */
  readonly program?: string;
  readonly sslscan?: boolean;
  /** gnutls-serv with DH parameters of its own. */
  readonly hasOwnParameters?: boolean;
}

/** Null if the server did not start. */
export type ProbeAnswer = {
  readonly full: AddressProbe;
  readonly policy: AddressProbe;
  /** The result of sslscan, as `TLS1.2 c02f`, sorted. */
  readonly second: readonly string[] | undefined;
} | null;

const questions: readonly ProbeQuestion[] = JSON.parse(readFileSync(0, "utf8"));
const folder = mkdtempSync(join(tmpdir(), "probe-"));
spawnSync("ip", ["link", "set", "lo", "up"]);
makeKeys(folder);
const tools = { network: createNetwork({ sockets: 24, timeoutMs: 20_000 }), random: randomHello };

function start(question: ProbeQuestion, port: number): Promise<RunningServer | null> {
  const { server, priority, program = "", hasOwnParameters = false } = question;
  if (server === "gnutls-serv") {
    return startGnutlsServ(folder, { priority, port }, hasOwnParameters ? makeParameters() : []);
  }
  const [key, cert] = [join(folder, "rsa.key"), join(folder, "rsa.crt")];
  if (server === "libmicrohttpd") {
    const ini = join(folder, `${port}.ini`);
    const lines = ["[STPD_Server]", `STPD_HTTPS_PORT=${port}`];
    writeFileSync(ini, `${lines.join("\n")}\nSTPD_HTTPS_PRIORITY_STRING="${priority}"\n`);
    return waitForServer(spawn(program, [ini, cert, key], { stdio: "ignore" }), port);
  }
  const args = ["s_server", "-quiet", "-www", "-accept", `127.0.0.1:${port}`];
  args.push("-key", key, "-cert", cert, ...priority.split(" "));
  return waitForServer(spawn("openssl", args, { stdio: "ignore" }), port);
}

/** Options for DH parameters, which GnuTLS has built in and which take no time. */
function makeParameters(): readonly string[] {
  const file = join(folder, "dh.pem");
  const args = ["--get-dh-params", "--sec-param=medium", `--outfile=${file}`];
  const { status } = spawnSync("certtool", args, { stdio: "ignore" });
  if (status !== 0) throw new Error("certtool made no DH parameters");
  return [`--dhparams=${file}`];
}

/** Only versions and suites. */
function scan(port: number): readonly string[] {
  const less = [
    "heartbleed",
    "groups",
    "renegotiation",
    "compression",
    "fallback",
    "check-certificate",
  ];
  const { stdout } = spawnSync(
    "sslscan",
    ["--xml=-", ...less.map((name) => `--no-${name}`), `127.0.0.1:${port}`],
    { encoding: "utf8" },
  );
  const found = stdout.matchAll(/<cipher [^>]*sslversion="([^"]+)"[^>]* id="0x([0-9A-F]+)"/g);
  return Array.from(
    found,
    ([, version = "", id = ""]) => `${version.replace("v", "")} ${id.toLowerCase()}`,
  ).toSorted();
}

async function ask(question: ProbeQuestion, port: number): Promise<ProbeAnswer> {
  const server = await start(question, port);
  if (server === null) return null;
  const request = {
    address: "127.0.0.1",
    serverName: undefined,
    ports: { https: port, http: 1, ftp: 2 },
    demands: { profile: "vendor", filteredPort: "unknown", nowMs: Date.now() },
  } as const;
  const full = await probeAddress({ ...request, full: true }, tools);
  const policy = await probeAddress({ ...request, full: false }, tools);
  const second = question.sslscan === true ? scan(port) : undefined;
  await server.stop();
  return { full, policy, second };
}

const results: ProbeAnswer[] = [];
let next = 0;
const work = async (port: number): Promise<void> => {
  for (let index = next++; index < questions.length; index = next++) {
    const question = questions[index];
    if (question !== undefined) results[index] = await ask(question, port);
  }
};
await Promise.all([5601, 5602, 5603].map(work));
rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify(results));

import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { connect } from "node:tls";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { createStandInHost, type Flavour, type StandInHost } from "../fakes/host/stand-in-host.ts";

/**
 * Runs inside a network namespace: subjects a host to each fault that it knows, and prints the
 * observations. Each line of `seen` is the result of a restart and the ports that were open then.
 */
export interface StandInAnswer {
  readonly seen: Readonly<Record<string, string>>;
  readonly refusal: string;
  readonly messages: Readonly<Record<string, string>>;
  /** Whether the same key answers at all addresses. */
  readonly sameKey: Readonly<Record<string, boolean>>;
}

// The test names one of them.
const flavour = process.argv[2] as Flavour;
const addresses = ["127.0.0.1", "127.0.0.2"] as const;
const ports = { https: 11443, http: 11000, ftp: 11001 };
const network = createNetwork({ sockets: 8, timeoutMs: 5000 });

function makeIni(mark: "" | "# ", priority = vendorPriority): string {
  return `[Other]\nSTPD_PORT=1\n[STPD_Server]\n${mark}STPD_PORT=${ports.ftp}\n${mark}STPD_HTTP_PORT=${ports.http}\nSTPD_HTTPS_PORT=${ports.https}\nSTPD_HTTPS_PRIORITY_STRING="${priority}"\n`;
}

async function listOpen(): Promise<string> {
  const open = Object.entries(ports).map(async ([name, port]) => {
    const states = addresses.map(
      async (address) => (await network.connect({ address, port })).state,
    );
    const [first = "", ...others] = await Promise.all(states);
    // A port is open or closed at all addresses.
    const state = others.every((other) => other === first) ? first : "mixed";
    return state === "closed" ? [] : [state === "open" ? name : `${name} ${state}`];
  });
  return (await Promise.all(open)).flat().join(" ") || "nothing";
}

async function until(text: string): Promise<void> {
  while ((await listOpen()) !== text) await wait(20);
}

async function isSameKey(): Promise<boolean> {
  const keys = addresses.map(async (address) => {
    const answer = await network.handshake({ address, port: ports.https }, "localhost");
    return answer.kind === "answered" ? answer.certificate?.spkiSha256 : answer.kind;
  });
  const [first, ...others] = await Promise.all(keys);
  return first?.length === 64 && others.every((other) => other === first);
}

/** How a client notices that TLS 1.1 is refused. */
function askRefusal(): Promise<string> {
  const socket = connect({
    port: ports.https,
    host: addresses[0],
    maxVersion: "TLSv1.1",
    minVersion: "TLSv1",
    ciphers: "DEFAULT@SECLEVEL=0",
    rejectUnauthorized: false,
  });
  return new Promise((resolve) => {
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("secureConnect", () => {
      resolve("accepted");
      socket.destroy();
    });
  });
}

async function examine(host: StandInHost): Promise<StandInAnswer> {
  const write = (text: string): void => writeFileSync(host.stpdIni, text);
  const restart = async (): Promise<string> => {
    const { status } = await host.run("restart");
    return `${status}: ${await listOpen()}`;
  };
  const hang = async (): Promise<string> => {
    const [program, ...args] = host.commands.restart;
    // It never ends by itself; half a second is enough for it to get that far.
    const { signal } = spawnSync(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 500,
      killSignal: "SIGKILL",
    });
    return `${signal}: ${await listOpen()}`;
  };
  const seen: Record<string, string> = {};
  const say = async (command: "restart" | "status" | "busy"): Promise<string> => {
    const { status, stdout, stderr } = await host.run(command);
    return `${status}: ${stdout}${stderr}`;
  };
  seen["down"] = await listOpen();
  seen["first start"] = await restart();
  const sameKey: Record<string, boolean> = { "first start": await isSameKey() };
  const refusal = await askRefusal();
  const messages: Record<string, string> = { up: await say("status"), idle: await say("busy") };
  host.plan({ kind: "old-config" }, { kind: "works" }, { kind: "fails" }, { kind: "stays-down" });
  write(makeIni("# "));
  seen["old config"] = await restart();
  seen["works"] = await restart();
  seen["fails"] = await restart();
  messages["down"] = await say("status");
  seen["stays down"] = await restart();
  host.plan({ kind: "slow", after: 0.5 });
  const late = await host.run("restart");
  await until("https");
  seen["slow"] = `${late.status}: ${await listOpen()}`;
  host.plan({ kind: "hangs" });
  seen["hangs"] = await hang();
  host.plan({ kind: "hangs-down" });
  seen["hangs down"] = await hang();
  host.plan({ kind: "neighbour" });
  seen["neighbour"] = await restart();
  sameKey["neighbour"] = await isSameKey();
  write(makeIni(""));
  host.plan({ kind: "https-dies", after: 3000 });
  seen["https dies"] = await restart();
  await until("http ftp");
  write(makeIni("", "NORMAL:-FOO"));
  messages["invalid"] = await say("restart");
  seen["invalid"] = await listOpen();
  host.setBusy("2 transfers");
  messages["busy"] = await say("busy");
  write(makeIni("", "NORMAL"));
  seen["killed job"] = await killJob(host);
  return { seen, refusal, messages, sameKey };
}

/** Restarts like a job that is then killed with its whole group. */
async function killJob({ commands }: StandInHost): Promise<string> {
  const [program, ...args] = commands.restart;
  const job = spawn(program, args, { detached: true, stdio: "ignore" });
  const status = await new Promise((done) => job.on("close", done));
  try {
    if (job.pid !== undefined) process.kill(-job.pid, "SIGKILL");
    return "something of the service was left in the group of the job";
  } catch {
    return `${String(status)}: ${await listOpen()}`;
  }
}

const host = createStandInHost({ flavour, stpdIni: makeIni(""), addresses });
try {
  process.stdout.write(JSON.stringify(await examine(host)));
} finally {
  await host.remove();
}

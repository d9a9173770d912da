import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Runs inside a network namespace, since gnutls-serv listens on every address. Reads questions from
 * standard input, asks a live gnutls-serv with gnutls-cli, and prints one answer a line.
 */
export interface LiveQuestion {
  readonly priority: string;
  /** Priority strings of a client that offers one suite in one version. */
  readonly offers: readonly string[];
}

/** The offers that the server took; null where it did not start. */
export type LiveAnswer = readonly string[] | null;

const questions: readonly LiveQuestion[] = JSON.parse(readFileSync(0, "utf8"));
const folder = mkdtempSync(join(tmpdir(), "serv-"));
spawnSync("ip", ["link", "set", "lo", "up"]);
const keys = { rsa: ["rsa:2048"], ec: ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] };
for (const [name, kind] of Object.entries(keys)) {
  const out = ["-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.crt`)];
  const { status, stderr } = spawnSync(
    "openssl",
    ["req", "-x509", "-newkey", ...kind, "-nodes", "-days", "2", "-subj", "/CN=localhost", ...out],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
}

function startServer(priority: string, port: number): ChildProcess {
  const file = (name: string): string => join(folder, name);
  const certificates = ["rsa", "ec"].flatMap((name) => [
    `--x509certfile=${file(`${name}.crt`)}`,
    `--x509keyfile=${file(`${name}.key`)}`,
  ]);
  const options = ["--quiet", "--nodb", "--noticket", "--disable-client-cert", "--echo"];
  return spawn(
    "gnutls-serv",
    [...options, `--port=${port}`, `--priority=${priority}`, ...certificates],
    { stdio: "ignore" },
  );
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

function takes(offer: string, port: number): Promise<boolean> {
  const args = ["--insecure", `--port=${port}`, `--priority=${offer}`, "127.0.0.1"];
  const client = spawn("gnutls-cli", args, { stdio: "ignore" });
  return new Promise((resolve) => client.on("close", (code) => resolve(code === 0)));
}

async function ask({ priority, offers }: LiveQuestion, port: number): Promise<LiveAnswer> {
  const server = startServer(priority, port);
  const closed = new Promise((resolve) => server.on("close", resolve));
  try {
    while (!(await answers(port))) {
      if (server.exitCode !== null) return null;
      await wait(5);
    }
    const taken: string[] = [];
    for (const offer of offers) if (await takes(offer, port)) taken.push(offer);
    return taken;
  } finally {
    server.kill();
    await closed;
  }
}

const results: LiveAnswer[] = [];
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

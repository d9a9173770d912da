import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeKeys, startGnutlsServ } from "../harness/gnutls-serv.ts";

/**
 * Runs inside a network namespace, since gnutls-serv listens on every address. Reads questions from
 * standard input, asks a live gnutls-serv with gnutls-cli, and prints one answer a line.
 */
export interface LiveQuestion {
  readonly priority: string;
  /** Priority strings of a client that offers one suite in one version. */
  readonly offers: readonly string[];
}

/** The offers that the server accepted; null if it did not start. */
export type LiveAnswer = readonly string[] | null;

const questions: readonly LiveQuestion[] = JSON.parse(readFileSync(0, "utf8"));
const folder = mkdtempSync(join(tmpdir(), "serv-"));
spawnSync("ip", ["link", "set", "lo", "up"]);
makeKeys(folder);

function takes(offer: string, port: number): Promise<boolean> {
  const args = ["--insecure", `--port=${port}`, `--priority=${offer}`, "127.0.0.1"];
  const client = spawn("gnutls-cli", args, { stdio: "ignore" });
  return new Promise((resolve) => client.on("close", (code) => resolve(code === 0)));
}

async function ask({ priority, offers }: LiveQuestion, port: number): Promise<LiveAnswer> {
  const server = await startGnutlsServ(folder, { priority, port }, ["--echo"]);
  if (server === null) return null;
  const taken: string[] = [];
  for (const offer of offers) if (await takes(offer, port)) taken.push(offer);
  await server.stop();
  return taken;
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

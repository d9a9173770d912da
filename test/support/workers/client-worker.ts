import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitForServer, type RunningServer } from "../harness/gnutls-serv.ts";

/**
 * Runs inside a network namespace, since gnutls-serv listens on every address. Reads questions from
 * standard input, and connects common clients with their defaults to a live server with one key.
 */
export interface ClientQuestion {
  readonly priority: string;
  readonly key: ServerKey;
  /** gnutls-serv, if the program of the stand-in on libmicrohttpd is not given. */
  readonly program?: string | undefined;
}

export const serverKeys = {
  rsa: ["rsa:2048"],
  p256: ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
  p384: ["ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"],
} as const;
export type ServerKey = keyof typeof serverKeys;

/** Whether each client completes a handshake; null if the server did not start. */
export type ClientAnswer = Readonly<Record<"openssl" | "gnutls", boolean>> | null;

const clients = {
  openssl: (port: number) => ["openssl", "s_client", "-connect", `127.0.0.1:${port}`],
  gnutls: (port: number) => ["gnutls-cli", "--insecure", `--port=${port}`, "127.0.0.1"],
} as const;

const folder = mkdtempSync(join(tmpdir(), "clients-"));
const fileOf = (key: ServerKey, kind: "crt" | "key"): string => join(folder, `${key}.${kind}`);

function makeKey(key: ServerKey): void {
  const how = ["req", "-x509", "-newkey", ...serverKeys[key], "-nodes", "-days", "30"];
  const out = ["-subj", "/CN=localhost", "-keyout", fileOf(key, "key"), "-out", fileOf(key, "crt")];
  const { status, stderr } = spawnSync("openssl", [...how, ...out], { encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
}

function startServer(
  { priority, key, program }: ClientQuestion,
  port: number,
): Promise<RunningServer | null> {
  const [certificate, secret] = [fileOf(key, "crt"), fileOf(key, "key")];
  if (program === undefined) {
    const options = ["--quiet", "--nodb", "--disable-client-cert", `--port=${port}`];
    const files = [`--x509certfile=${certificate}`, `--x509keyfile=${secret}`];
    const args = [...options, ...files, `--priority=${priority}`];
    return waitForServer(spawn("gnutls-serv", args, { stdio: "ignore" }), port);
  }
  const ini = join(folder, `${port}.ini`);
  const lines = ["[STPD_Server]", `STPD_HTTPS_PORT=${port}`];
  writeFileSync(ini, `${lines.join("\n")}\nSTPD_HTTPS_PRIORITY_STRING="${priority}"\n`);
  return waitForServer(spawn(program, [ini, certificate, secret], { stdio: "ignore" }), port);
}

/** A handshake is complete once the client prints the suite, or that it is completed. */
function connects([program = "", ...args]: readonly string[]): Promise<boolean> {
  const client = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  let text = "";
  client.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  const done = /Handshake was completed|Cipher is (?!\(NONE\))/;
  return new Promise((resolve) => client.on("close", () => resolve(done.test(text))));
}

async function ask(question: ClientQuestion, port: number): Promise<ClientAnswer> {
  const server = await startServer(question, port);
  if (server === null) return null;
  const openssl = await connects(clients.openssl(port));
  const gnutls = await connects(clients.gnutls(port));
  await server.stop();
  return { openssl, gnutls };
}

const questions: readonly ClientQuestion[] = JSON.parse(readFileSync(0, "utf8"));
for (const key of ["rsa", "p256", "p384"] as const) makeKey(key);
const results: ClientAnswer[] = [];
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

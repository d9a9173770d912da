import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { waitForServer } from "../../harness/gnutls-serv.ts";
import { makeKeyPair } from "../../harness/tls-server.ts";

/** Environment variables of the stand-in on libmicrohttpd. */
export type StpdLimits = Readonly<
  Partial<Record<"STPD_LIMIT" | "STPD_PER_IP" | "STPD_POOL", string>>
>;

const keys = makeKeyPair();

async function findPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((done) => void server.close(done));
  return port;
}

function listen(server: Server): Promise<number> {
  return new Promise((done) => {
    // A server on loopback has an address with a port.
    server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port));
  });
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "limits-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function startOn(port: number, child: ChildProcess): Promise<void> {
  const running = await waitForServer(child, port);
  if (running === null) throw new Error("the server does not come up");
  onTestFinished(running.stop);
}

/** The stand-in on libmicrohttpd, with HTTPS only; returns its port. */
export async function startStpd(
  program: string,
  priority: string,
  limits: StpdLimits,
): Promise<number> {
  const folder = makeFolder();
  const port = await findPort();
  const path = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const lines = ["[STPD_Server]", `STPD_HTTPS_PORT=${port}`];
  const ini = path("stpd.ini", `${lines.join("\n")}\nSTPD_HTTPS_PRIORITY_STRING="${priority}"\n`);
  const args = [ini, path("cert.pem", keys.cert), path("key.pem", keys.key)];
  const env = { PATH: process.env["PATH"] ?? "", ...limits };
  await startOn(port, spawn(program, args, { stdio: "ignore", env }));
  return port;
}

/** haproxy as a relay, with these lines in its frontend; returns its port. */
export async function startHaproxy(target: number, rules: readonly string[]): Promise<number> {
  const port = await findPort();
  const config = join(makeFolder(), "haproxy.cfg");
  const lines = [
    "global",
    "  maxconn 500",
    "defaults",
    "  mode tcp",
    "  timeout connect 5s",
    "  timeout client 30s",
    "  timeout server 30s",
    "frontend front",
    `  bind 127.0.0.1:${port}`,
    "  stick-table type ip size 1k expire 60s store conn_cur,conn_rate(1s)",
    ...rules.map((rule) => `  ${rule}`),
    "  default_backend back",
    "backend back",
    `  server own 127.0.0.1:${target}`,
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  await startOn(port, spawn("haproxy", ["-db", "-q", "-f", config], { stdio: "ignore" }));
  return port;
}

/** A relay that closes connections without a token; tokens return one by one. */
export async function startTokenBucket(
  target: number,
  { tokens, milliseconds }: { readonly tokens: number; readonly milliseconds: number },
): Promise<number> {
  let left = tokens;
  const timer = setInterval(() => {
    left = Math.min(tokens, left + 1);
  }, milliseconds);
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on("error", () => client.destroy());
    if (left === 0) return void client.end();
    left -= 1;
    const own = connect({ port: target, host: "127.0.0.1", allowHalfOpen: true });
    own.on("error", () => client.destroy());
    for (const socket of [client, own]) sockets.add(socket);
    client.pipe(own).pipe(client);
  });
  onTestFinished(() => {
    clearInterval(timer);
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return listen(server);
}

/** Clients that hold a connection and send nothing. */
export function holdIdle(port: number, count: number): void {
  const sockets = Array.from({ length: count }, () => connect(port, "127.0.0.1"));
  for (const socket of sockets) socket.on("error", () => {});
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
}

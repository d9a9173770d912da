import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { hasPeer } from "../support/harness/peers.ts";
import { startNode } from "../support/harness/programs.ts";
import { makeKeyPair, serveHttps } from "../support/harness/tls-server.ts";

// docs/probe.md explains how to compare; its statements about sslscan 2.0.7 are tested here.

const hasSslscan = hasPeer("sslscan", "--version");
const keys = makeKeyPair();

async function listen(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", () => done()));
  return (server.address() as AddressInfo).port;
}

async function findClosed(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", () => done()));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => void server.close(done));
  return port;
}

interface Scan {
  readonly code: number | null;
  readonly text: string;
  /** As `TLSv1.2 enabled`. */
  readonly versions: readonly string[];
}

async function scan(port: number): Promise<Scan> {
  const child = spawn("sslscan", ["--no-colour", "--timeout=1", `127.0.0.1:${port}`]);
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  const found = text.matchAll(/^((?:SSLv|TLSv)[0-9.]+)\s+(enabled|disabled)$/gm);
  return { code, text, versions: Array.from(found, ([, name, word]) => `${name} ${word}`) };
}

const versions = ["SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const disabled = versions.map((version) => `${version} disabled`);

test.skipIf(!hasSslscan).each([
  { name: "a port without a listener", open: findClosed, lines: [] },
  {
    name: "plain HTTP",
    open: () => listen(createServer((_, response) => void response.end("ok"))),
    lines: disabled,
  },
  {
    name: "a server that sends nothing",
    open: () => listen(createTcpServer((socket) => void socket.on("error", () => {}))),
    lines: disabled,
  },
])(
  "sslscan reports no problem with $name, and the probe does not call it good",
  async (row) => {
    const port = await row.open();
    const { code, versions: lines } = await scan(port);
    expect([code, lines]).toEqual([0, row.lines]);
    const ours = await startNode([
      "probe",
      "127.0.0.1",
      "--https-port",
      `${port}`,
      "--timeout",
      "1",
    ]);
    expect(ours.stdout).toMatch(/^host 127\.0\.0\.1: (unknown|bad)$/m);
  },
  30_000,
);

test.skipIf(!hasSslscan)(
  "sslscan and the probe agree on a server's versions",
  async () => {
    const port = await serveHttps({ ...keys, minVersion: "TLSv1.2" });
    const { versions: lines, text } = await scan(port);
    expect(lines.filter((line) => line.endsWith("enabled"))).toEqual([
      "TLSv1.2 enabled",
      "TLSv1.3 enabled",
    ]);
    // Node's OpenSSL announces it.
    expect(text).toContain("Session renegotiation not supported");
    const ours = await startNode([
      "probe",
      "127.0.0.1",
      "--https-port",
      `${port}`,
      "--format=json",
    ]);
    const { protocols } = JSON.parse(ours.stdout);
    const answers = Object.entries<{ answer: string }>(protocols);
    const accepted = answers.flatMap(([name, { answer }]) => (answer === "accepted" ? [name] : []));
    expect(accepted).toEqual(["TLS1.2", "TLS1.3"]);
  },
  30_000,
);

import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { readTcpTables } from "../../../src/adapters/host-local/proc.ts";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { listConnections } from "../../../src/core/host/proc-net.ts";

async function listen(host: string): Promise<{ server: Server; port: number; ends: Socket[] }> {
  const ends: Socket[] = [];
  const server = createServer((socket) => {
    ends.push(socket.on("error", () => {}));
    // Like a service that still holds its end of a connection.
    socket.resume();
  });
  await takePort(server, host);
  onTestFinished(() => {
    for (const end of ends) end.destroy();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port, ends };
}

/**
 * Takes a port below those that the system assigns to clients. A port that the system chooses may
 * also be the local end of another test's connection, at another address, and would show up with
 * it.
 */
async function takePort(server: Server, host: string): Promise<void> {
  const range = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "latin1");
  const first = Number(range.trim().split(/\s+/)[0]);
  for (;;) {
    const port = randomInt(1024, first);
    const taken = await new Promise<boolean>((done, fail) => {
      const refuse = (error: NodeJS.ErrnoException): void =>
        error.code === "EADDRINUSE" ? done(false) : fail(error);
      server.once("error", refuse);
      server.listen(port, host, () => {
        server.off("error", refuse);
        done(true);
      });
    });
    if (taken) return;
  }
}

function seen(port: number): readonly string[] {
  const tables = readTcpTables();
  if (tables.kind === "failed") throw new Error(tables.reason);
  return listConnections(tables.value, new Set([port])).map(({ peer }) => peer);
}

async function open(port: number, host: string): Promise<Socket> {
  const socket = connect(port, host);
  onTestFinished(() => void socket.destroy());
  await new Promise<void>((done) => void socket.once("connect", done));
  return socket;
}

async function comesTo(port: number, count: number): Promise<void> {
  while (seen(port).length !== count) await new Promise((done) => setTimeout(done, 20));
}

test.each([
  { name: "IPv4", at: "127.0.0.1", to: "127.0.0.1", peer: "127.0.0.1" },
  {
    name: "IPv6",
    at: "::1",
    to: "::1",
    peer: "[0000:0000:0000:0000:0000:0000:0000:0001]",
  },
  { name: "IPv4 at a socket for both", at: "::", to: "127.0.0.2", peer: "127.0.0.1" },
])("a connection over $name shows with its other end, and only while it exists", async (row) => {
  const { port } = await listen(row.at);
  expect(seen(port)).toEqual([]);
  const sockets = [await open(port, row.to), await open(port, row.to)];
  // A local connection has two rows, of which one is the service's.
  expect(seen(port)).toEqual([row.peer, row.peer]);
  sockets[0]?.destroy();
  await comesTo(port, 1);
  sockets[1]?.destroy();
  await comesTo(port, 0);
});

test("our own port check leaves no connection behind", async () => {
  const { port } = await listen("127.0.0.1");
  const network = createNetwork({ sockets: 2, timeoutMs: 5000 });
  expect((await network.connect({ address: "127.0.0.1", port })).state).toBe("open");
  await comesTo(port, 0);
});

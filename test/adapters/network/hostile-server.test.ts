import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createSocketLimit } from "../../../src/adapters/network/semaphore.ts";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { probeHost } from "../../../src/core/probe/probe-host.ts";
import { randomHello } from "../../../src/adapters/runtime/crypto.ts";

/** A server on loopback that answers each connection with `act`. */
async function serve(
  act: (socket: Socket) => void,
  options: { readonly pauseOnConnect?: boolean } = {},
): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer(options, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    act(socket);
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  // The server listens on a port of TCP.
  return (server.address() as AddressInfo).port;
}

async function probe(port: number) {
  const network = createNetwork({ sockets: 64, timeoutMs: 400 });
  const demands = { profile: "vendor", filteredPort: "unknown", nowMs: 0 } as const;
  const ports = { https: port, http: 1, ftp: 2 };
  const tools = { network, random: randomHello };
  return probeHost({ host: "127.0.0.1", ports, demands, full: false, unreachable: [] }, tools);
}

/** Writes as fast as the other side reads. */
function flood(socket: Socket, bytes: Uint8Array): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on("drain", more);
  more();
}

const alertWarning = Uint8Array.from([21, 3, 3, 0, 2, 1, 0]);
const manyWarnings = Uint8Array.from(Array.from({ length: 1000 }, () => [...alertWarning]).flat());
const handshakeStart = Uint8Array.from([22, 3, 3, 64, 0, 2, 0, 31, 0]);

test.each<{ name: string; act: (socket: Socket) => void }>([
  { name: "says nothing", act: () => {} },
  { name: "sends endless data", act: (socket) => flood(socket, new Uint8Array(65_536).fill(22)) },
  { name: "sends endless zeros", act: (socket) => flood(socket, new Uint8Array(65_536)) },
  { name: "sends garbage", act: (socket) => void socket.end("<html>no TLS here</html>") },
  { name: "sends endless warnings", act: (socket) => flood(socket, manyWarnings) },
  { name: "sends half a record", act: (socket) => void socket.write(handshakeStart) },
  { name: "sends half a record and closes", act: (socket) => void socket.end(handshakeStart) },
  { name: "closes at once", act: (socket) => void socket.end() },
  { name: "resets", act: (socket) => void socket.resetAndDestroy() },
  {
    name: "sends a byte now and then",
    act: (socket) => {
      const timer = setInterval(() => void socket.write(Uint8Array.from([22])), 50);
      socket.on("close", () => clearInterval(timer));
    },
  },
])("a server that $name results in unknown, in time", async ({ act }) => {
  const port = await serve(act);
  const { verdict, addresses } = await probe(port);
  expect(verdict).toBe("unknown");
  const [address] = addresses;
  expect(address?.ports.https.state).toBe("open");
  expect(Object.values(address?.protocols ?? {}).map(({ answer }) => answer)).toEqual(
    Array.from({ length: 5 }, () => "unknown"),
  );
  expect(address?.reachable).toBe("unknown");
});

const hello = Uint8Array.from({ length: 600 }, () => 22);

test.each<{
  name: string;
  act: (socket: Socket) => void;
  kind: string;
  pauseOnConnect?: boolean;
}>([
  {
    // After end() alone, Node could still read the hello, which then counts as read.
    name: "closes right after accepting",
    act: (socket) => void socket.destroy(),
    pauseOnConnect: true,
    kind: "dropped",
  },
  { name: "resets at once", act: (socket) => void socket.resetAndDestroy(), kind: "dropped" },
  {
    name: "closes after it has read everything",
    act: (socket) => void socket.once("data", () => socket.end()),
    kind: "closed",
  },
  {
    name: "resets after it has read everything",
    act: (socket) => void socket.once("data", () => socket.resetAndDestroy()),
    kind: "dropped",
  },
  {
    name: "closes without reading its input",
    act: (socket) => void setTimeout(() => void socket.destroy(), 50),
    pauseOnConnect: true,
    kind: "dropped",
  },
  { name: "says nothing", act: () => {}, kind: "silent" },
])("a connection that $name is $kind", async ({ act, kind, ...options }) => {
  const port = await serve(act, options);
  const network = createNetwork({ sockets: 4, timeoutMs: 400 });
  const endpoint = { address: "127.0.0.1", port };
  for (let turn = 0; turn < 5; turn++) {
    expect((await network.exchange(endpoint, hello, () => false)).kind).toBe(kind);
  }
});

test("opens no more sockets than allowed, and each gets its turn", async () => {
  const limit = createSocketLimit(3);
  let now = 0;
  let most = 0;
  const tasks = Array.from({ length: 20 }, (_, index) =>
    limit(async () => {
      most = Math.max(most, ++now);
      await new Promise((done) => void setTimeout(done, index % 3));
      now -= 1;
      if (index === 5) throw new Error("this one fails");
      return index;
    }),
  );
  const results = await Promise.allSettled(tasks);
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(19);
  expect(most).toBe(3);
});

test("a port without a listener is closed", async () => {
  const { addresses } = await probe(1);
  expect(addresses[0]?.reasons.map(({ code }) => code)).toEqual(["https-closed"]);
});

test("a name without an address is unknown", async () => {
  const network = createNetwork({ sockets: 4, timeoutMs: 400 });
  expect(await network.resolve("host.invalid")).toMatchObject({ kind: "failed" });
  expect(await network.resolve("127.0.0.1")).toEqual({
    kind: "addresses",
    addresses: ["127.0.0.1"],
  });
});

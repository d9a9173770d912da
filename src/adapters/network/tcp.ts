import { isNotPermitted } from "../runtime/deno-permission.ts";
import { connect as openSocket, type Socket } from "node:net";
import type { Connection, Endpoint, NetworkPort } from "../../core/probe/network-port.ts";
import type { SocketLimit } from "./semaphore.ts";

export interface TcpLimits {
  /** Milliseconds until a connection is established. */
  readonly connectMs: number;
  /** Milliseconds from then until the answer is complete. */
  readonly answerMs: number;
  /** Maximum bytes of an answer. */
  readonly bytes: number;
}

const notes: Readonly<Record<string, string>> = {
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network unreachable",
  EADDRNOTAVAIL: "this machine has no address of that kind",
  EACCES: "blocked by a firewall on this machine",
  EPERM: "blocked by a firewall on this machine",
  EMFILE: "this process has too many files open",
  ETIMEDOUT: "nothing came back",
};

/** These codes come from the network; with any other code nothing left this machine. */
const answers: ReadonlySet<string> = new Set(["EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"]);

/** Plain TCP under Node and Deno; needs only `--allow-net`. */
export function createTcp(
  limits: TcpLimits,
  limit: SocketLimit,
  route: TcpRoute = direct,
): Pick<NetworkPort, "connect" | "exchange"> {
  const connect: NetworkPort["connect"] = (endpoint): Promise<Connection> => {
    return limit(async () => {
      const opened = await open(endpoint, route, limits.connectMs);
      if (opened.state === "open") opened.socket?.destroy();
      return opened.state === "filtered"
        ? { state: opened.state, note: opened.note, isUntried: opened.isUntried }
        : { state: opened.state, note: "" };
    });
  };
  const exchange: NetworkPort["exchange"] = (endpoint, bytes, isComplete) => {
    return limit(async () => {
      const startMs = performance.now();
      const opened = await open(endpoint, route, limits.connectMs);
      const connected = performance.now();
      const roundTripMs = learnRoundTrip(endpoint, connected - startMs);
      const outcome = await (opened.state === "open"
        ? opened.socket && talk(opened.socket, { bytes, isComplete, limits, roundTripMs })
        : { kind: "unconnected" as const, state: opened.state, note: opened.note });
      return { ...(outcome ?? { kind: "dropped" }), elapsedMs: performance.now() - startMs };
    });
  };
  /** The fastest connection so far: slower ones include other delays. */
  const roundTrips = new Map<string, number>();
  const learnRoundTrip = ({ address, port }: Endpoint, tookMs: number): number => {
    const key = `${address} ${port}`;
    const fastest = Math.min(tookMs, roundTrips.get(key) ?? tookMs);
    roundTrips.set(key, fastest);
    return fastest;
  };
  return { connect, exchange };
}

type Opening =
  /** No socket: it was reset right after the connection. */
  | { readonly state: "open"; readonly note: string; readonly socket: Socket | undefined }
  | { readonly state: "closed"; readonly note: string }
  | { readonly state: "filtered"; readonly note: string; readonly isUntried: boolean };

function open(endpoint: Endpoint, route: TcpRoute, timeoutMs: number): Promise<Opening> {
  return new Promise((resolve) => {
    const socket = openSocket({ ...route(endpoint), allowHalfOpen: true });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve({ state: "filtered", note: "nothing came back", isUntried: false });
    }, timeoutMs);
    socket.once("connect", () => {
      clearTimeout(timer);
      resolve({ state: "open", note: "", socket });
    });
    // Also keeps a late error of a finished socket from ending the process.
    socket.on("error", (error) => {
      clearTimeout(timer);
      if (isNotPermitted(error)) {
        const note = `Deno needs --allow-net=${showPlace(endpoint)}`;
        return resolve({ state: "filtered", note, isUntried: true });
      }
      const code = "code" in error ? String(error.code) : error.message;
      if (code === "ECONNREFUSED") resolve({ state: "closed", note: "" });
      // Only an accepted connection can be reset.
      else if (code === "ECONNRESET") resolve({ state: "open", note: "", socket: undefined });
      else resolve({ state: "filtered", note: notes[code] ?? code, isUntried: !answers.has(code) });
    });
  });
}

/** As Deno's options expect it. */
function showPlace({ address, port }: Endpoint): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

interface Talk {
  readonly bytes: Uint8Array;
  readonly isComplete: (received: Uint8Array) => boolean;
  readonly limits: TcpLimits;
  readonly roundTripMs: number;
}

type Outcome =
  | { readonly kind: "received" | "closed" | "silent"; readonly bytes: Uint8Array }
  | { readonly kind: "dropped" };

/**
 * Distinguishes a connection closed after the hello was read from one closed before. A server at
 * its connection limit closes right after accepting: either before the hello is sent, or the hello
 * meets a closed socket and is answered with a reset. That reset can arrive up to a round trip
 * after the end, and makes a further write fail. Source: measured on Linux with libmicrohttpd
 * 0.9.75.
 */
function talk(socket: Socket, { bytes, isComplete, limits, roundTripMs }: Talk): Promise<Outcome> {
  return new Promise((resolve) => {
    let received = new Uint8Array(0);
    let sentAtMs: number | undefined;
    const finish = (kind: Outcome["kind"]): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(kind === "dropped" ? { kind } : { kind, bytes: received });
    };
    const timer = setTimeout(() => finish("silent"), limits.answerMs);
    const drop = (): void => finish("dropped");
    socket.on("data", (chunk: Uint8Array) => {
      const part = chunk.subarray(0, limits.bytes - received.length);
      received = Uint8Array.from([...received, ...part]);
      if (received.length === limits.bytes || isComplete(received)) finish("received");
    });
    socket.on("error", drop);
    socket.on("close", drop);
    socket.on("end", () => {
      if (received.length > 0) return finish("closed");
      if (sentAtMs === undefined) return drop();
      const leftMs = sentAtMs + 2 * roundTripMs - performance.now();
      return void rest(leftMs).then(() => {
        if (!socket.destroyed)
          socket.write(Uint8Array.of(0), (error) => finish(error ? "dropped" : "closed"));
      });
    });
    void rest(Math.min(roundTripMs, maxQuietMs)).then(() => {
      if (socket.destroyed || socket.readableEnded) return;
      sentAtMs = performance.now();
      socket.write(bytes);
    });
  });
}

const maxQuietMs = 50;
/** Shorter round trips are local, where a packet arrives when it is sent. */
const loopback = 0.5;

/** Lets at least two turns of the event loop pass. */
function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds > loopback) setTimeout(resolve, Math.ceil(milliseconds));
    else setImmediate(() => setImmediate(resolve));
  });
}

/** Maps an endpoint to the address to connect to: itself, or a local socket that forwards to it. */
export type TcpRoute = (
  endpoint: Endpoint,
) => { readonly host: string; readonly port: number } | { readonly path: string };

export const direct: TcpRoute = ({ address, port }) => ({ host: address, port });

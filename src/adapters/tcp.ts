import { connect as openSocket, type Socket } from "node:net";
import type { Connection, Endpoint, Exchange, Wire } from "../usecases/wire.ts";
import type { SocketLimit } from "./socket-limit.ts";

export interface TcpLimits {
  /** Milliseconds until a connection stands. */
  readonly connect: number;
  /** Milliseconds from there until the answer is whole. */
  readonly answer: number;
  /** Bytes of an answer. */
  readonly bytes: number;
}

/** Errors of connecting after which a host or something on the way said no. */
const refusals = new Set(["ECONNREFUSED", "ECONNRESET"]);

const notes: Readonly<Record<string, string>> = {
  EHOSTUNREACH: "no way to the host",
  ENETUNREACH: "no way to its network from here",
  EADDRNOTAVAIL: "this machine has no address of that kind",
  EACCES: "a firewall of this machine or on the way forbids it",
  EPERM: "a firewall of this machine or on the way forbids it",
  EMFILE: "this process has too many files open",
  ETIMEDOUT: "nothing came back",
};

/** Plain TCP under Node and Deno, which needs `--allow-net` and nothing else. */
export function createTcp(
  limits: TcpLimits,
  limit: SocketLimit,
): Pick<Wire, "connect" | "exchange"> {
  const connect = (endpoint: Endpoint): Promise<Connection> => {
    return limit(async () => {
      const opened = await open(endpoint, limits.connect);
      if ("state" in opened) return opened;
      opened.socket.destroy();
      return { state: "open", note: "" };
    });
  };
  const exchange: Wire["exchange"] = (endpoint, bytes, isComplete) => {
    return limit(async () => {
      const opened = await open(endpoint, limits.connect);
      if ("state" in opened) {
        const { state, note } = opened;
        return { kind: "unconnected", state, note };
      }
      return talk(opened.socket, { bytes, isComplete, limits });
    });
  };
  return { connect, exchange };
}

type Unopened = Connection & { readonly state: Exclude<Connection["state"], "open"> };

function open(
  { address, port }: Endpoint,
  timeout: number,
): Promise<{ readonly socket: Socket } | Unopened> {
  return new Promise((resolve) => {
    const socket = openSocket({ host: address, port });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve({ state: "filtered", note: "nothing came back" });
    }, timeout);
    socket.once("connect", () => {
      clearTimeout(timer);
      resolve({ socket });
    });
    // Also keeps a late error of a socket that is done from ending the process.
    socket.on("error", (error) => {
      clearTimeout(timer);
      const code = "code" in error ? String(error.code) : error.message;
      if (refusals.has(code)) resolve({ state: "closed", note: "" });
      else resolve({ state: "filtered", note: notes[code] ?? code });
    });
  });
}

interface Talk {
  readonly bytes: Uint8Array;
  readonly isComplete: (received: Uint8Array) => boolean;
  readonly limits: TcpLimits;
}

function talk(socket: Socket, { bytes, isComplete, limits }: Talk): Promise<Exchange> {
  return new Promise((resolve) => {
    const buffer = new Uint8Array(limits.bytes);
    let length = 0;
    const finish = (kind: "received" | "closed" | "silent"): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ kind, bytes: buffer.subarray(0, length) });
    };
    const timer = setTimeout(() => finish("silent"), limits.answer);
    socket.on("data", (chunk: Uint8Array) => {
      const part = chunk.subarray(0, buffer.length - length);
      buffer.set(part, length);
      length += part.length;
      if (length === buffer.length || isComplete(buffer.subarray(0, length))) finish("received");
    });
    socket.on("end", () => finish("closed"));
    socket.on("close", () => finish("closed"));
    socket.write(bytes);
  });
}

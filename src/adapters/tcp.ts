import { connect as openSocket, type Socket } from "node:net";
import type { Connection, Exchange, Wire } from "../usecases/wire.ts";
import { direct, type Route } from "./route.ts";
import type { SocketLimit } from "./socket-limit.ts";

export interface TcpLimits {
  /** Milliseconds until a connection stands. */
  readonly connect: number;
  /** Milliseconds from there until the answer is whole. */
  readonly answer: number;
  /** Bytes of an answer. */
  readonly bytes: number;
}

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
  route: Route = direct,
): Pick<Wire, "connect" | "exchange"> {
  const connect: Wire["connect"] = (endpoint): Promise<Connection> => {
    return limit(async () => {
      const opened = await open(route(endpoint), limits.connect);
      if (opened.state === "open") opened.socket?.destroy();
      return { state: opened.state, note: opened.note };
    });
  };
  const exchange: Wire["exchange"] = (endpoint, bytes, isComplete) => {
    return limit(async () => {
      const opened = await open(route(endpoint), limits.connect);
      const { state, note } = opened;
      if (state !== "open") return { kind: "unconnected", state, note };
      if (opened.socket === undefined) return { kind: "closed", bytes: new Uint8Array(0) };
      return talk(opened.socket, { bytes, isComplete, limits });
    });
  };
  return { connect, exchange };
}

type Opening =
  /** No socket: it was reset as soon as it stood. */
  | { readonly state: "open"; readonly note: string; readonly socket: Socket | undefined }
  | { readonly state: "closed" | "filtered"; readonly note: string };

function open(place: ReturnType<Route>, timeout: number): Promise<Opening> {
  return new Promise((resolve) => {
    const socket = openSocket(place);
    const timer = setTimeout(() => {
      socket.destroy();
      resolve({ state: "filtered", note: "nothing came back" });
    }, timeout);
    socket.once("connect", () => {
      clearTimeout(timer);
      resolve({ state: "open", note: "", socket });
    });
    // Also keeps a late error of a socket that is done from ending the process.
    socket.on("error", (error) => {
      clearTimeout(timer);
      const code = "code" in error ? String(error.code) : error.message;
      if (code === "ECONNREFUSED") resolve({ state: "closed", note: "" });
      // Only what was accepted can be reset.
      else if (code === "ECONNRESET") resolve({ state: "open", note: "", socket: undefined });
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

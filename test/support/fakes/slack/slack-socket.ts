import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { appId } from "./slack-peer.ts";

export type EnvelopeType = "slash_commands" | "interactive" | "events_api";

export interface Envelope {
  readonly type: EnvelopeType;
  readonly payload: object;
  readonly envelope_id: string;
}

/**
 * Fakes Slack's end of Socket Mode (docs.slack.dev/apis/events-api/using-socket-mode): hello,
 * envelopes and their acknowledgements, pings, and requests to reconnect. An envelope that was not
 * acknowledged before its socket closed is sent over the next one.
 */
export interface SocketPeer {
  readonly url: string;
  /** Open sockets, oldest first. */
  readonly sockets: readonly PeerSocket[];
  /** Number of sockets opened in total. */
  readonly opened: () => number;
  /** Acknowledgements in order, by envelope. */
  readonly acks: { readonly id: string; readonly payload: object }[];
  /** Sends over one of the sockets, in turn, or over the given one; returns the answer. */
  readonly deliver: (envelope: Omit<Envelope, "envelope_id">, over?: PeerSocket) => Promise<object>;
  /** Sends the same envelope again. */
  readonly repeat: (over?: PeerSocket) => void;
  /** Frames that break the protocol. */
  readonly problems: string[];
  readonly close: () => void;
}

export interface PeerSocket {
  readonly say: (message: object) => void;
  /** From now on it neither receives nor sends, like behind a firewall that dropped its state. */
  readonly die: () => void;
  readonly end: () => void;
}

interface Connection extends PeerSocket {
  readonly unanswered: Envelope[];
}

const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

export async function openSocketPeer(): Promise<SocketPeer> {
  const sockets: Connection[] = [];
  const acks: SocketPeer["acks"] = [];
  const problems: string[] = [];
  const left: Envelope[] = [];
  const waiting = new Map<string, (payload: object) => void>();
  let [opened, turn] = [0, 0];
  let last: Envelope | undefined;

  const send = (envelope: Envelope, over?: PeerSocket): void => {
    const connection = sockets.find((one) => one === over) ?? sockets[turn++ % sockets.length];
    if (connection === undefined) return void left.push(envelope);
    connection.unanswered.push(envelope);
    connection.say({ ...envelope, accepts_response_payload: true });
  };
  const hear = (connection: Connection, text: string): void => {
    const { envelope_id: id, payload } = JSON.parse(text) as {
      envelope_id: string;
      payload: object;
    };
    const at = connection.unanswered.findIndex((one) => one.envelope_id === id);
    if (at < 0) problems.push(`${id} is acknowledged where it was not sent`);
    else connection.unanswered.splice(at, 1);
    acks.push({ id, payload });
    waiting.get(id)?.(payload);
  };
  const server = createServer();
  server.on("upgrade", (request, socket: Duplex) => {
    opened++;
    const key = String(request.headers["sec-websocket-key"]);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`,
    );
    let isDead = false;
    const write = (opcode: number, bytes: Buffer): void => {
      if (!isDead && socket.writable) socket.write(frame(opcode, bytes));
    };
    const connection: Connection = {
      unanswered: [],
      say: (message) => write(opcodes.text, Buffer.from(JSON.stringify(message))),
      die: () => {
        isDead = true;
      },
      end: () => socket.end(frame(opcodes.close, Buffer.from([3, 232]))),
    };
    const read = createFrameReader((opcode, bytes) => {
      if (isDead) return;
      if (opcode === opcodes.ping) write(opcodes.pong, bytes);
      else if (opcode === opcodes.close) socket.end(frame(opcodes.close, bytes));
      else if (opcode === opcodes.text) hear(connection, bytes.toString("utf8"));
      else if (opcode !== opcodes.pong) problems.push(`opcode ${opcode}`);
    }, problems);
    const pings = setInterval(() => write(opcodes.ping, Buffer.from("Ping from Slack")), 1000);
    socket.on("data", read);
    socket.on("error", () => {});
    // Otherwise half of a connection would stay open.
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      clearInterval(pings);
      const at = sockets.indexOf(connection);
      if (at >= 0) sockets.splice(at, 1);
      for (const envelope of connection.unanswered) send(envelope);
    });
    sockets.push(connection);
    connection.say({
      type: "hello",
      num_connections: sockets.length,
      connection_info: { app_id: appId },
    });
    for (const envelope of left.splice(0)) send(envelope, connection);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/link/?ticket=a-ticket-of-slack&app_id=${appId}`,
    sockets,
    opened: () => opened,
    acks,
    problems,
    deliver: async (content, over) => {
      const envelope: Envelope = { ...content, envelope_id: crypto.randomUUID() };
      const { promise, resolve } = Promise.withResolvers<object>();
      waiting.set(envelope.envelope_id, resolve);
      last = envelope;
      send(envelope, over);
      return promise;
    },
    repeat: (over) => {
      if (last !== undefined) send(last, over);
    },
    close: () => {
      for (const socket of sockets) socket.end();
      server.closeAllConnections();
      server.close();
    },
  };
}

function acceptOf(key: string): string {
  const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  return createHash("sha1").update(`${key}${guid}`).digest("base64");
}

/** A whole frame as a server sends it: unmasked (RFC 6455, section 5.2). */
function frame(opcode: number, bytes: Buffer): Buffer {
  const short = bytes.length < 126;
  const head = Buffer.alloc(short ? 2 : 4);
  head[0] = 0x80 | opcode;
  head[1] = short ? bytes.length : 126;
  if (!short) head.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([head, bytes]);
}

/** Collects bytes, and returns whole frames; clients mask theirs, and never fragment them here. */
function createFrameReader(
  take: (opcode: number, bytes: Buffer) => void,
  problems: string[],
): (chunk: Buffer) => void {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      if (held.length < 2) return;
      const [first = 0, second = 0] = held;
      const isMasked = (second & 0x80) !== 0;
      const mark = second & 0x7f;
      const start = mark === 126 ? 4 : 2;
      if (held.length < start + 4) return;
      const length = mark === 126 ? held.readUInt16BE(2) : mark;
      if (!isMasked || mark === 127 || (first & 0x80) === 0)
        problems.push("a frame of another kind");
      const end = start + 4 + length;
      if (held.length < end) return;
      const mask = held.subarray(start, start + 4);
      const bytes = Buffer.from(held.subarray(start + 4, end));
      for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] ?? 0) ^ (mask[at % 4] ?? 0);
      held = held.subarray(end);
      take(first & 0x0f, bytes);
    }
  };
}

import { spawn } from "node:child_process";
import { createServer, type AddressInfo, type Socket } from "node:net";

/** The offers of a ClientHello; numbers of the TLS registry, four hexadecimal digits. */
export interface SeenHello {
  readonly versions: readonly string[];
  readonly suites: readonly string[];
  readonly groups: readonly string[];
  readonly signatures: readonly string[];
  readonly extensions: readonly string[];
}

/** The first ClientHello of a program; `PORT` in its arguments is the port that we listen on. */
export async function seeHello(program: string, args: readonly string[]): Promise<SeenHello> {
  const server = createServer();
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const bytes = new Promise<Buffer>((done) => void server.on("connection", collect(done)));
  const given = args.map((arg) => arg.replace("PORT", String(port)));
  const client = spawn(program, given, { stdio: ["ignore", "ignore", "ignore"] });
  const closed = new Promise((done) => void client.on("close", done));
  const hello = readHello(await bytes);
  server.close();
  await closed;
  return hello;
}

function collect(done: (record: Buffer) => void): (socket: Socket) => void {
  return (socket) => {
    let bytes = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (part: Buffer) => {
      bytes = Buffer.concat([bytes, part]);
      if (bytes.length < 5 || bytes.length < 5 + bytes.readUInt16BE(3)) return;
      done(bytes);
      socket.destroy();
    });
  };
}

/** A hello in one record. */
function readHello(record: Buffer): SeenHello {
  // Record, handshake header, version and random.
  let at = 5 + 4 + 2 + 32;
  const take = (length: number): Buffer => record.subarray(at, (at += length));
  const vector = (lengthBytes: 1 | 2): Buffer => take(take(lengthBytes).readUIntBE(0, lengthBytes));
  const numbers = (bytes: Buffer): readonly string[] =>
    (bytes.toString("hex").match(/.{4}/g) ?? []).map(String);
  vector(1);
  const suites = numbers(vector(2));
  vector(1);
  at += 2;
  const extensions = new Map<string, Buffer>();
  while (at < record.length) extensions.set(take(2).toString("hex"), vector(2));
  const list = (type: string, lengthBytes: number): readonly string[] =>
    numbers((extensions.get(type) ?? Buffer.alloc(0)).subarray(lengthBytes));
  return {
    versions: list("002b", 1),
    suites,
    groups: list("000a", 2),
    signatures: list("000d", 2),
    extensions: [...extensions.keys()],
  };
}

import { decodeBytes } from "../../core/base/text.ts";

const blockLength = 512;
const partLength = 1024 * 1024;

/**
 * The regular files of a tar archive by path, as `git archive` writes it (POSIX pax). Reads and holds
 * only a part of the archive at a time. Truncated or invalid data ends the list.
 */
export async function* readTar(
  parts: AsyncIterable<Buffer>,
): AsyncGenerator<readonly [path: string, content: Buffer]> {
  const bytes = createPieces(parts);
  let long: string | undefined;
  for (;;) {
    const header = (await bytes.take(blockLength)).toString("latin1");
    const size = readOctal(header.slice(124, 136));
    if (!header.startsWith("ustar", 257) || size === undefined) return;
    const content = await bytes.take(size);
    if (content.length < size) return;
    const kind = header[156];
    if (kind === "x") long = readPaxPath(content.toString("latin1"));
    if (kind === "0") yield [long ?? readPath(header), content];
    // An extended header applies to the next entry.
    if (kind !== "x") long = undefined;
    await bytes.take(Math.ceil(size / blockLength) * blockLength - size);
  }
}

interface Pieces {
  /** The next bytes; fewer at the end. */
  readonly take: (length: number) => Promise<Buffer>;
}

function createPieces(parts: AsyncIterable<Buffer>): Pieces {
  const source = parts[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  return {
    take: async (length) => {
      const pieces = [rest];
      for (let held = rest.length; held < length;) {
        const { done, value } = await source.next();
        if (done === true) break;
        pieces.push(value);
        held += value.length;
      }
      const all = pieces.length === 1 ? rest : Buffer.concat(pieces);
      rest = all.subarray(length);
      return all.subarray(0, length);
    },
  };
}

function readOctal(field: string): number | undefined {
  const [, digits] = /^ *([0-7]+)[ \0]/.exec(field) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

function readPath(header: string): string {
  const [name, prefix] = [header.slice(0, 100), header.slice(345, 500)].map(
    (field) => field.split("\0")[0] ?? "",
  );
  return decodeBytes(prefix === "" ? (name ?? "") : `${prefix}/${name}`);
}

/**
 * Records of the form `LENGTH key=value` and a line feed; the length counts the whole record in
 * bytes.
 */
function readPaxPath(content: string): string | undefined {
  for (let at = 0; at < content.length;) {
    const [start = "", length = "", key] = /^([0-9]+) ([^=]*)=/.exec(content.slice(at)) ?? [];
    const end = at + Number(length);
    if (start === "" || end <= at) return undefined;
    if (key === "path") return decodeBytes(content.slice(at + start.length, end - 1));
    at = end;
  }
  return undefined;
}

/** Unpacks gzip part by part. What is not gzip, and what exceeds `most` bytes, ends the list. */
export async function* gunzip(packed: Uint8Array, most: number): AsyncGenerator<Buffer> {
  const unpacking = process.getBuiltinModule("node:zlib").createGunzip({ chunkSize: partLength });
  unpacking.end(packed);
  let length = 0;
  try {
    for await (const part of unpacking as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > most) return;
      yield part;
    }
  } catch (error) {
    // An error of zlib has a code, such as Z_DATA_ERROR.
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}

const endMark = 0x06054b50;
const entryMark = 0x02014b50;
const localMark = 0x04034b50;
const endLength = 22;
const maxCommentLength = 0xffff;

/**
 * The bytes of one file of a ZIP archive, one character per byte. Undefined if it is not an
 * archive, is damaged, or the file is missing or larger than the limit. ZIP64 is not supported.
 */
export function readZipped(archive: Uint8Array, name: string, most: number): string | undefined {
  return listZipped(archive)
    ?.find((file) => file.name === name)
    ?.read(most);
}

/** A file of an archive; the name of a directory ends with a slash. */
export interface ZippedFile {
  /** As stored, even with `\`; bytes that are not UTF-8 become the replacement character. */
  readonly name: string;
  /** Bytes, as declared; read() unpacks no more, also if it fails. */
  readonly size: number;
  /** Like readZipped(); unpacks nothing if the declared size is over `most` bytes. */
  readonly read: (most: number) => string | undefined;
}

/** The files of a ZIP archive in order; undefined if it is not one, or its directory is damaged. */
export function listZipped(archive: Uint8Array): readonly ZippedFile[] | undefined {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const entries = orUndefined(() => listEntries(bytes));
  return entries?.map((entry) => ({
    name: entry.name,
    size: entry.size,
    read: (most) => (entry.size > most ? undefined : orUndefined(() => unpack(bytes, entry))),
  }));
}

function orUndefined<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    // Offsets in the archive may point anywhere; zlib reports damaged data with an error.
    if (error instanceof RangeError || isZlibError(error)) return undefined;
    throw error;
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** Offset of its local header. */
  readonly at: number;
}

/** Reads the central directory, which alone has the sizes of streamed files. */
function listEntries(bytes: Buffer): readonly Entry[] | undefined {
  const end = findEnd(bytes);
  if (end === undefined) return undefined;
  const count = bytes.readUInt16LE(end + 10);
  const entries: Entry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (bytes.readUInt32LE(at) !== entryMark) return undefined;
    const nameEnd = at + 46 + bytes.readUInt16LE(at + 28);
    entries.push({
      name: bytes.toString("utf8", at + 46, nameEnd),
      method: bytes.readUInt16LE(at + 10),
      isEncrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
      crc: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42),
    });
    at = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function findEnd(bytes: Buffer): number | undefined {
  const first = Math.max(0, bytes.length - endLength - maxCommentLength);
  for (let at = bytes.length - endLength; at >= first; at--) {
    if (bytes.readUInt32LE(at) === endMark) return at;
  }
  return undefined;
}

function unpack(bytes: Buffer, entry: Entry): string | undefined {
  const { method, isEncrypted, crc, packed, size, at } = entry;
  if (isEncrypted || bytes.readUInt32LE(at) !== localMark) return undefined;
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  const content = bytes.subarray(start, start + packed);
  const zlib = process.getBuiltinModule("node:zlib");
  if (method !== 0 && method !== 8) return undefined;
  // One byte more, because zlib does not accept a limit of 0.
  const limit = { maxOutputLength: Math.max(size, 1) };
  const file = method === 0 ? content : zlib.inflateRawSync(content, limit);
  return file.length === size && zlib.crc32(file) === crc ? file.toString("latin1") : undefined;
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}

import { decodeBytes } from "../../core/base/text.ts";

const blockLength = 512;

/**
 * The regular files of a tar archive by path, one character per byte, as `git archive` writes it
 * (POSIX pax). Truncated or invalid data ends the list.
 */
export function* readTar(bytes: string): Generator<readonly [path: string, content: string]> {
  let long: string | undefined;
  for (let at = 0; at + blockLength <= bytes.length;) {
    const header = bytes.slice(at, at + blockLength);
    const size = readOctal(header.slice(124, 136));
    if (!header.startsWith("ustar", 257) || size === undefined) return;
    const content = bytes.slice(at + blockLength, at + blockLength + size);
    if (content.length < size) return;
    const kind = header[156];
    if (kind === "x") long = readPaxPath(content);
    if (kind === "0") yield [long ?? readPath(header), content];
    // An extended header applies to the next entry.
    if (kind !== "x") long = undefined;
    at += blockLength + Math.ceil(size / blockLength) * blockLength;
  }
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

/** Bytes, one character each; undefined if it is not gzip, or unpacks to more than the limit. */
export function gunzip(packed: Uint8Array, most: number): string | undefined {
  const { gunzipSync } = process.getBuiltinModule("node:zlib");
  try {
    return gunzipSync(packed, { maxOutputLength: most }).toString("latin1");
  } catch {
    return undefined;
  }
}

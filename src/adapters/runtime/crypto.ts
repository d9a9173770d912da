// Node's crypto, which both runtimes have, takes a tenth of the start: it is loaded when asked.

/** Takes bytes, one character a byte. */
export function hashSha256(bytes: string): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(bytes, "latin1").digest("hex");
}

/** What git names its objects with. */
export function hashSha1(bytes: string): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha1").update(bytes, "latin1").digest("hex");
}

/** git's name of a file with these bytes. */
export function nameBlob(bytes: string): string {
  return hashSha1(`blob ${bytes.length}\0${bytes}`);
}

/** The random part of a hello; nothing is kept secret by it. */
export function randomHello(): Uint8Array {
  return process.getBuiltinModule("node:crypto").randomBytes(32);
}

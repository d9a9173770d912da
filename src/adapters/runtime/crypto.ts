// Loading Node's crypto takes a tenth of the start time, so it is loaded on first use.

/** Takes bytes, one character per byte. */
export function hashSha256(bytes: string): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(bytes, "latin1").digest("hex");
}

/** The hash of Git objects. */
export function hashSha1(bytes: string): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha1").update(bytes, "latin1").digest("hex");
}

/** Git blob hash of these bytes. */
export function nameBlob(bytes: string): string {
  return hashSha1(`blob ${bytes.length}\0${bytes}`);
}

/** The random field of a ClientHello; it protects no secret. */
export function randomHello(): Uint8Array {
  return process.getBuiltinModule("node:crypto").randomBytes(32);
}

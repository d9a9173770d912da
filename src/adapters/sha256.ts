/** Takes bytes, one character a byte; both runtimes have Node's crypto, and load it when asked. */
export function hashSha256(bytes: string): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(bytes, "latin1").digest("hex");
}

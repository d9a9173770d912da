import { randomBytes } from "node:crypto";

/** The random part of a hello; nothing is kept secret by it. */
export function randomHello(): Uint8Array {
  return randomBytes(32);
}

import { numberOfVersion } from "./versions.ts";
import type { Offer } from "./client-hello.ts";

/** What the bytes that came back from a hello say so far. */
export type ServerAnswer =
  /** Not enough bytes yet: what was read may go on as an answer. */
  | { readonly kind: "incomplete" }
  | { readonly kind: "accepted"; readonly suite: number }
  /** A ServerHello with an older version than the one that was offered. */
  | { readonly kind: "older" }
  /** A fatal alert, by its number in TLS's registry. */
  | { readonly kind: "alert"; readonly description: number }
  /** No TLS, or TLS that does not answer what was asked. */
  | { readonly kind: "garbage"; readonly reason: string };

/** Numbers of alerts that mean more than "no". Source: RFC 5246 and 8446. */
export const alerts = { protocolVersion: 70, internalError: 80 } as const;

const recordTypes = { alert: 21, handshake: 22 };
const maxRecordLength = 16_384 + 2048;
/** A ServerHello has about 100 bytes; what is much longer is none. */
const maxHelloLength = 8192;
/** Servers warn about an unknown name and continue; they send only a few warnings. */
const maxWarnings = 4;

/** Never throws, and reads the same bytes the same way, however they were cut on the way. */
export function readServerAnswer(bytes: Uint8Array, offer: Offer): ServerAnswer {
  const handshake: number[] = [];
  let warnings = 0;
  let at = 0;
  while (at < bytes.length) {
    const [type = 0, major = 3, , high = 0, low] = bytes.subarray(at, at + 5);
    if ((type !== recordTypes.alert && type !== recordTypes.handshake) || major !== 3) {
      return { kind: "garbage", reason: "what answers does not talk TLS" };
    }
    if (low === undefined) return { kind: "incomplete" };
    const length = high * 256 + low;
    if (length === 0 || length > maxRecordLength) {
      return { kind: "garbage", reason: "a TLS record has a length that none can have" };
    }
    const content = bytes.subarray(at + 5, at + 5 + length);
    if (type === recordTypes.alert) {
      const [level, description] = content;
      if (level === undefined || description === undefined) return { kind: "incomplete" };
      if (level !== 1 && level !== 2) return { kind: "garbage", reason: "an alert has no level" };
      if (level === 2) return { kind: "alert", description };
      if (++warnings > maxWarnings) return { kind: "garbage", reason: "it warns without an end" };
    } else {
      for (const byte of content) handshake.push(byte);
      const answer = readServerHello(handshake, offer);
      if (answer.kind !== "incomplete") return answer;
    }
    if (content.length < length) return { kind: "incomplete" };
    at += 5 + length;
  }
  return { kind: "incomplete" };
}

function readServerHello(bytes: readonly number[], offer: Offer): ServerAnswer {
  const [type, long = 0, high = 0, low] = bytes;
  if (type === undefined) return { kind: "incomplete" };
  if (type !== 2) return { kind: "garbage", reason: "it answers a hello with something else" };
  if (low === undefined) return { kind: "incomplete" };
  const length = long * 65_536 + high * 256 + low;
  if (length > maxHelloLength)
    return { kind: "garbage", reason: "its hello is too long to be one" };
  if (bytes.length < 4 + length) return { kind: "incomplete" };
  const hello = bytes.slice(4, 4 + length);
  // Two bytes of version, 32 of random, the session with its length, two of suite, one more.
  const session = hello[34] ?? 0;
  const [suiteHigh = 0, suiteLow = 0, compression] = hello.slice(35 + session);
  if (compression === undefined) {
    return { kind: "garbage", reason: "its hello ends too early" };
  }
  const version = readVersion(hello, 38 + session);
  const offered = numberOfVersion(offer.version);
  if (version < offered && version >= 0x0300) return { kind: "older" };
  const suite = suiteHigh * 256 + suiteLow;
  if (version !== offered || !offer.suites.includes(suite)) {
    return { kind: "garbage", reason: "it chooses what was not offered" };
  }
  return { kind: "accepted", suite };
}

/** TLS 1.3 says in an extension what it is, and claims to be 1.2 where all others say it. */
function readVersion(hello: readonly number[], start: number): number {
  for (let at = start + 2; at + 4 <= hello.length;) {
    const [typeHigh = 0, typeLow = 0, high = 0, low = 0, major = 0, minor = 0] = hello.slice(at);
    if (typeHigh * 256 + typeLow === 43) return major * 256 + minor;
    at += 4 + high * 256 + low;
  }
  return (hello[0] ?? 0) * 256 + (hello[1] ?? 0);
}

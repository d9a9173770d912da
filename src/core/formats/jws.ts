import { encodeBytes, decodeBytes } from "../base/text.ts";
import { printCanonical, readCanonical, type CanonicalValue } from "./json/canonical.ts";
import { matchDecoder, recordDecoder, textDecoder } from "./json/decode.ts";

/** Purpose of a signature, so that a ticket is never accepted as a ledger entry. */
export type JwsType =
  | "sesam-harden-ticket"
  | "sesam-harden-ledger"
  | "sesam-harden-report"
  | "sesam-harden-rehearsal"
  | "sesam-harden-rehearsal-report"
  | "sesam-harden-globals";

/** A public key: its id, and its 32 bytes in base64url, as in a JWK (RFC 8037). */
export interface PublicKey {
  readonly kid: string;
  readonly x: string;
}

/** Signs a UTF-8 payload with the key of the controller or a host; returns a compact JWS. */
export interface Signer {
  readonly kid: string;
  readonly sign: (type: JwsType, payload: string) => Promise<string>;
}

/** Verifies only the signature of a compact JWS; everything else was checked before. */
export type VerifySignature = (jws: string, key: PublicKey) => Promise<boolean>;

export type JwsReading =
  | {
      readonly kind: "jws";
      readonly key: PublicKey;
      readonly payload: CanonicalValue;
    }
  | {
      readonly kind: "refused";
      readonly reason: "malformed" | "algorithm" | "header" | "key-unknown";
    };

/** Maximum length in characters. An entry may contain the results of a wave; a ticket names a plan. */
const longest: Readonly<Record<JwsType, number>> = {
  "sesam-harden-ticket": 64 * 1024,
  "sesam-harden-ledger": 1024 * 1024,
  "sesam-harden-report": 512 * 1024,
  "sesam-harden-rehearsal": 64 * 1024,
  "sesam-harden-rehearsal-report": 512 * 1024,
  "sesam-harden-globals": 64 * 1024,
};

const headerDecoder = recordDecoder<{ alg: string; kid: string; typ: string }>({
  alg: textDecoder,
  kid: textDecoder,
  typ: textDecoder,
});

/** Header of all signatures. The algorithm has its fully specified name (RFC 9864). */
export function printHeader(type: JwsType, kid: string): string {
  return printCanonical({ alg: "Ed25519", kid, typ: type });
}

/** The encoded headers with which keys sign, for readers of many signatures. */
export type SignedHeaders = ReadonlyMap<string, PublicKey>;

export function listHeaders(type: JwsType, keys: readonly PublicKey[]): SignedHeaders {
  // Of two keys with one id, the first one counts.
  const latestFirst = keys.toReversed();
  return new Map(latestFirst.map((key) => [encodeBase64Url(printHeader(type, key.kid)), key]));
}

/**
 * Parses a compact JWS strictly: canonical JSON in unpadded base64url, and a header with only the
 * algorithm, the id of a known key, and the type. Does not verify the signature.
 */
export function readJws(
  text: string,
  type: JwsType,
  keys: readonly PublicKey[],
  known: SignedHeaders = new Map(),
): JwsReading {
  const parts = text.length > longest[type] ? [] : text.split(".");
  const [header = "", ...others] = parts;
  const [payload, signature] = others.map(decodeBase64Url);
  if (parts.length !== 3 || payload === undefined || signature === undefined) return malformed;
  const key = known.get(header) ?? readHeader(header, type, keys);
  if ("kind" in key) return key;
  const body = readCanonical(decodeBytes(payload));
  return body.kind === "refused" || signature.length !== 64
    ? malformed
    : { kind: "jws", key, payload: body.value };
}

/** The key that a header names, or why it is refused. */
function readHeader(
  text: string,
  type: JwsType,
  keys: readonly PublicKey[],
): PublicKey | Extract<JwsReading, { readonly kind: "refused" }> {
  const header = decodeBase64Url(text);
  if (header === undefined) return malformed;
  const head = readCanonical(decodeBytes(header));
  if (head.kind === "refused") return malformed;
  const { value } = head;
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isRecord) return malformed;
  if (!("alg" in value) || value["alg"] !== "Ed25519") {
    return { kind: "refused", reason: "algorithm" };
  }
  const read = headerDecoder(value);
  if (read === undefined || read.typ !== type) return { kind: "refused", reason: "header" };
  const key = keys.find(({ kid }) => kid === read.kid);
  return key ?? { kind: "refused", reason: "key-unknown" };
}

const malformed = { kind: "refused", reason: "malformed" } as const;

/** Bytes to base64url without padding. */
export function encodeBase64Url(bytes: string): string {
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * By length of a canonical encoding, modulo four: its characters and its end. The bits that the last
 * character has left over are zero.
 */
const canonicalEncodings = [
  /^[A-Za-z0-9_-]*$/,
  undefined,
  /^[A-Za-z0-9_-]*[AQgw]$/,
  /^[A-Za-z0-9_-]*[AEIMQUYcgkosw048]$/,
] as const;

/** Decodes to bytes; undefined if the text is not the canonical encoding. */
export function decodeBase64Url(text: string): string | undefined {
  const isCanonical = canonicalEncodings[text.length % 4]?.test(text) ?? false;
  return isCanonical ? atob(text.replaceAll("-", "+").replaceAll("_", "/")) : undefined;
}

/** The compact JWS of a payload and its two other parts (RFC 7515, appendix F). */
export function attachPayload(detached: string, payload: string): string {
  const [header = "", , signature = ""] = detached.split(".");
  return `${header}.${encodeBase64Url(encodeBytes(payload))}.${signature}`;
}

export function detachPayload(jws: string): string {
  const [header = "", , signature = ""] = jws.split(".");
  return `${header}..${signature}`;
}

/** 32 bytes in base64url, the format of `kid` and `x`. */
export const keyPartDecoder = matchDecoder(/^[A-Za-z0-9_-]{43}$/);

const keyDecoder = recordDecoder<{ crv: string; kid: string; kty: string; x: string }>({
  crv: matchDecoder(/^Ed25519$/),
  kid: keyPartDecoder,
  kty: matchDecoder(/^OKP$/),
  x: keyPartDecoder,
});

/**
 * Parses a public key in a format of `ticket keygen`: a JWK or `KID:X`; undefined for anything
 * else, including private keys.
 */
export function readPublicKey(text: string): PublicKey | undefined {
  const [, kid, x] = /^([A-Za-z0-9_-]{43}):([A-Za-z0-9_-]{43})$/.exec(text.trim()) ?? [];
  if (kid !== undefined && x !== undefined) return { kid, x };
  const reading = readCanonical(text.trim());
  const key = reading.kind === "value" ? keyDecoder(reading.value) : undefined;
  return key && { kid: key.kid, x: key.x };
}

export function printPublicKey({ kid, x }: PublicKey): string {
  return printCanonical({ crv: "Ed25519", kid, kty: "OKP", x });
}

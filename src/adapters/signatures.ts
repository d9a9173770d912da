import { HardenError } from "../core/base/errors.ts";
import {
  decodeBase64Url,
  encodeBase64Url,
  printHeader,
  type JwsType,
  type PublicKey,
  type Signer,
  type VerifySignature,
} from "../core/formats/jws.ts";
import { encodeBytes } from "../core/base/text.ts";

/** The only algorithm; signatures that name another one are refused earlier. */
const algorithm = "Ed25519";

/**
 * Creates a key pair: the private key as the JSON of a JWK, and the public key. Uses Web Crypto,
 * which both runtimes have.
 */
export async function generateSigningKey(): Promise<{
  readonly privateKey: string;
  readonly publicKey: PublicKey;
}> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  // The types allow a single key, which this algorithm never returns.
  const privateKey = "privateKey" in pair ? pair.privateKey : pair;
  const { x = "", d = "" } = await crypto.subtle.exportKey("jwk", privateKey);
  const kid = await thumbprintOf(x);
  const text = `${JSON.stringify({ kty: "OKP", crv: algorithm, kid, x, d })}\n`;
  return { privateKey: text, publicKey: { kid, x } };
}

/** The key id is derived from the key, by RFC 7638. */
async function thumbprintOf(x: string): Promise<string> {
  const members = JSON.stringify({ crv: algorithm, kty: "OKP", x });
  const digest = await crypto.subtle.digest("SHA-256", toBytes(members));
  return encodeBase64Url(fromBytes(digest));
}

/** Imports a private key. Throws HardenError `settings` for anything else, and never shows it. */
export async function openSigner(privateKey: string): Promise<Signer & PublicKey> {
  const { kty, crv, x, d } = parseKey(privateKey);
  if (kty !== "OKP" || crv !== algorithm || typeof x !== "string" || typeof d !== "string") {
    throw refuseKey();
  }
  const jwk = { kty, crv, x, d };
  const key = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"]).catch(() => {
    throw refuseKey();
  });
  const kid = await thumbprintOf(x);
  const sign = async (type: JwsType, payload: string): Promise<string> => {
    const input = [printHeader(type, kid), payload].map((part) =>
      encodeBase64Url(encodeBytes(part)),
    );
    const signature = await crypto.subtle.sign(algorithm, key, toBytes(input.join(".")));
    return [...input, encodeBase64Url(fromBytes(signature))].join(".");
  };
  const probe = await sign("sesam-harden-ticket", "");
  if (!(await verifySignature(probe, { kid, x }))) throw refuseKey();
  return { kid, x, sign };
}

function parseKey(text: string): Readonly<Record<string, unknown>> {
  try {
    const jwk: unknown = JSON.parse(text);
    return typeof jwk === "object" && jwk !== null ? { ...jwk } : {};
  } catch {
    throw refuseKey();
  }
}

function refuseKey(): HardenError {
  return new HardenError(
    "settings",
    "the signing key is not a private key in the format of `sesam-harden ticket keygen`",
    "Use the file that this command wrote, complete and unchanged.",
  );
}

export const verifySignature: VerifySignature = async (jws, key) => {
  const [header = "", payload = "", text = "", ...rest] = jws.split(".");
  const signature = decodeBase64Url(text);
  if (signature?.length !== 64 || rest.length > 0) return false;
  try {
    const imported = await importOnce(key);
    if (imported === undefined) return false;
    const input = toBytes(`${header}.${payload}`);
    return await crypto.subtle.verify(algorithm, imported, toBytes(signature), input);
  } catch (error) {
    // 32 bytes that are not a point on the curve.
    if (error instanceof DOMException) return false;
    throw error;
  }
};

type ImportedKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const importedKeys = new WeakMap<PublicKey, Promise<ImportedKey> | undefined>();

/** Imports each key once: an audit verifies thousands of signatures. Undefined if it is not 32 bytes. */
function importOnce(key: PublicKey): Promise<ImportedKey> | undefined {
  if (importedKeys.has(key)) return importedKeys.get(key);
  const point = decodeBase64Url(key.x);
  const imported =
    point?.length === 32
      ? crypto.subtle.importKey("raw", toBytes(point), algorithm, false, ["verify"])
      : undefined;
  importedKeys.set(key, imported);
  return imported;
}

function toBytes(bytes: string): Uint8Array<ArrayBuffer> {
  // A long ledger has many signatures: a loop over the characters takes five times as long.
  return Buffer.from(bytes, "latin1");
}

function fromBytes(bytes: ArrayBuffer): string {
  return String.fromCharCode(...new Uint8Array(bytes));
}

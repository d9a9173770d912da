import {
  calculateJwkThumbprint,
  CompactSign,
  compactVerify,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from "jose";
import { HardenError } from "../core/harden-error.ts";
import {
  printHeader,
  type JwsType,
  type PublicKey,
  type Signer,
  type VerifySignature,
} from "../core/rollout/jws.ts";

/** The one algorithm; whatever else a signature says it is made with is refused before. */
const algorithm = "Ed25519";

/** A new pair: the private key as the JSON of a JWK, and the public one. */
export async function generateSigningKey(): Promise<{
  readonly privateKey: string;
  readonly publicKey: PublicKey;
}> {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const { x = "", d = "" } = await exportJWK(pair.privateKey);
  const kid = await thumbprintOf(x);
  const privateKey = `${JSON.stringify({ kty: "OKP", crv: algorithm, kid, x, d })}\n`;
  return { privateKey, publicKey: { kid, x } };
}

/** RFC 7638, so that a key's id follows from the key. */
function thumbprintOf(x: string): Promise<string> {
  return calculateJwkThumbprint({ kty: "OKP", crv: algorithm, x });
}

/** Opens a private key. Throws HardenError `settings` for anything else, which is never shown. */
export async function openSigner(privateKey: string): Promise<Signer> {
  const jwk = parseKey(privateKey);
  const { kty, crv, x, d } = jwk;
  if (kty !== "OKP" || crv !== algorithm || x === undefined || d === undefined) {
    throw refuseKey();
  }
  const key = await importJWK({ kty, crv, x, d }, algorithm).catch(() => {
    throw refuseKey();
  });
  const kid = await thumbprintOf(x);
  const sign = async (type: JwsType, payload: string): Promise<string> => {
    // What is signed has to be the canonical header to the byte, so jose gets it ready-made.
    const header = JSON.parse(printHeader(type, kid));
    return new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader(header).sign(key);
  };
  const probe = await sign("sesam-harden-ticket", "");
  if (!(await verifySignature(probe, { kid, x }))) throw refuseKey();
  return { kid, sign };
}

function parseKey(text: string): JWK {
  try {
    const jwk: unknown = JSON.parse(text);
    return typeof jwk === "object" && jwk !== null ? jwk : {};
  } catch {
    throw refuseKey();
  }
}

function refuseKey(): HardenError {
  return new HardenError(
    "settings",
    "the signing key is no private key as `sesam-harden ticket keygen` makes them",
    "Give the file that it wrote, whole and unchanged.",
  );
}

export const verifySignature: VerifySignature = async (jws, { x }) => {
  try {
    const key = await importJWK({ kty: "OKP", crv: algorithm, x }, algorithm);
    await compactVerify(jws, key, { algorithms: [algorithm] });
    return true;
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof DOMException) return false;
    if (error instanceof TypeError) return false;
    throw error;
  }
};

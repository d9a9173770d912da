import { createPrivateKey, sign, verify } from "node:crypto";
import { calculateJwkThumbprint, CompactSign, compactVerify, importJWK } from "jose";
import { expect, test } from "vitest";
import { verifySignature } from "../../src/adapters/signatures.ts";
import { printCanonical } from "../../src/core/formats/json/canonical.ts";
import { encode, makeKeys } from "../support/builders/tickets.ts";

const { signer, privateKey, publicKey } = await makeKeys();
const jwk = { kty: "OKP", crv: "Ed25519", x: publicKey.x };
const payload = printCanonical({ text: "Übung 😀" });

test("jose and node:crypto accept our signatures, and name the key identically", async () => {
  const jws = await signer.sign("sesam-harden-ledger", payload);
  const read = await compactVerify(jws, await importJWK(jwk, "Ed25519"), {
    algorithms: ["Ed25519"],
  });
  expect(new TextDecoder().decode(read.payload)).toBe(payload);
  expect(read.protectedHeader).toEqual({
    alg: "Ed25519",
    kid: publicKey.kid,
    typ: "sesam-harden-ledger",
  });
  expect(publicKey.kid).toBe(await calculateJwkThumbprint(jwk));
  const [header, body, signature = ""] = jws.split(".");
  const input = Buffer.from(`${header}.${body}`);
  const key = { key: { ...JSON.parse(privateKey), d: undefined }, format: "jwk" } as const;
  expect(verify(null, input, key, Buffer.from(signature, "base64url"))).toBe(true);
});

test("we accept signatures of jose", async () => {
  const key = await importJWK(JSON.parse(privateKey), "Ed25519");
  const header = { alg: "Ed25519", kid: publicKey.kid, typ: "sesam-harden-ticket" };
  const jws = await new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader(header)
    .sign(key);
  expect(await verifySignature(jws, publicKey)).toBe(true);
});

/** Order of the group. Source: RFC 8032, section 5.1. */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

function readLittle(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function writeLittle(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) % 256n));
}

test("a signature has one form, and a key is 32 bytes that are a point", async () => {
  const input = `${encode("{}")}.${encode("{}")}`;
  const key = createPrivateKey({ key: JSON.parse(privateKey), format: "jwk" });
  const signature = sign(null, Buffer.from(input), key);
  const jwsOf = (bytes: Uint8Array): string =>
    `${input}.${Buffer.from(bytes).toString("base64url")}`;
  expect(await verifySignature(jwsOf(signature), publicKey)).toBe(true);
  const scalar = writeLittle(readLittle(signature.subarray(32)) + order);
  const wrong = [
    Buffer.concat([signature.subarray(0, 32), scalar]),
    Buffer.concat([signature, Buffer.from([0])]),
    signature.subarray(0, 63),
    new Uint8Array(0),
  ];
  for (const bytes of wrong) expect(await verifySignature(jwsOf(bytes), publicKey)).toBe(false);
  expect(await verifySignature(`${jwsOf(signature)}=`, publicKey)).toBe(false);
  expect(await verifySignature(`${jwsOf(signature)}.x`, publicKey)).toBe(false);
  for (const x of ["", "AAAA", "_".repeat(42) + "8", "!".repeat(43)]) {
    expect(await verifySignature(jwsOf(signature), { kid: "k", x })).toBe(false);
  }
});

import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import { signTicket } from "../../../../src/core/rollout/dispatch/ticket.ts";
import { encode, forge, makeTicketBench } from "../../../support/builders/tickets.ts";

const { current, next, stranger, claims, judge, headerOf } = await makeTicketBench();

describe("forgeries", () => {
  const payload = printCanonical(claims);
  const ticketOf = (): Promise<string> => signTicket(claims, current.signer);
  const kidOf = (): string => current.publicKey.kid;
  test.each<{ name: string; make: () => string | Promise<string>; reason: string }>([
    {
      name: "another payload under the signature",
      make: async () => {
        const [header, , signature] = (await ticketOf()).split(".");
        return [header, encode(printCanonical({ ...claims, wave: 3 })), signature].join(".");
      },
      reason: "ticket-signature",
    },
    {
      name: "another signature",
      make: async () => {
        const [header, body] = (await ticketOf()).split(".");
        return [header, body, encode("x".repeat(64))].join(".");
      },
      reason: "ticket-signature",
    },
    {
      name: "an unknown key's signature under a known kid",
      make: () => forge(headerOf(), payload, stranger),
      reason: "ticket-signature",
    },
    {
      name: "the other valid key under this kid",
      make: () => forge(headerOf(), payload, next),
      reason: "ticket-signature",
    },
    {
      name: "an unknown kid",
      make: () => signTicket(claims, stranger.signer),
      reason: "ticket-key-unknown",
    },
    {
      name: "alg none, without a signature",
      make: () => `${encode(headerOf({ alg: "none" }))}.${encode(payload)}.`,
      reason: "ticket-algorithm",
    },
    ...["none", "None", "EdDSA", "ed25519", "Ed448", "HS256", "RS256", "ES256"].map((alg) => ({
      name: `alg ${alg}`,
      make: () => forge(headerOf({ alg }), payload, current),
      reason: "ticket-algorithm",
    })),
    {
      name: "HS256 with the public key as the secret",
      make: () => {
        const input = `${encode(headerOf({ alg: "HS256" }))}.${encode(payload)}`;
        const secret = Buffer.from(current.publicKey.x, "base64url");
        return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
      },
      reason: "ticket-algorithm",
    },
    {
      name: "no alg",
      make: () =>
        forge(printCanonical({ kid: kidOf(), typ: "sesam-harden-ticket" }), payload, current),
      reason: "ticket-algorithm",
    },
    ...[
      { jwk: { crv: "Ed25519", kty: "OKP", x: "AAAA" } },
      { jku: "https://example.org/keys" },
      { x5u: "https://example.org/cert" },
      { x5c: ["AAAA"] },
      { crit: ["b64"], b64: false },
      { typ: "sesam-harden-ledger" },
      { typ: "JWT" },
      { kid: 1 },
    ].map((change) => ({
      name: `a header with ${JSON.stringify(change)}`,
      make: () => forge(headerOf(change), payload, current),
      reason: "ticket-header",
    })),
    {
      name: "its own key in the header",
      make: () => {
        const { x, kid } = stranger.publicKey;
        const jwk = { crv: "Ed25519", kty: "OKP", x };
        return forge(headerOf({ jwk, kid }), payload, stranger);
      },
      reason: "ticket-header",
    },
    {
      name: "an entry of the ledger",
      make: () => current.signer.sign("sesam-harden-ledger", payload),
      reason: "ticket-header",
    },
    {
      name: "alg twice in the header",
      make: () => forge(headerOf().replace("{", '{"alg":"none",'), payload, current),
      reason: "ticket-malformed",
    },
    {
      name: "a repeated claim",
      make: () => forge(headerOf(), payload.replace("{", '{"wave":1,'), current),
      reason: "ticket-malformed",
    },
    {
      name: "an additional claim",
      make: () => forge(headerOf(), printCanonical({ ...claims, aud: "x" }), current),
      reason: "ticket-malformed",
    },
    {
      name: "a missing claim",
      make: () => forge(headerOf(), payload.replace(/,"exp":\d+/, ""), current),
      reason: "ticket-malformed",
    },
    {
      name: "a claim of another type",
      make: () => forge(headerOf(), payload.replace('"wave":2', '"wave":"2"'), current),
      reason: "ticket-malformed",
    },
    {
      name: "a payload that is not an object",
      make: () => forge(headerOf(), "null", current),
      reason: "ticket-malformed",
    },
    {
      name: "a header that is not an object",
      make: () => forge("[]", payload, current),
      reason: "ticket-malformed",
    },
    { name: "nothing", make: () => "", reason: "ticket-malformed" },
    { name: "words", make: () => "let me in", reason: "ticket-malformed" },
    { name: "four parts", make: async () => `${await ticketOf()}.`, reason: "ticket-malformed" },
    { name: "padding", make: async () => `${await ticketOf()}==`, reason: "ticket-malformed" },
    { name: "a line end", make: async () => `${await ticketOf()}\n`, reason: "ticket-malformed" },
    {
      name: "loose bits at the end",
      make: async () => `${(await ticketOf()).slice(0, -1)}B`,
      reason: "ticket-malformed",
    },
    {
      name: "a ticket of a megabyte",
      make: () => "A".repeat(1_000_000),
      reason: "ticket-malformed",
    },
  ])("$name: $reason", async ({ make, reason }) => {
    expect(await judge(await make())).toBe(reason);
  });

  test("an RSA key under a known kid", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const input = `${encode(headerOf())}.${encode(payload)}`;
    const ticket = `${input}.${sign("sha256", Buffer.from(input), privateKey).toString("base64url")}`;
    expect(await judge(ticket)).toBe("ticket-malformed");
  });
});

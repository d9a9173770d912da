import { expect, test } from "vitest";
import { createSuiteIndex } from "../../../src/core/gnutls/suites.ts";
import { suiteTable } from "../../../src/core/gnutls/suite-table.ts";
import {
  credentialKinds,
  listSuites,
  createSuiteRegistry,
  type CredentialKind,
} from "../../../src/core/tls/suite-numbers.ts";

const suitesOf = createSuiteIndex();
const known = Object.keys(suiteTable).flatMap((keyExchange) =>
  [...suitesOf(keyExchange === "-" ? undefined : keyExchange).values()]
    .flat()
    .map((suite) => ({ ...suite, number: Number.parseInt(suite.id, 16) })),
);

function kindOf(keyExchange: string): CredentialKind {
  if (keyExchange.startsWith("ANON")) return "anonymous";
  if (keyExchange.includes("PSK")) return "psk";
  return keyExchange.includes("SRP") ? "password" : "certificate";
}

test("every suite of GnuTLS is offered, by the credentials that it needs", () => {
  for (const { number, name, keyExchange } of known) {
    if (keyExchange === undefined) {
      expect(listSuites("TLS1.3", "certificate"), name).toContain(number);
    } else {
      const kinds = credentialKinds.filter((kind) => listSuites("TLS1.2", kind).includes(number));
      expect(kinds, name).toEqual([kindOf(keyExchange)]);
    }
  }
});

test("no signalling value is offered, and no number twice", () => {
  const all = credentialKinds.flatMap((kind) => listSuites("TLS1.0", kind));
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((number) => number === 0x00ff || number === 0x5600)).toEqual([]);
  expect(
    credentialKinds
      .flatMap((kind) => listSuites("TLS1.3", kind))
      .every((number) => number !== 0x1308),
  ).toBe(true);
});

test("weak suites are those that the rules call weak", () => {
  const { isWeak } = createSuiteRegistry();
  const weakCiphers = ["NULL", "ARCFOUR-128", "3DES-CBC", "DES-CBC", "RC2-40"];
  for (const { number, name, cipher, mac, keyExchange } of known) {
    const expected =
      weakCiphers.includes(cipher) || mac === "MD5" || keyExchange?.startsWith("ANON") === true;
    expect(isWeak(number), name).toBe(expected);
  }
});

test("strict suites have forward secrecy and AEAD", () => {
  const { isStrict } = createSuiteRegistry();
  for (const { number, name, mac, keyExchange } of known) {
    const secret = keyExchange === undefined || /^(EC)?DHE-/.test(keyExchange);
    expect(isStrict(number), name).toBe(secret && mac === "AEAD");
  }
});

test.each([
  [0x002f, "TLS_RSA_AES_128_CBC_SHA1"],
  [0x1301, "TLS_AES_128_GCM_SHA256"],
  [0xc050, "0xc050"],
  [0x0009, "0x0009"],
])("%i is called %s", (number, name) => {
  expect(createSuiteRegistry().nameOf(number)).toBe(name);
});

import { expect, test } from "vitest";
import { listShutOut } from "../../../src/core/gnutls/admission.ts";
import { commonClients } from "../../../src/core/gnutls/clients.ts";
import { dialects } from "../../../src/core/gnutls/dialects.ts";
import { createEvaluator } from "../../../src/core/gnutls/evaluate.ts";
import { recommend } from "../../../src/core/gnutls/verdict.ts";

const evaluate = createEvaluator("3.7.9");

/** `rsa TLS1.2 group: Go 1.25, Java 25`, with `all` for all clients. */
function describe(priority: string): readonly string[] {
  const causes = new Map<string, string[]>();
  for (const { key, version, lack, client } of listShutOut(evaluate(priority))) {
    const cause = `${key} ${version ?? "neither"} ${lack}`;
    causes.set(cause, [...(causes.get(cause) ?? []), client]);
  }
  return [...causes].map(([cause, clients]) => {
    const who = clients.length === commonClients.length ? "all" : clients.join(", ");
    return `${cause}: ${who}`;
  });
}

const both = (cause: string): readonly string[] => [`rsa ${cause}`, `ec ${cause}`];
const noTls13 = "NORMAL:-VERS-TLS1.3";
const signs = (...names: readonly string[]): string =>
  `NORMAL:-SIGN-ALL${names.map((name) => `:+SIGN-${name}`).join("")}`;

// Measured with gnutls-serv 3.7.9 and libmicrohttpd 0.9.75 for OpenSSL, GnuTLS and Java.
test.each<[string, readonly string[]]>([
  ["NORMAL", []],
  ["NORMAL:-VERS-ALL:+VERS-TLS1.3", []],
  [`${noTls13}:-AEAD`, []],
  // Versions.
  ["NORMAL:-VERS-TLS-ALL", both("neither cipher suite: all")],
  [`${noTls13}:-VERS-TLS1.2`, both("neither cipher suite: all")],
  // TLS 1.3 is selected, and then something is missing.
  ["NORMAL:-AEAD", both("TLS1.3 cipher suite: all")],
  ["NORMAL:-CIPHER-ALL:+AES-256-CBC", both("TLS1.3 cipher suite: all")],
  ["NORMAL:-CIPHER-ALL:+AES-128-CCM", both("TLS1.3 cipher suite: OpenSSL 3.0, Go 1.25, Java 25")],
  ["NORMAL:-CIPHER-ALL:+AES-128-CCM-8", both("TLS1.3 cipher suite: all")],
  ["NORMAL:-GROUP-ALL:+GROUP-SECP192R1", both("TLS1.3 group: all")],
  ["NORMAL:+PSK:-GROUP-ALL", both("TLS1.3 group: all")],
  ["NORMAL:-GROUP-ALL:+GROUP-X448", both("TLS1.3 group: Go 1.25")],
  ["NORMAL:-GROUP-ALL:+GROUP-FFDHE2048", both("TLS1.3 group: Go 1.25")],
  [signs("RSA-SHA256"), both("TLS1.3 signature algorithm: all")],
  [signs("RSA-PSS-RSAE-SHA512"), ["ec TLS1.3 signature algorithm: all"]],
  [signs("RSA-PSS-SHA256"), both("TLS1.3 signature algorithm: all")],
  [
    signs("ECDSA-SECP256R1-SHA256", "ECDSA-SECP384R1-SHA384"),
    ["rsa TLS1.3 signature algorithm: all"],
  ],
  // A key on P-384 would be locked out, and one on P-256.
  [signs("ECDSA-SECP256R1-SHA256"), both("TLS1.3 signature algorithm: all")],
  ["SECURE256", ["ec TLS1.3 signature algorithm: all"]],
  // TLS 1.2.
  ["SUITEB128", ["rsa TLS1.2 cipher suite: all"]],
  [`${noTls13}:-KX-ALL:+ECDHE-ECDSA`, ["rsa TLS1.2 cipher suite: all"]],
  [`${noTls13}:-KX-ALL:+ECDHE-RSA`, ["ec TLS1.2 cipher suite: all"]],
  [
    `${noTls13}:-KX-ALL:+DHE-RSA`,
    ["rsa TLS1.2 cipher suite: Go 1.25", "ec TLS1.2 cipher suite: all"],
  ],
  [
    `${noTls13}:-KX-ALL:+RSA`,
    ["rsa TLS1.2 cipher suite: Go 1.25, Java 25", "ec TLS1.2 cipher suite: all"],
  ],
  [`${noTls13}:-CIPHER-ALL:+CAMELLIA-128-GCM`, both("TLS1.2 cipher suite: all")],
  [`${noTls13}:-AEAD:-SHA1:+SHA384`, both("TLS1.2 cipher suite: GnuTLS 3.7, Go 1.25")],
  [
    `${noTls13}:-KX-ALL:+ECDHE-RSA:-GROUP-EC-ALL`,
    ["rsa TLS1.2 group: all", "ec TLS1.2 cipher suite: all"],
  ],
  [
    `${noTls13}:-KX-ALL:+DHE-RSA:-GROUP-DH-ALL`,
    [
      "rsa TLS1.2 group: OpenSSL 3.0, GnuTLS 3.7, Java 25",
      "rsa TLS1.2 cipher suite: Go 1.25",
      "ec TLS1.2 cipher suite: all",
    ],
  ],
  [`${noTls13}:-GROUP-ALL`, ["rsa TLS1.2 group: Go 1.25, Java 25", "ec TLS1.2 group: all"]],
  [`${signs("RSA-SHA256")}:-VERS-TLS1.3`, ["ec TLS1.2 signature algorithm: all"]],
  [`${signs("ECDSA-SHA512")}:-VERS-TLS1.3`, ["rsa TLS1.2 signature algorithm: Go 1.25, Java 25"]],
  [
    `${signs("RSA-SHA1", "ECDSA-SHA256")}:-VERS-TLS1.3:-RSA`,
    ["rsa TLS1.2 signature algorithm: OpenSSL 3.0, Go 1.25, Java 25"],
  ],
  // Options.
  [`${noTls13}:-AEAD:%FORCE_ETM`, both("TLS1.2 cipher suite: Go 1.25, Java 25")],
  [`${noTls13}:-AEAD:%FORCE_ETM:%NO_ETM`, both("TLS1.2 cipher suite: all")],
  [`${noTls13}:-AEAD:%NO_ETM`, []],
  [`${noTls13}:%DISABLE_SAFE_RENEGOTIATION`, both("TLS1.2 safe renegotiation: OpenSSL 3.0")],
  [`${noTls13}:%DISABLE_SAFE_RENEGOTIATION:%PARTIAL_RENEGOTIATION`, []],
  ["NORMAL:%DISABLE_SAFE_RENEGOTIATION", []],
  [`${noTls13}:%NO_EXTENSIONS`, []],
])("clients that %s locks out", (priority, causes) => {
  expect(describe(priority)).toEqual(causes);
});

test("the recommended strings lock out no common client, under any build", () => {
  for (const dialect of dialects) {
    for (const profile of ["vendor", "strict"] as const) {
      expect(listShutOut(createEvaluator(dialect)(recommend(profile)))).toEqual([]);
    }
  }
});

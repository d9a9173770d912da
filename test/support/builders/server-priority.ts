import type { Random } from "./random.ts";

/** Key exchanges of a server with an RSA and an EC certificate, and no passwords. */
export const keyExchanges = ["RSA", "DHE-RSA", "ECDHE-RSA", "ECDHE-ECDSA", "ANON-DH", "ANON-ECDH"];
export const versions = ["TLS1.0", "TLS1.1", "TLS1.2", "TLS1.3"];
/** Signatures of the two certificates of the live server. */
const signatures = ["RSA-SHA256", "RSA-SHA512", "RSA-SHA1", "RSA-PSS-RSAE-SHA256"].concat([
  "ECDSA-SHA256",
  "ECDSA-SHA1",
  "ECDSA-SECP256R1-SHA256",
]);
const ciphers = ["AES-128-GCM", "AES-256-CBC", "AES-128-CBC", "CHACHA20-POLY1305", "AES-256-CCM"];

/** Strings that differ in what a handshake can use, groups and signatures included. */
export function makeServerPriority(random: Random): string {
  const elements = [random.pick(["NORMAL", "PFS", "SECURE128", "SECURE256", "LEGACY"])];
  const kinds: readonly (() => string)[] = [
    () => `${random.pick(["-", "+"])}VERS-${random.pick(versions)}`,
    () => `${random.pick(["-", "+"])}${random.pick(keyExchanges)}`,
    () => `-${random.pick(ciphers)}`,
    () => random.pick(["-SHA1", "+SHA256", "+SHA384", "+MD5", "-AEAD"]),
    () =>
      random.pick(["+3DES-CBC", "+ARCFOUR-128", "+NULL", "+CAMELLIA-128-CBC", "+AES-128-CCM-8"]),
    () => random.pick(["-GROUP-ALL", "-GROUP-EC-ALL", "-GROUP-DH-ALL", "+GROUP-SECP256R1"]),
    () => `-SIGN-ALL:+SIGN-${random.pick(signatures)}`,
    () => random.pick(["%NO_EXTENSIONS", "%SERVER_PRECEDENCE", "%NO_ETM"]),
  ];
  const count = 1 + random.below(6);
  for (let index = 0; index < count; index++) elements.push(random.pick(kinds)());
  return elements.join(":");
}

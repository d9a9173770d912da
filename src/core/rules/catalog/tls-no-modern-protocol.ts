import type { PriorityLine, StpdFile } from "../../fleet/stpd-file.ts";
import type { KeyKind, ShutOut } from "../../gnutls/admission.ts";
import { commonClients } from "../../gnutls/clients.ts";
import { nameDialects } from "../../gnutls/dialects.ts";
import { fittingKey, type PriorityReading } from "../../gnutls/verdict.ts";
import { dialectsWhere } from "../../gnutls/reader.ts";
import { ofFile, type Rule } from "../rule.ts";

export const tlsNoModernProtocol: Rule = {
  id: "tls-no-modern-protocol",
  title: "Common clients can connect with TLS 1.2 or TLS 1.3",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers: `A GnuTLS release that the host may run accepts the string, but a common client cannot connect with its defaults: both versions are off, or the version that GnuTLS chooses has no cipher suite, group or signature algorithm for the client. GnuTLS chooses TLS 1.3 for every client that offers it, and does not fall back to TLS 1.2. Common clients are ${commonClients.map(({ name }) => name).join(", ")}. Each must reach a host with an RSA key and one with an EC key (P-256 and P-384), unless \`certificate_key\` in host.ini names the key of the certificate.`,
    fix: "Remove the restriction, or use SEP's string. If the string is meant for one kind of key, set `certificate_key` in host.ini. `sesam-harden priority STRING` lists what is left in each version.",
    rationale:
      "Clients cannot reach such a host over HTTPS, so it is locked out once HTTP and FTP are closed. GnuTLS accepts such strings without an error. This rule cannot be suppressed.",
    source:
      "Measured with gnutls-serv 3.7.9, libmicrohttpd 0.9.75, and the clients of OpenSSL 3.0, GnuTLS 3.7 and Java 25; crypto/tls of Go 1.25.",
  },
  check: ofFile((file, { policy }) =>
    file.priorityLines.flatMap((line) => {
      const { entry, readings } = line;
      const bad = readings.filter(({ evaluation, modern }) => evaluation.ok && !modern);
      const [first] = bad;
      if (first === undefined) return [];
      const dialects = nameDialects(dialectsWhere(bad, () => true));
      return [
        {
          place: { line: entry.line, span: entry.valueSpan },
          message: `the priority string ${describe(first, policy.keys.length)} (${dialects})`,
          help: advise(file, line, policy.keys),
          fix: { kind: "priority", line: entry.line, fault: "invalid" },
        },
      ];
    }),
  ),
};

/** All common clients offer both versions, so GnuTLS chooses the same one for each of them. */
function describe({ shutOut, evaluation }: PriorityReading, keys: number): string {
  const version = shutOut[0]?.version;
  if (version === undefined) return "leaves no usable TLS 1.2 or 1.3 cipher suite";
  const causes = new Map<string, ShutOut[]>();
  for (const one of shutOut) causes.set(one.lack, [...(causes.get(one.lack) ?? []), one]);
  const name = version.replace("TLS", "TLS ");
  const texts = [...causes].map(
    ([lack, some]) => `${name} has no ${lack} for ${nameClients(some, keys)}`,
  );
  const isTrap = version === "TLS1.3" && evaluation.protocols.includes("TLS1.2");
  const trap = isTrap ? ", and GnuTLS does not fall back to TLS 1.2" : "";
  return `locks common clients out: ${texts.join("; ")}${trap}`;
}

/** Groups the clients by key; omits the key if the clients are the same for both. */
function nameClients(some: readonly ShutOut[], keys: number): string {
  const byKey = new Map<string, string[]>();
  for (const { key, client } of some) byKey.set(key, [...(byKey.get(key) ?? []), client]);
  const named = [...byKey].map(([key, clients]) => ({
    who: clients.length === commonClients.length ? "any of them" : clients.join(", "),
    key: key === "rsa" ? "an RSA key" : "an EC key",
  }));
  const [first] = named;
  if (first !== undefined && named.length === keys && named.every(({ who }) => who === first.who)) {
    return first.who;
  }
  return named.map(({ who, key }) => `${who} with ${key}`).join(" and ");
}

function advise(
  { readPriority }: StpdFile,
  { entry, readings }: PriorityLine,
  keys: readonly KeyKind[],
): string {
  const key = fittingKey(readings, keys);
  if (key !== undefined) {
    return `If the host's certificate has ${key === "rsa" ? "an RSA" : "an EC"} key, set certificate_key = ${key} in host.ini; otherwise use SEP's string.`;
  }
  const isTrap = readPriority(`${entry.value}:-VERS-TLS1.3`).every(({ modern }) => modern);
  return isTrap
    ? "Use SEP's string, or add :-VERS-TLS1.3 by hand to keep this one with TLS 1.2 only."
    : "Use SEP's string, or remove the elements that disable versions, suites, groups or signatures.";
}

import type { PriorityLine, StpdFile } from "../../fleet/stpd-file.ts";
import type { KeyKind, ShutOut } from "../../gnutls/admission.ts";
import { usualClients } from "../../gnutls/clients.ts";
import { nameDialects } from "../../gnutls/dialects.ts";
import { fittingKey, type PriorityReading } from "../../gnutls/verdict.ts";
import { dialectsWhere } from "../../gnutls/reader.ts";
import { ofFile, type Rule } from "../rule.ts";

export const tlsNoModernProtocol: Rule = {
  id: "tls-no-modern-protocol",
  title: "Usual clients can connect with TLS 1.2 or TLS 1.3",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers: `A GnuTLS release that the host may run takes the string, and then a usual client cannot connect with its defaults: the versions are off, or the version that GnuTLS chooses has no cipher suite, group or signature algorithm for it. GnuTLS chooses TLS 1.3 for every client that offers it, and does not fall back to TLS 1.2. Usual clients are ${usualClients.map(({ name }) => name).join(", ")}. Each must reach a host with an RSA key and one with an EC key (P-256 and P-384), unless \`certificate_key\` in host.ini says which key the certificate has.`,
    fix: "Take the restriction out again, or write SEP's string. If the string is meant for one kind of key, write `certificate_key` to host.ini. `sesam-harden priority STRING` lists what is left in each version.",
    rationale:
      "Clients cannot reach such a host over HTTPS: once HTTP and FTP are closed, it is locked out. GnuTLS accepts such strings without an error. This rule cannot be suppressed.",
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

/** All usual clients offer both versions, so that GnuTLS chooses the same for each of them. */
function describe({ shutOut, evaluation }: PriorityReading, keys: number): string {
  const version = shutOut[0]?.version;
  if (version === undefined) return "leaves no usable suite of TLS 1.2 or 1.3";
  const causes = new Map<string, ShutOut[]>();
  for (const one of shutOut) causes.set(one.lack, [...(causes.get(one.lack) ?? []), one]);
  const name = version.replace("TLS", "TLS ");
  const texts = [...causes].map(
    ([lack, some]) => `${name} has no ${lack} for ${nameClients(some, keys)}`,
  );
  const isTrap = version === "TLS1.3" && evaluation.protocols.includes("TLS1.2");
  const trap = isTrap ? ", and GnuTLS does not fall back to TLS 1.2" : "";
  return `shuts usual clients out: ${texts.join("; ")}${trap}`;
}

/** By the clients of each key; where both keys have the same, the key does not matter. */
function nameClients(some: readonly ShutOut[], keys: number): string {
  const byKey = new Map<string, string[]>();
  for (const { key, client } of some) byKey.set(key, [...(byKey.get(key) ?? []), client]);
  const named = [...byKey].map(([key, clients]) => ({
    who: clients.length === usualClients.length ? "any of them" : clients.join(", "),
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
    return `If the host's certificate has ${key === "rsa" ? "an RSA" : "an EC"} key, write certificate_key = ${key} to host.ini; else use SEP's string.`;
  }
  const isTrap = readPriority(`${entry.value}:-VERS-TLS1.3`).every(({ modern }) => modern);
  return isTrap
    ? "Use SEP's string. To keep this one, add :-VERS-TLS1.3 by hand: TLS 1.2 works then, and TLS 1.3 is lost."
    : "Use SEP's string, or take out what removes the versions, suites, groups or signatures.";
}

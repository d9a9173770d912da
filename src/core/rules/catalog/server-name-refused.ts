import { findFact } from "../../fleet/facts.ts";
import { addressOf, type HostFolder } from "../../fleet/host-folder.ts";
import { findNameFault } from "../../fleet/server-name.ts";
import { hostOf } from "../../fleet/port-usage.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { listHttpsInterfaces } from "../../fleet/interfaces.ts";

const help = "Give the host a second DNS name of letters, digits and -, and use it for HTTPS.";

export const serverNameRefused: Rule = {
  id: "server-name-refused",
  title: "GnuTLS accepts every name of the host",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "The name of a host directory (or `address` in host.ini, if set), or the host of an `https://` interface in interfaces.json, contains a character other than letters, digits, `-` and `.`, such as an underscore. IP addresses are fine.",
    fix: "Give the host a second DNS name of letters, digits and `-` (other letters in `xn--` form). Set `address` to it, change the interfaces, and export interfaces.json again.",
    rationale:
      "GnuTLS, which STPD most likely uses, aborts every handshake whose server name (SNI) is such a name. HTTP and FTP work with the same name, so closing them locks out every client that uses it. No plain port is closed while such a name is in use. This rule cannot be suppressed.",
    source: "Measured with gnutls-serv 3.7.9 and libmicrohttpd 0.9.75.",
  },
  check: (folder) => [...checkAddress(folder), ...checkInterfaces(folder)],
};

function checkAddress(folder: HostFolder): readonly RuleFinding[] {
  const name = addressOf(folder);
  const fault = findNameFault(name);
  if (fault === undefined) return [];
  const fact = findFact(folder.facts, "address");
  return [
    {
      ...(fact && { file: "host.ini" as const, place: fact.place }),
      message: `the host name ${name} contains ${fault}, so GnuTLS aborts every handshake with it`,
      identity: `the name ${name} has ${fault}: GnuTLS ends every handshake by that name`,
      help:
        fact === undefined
          ? `${help} Set address in host.ini to it.`
          : `${help} Set address to it.`,
    },
  ];
}

function checkInterfaces({ interfaces }: HostFolder): readonly RuleFinding[] {
  return listHttpsInterfaces(interfaces).flatMap(({ by, url, place }) => {
    const fault = findNameFault(hostOf(url));
    if (fault === undefined) return [];
    const message = `${by} ${url}; the host name contains ${fault}, so GnuTLS aborts every handshake with it`;
    const identity = `${by} ${url}, whose name has ${fault}: GnuTLS ends every handshake by that name`;
    return [{ file: "interfaces.json" as const, place, message, identity, help }];
  });
}

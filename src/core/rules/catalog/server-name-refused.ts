import { findFact } from "../../fleet/facts.ts";
import { addressOf, type HostFolder } from "../../fleet/host-folder.ts";
import { findNameFault } from "../../fleet/server-name.ts";
import { hostOf } from "../../fleet/port-usage.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { listHttpsInterfaces } from "../../fleet/interfaces.ts";

const help =
  "Give the host a second name of letters, digits and - in DNS, and use that name for HTTPS.";

export const serverNameRefused: Rule = {
  id: "server-name-refused",
  title: "TLS takes every name that a host is reached by",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "The name of a host folder, its `address` where host.ini has one, or the host of an `https://` interface in interfaces.json has a character other than letters, digits, `-` and `.`, such as an underscore. Addresses of numbers are fine.",
    fix: "Give the host a second name of letters, digits and `-` in DNS (other letters in their `xn--` form). Set `address` to it, change the interfaces, and export interfaces.json again.",
    rationale:
      "GnuTLS, which STPD most likely uses, ends every handshake whose server name (SNI) is such a name. HTTP and FTP by the same name work, so closing them locks out every client that uses it. No plain port is closed while such a name is in use. This rule cannot be suppressed.",
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
      message: `the name ${name} has ${fault}: GnuTLS ends every handshake by that name`,
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
    const message = `${by} ${url}, whose name has ${fault}: GnuTLS ends every handshake by that name`;
    return [{ file: "interfaces.json" as const, place, message, help }];
  });
}

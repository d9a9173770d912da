import type { Rule } from "../rule.ts";
import { createUseIndex, isInsecure } from "../../fleet/interfaces.ts";

export const insecureInterface: Rule = {
  id: "insecure-interface",
  title: "No client offers an interface without HTTPS",
  severity: "warning",
  explanation: {
    triggers:
      "A client in interfaces.json has an interface that does not start with `https://`, and no task or event uses it.",
    fix: "In the GUI, open Main selection, Components, Clients, and the client's Properties. Delete the interface, apply, and export interfaces.json again.",
    rationale: "A new task could choose the interface, and would fail because its port is closed.",
    source: "SEP, Disabling unsecure transport modes (5.1.0), Remove the HTTP and FTP interfaces.",
  },
  check: ({ interfaces }) => {
    if (interfaces === undefined) return [];
    const isNamed = createUseIndex(interfaces);
    return interfaces.clients.flatMap((client) =>
      client.interfaces
        .filter(({ url }) => isInsecure(url) && !isNamed(client.name, url))
        .map(({ url, place }) => ({
          file: "interfaces.json" as const,
          place,
          message: `${url} of client ${client.name} is not HTTPS, and nothing uses it`,
          help: "Delete the interface in the client's properties and export the file again.",
        })),
    );
  },
};

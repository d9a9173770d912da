import type { Rule } from "../rule.ts";
import { isInsecure } from "../../fleet/interfaces.ts";

export const insecureInterfaceInUse: Rule = {
  id: "insecure-interface-in-use",
  title: "No task or event uses an interface without HTTPS",
  severity: "error",
  explanation: {
    triggers:
      "A task or event in interfaces.json has an interface that does not start with `https://`. The finding is at the task or event.",
    fix: "Move the task or event to an `https://` interface and export interfaces.json again. Only then can you delete the old interface and close the port.",
    rationale:
      "The task or event fails once the port is closed. SEP sesam does not delete an interface that is in use.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), Overview and Remove the HTTP and FTP interfaces.",
  },
  check: ({ interfaces }) =>
    (interfaces?.usage ?? [])
      .filter((usage) => isInsecure(usage.interface.url))
      .map(({ kind, name, client, interface: { url, place } }) => ({
        file: "interfaces.json" as const,
        place,
        message: `${kind} ${name} of client ${client} uses ${url}, which is not HTTPS`,
        help: "Move it to an https:// interface and export the file again.",
      })),
};

import type { Rule } from "../rule.ts";

export const blankInterface: Rule = {
  id: "blank-interface",
  title: "Every task and event has an interface",
  severity: "warning",
  explanation: {
    triggers: "A task or event in interfaces.json has an empty interface.",
    fix: "Choose an `https://` interface for it, or make sure that the client has no other kind. Then export interfaces.json again.",
    rationale:
      "With an empty interface, SEP sesam picks any interface of the client. HTTP is the default if nothing is set, so the job may use a port that is closed.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), Remove the HTTP and FTP interfaces; SEP, List of ports (5.1.0).",
  },
  check: ({ interfaces }) =>
    (interfaces?.usage ?? [])
      .filter((usage) => usage.interface.url.trim() === "")
      .map(({ kind, name, client, interface: { place } }) => ({
        file: "interfaces.json" as const,
        place,
        message: `${kind} ${name} of client ${client} names no interface, and may fall back to HTTP`,
        help: "Choose an https:// interface for it.",
      })),
};

import type { Rule } from "../rule.ts";

export const blankInterface: Rule = {
  id: "blank-interface",
  title: "Every task and event names its interface",
  severity: "warning",
  explanation: {
    triggers: "interfaces.json names a task or event whose interface is empty.",
    fix: "Choose an `https://` interface for it, or make sure that the client has no other kind. Export interfaces.json again.",
    rationale:
      "An empty interface lets SEP sesam choose any that the client has, and HTTP is its default where nothing is set: it may fall back to a port that is closed.",
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

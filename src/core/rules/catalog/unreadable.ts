import type { Rule } from "../rule.ts";

export const unreadable: Rule = {
  id: "unreadable",
  title: "Every stpd.ini can be read",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "stpd.ini is a directory, is not readable for the process, is larger than 1 MiB, or is a symbolic link that points outside the config repo.",
    fix: "Replace it with a regular file of this host that the user who runs the check can read. Under Deno, allow the path that the finding names.",
    rationale:
      "An unread file says nothing about its host. Links out of the repository are not followed because their targets are not under review.",
    source: "A safeguard of this tool; real files have a few dozen lines.",
  },
  check: ({ stpd }) =>
    stpd.kind === "unreadable"
      ? [
          {
            message: `this file was not checked: ${stpd.reason}`,
            help: stpd.next ?? "Replace it with a regular, readable file of at most 1 MiB.",
          },
        ]
      : [],
};

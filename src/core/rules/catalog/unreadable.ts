import type { Rule } from "../rule.ts";

export const unreadable: Rule = {
  id: "unreadable",
  title: "Every stpd.ini can be read",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "An stpd.ini that is a directory, that the process may not read, that is larger than 1 MiB, or that is a symbolic link to a place outside the config repo.",
    fix: "Put a regular file of the host's own in its place, and make it readable for the user who runs the check. Under Deno, allow the path that the help names.",
    rationale:
      "A file that was not read proves nothing about its host. Links out of the repository are not followed: what lies there is not under review.",
    source: "A safeguard of this tool; real files have a few dozen lines.",
  },
  check: ({ stpd }) =>
    stpd.kind === "unreadable"
      ? [
          {
            message: `this file was not checked: ${stpd.reason}`,
            help: stpd.next ?? "Replace it by a regular, readable file below 1 MiB.",
          },
        ]
      : [],
};

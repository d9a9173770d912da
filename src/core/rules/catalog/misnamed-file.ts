import { hostFiles, type HostFolder } from "../../fleet/host-folder.ts";
import type { Rule, RuleFinding } from "../rule.ts";

export const misnamedFile: Rule = {
  id: "misnamed-file",
  title: "Every file of a host has exactly the expected name",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "A file of a host is named in different case, such as `STPD.INI`. If the host has no `stpd.ini`, also a similar name such as `stpd.ini.txt`, or an stpd.ini in its directory that `include` does not match.",
    fix: "Rename the file, move it, or correct `include`. Remove it if it does not belong to this host.",
    rationale:
      "The file is not read, so its host would be missing, or be checked without its facts. No fix for the host counts as safe. This rule cannot be suppressed.",
    source: "A safeguard of this tool. On Windows, STPD.INI and stpd.ini are the same file.",
  },
  check: (folder) => (folder.misnamed ?? []).map((name) => describe(name, folder)),
};

function describe(name: string, { stpd }: HostFolder): RuleFinding {
  if (name.includes("/")) {
    return {
      message: `${name} is not read: no pattern of include matches it`,
      help: "Move the file, or correct include in sesam-harden.ini.",
    };
  }
  const meant = hostFiles.find((file) => file === name.toLowerCase()) ?? "stpd.ini";
  const isDouble = meant === "stpd.ini" && stpd.kind !== "missing";
  return {
    message: `${name} is not read: its name is not exactly ${meant}`,
    help: isDouble ? `Keep one of the two, as ${meant}.` : `Rename it to ${meant}, or remove it.`,
  };
}

import { hostFiles, type HostFolder } from "../../fleet/host-folder.ts";
import type { Rule, RuleFinding } from "../rule.ts";

export const misnamedFile: Rule = {
  id: "misnamed-file",
  title: "Every file of a host has its exact name",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "A file of a host in another case, such as `STPD.INI`; or, for a host without an `stpd.ini`, another spelling such as `stpd.ini.txt`, or one in its directory that `include` does not match.",
    fix: "Rename the file, move it, or correct `include`. Remove it if it is not meant for this host.",
    rationale:
      "Such a file is not read: its host would be missing, or be checked without its facts. No fix for the host is called safe. This rule cannot be suppressed.",
    source: "A safeguard of this tool. Windows does not tell STPD.INI from stpd.ini.",
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

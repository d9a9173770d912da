import { createHostCheck } from "../core/check.ts";
import { createStpdParser } from "../core/fleet/stpd-file.ts";
import type { Host } from "../core/fleet/host.ts";
import { dialects } from "../core/gnutls/dialects.ts";
import { HardenError } from "../core/harden-error.ts";
import { compareFindings, compareText, type LocatedFinding } from "../core/rules/finding.ts";
import { rules } from "../core/rules/index.ts";
import type { FleetFiles } from "./fleet-files.ts";
import { findHosts, findRoot } from "./find-hosts.ts";

export interface FleetCheck {
  /** Absolute path that the files of the findings lie below. */
  readonly root: string;
  /** By file, line, column and rule. */
  readonly findings: readonly LocatedFinding[];
  /** By name. */
  readonly hosts: readonly Host[];
}

/** Throws HardenError `usage` for a wrong path and `nothing-found` where there is no stpd.ini. */
export function checkFleet(paths: readonly string[], files: FleetFiles): FleetCheck {
  const fleet = findRoot(paths, files);
  const checkHost = createHostCheck(rules, createStpdParser(dialects));
  const findings: LocatedFinding[] = [];
  const hosts: Host[] = [];
  for (const { name, file, read } of findHosts(fleet, files)) {
    const checked = checkHost(name, file, read());
    hosts.push(checked.host);
    findings.push(...checked.findings);
  }
  if (hosts.length === 0) {
    throw new HardenError(
      "nothing-found",
      "there is no stpd.ini here, so nothing was checked",
      "Name the folder that holds the hosts' folders, each with its stpd.ini.",
    );
  }
  return {
    root: fleet.root,
    findings: findings.toSorted((left, right) => compareFindings(left.finding, right.finding)),
    hosts: hosts.toSorted((left, right) => compareText(left.name, right.name)),
  };
}

import { checkInventories, type NotInRepo } from "./check-inventories.ts";
import { createHostCheck, type FixChoice } from "./check-host.ts";
import { shareChecks, type SourceCheck } from "./share-check.ts";
import { findDisagreements, type HostTraits } from "./disagreement.ts";
import { readInterfaces, type InterfacesFile } from "../fleet/interfaces.ts";
import { knowHost, type KnownHost } from "../fleet/known-hosts.ts";
import { createUseFinder } from "../fleet/port-usage.ts";
import { createHostReader, type HostRead, type HostSource } from "../fleet/read-host.ts";
import { withoutErrors, type Host } from "../fleet/verdict.ts";
import { createAllowList, type AllowList } from "../rules/allow-list.ts";
import type { FailOn } from "../settings/policy.ts";
import type { Relaxed } from "../rules/relaxed.ts";
import type { Overrides, Settings } from "../settings/settings.ts";
import { compareFindings, stampFinding, type LocatedFinding } from "../rules/finding.ts";
import { fleetDisagreement } from "../rules/catalog/fleet-disagreement.ts";
import { rules } from "../rules/index.ts";
import { missingFile } from "../rules/catalog/missing-file.ts";
import type { Rule, RuleFinding } from "../rules/rule.ts";
import { suppression } from "../rules/catalog/suppression.ts";
import type { FleetFiles } from "../config-repo/files-port.ts";
import { settingsFile } from "../config-repo/discover-hosts.ts";
import {
  hasStpd,
  openFleet,
  readAll,
  refuseEmpty,
  refuseSettings,
  relaxationOf,
  type OpenFleet,
  type ReadEntry,
} from "../config-repo/open-fleet.ts";
import { compareText } from "../base/text.ts";
import type { FolderFixes } from "../fix/plan.ts";
import type { Place } from "../formats/ini/document.ts";
import type { FoundHost } from "../config-repo/read-host-file.ts";
import type { Problem } from "../base/errors.ts";

export interface FleetCheck {
  /** Absolute path that the files of the findings are relative to. */
  readonly root: string;
  /** Sorted by file, line, column and rule. */
  readonly findings: readonly LocatedFinding[];
  /** Sorted by name. */
  readonly hosts: readonly Host[];
  /** Minimum severity that fails the check, for hosts of an environment or (null) for the fleet. */
  readonly failOn: (environment: string | null) => FailOn;
  /** Whether a rule runs on hosts of an environment or (null) on the fleet; false if unknown. */
  readonly runs: (rule: string, environment: string | null) => boolean;
  /** Hosts with fixes, applied or withheld; sorted by path. */
  readonly fixes: readonly FolderFixes[];
  /** All hosts with their directories, sorted by path. */
  readonly folders: readonly PlacedHost[];
  /** Clients in the inventories that run STPD but are not hosts of the config repo. */
  readonly notInRepo: readonly NotInRepo[];
  readonly relaxed: Relaxed;
  /** Files that may belong to the fleet but could not be read, with the reason. */
  readonly unread: readonly string[];
}

export interface PlacedHost {
  readonly path: string;
  readonly host: Host;
}

export interface CheckRequest {
  readonly paths: readonly string[];
  readonly overrides: Overrides;
  /** The day on which suppressions are evaluated, YYYY-MM-DD in UTC. */
  readonly asOf: string;
  readonly fix?: FixChoice;
  /** Called after each host with the number of hosts checked so far. */
  readonly progress?: (hosts: number) => void;
  /** Called with each host as it was read, so that a caller need not read it again. */
  readonly onRead?: (host: HostRead) => void;
}

/**
 * Checks all hosts under the paths. Throws HardenError `usage` for a wrong path, `settings` with all
 * problems of the settings files, and `nothing-found` if there is no stpd.ini.
 */
export function checkFleet(request: CheckRequest, files: FleetFiles): FleetCheck {
  const { paths, overrides, asOf, progress, onRead } = request;
  const { fix = { unsafe: false, rules: undefined } } = request;
  const fleet = openFleet({ paths, overrides }, files);
  const { root, settings, problems, folders, read } = fleet;
  const allowList = createAllowList(settings, asOf);
  const readHost = createHostReader(settings);
  // The inventory of one host may list users of another host's ports.
  const inventories = readInventories([...folders, ...fleet.others], read);
  const findUse = createUseFinder([...inventories.values()]);
  const checkHost = createHostCheck({ rules, settings, allowList, asOf, findUse, fix });
  const checkOne = (source: HostSource): SourceCheck => {
    const hostRead = readHost(source, inventories.get(source.path));
    const { folder, problems: wrongFacts } = hostRead;
    onRead?.(hostRead);
    return { checked: checkHost(hostRead), known: knowHost(folder), problems: wrongFacts };
  };
  // Inventories and exceptions can name single hosts, so equal files do not imply equal results.
  const isByFilesAlone =
    onRead === undefined && inventories.size === 0 && settings.allows.length === 0;
  const checkSource = isByFilesAlone ? shareChecks(checkOne) : checkOne;

  const found: LocatedFinding[] = [];
  const places: PlacedHost[] = [];
  const traits: HostTraits[] = [];
  const fixes: FolderFixes[] = [];
  const known: KnownHost[] = [];
  const wrong: Problem[] = [...problems, ...listProblems(fleet.others, inventories)];
  for (const host of folders) {
    const { path } = host;
    const { checked, known: own, problems: wrongFacts } = checkSource(readAll(host, read));
    wrong.push(...wrongFacts);
    known.push(own);
    places.push({ path, host: checked.host });
    for (const finding of checked.findings) found.push(finding);
    if (checked.traits !== undefined) traits.push(checked.traits);
    const { applied, withheld } = checked.fixes;
    if (applied.length > 0 || withheld.length > 0) fixes.push(checked.fixes);
    progress?.(places.length);
  }
  if (wrong.length > 0) throw refuseSettings(wrong, root);
  if (!folders.some(hasStpd)) throw refuseEmpty(fleet);
  const servers = folders.flatMap(({ name, path }) => {
    const inventory = inventories.get(path);
    return inventory === undefined ? [] : [{ host: name, path, inventory }];
  });
  if (servers.length > 0) {
    for (const host of fleet.others) known.push(knowHost(readHost(readAll(host, read)).folder));
  }
  const { isWhole } = fleet;
  const inventoried = checkInventories(servers, known, { settings, allowList, isWhole });
  for (const finding of [...inventoried.findings, ...findUnmatched(fleet)]) found.push(finding);
  const counted = countErrors(places, inventoried.findings);
  found.push(...findInFleet(traits, settings, allowList));
  return {
    root,
    findings: found.toSorted((left, right) => compareFindings(left.finding, right.finding)),
    hosts: counted
      .map(({ host }) => host)
      .toSorted((left, right) => compareText(left.name, right.name)),
    notInRepo: inventoried.notInRepo,
    relaxed: relaxationOf(
      fleet,
      counted.map(({ host }) => host.environment),
    ),
    unread: fleet.unread,
    failOn: (environment) => settings.policyOf(environment).failOn,
    runs: (id, environment) => {
      const rule = rules.find((one) => one.id === id);
      const isOn = rule !== undefined && settings.levels.get(id) !== "off";
      return isOn && rule.profiles?.includes(settings.policyOf(environment).profile) !== false;
    },
    folders: counted.toSorted((left, right) => compareText(left.path, right.path)),
    fixes: fixes.toSorted((left, right) => compareText(left.path, right.path)),
  };
}

/** Applies fleet-wide findings to the verdicts of the hosts that they are about. */
function countErrors(
  places: readonly PlacedHost[],
  findings: readonly LocatedFinding[],
): readonly PlacedHost[] {
  if (findings.length === 0) return places;
  const byHost = Map.groupBy(
    findings.map(({ finding }) => finding),
    ({ host }) => host,
  );
  return places.map(({ path, host }) => {
    const verdict = withoutErrors(host.verdict, byHost.get(host.name) ?? []);
    return { path, host: { ...host, verdict } };
  });
}

/** Problems of inventories outside the checked paths: an unreadable one would hide users of ports. */
function listProblems(
  hosts: readonly FoundHost[],
  inventories: ReadonlyMap<string, InterfacesFile>,
): readonly Problem[] {
  return hosts.flatMap(({ path }) => inventories.get(path)?.problems ?? []);
}

/** Reports `include` patterns without a match, which would silently leave hosts out. */
function findUnmatched({ unmatched, settings, folders }: OpenFleet): readonly LocatedFinding[] {
  const { file, levels } = settings;
  const level = levels.get(missingFile.id) ?? missingFile.severity;
  const line = file?.settings.find(({ section, key }) => section === "" && key === "include");
  if (line === undefined || level === "off" || !folders.some(hasStpd)) return [];
  return unmatched.map((pattern) => {
    const message = `the include pattern '${pattern}' matches no stpd.ini`;
    const identity = `no stpd.ini matches ${pattern} of include`;
    const help = "Correct the pattern, or remove it.";
    const place = { line: line.line, span: line.valueSpan };
    return stampFleet(missingFile, { message, identity, help }, place, {
      file: settingsFile,
      severity: level === "error" ? "warning" : level,
      suppressed: null,
      source: file?.document.lines[line.line]?.raw.trimEnd() ?? "",
    });
  });
}

function readInventories(
  folders: readonly FoundHost[],
  read: ReadEntry,
): ReadonlyMap<string, InterfacesFile> {
  const inventories = new Map<string, InterfacesFile>();
  for (const host of folders) {
    const entry = host.entries.find(({ name }) => name === "interfaces.json");
    const reading = entry && read(host, entry);
    if (reading?.kind !== "bytes") continue;
    const path = `${host.path}interfaces.json`;
    inventories.set(host.path, readInterfaces(path, reading.bytes));
  }
  return inventories;
}

/** Findings about the fleet as a whole. */
function findInFleet(
  traits: readonly HostTraits[],
  settings: Settings,
  allowList: AllowList,
): readonly LocatedFinding[] {
  const level = settings.levels.get(fleetDisagreement.id) ?? fleetDisagreement.severity;
  const disagreements = level === "off" ? [] : findDisagreements(traits);
  const found = disagreements.map(({ at, message, identity }) => {
    const help =
      "Change the hosts that differ to match the others, or move them to an environment of their own.";
    const suppressed = allowList.apply(fleetDisagreement.id, null);
    return stampFleet(fleetDisagreement, { message, identity, help }, at.place, {
      file: at.file,
      severity: level === "off" ? "notice" : level,
      suppressed,
      source: at.source,
    });
  });
  const lines = settings.file?.document.lines;
  const suppressions = allowList.close().map((finding) => {
    const place = finding.place ?? { line: 0, span: [0, 0] };
    return stampFleet(suppression, finding, place, {
      file: settingsFile,
      severity: finding.severity ?? suppression.severity,
      suppressed: null,
      source: lines?.[place.line]?.raw.trimEnd() ?? "",
    });
  });
  return [...found, ...suppressions];
}

function stampFleet(
  rule: Rule,
  finding: RuleFinding,
  place: Place,
  stamp: Pick<LocatedFinding["finding"], "file" | "severity" | "suppressed"> & {
    readonly source: string;
  },
): LocatedFinding {
  return {
    finding: stampFinding(rule, finding, place, { ...stamp, host: null, fixable: "no" }),
    source: stamp.source,
    subject: { section: "", key: "", value: finding.identity ?? finding.message },
  };
}

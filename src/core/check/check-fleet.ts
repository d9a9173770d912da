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
  /** Absolute path that the files of the findings lie below. */
  readonly root: string;
  /** By file, line, column and rule. */
  readonly findings: readonly LocatedFinding[];
  /** By name. */
  readonly hosts: readonly Host[];
  /** The least severity that fails the check, for a host of an environment, or for the fleet. */
  readonly failOn: (environment: string | null) => FailOn;
  /** Hosts that something would mend, or for which it is withheld; by path. */
  readonly fixes: readonly FolderFixes[];
  /** Every host with the path of its directory, by path. */
  readonly folders: readonly PlacedHost[];
  /** Clients of the inventories that run STPD and are no hosts here. */
  readonly notInRepo: readonly NotInRepo[];
  readonly relaxed: Relaxed;
  /** What may belong to the fleet and was not read, with the reason; for people. */
  readonly unread: readonly string[];
}

export interface PlacedHost {
  readonly path: string;
  readonly host: Host;
}

export interface CheckRequest {
  readonly paths: readonly string[];
  readonly overrides: Overrides;
  /** The day that suppressions end on, as YYYY-MM-DD in UTC. */
  readonly asOf: string;
  readonly fix?: FixChoice;
  /** Is told after each host how many were checked. */
  readonly progress?: (hosts: number) => void;
  /** Is handed each host as it was read, so that nobody who needs more of it reads it again. */
  readonly onRead?: (host: HostRead) => void;
}

/**
 * Throws HardenError: `usage` for a wrong path, `settings` where a settings file is wrong, with all
 * problems, `nothing-found` where there is no stpd.ini.
 */
export function checkFleet(request: CheckRequest, files: FleetFiles): FleetCheck {
  const { paths, overrides, asOf, progress, onRead } = request;
  const { fix = { unsafe: false, rules: undefined } } = request;
  const fleet = openFleet({ paths, overrides }, files);
  const { root, settings, problems, folders, read } = fleet;
  const book = createAllowList(settings, asOf);
  const readHost = createHostReader(settings);
  // Who uses a port of one host may stand in the inventory of another.
  const inventories = readInventories([...folders, ...fleet.others], read);
  const findUse = createUseFinder([...inventories.values()]);
  const checkHost = createHostCheck({ rules, settings, book, asOf, findUse, fix });
  const checkOne = (source: HostSource): SourceCheck => {
    const hostRead = readHost(source, inventories.get(source.path));
    const { folder, problems: wrongFacts } = hostRead;
    onRead?.(hostRead);
    return { checked: checkHost(hostRead), known: knowHost(folder), problems: wrongFacts };
  };
  // An inventory or an exception may name one host among others with the same files.
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
    const { name, path } = host;
    const { checked, known: own, problems: wrongFacts } = checkSource(readAll(host, read));
    wrong.push(...wrongFacts);
    known.push(own);
    places.push({ path, host: checked.host });
    for (const finding of checked.findings) found.push(finding);
    if (checked.traits !== undefined) traits.push(checked.traits);
    const { files: changed, withheld } = checked.fixes;
    if (changed.length > 0 || withheld.length > 0) fixes.push({ name, path, ...checked.fixes });
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
  const inventoried = checkInventories(servers, known, { settings, book, isWhole });
  for (const finding of [...inventoried.findings, ...findUnmatched(fleet)]) found.push(finding);
  const counted = countErrors(places, inventoried.findings);
  found.push(...findInFleet(traits, settings, book));
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
    folders: counted.toSorted((left, right) => compareText(left.path, right.path)),
    fixes: fixes.toSorted((left, right) => compareText(left.path, right.path)),
  };
}

/** What was found where all hosts are known counts for the host that it is about. */
function countErrors(
  places: readonly PlacedHost[],
  findings: readonly LocatedFinding[],
): readonly PlacedHost[] {
  const byHost = Map.groupBy(
    findings.map(({ finding }) => finding),
    ({ host }) => host,
  );
  return places.map(({ path, host }) => {
    const verdict = withoutErrors(host.verdict, byHost.get(host.name) ?? []);
    return { path, host: { ...host, verdict } };
  });
}

/** An inventory that cannot be read hides who uses the ports of others. */
function listProblems(
  hosts: readonly FoundHost[],
  inventories: ReadonlyMap<string, InterfacesFile>,
): readonly Problem[] {
  return hosts.flatMap(({ path }) => inventories.get(path)?.problems ?? []);
}

/** A pattern that finds nothing leaves hosts out without a trace. */
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

/** What is about the fleet and not about one host. */
function findInFleet(
  traits: readonly HostTraits[],
  settings: Settings,
  book: AllowList,
): readonly LocatedFinding[] {
  const level = settings.levels.get(fleetDisagreement.id) ?? fleetDisagreement.severity;
  const disagreements = level === "off" ? [] : findDisagreements(traits);
  const found = disagreements.map(({ at, message, identity }) => {
    const help = "Give these hosts the settings of the others, or an environment of their own.";
    const suppressed = book.apply(fleetDisagreement.id, null);
    return stampFleet(fleetDisagreement, { message, identity, help }, at.place, {
      file: at.file,
      severity: level === "off" ? "notice" : level,
      suppressed,
      source: at.source,
    });
  });
  const lines = settings.file?.document.lines;
  const suppressions = book.close().map((finding) => {
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

import {
  type InterfacesFile,
  type PlacedInterface,
  listHttpsInterfaces,
} from "../fleet/interfaces.ts";
import {
  createHostFinder,
  findForgotten,
  type FindHosts,
  type KnownHost,
} from "../fleet/known-hosts.ts";
import { readPort } from "../fleet/stpd-file.ts";
import { hostOf } from "../fleet/port-usage.ts";
import type { AllowList } from "../rules/allow-list.ts";
import type { Settings } from "../settings/settings.ts";
import { stampFinding, type LocatedFinding } from "../rules/finding.ts";
import { hostNotInRepo } from "../rules/catalog/host-not-in-repo.ts";
import { interfacePortClosed } from "../rules/catalog/interface-port-closed.ts";
import type { Rule, RuleFinding } from "../rules/rule.ts";
import { decodeBytes, compareText } from "../base/text.ts";

/** The inventory of a Server of the fleet. */
export interface ServerInventory {
  /** Name of the Server. */
  readonly host: string;
  /** Path of its directory relative to the root, with a trailing slash unless it is the root. */
  readonly path: string;
  readonly inventory: InterfacesFile;
}

/** A client that runs STPD but is not a host of the config repo. */
export interface NotInRepo {
  readonly name: string;
  /** Name of the Server whose inventory lists it. */
  readonly server: string;
  readonly isExcepted: boolean;
}

/** Their names without exceptions; names that differ only in case are listed once. */
export function nameNotInRepo(hosts: readonly NotInRepo[] = []): readonly string[] {
  const names = hosts.flatMap(({ name, isExcepted }) => (isExcepted ? [] : [name]));
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()].toSorted(
    compareText,
  );
}

export interface InventoryCheck {
  readonly findings: readonly LocatedFinding[];
  /** Listed even if the rule is off: a rollout must not cut off hosts that are not in the repo. */
  readonly notInRepo: readonly NotInRepo[];
}

/** Compares the clients in the inventories with the hosts of the config repo. */
export function checkInventories(
  inventories: readonly ServerInventory[],
  hosts: readonly KnownHost[],
  {
    settings,
    allowList,
    isWhole,
  }: {
    readonly settings: Settings;
    readonly allowList: AllowList;
    /** False if the fleet may have more hosts than these. */
    readonly isWhole: boolean;
  },
): InventoryCheck {
  if (inventories.length === 0) return { findings: [], notInRepo: [] };
  const findHosts = createHostFinder(hosts);
  const findings: LocatedFinding[] = [];
  const notInRepo: NotInRepo[] = [];
  for (const one of inventories) {
    const add = (rule: Rule, finding: PlacedFinding, suppressed: Suppressed): void => {
      const severity = settings.levels.get(rule.id) ?? rule.severity;
      if (severity !== "off") findings.push(stamp(one, rule, finding, { severity, suppressed }));
    };
    const forgotten = isWhole ? findForgotten(one.inventory, findHosts) : [];
    for (const { client, offered } of forgotten) {
      const name = decodeBytes(client.name);
      const { id } = hostNotInRepo;
      const suppressed = allowList.apply(id, name) ?? allowList.apply(id, one.host);
      notInRepo.push({ name, server: one.host, isExcepted: suppressed !== null });
      add(hostNotInRepo, describeForgotten(client.name, offered), suppressed);
    }
    for (const used of listHttpsInterfaces(one.inventory)) {
      const finding = findClosedPort(used, findHosts);
      if (finding === undefined) continue;
      add(interfacePortClosed, finding, allowList.apply(interfacePortClosed.id, one.host));
    }
  }
  return { findings, notInRepo };
}

type PlacedFinding = RuleFinding & Required<Pick<RuleFinding, "place">>;
type Suppressed = LocatedFinding["finding"]["suppressed"];

function describeForgotten(client: string, { url, place }: PlacedInterface): PlacedFinding {
  return {
    place,
    message: `client ${client} runs STPD (${url}), and the config repo has no host for it`,
    help: "Add a directory with its stpd.ini, or set address in the host.ini of the host that it is.",
  };
}

function findClosedPort(
  { by, url, place }: PlacedInterface & { readonly by: string },
  findHosts: FindHosts,
): PlacedFinding | undefined {
  const port = readPort(/^\s*[a-z]+:\/\/(?:\[[^\]]*\]|[^:/]*):(\d+)/i.exec(url)?.[1] ?? "");
  const hosts = findHosts(hostOf(url));
  if (port === undefined || hosts.length === 0) return undefined;
  // Unreadable files are reported by other rules.
  if (hosts.some(({ httpsPorts }) => httpsPorts?.includes(port) ?? true)) return undefined;
  const open = hosts.flatMap(({ httpsPorts = [] }) => httpsPorts);
  const instead = open.length === 0 ? "no HTTPS port" : `HTTPS on ${open.join(", ")}`;
  return {
    place,
    message: `${by} ${url}, and the stpd.ini of that host opens ${instead}`,
    help: "Correct the port of the interface, or STPD_HTTPS_PORT of the host.",
  };
}

function stamp(
  { host, path, inventory }: ServerInventory,
  rule: Rule,
  finding: PlacedFinding,
  { severity, suppressed }: Pick<LocatedFinding["finding"], "severity" | "suppressed">,
): LocatedFinding {
  const { place, message, identity = message } = finding;
  const file = `${path}interfaces.json`;
  const source = inventory.lines[place.line] ?? "";
  const seen = { host, file, severity, suppressed, fixable: "no", source } as const;
  return {
    finding: stampFinding(rule, finding, place, seen),
    source,
    subject: { section: "", key: "", value: identity },
  };
}

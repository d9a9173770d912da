import type { HostFolder } from "../fleet/host-folder.ts";
import { sectionPlace } from "../rules/finding.ts";
import { factsOf, sourceLine } from "../fleet/host-folder.ts";
import { isLeftOpen, plainPortEntries, type StpdFile } from "../fleet/stpd-file.ts";
import type { Verdict } from "../fleet/verdict.ts";
import { compareText } from "../base/text.ts";
import type { Place } from "../formats/ini/document.ts";

/** Settings that hosts of an environment should share, each as a text to compare. */
export interface HostTraits {
  readonly name: string;
  /** Path of its stpd.ini below the root. */
  readonly file: string;
  readonly environment: string | null;
  /** The line of [STPD_Server]. */
  readonly place: Place;
  readonly source: string;
  readonly traits: Readonly<Record<TraitName, string>>;
}

const traitNames = ["FTP port", "HTTP port", "HTTPS", "TLS"] as const;
type TraitName = (typeof traitNames)[number];

/** Undefined for an unreadable file, which other rules report. */
export function readTraits(folder: HostFolder, verdict: Verdict): HostTraits | undefined {
  const { name, path, stpd } = folder;
  if (stpd.kind !== "file" || stpd.broken.length > 0) return undefined;
  const place = sectionPlace(folder);
  const isOpen = (key: "STPD_PORT" | "STPD_HTTP_PORT"): string =>
    plainPortEntries(stpd, key).length > 0 || isLeftOpen(stpd, key) ? "open" : "closed";
  return {
    name,
    file: `${path}stpd.ini`,
    environment: factsOf(folder).environment ?? null,
    place,
    source: sourceLine(folder, "stpd.ini", place.line),
    traits: {
      "FTP port": isOpen("STPD_PORT"),
      "HTTP port": isOpen("STPD_HTTP_PORT"),
      HTTPS: verdict === "hardened" || verdict === "partial" ? "working" : "not working",
      TLS: describeTls(stpd),
    },
  };
}

/** What the priority strings enable, independent of how they are written. */
function describeTls(file: StpdFile): string {
  return file.priorityLines.map(({ readings }) => readings[0]?.enables ?? "").join(" ");
}

export interface Disagreement {
  readonly environment: string | null;
  /** The first host, by file, that differs from the majority. */
  readonly at: HostTraits;
  readonly message: string;
  readonly identity: string;
}

/** At most one per environment; independent of the order of the hosts. */
export function findDisagreements(hosts: readonly HostTraits[]): readonly Disagreement[] {
  const groups = new Map<string | null, HostTraits[]>();
  for (const host of hosts) {
    const group = groups.get(host.environment);
    if (group === undefined) groups.set(host.environment, [host]);
    else group.push(host);
  }
  return [...groups].flatMap(([environment, group]) => {
    const sorted = group.toSorted((left, right) => compareText(left.file, right.file));
    const differences = traitNames.flatMap((trait) => findDifference(sorted, trait));
    const odd = new Set(differences.flatMap((difference) => difference.hosts));
    const at = sorted.find((host) => odd.has(host));
    if (at === undefined) return [];
    const where = environment === null ? "without an environment" : `in environment ${environment}`;
    const message = `hosts ${where} have different settings: ${differences.map(({ text }) => text).join("; ")}`;
    return [{ environment, at, message, identity: identify(environment, differences) }];
  });
}

/** See `RuleFinding.identity`. */
function identify(environment: string | null, differences: readonly Difference[]): string {
  const where = environment === null ? "without an environment" : `of environment ${environment}`;
  const what = differences.map(({ identity }) => identity).join("; ");
  return `the hosts ${where} are not set alike: ${what}`;
}

interface Difference {
  readonly hosts: readonly HostTraits[];
  readonly text: string;
  readonly identity: string;
}

/** Names the hosts with an open plain port or without HTTPS, or those whose TLS differs from the majority. */
function findDifference(hosts: readonly HostTraits[], trait: TraitName): readonly Difference[] {
  const counts = new Map<string, number>();
  for (const { traits } of hosts) counts.set(traits[trait], (counts.get(traits[trait]) ?? 0) + 1);
  if (counts.size < 2) return [];
  const wrong = wrongStates[trait];
  if (wrong !== undefined) {
    const odd = hosts.filter(({ traits }) => traits[trait] === wrong);
    const text = `${trait} is ${wrong} on ${nameSome(odd)}`;
    return [{ hosts: odd, text, identity: text }];
  }
  const most = [...counts].find(([, count]) => count * 2 > hosts.length)?.[0];
  if (most === undefined) {
    const text = `${counts.size} different ${trait} configurations`;
    return [{ hosts, text, identity: `${trait} is set in ${counts.size} ways` }];
  }
  const odd = hosts.filter(({ traits }) => traits[trait] !== most);
  const names = nameSome(odd);
  return [
    {
      hosts: odd,
      text: `${trait} differs on ${names}`,
      identity: `${trait} is set otherwise on ${names}`,
    },
  ];
}

const wrongStates: Readonly<Partial<Record<TraitName, string>>> = {
  "FTP port": "open",
  "HTTP port": "open",
  HTTPS: "not working",
};

const namedHosts = 5;

function nameSome(hosts: readonly HostTraits[]): string {
  const names = hosts.slice(0, namedHosts).map(({ name }) => name);
  const more = hosts.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

import { assumptions } from "../fleet/assumptions.ts";
import { addressOf, factsOf, type HostFolder } from "../fleet/host-folder.ts";
import {
  commentedEntries,
  isLeftOpen,
  plainPortEntries,
  type PortKey,
  type StpdFile,
} from "../fleet/stpd-file.ts";
import { whyNoHttps } from "../fleet/obstacles.ts";
import { allowsOld, hasPlainPort, httpsPort, type Host } from "../fleet/verdict.ts";
import type { Finding, LocatedFinding } from "../rules/finding.ts";
import type { Relaxed } from "../rules/relaxed.ts";
import { severities } from "../base/severity.ts";
import { countOf, decodeBytes, makeVisible, startSafely } from "../base/text.ts";
import type { PriorityReading } from "../gnutls/verdict.ts";
import { describeRelaxed, showRelaxed } from "./relaxed.ts";

export interface ExplainedHost {
  readonly host: Host;
  readonly folder: HostFolder;
  /** Findings of the host. */
  readonly findings: readonly LocatedFinding[];
  /**
   * Findings of other hosts: an inventory belongs to its Server, but names interfaces of all hosts.
   */
  readonly others: readonly LocatedFinding[];
  /** Whether a Server of the config repo has an interfaces.json. */
  readonly hasInventory: boolean;
  /** How the settings relax the check of the fleet. */
  readonly relaxed: Relaxed;
}

interface Step {
  readonly title: string;
  readonly rules: readonly string[];
  /** Only for a Server. */
  readonly isOfServer?: true;
  /**
   * Why it is unknown whether the step is done, although no rule found anything; undefined if it is
   * known.
   */
  readonly unknown?: (explained: ExplainedHost) => string | undefined;
}

const inventoryRules = [
  "insecure-interface",
  "insecure-interface-in-use",
  "interface-port-closed",
  "blank-interface",
];

function doubtInventory({ host, folder, hasInventory, others }: ExplainedHost): string | undefined {
  if (!hasInventory) {
    return "no Server of the config repo has an interfaces.json: sesam-harden inventory";
  }
  const names = [host.name, addressOf(folder)].map((name) => name.toLowerCase());
  // An exception hides a finding, but the interface is still as it was.
  const open = others.filter(({ finding: { rule, message } }) => {
    if (!inventoryRules.includes(rule)) return false;
    const words = message.toLowerCase().split(/[^a-z0-9.-]+/);
    return names.some((name) => words.includes(name));
  });
  const servers = [...new Set(open.map(({ finding }) => finding.host ?? ""))];
  return servers.length === 0
    ? undefined
    : `findings about interfaces of this host: ${servers.join(", ")} (see sesam-harden check)`;
}

/** Says why the host could not be read; otherwise asks `doubt` about its file. */
function ofContent(
  doubt: (stpd: StpdFile, folder: HostFolder) => string | undefined = () => undefined,
): (explained: ExplainedHost) => string | undefined {
  return ({ folder }) => {
    const { stpd } = folder;
    switch (stpd.kind) {
      case "file":
        return stpd.broken.length > 0
          ? "stpd.ini has lines that INI parsers read differently"
          : doubt(stpd, folder);
      case "missing":
        return "there is no stpd.ini";
      case "unreadable":
        return `stpd.ini was not read: ${stpd.reason}`;
      case "foreign":
        return `stpd.ini was not read: it is ${stpd.what}`;
      case "garbled":
        return `stpd.ini was not read: it ${stpd.cause === "NUL" ? "contains a NUL byte" : "is UTF-16"}`;
    }
  };
}

const unsure = "the file leaves this open: see the findings above";

function doubtFacts({ folder }: ExplainedHost): string | undefined {
  const { version, os, avx } = factsOf(folder);
  if (version === undefined) return "host.ini does not say the version";
  const isKnown = os === "linux" || (os === "windows" && avx !== undefined);
  return isKnown ? undefined : "host.ini does not say whether this is Windows without AVX";
}

/**
 * SEP's procedure ("Disabling unsecure transport modes", 5.1.0) in its order, with one difference:
 * the page lists the global settings last, but without them migrations and aborts stop once the
 * ports are closed.
 */
export const steps: readonly Step[] = [
  {
    title: "stpd.ini parses unambiguously",
    rules: [
      ..."broken-line duplicate-key encoding foreign-file key-spelling misnamed-file".split(" "),
      ..."misplaced-key missing-file stray-line unknown-key unreadable".split(" "),
    ],
    unknown: ofContent(),
  },
  {
    title: "The host can work with HTTPS only: release, AVX, name",
    rules: ["avx-lockout", "server-name-refused", "version-too-old", "version-unreadable"],
    unknown: doubtFacts,
  },
  {
    title: "Tasks and events use HTTPS interfaces",
    rules: ["insecure-interface-in-use", "interface-port-closed", "blank-interface"],
    // An interface is compared with the ports of the host's file.
    unknown: (explained) => ofContent()(explained) ?? doubtInventory(explained),
  },
  {
    title: "The HTTPS port is open",
    rules: ["https-port-missing", "port-collision", "port-invalid"],
    unknown: ofContent(
      (stpd, folder) => whyNoHttps(folder) ?? (httpsPort(stpd) === undefined ? unsure : undefined),
    ),
  },
  {
    title: "TLS 1.1 and weak algorithms are disabled",
    rules: ["tls-"],
    unknown: ofContent((stpd) => (allowsOld(stpd) ? unsure : undefined)),
  },
  {
    title: "Global settings use HTTPS for migrations and aborts",
    rules: ["globals-"],
    isOfServer: true,
  },
  {
    title: "The HTTP and FTP ports are closed",
    rules: ["ftp-port-open", "http-port-open"],
    unknown: ofContent((stpd) => (hasPlainPort(stpd) ? unsure : undefined)),
  },
  {
    title: "HTTP and FTP interfaces are removed",
    rules: ["insecure-interface"],
    unknown: doubtInventory,
  },
  {
    title: "The live host does what its file says",
    rules: ["wire-", "host-file-drift"],
    unknown: () => "not part of this check: sesam-harden verify",
  },
];

/** Why a host has its verdict, and what is left to do. */
export function explainHost(explained: ExplainedHost): string {
  const { host, folder, findings, relaxed } = explained;
  const { stpd, path } = folder;
  const open = findings.filter(({ finding }) => finding.suppressed === null);
  const hidden = findings.filter(({ finding }) => finding.suppressed !== null);
  const parts = [
    `host ${makeVisible(host.name)}: ${host.verdict}`,
    stpd.kind === "file" ? describeFile(stpd, `${path}stpd.ini`) : "",
    section(`Why (${countOf(open.length, "finding")})`, rank(open).map(describeFinding)),
    section("Exceptions", hidden.map(describeException)),
    section(
      "Checklist, in the order of SEP's procedure (global settings before the ports are closed)",
      steps
        .filter(({ isOfServer }) => isOfServer === undefined || host.role === "server")
        .map((step) => describeStep(step, explained)),
    ),
    section(
      "Assumed",
      (host.assumptions ?? []).map((code) => `${assumptions[code]} [${code}]`),
    ),
    // The exceptions of the host are listed above.
    showRelaxed(describeRelaxed({ findings: [], relaxed })).trimEnd(),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

function rank(findings: readonly LocatedFinding[]): readonly Finding[] {
  return severities.flatMap((severity) =>
    findings.flatMap(({ finding }) => (finding.severity === severity ? [finding] : [])),
  );
}

function describeFinding({ file, line, severity, message, rule }: Finding): string {
  const place = makeVisible(startSafely(`${file}:${line}`));
  return `${place}: ${severity}: ${makeVisible(message)} [${rule}]`;
}

function describeException({ finding }: LocatedFinding): string {
  const { suppressed } = finding;
  const until = suppressed === null ? "" : `until ${suppressed.until}: ${suppressed.reason}`;
  return `${finding.rule} is allowed ${makeVisible(until)}`;
}

function describeFile(file: StpdFile, path: string): string {
  const tls = file.priorityLines.map(
    ({ entry, readings }) => `${listVersions(readings)} (line ${entry.line + 1})`,
  );
  return section(makeVisible(startSafely(path)), [
    `HTTPS  ${describePort(file, "STPD_HTTPS_PORT")}`,
    `TLS    ${tls.length === 0 ? "no priority string: TLS 1.1 and older are accepted" : tls.join("; ")}`,
    `HTTP   ${describePort(file, "STPD_HTTP_PORT")}`,
    `FTP    ${describePort(file, "STPD_PORT")}`,
  ]);
}

/** Versions with a suite, of all builds that the host may run. */
function listVersions(readings: readonly PriorityReading[]): string {
  const versions = new Set(
    readings.flatMap(({ evaluation }) =>
      Object.entries(evaluation.possible).flatMap(([version, suites]) =>
        suites.length === 0 ? [] : [version],
      ),
    ),
  );
  if (readings.some(({ evaluation }) => !evaluation.ok)) return "not valid in every GnuTLS release";
  return [...versions].toSorted().join(", ");
}

function describePort(file: StpdFile, key: PortKey): string {
  const lines = plainPortEntries(file, key).map(
    ({ value, line }) => `${makeVisible(decodeBytes(value))} (line ${line + 1})`,
  );
  if (lines.length > 0) return `set: ${lines.join(", ")}`;
  const [comment] = commentedEntries(file, key);
  if (comment !== undefined) return `commented out (line ${comment + 1})`;
  return isLeftOpen(file, key) ? "not set, counts as open (absent_port = open)" : "not set";
}

function describeStep({ title, rules, unknown }: Step, explained: ExplainedHost): string {
  const isAbout = (rule: string): boolean =>
    rules.some((name) => (name.endsWith("-") ? rule.startsWith(name) : rule === name));
  const left = rank(explained.findings.filter(({ finding }) => finding.suppressed === null)).filter(
    ({ rule }) => isAbout(rule),
  );
  if (left.length > 0) {
    const advice = left.map(({ help, fixable }) => {
      const isSafe = fixable === "safe" ? " (sesam-harden fix does it)" : "";
      return `\n        ${makeVisible(help)}${isSafe}`;
    });
    return `[ ] ${title}${[...new Set(advice)].join("")}`;
  }
  const excepted = explained.findings.find(
    ({ finding }) => finding.suppressed !== null && isAbout(finding.rule),
  );
  if (excepted !== undefined) {
    const { rule, suppressed } = excepted.finding;
    return `[ ] ${title}\n        an exception keeps this open until ${suppressed?.until ?? ""} [${rule}]`;
  }
  const off = explained.relaxed.rules.filter(({ rule, level }) => level === "off" && isAbout(rule));
  const doubt =
    off.length === 0
      ? unknown?.(explained)
      : `off in the settings: ${off.map(({ rule }) => rule).join(", ")}`;
  return doubt === undefined ? `[x] ${title}` : `[?] ${title}\n        ${makeVisible(doubt)}`;
}

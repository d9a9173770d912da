import { factsOf, lacksHttps, type HostFolder } from "../../fleet/host-folder.ts";
import { closesPlainPort, findClosedUse } from "../../fleet/closed-ports.ts";
import type { FindUse } from "../../fleet/port-usage.ts";
import { whyNoHttps, whyPlainPorts } from "../../fleet/obstacles.ts";
import type { ParseStpd, StpdFile, StpdReading } from "../../fleet/stpd-file.ts";
import { hasPlainPort, httpsPort, worksOverHttps } from "../../fleet/verdict.ts";
import type { LocatedFinding } from "../../rules/finding.ts";
import { globalsAbortOverHttps } from "../../rules/catalog/globals-abort-over-https.ts";
import { globalsMigrationPrefixExt } from "../../rules/catalog/globals-migration-prefix-ext.ts";
import { globalsMigrationPrefix } from "../../rules/catalog/globals-migration-prefix.ts";
import { insecureInterfaceInUse } from "../../rules/catalog/insecure-interface-in-use.ts";
import { interfacePortClosed } from "../../rules/catalog/interface-port-closed.ts";
import { serverNameRefused } from "../../rules/catalog/server-name-refused.ts";
import { planBridge, type BridgeOutcome } from "./bridge.ts";
import { digestOf } from "../../formats/json/canonical.ts";
import type { HostRecord } from "../state/records.ts";
import { listRestoreRisks, listRisks, type Risk } from "./risks.ts";
import type { Hash } from "../../base/hash.ts";
import type { Phase } from "../../fleet/phase.ts";
import { planReasons } from "../../base/reasons.ts";

/** Why a plan refuses a host; the last one is a check that `apply` makes too. */
export const planRefusals = [
  ...(Object.keys(planReasons) as (keyof typeof planReasons)[]),
  "interface-in-use",
] as const;

export type PlanReason = (typeof planRefusals)[number];

/** A host of the environment: its directory at the commit, and its record in the ledger. */
export interface PlanSource {
  readonly folder: HostFolder;
  readonly parse: ParseStpd;
  /**
   * The host's stpd.ini in the config repo, one character per byte; undefined if it could not be
   * read.
   */
  readonly bytes: string | undefined;
  readonly findings: readonly LocatedFinding[];
  readonly findUse: FindUse;
  readonly record: HostRecord | undefined;
  /** For a rollback: bytes of the earlier file; undefined if the ledger has none. */
  readonly restored?: string | undefined;
}

/** A host as covered by the plan's digest; all digests are SHA-256 in hexadecimal. */
export type PlannedHost = {
  readonly name: string;
  readonly role: "server" | "rds";
  readonly wave: number;
  /** Label of the self-hosted runner that makes the change. */
  readonly runner: string;
  /** Digest of the file that must be on the host before the change. */
  readonly before: string;
  /** Digest of the file that this phase deploys. */
  readonly file: string;
  /** Digest of the file in the config repo. */
  readonly desired: string;
  readonly facts: string;
  readonly policy: string;
};

/** A host that a person changes, without a wave or runner. */
export type ByHandHost = Omit<PlannedHost, "wave" | "runner"> & {
  readonly reason: "windows-by-hand";
};

export type RefusedHost = {
  readonly name: string;
  readonly reason: PlanReason;
};

export interface HostRefusal extends RefusedHost {
  /** Details, which the digest does not cover; empty if the reason says everything. */
  readonly detail: string;
}

/** What approvers review; derived from the plan and the files that it names. */
export interface HostChange {
  readonly name: string;
  /** Path of stpd.ini relative to the root of the fleet. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly findings: readonly LocatedFinding[];
  readonly risks: readonly Risk[];
}

export type HostDecision =
  | { readonly kind: "done"; readonly name: string }
  | { readonly kind: "refused"; readonly refused: HostRefusal }
  | { readonly kind: "planned"; readonly host: PlannedHost; readonly change: HostChange }
  | { readonly kind: "by-hand"; readonly host: ByHandHost; readonly change: HostChange };

/** Decides which file a phase deploys to a host, or why it deploys none. */
export function planHost(source: PlanSource, phase: Phase, hash: Hash): HostDecision {
  const { folder, parse, bytes: desired, record } = source;
  const { name, stpd } = folder;
  const refuse = (reason: PlanReason, detail = ""): HostDecision => ({
    kind: "refused",
    refused: { name, reason, detail },
  });
  if (desired === undefined || stpd.kind !== "file") return refuse("host-unreadable");
  if (lacksHttps(folder)) return refuse("no-https", "Windows, without AVX");
  if (!worksOverHttps(stpd)) return refuse("no-https");
  const needed = whyPlainPorts(folder);
  if (needed !== undefined) return refuse("needs-plain-ports", needed);
  const unreached = phase === "close" ? whyNoHttps(folder) : undefined;
  if (unreached !== undefined) return refuse("no-https", unreached);
  const isByHand = factsOf(folder).os === "windows";
  if (record === undefined) {
    // Without the file's digest, a runbook could not tell whether it replaces the reviewed file.
    return refuse("never-seen", isByHand ? "Windows: see docs/windows.md" : "");
  }

  const target = findTarget({ desired, parse, record, phase });
  if (target.kind === "refused") return refuse("no-bridge", target.refusal.message);
  const { bytes: after } = target;
  if (record.proven !== null && record.file === after) return { kind: "done", name };

  const errors = source.findings.filter((located) => blocks(located, phase));
  if (errors.length > 0) return refuse("check-failed", listRules(errors));
  const before = parse(record.file);
  if (phase === "close") {
    if (record.proven === null) return refuse("not-opened");
    if (before.kind === "file" && movesHttps(before, stpd)) return refuse("https-moves");
    // `apply` refuses it too. An exception accepts the finding, but the task would still fail.
    const isClosing = before.kind === "file" && closesPlainPort(before, stpd);
    const use = isClosing ? findClosedUse(source, before, stpd) : undefined;
    if (use !== undefined) return refuse("interface-in-use", use);
  }
  const decided = { source, record, desired, after, before };
  if (isByHand) {
    const host = { ...describeFiles(decided, hash), reason: "windows-by-hand" } as const;
    return { kind: "by-hand", host, change: describeChange(decided) };
  }
  const runner = findRunner(folder);
  if (runner === undefined) return refuse("no-runner");
  const { wave = 0 } = factsOf(folder);
  const host = { ...describeFiles(decided, hash), wave, runner };
  return { kind: "planned", host, change: describeChange(decided) };
}

/**
 * Decides whether the earlier file of a host is restored, with the checks of the phase `open`:
 * HTTPS works with that file and keeps its port, and no open port is closed. Findings of the config
 * repo do not count, because they are about a different file.
 */
export function planRestore(source: PlanSource, hash: Hash): HostDecision {
  const { folder, parse, bytes: desired, record, restored } = source;
  const { name, stpd } = folder;
  const refuse = (reason: PlanReason, detail = ""): HostDecision => ({
    kind: "refused",
    refused: { name, reason, detail },
  });
  if (desired === undefined || stpd.kind !== "file") return refuse("host-unreadable");
  if (record === undefined) return refuse("never-seen");
  if (restored === undefined) return refuse("no-earlier-file");
  if (factsOf(folder).os === "windows") {
    return refuse("earlier-file-refused", "hosts on Windows are changed by hand");
  }
  const after = parse(restored);
  if (after.kind !== "file" || !worksOverHttps(after)) return refuse("no-https");
  const unreached = hasPlainPort(after) ? undefined : whyNoHttps(folder);
  if (unreached !== undefined) return refuse("no-https", unreached);
  if (!hasPlainPort(after)) {
    const needed = whyPlainPorts(folder);
    if (needed !== undefined) return refuse("needs-plain-ports", needed);
  }
  if (record.proven !== null && record.file === restored) return { kind: "done", name };
  const bridge = planBridge({ desired: restored, current: record.file, parse });
  if (bridge.kind === "refused") return refuse("earlier-file-refused", bridge.refusal.message);
  if (bridge.bytes !== restored) {
    return refuse("earlier-file-refused", "it lacks a port that is open now");
  }
  const runner = findRunner(folder);
  if (runner === undefined) return refuse("no-runner");
  const before = parse(record.file);
  const decided = { source, record, desired, after: restored, before };
  const { wave = 0 } = factsOf(folder);
  const host = { ...describeFiles(decided, hash), wave, runner };
  const risks = listRestoreRisks({ folder, record, before, after });
  const path = `${folder.path}stpd.ini`;
  const change = { name, path, before: record.file, after: restored, findings: [], risks };
  return { kind: "planned", host, change };
}

interface Decided {
  readonly source: PlanSource;
  readonly record: HostRecord;
  readonly desired: string;
  readonly after: string;
  readonly before: StpdReading;
}

function describeFiles(
  { source: { folder }, record, desired, after }: Decided,
  hash: Hash,
): Omit<PlannedHost, "wave" | "runner"> {
  return {
    name: folder.name,
    role: factsOf(folder).role,
    before: hash(record.file),
    file: hash(after),
    ...digestInputs(folder, desired, hash),
  };
}

function describeChange({ source, record, desired, after, before }: Decided): HostChange {
  const { folder, parse, findings } = source;
  const isBridge = after !== desired;
  const risks = listRisks({ folder, record, before, after: parse(after), isBridge });
  const path = `${folder.path}stpd.ini`;
  return { name: folder.name, path, before: record.file, after, findings, risks };
}

/**
 * Digest of a host's data in the config repo, which must be unchanged since the plan was approved.
 */
export function digestInputs(
  folder: HostFolder,
  desired: string,
  hash: Hash,
): Pick<PlannedHost, "desired" | "facts" | "policy"> {
  return {
    desired: hash(desired),
    facts: digestOf({ ...factsOf(folder) }, hash),
    policy: digestOf({ ...folder.policy }, hash),
  };
}

/** The file that the phase deploys. */
function findTarget({
  desired,
  parse,
  record,
  phase,
}: {
  readonly desired: string;
  readonly parse: ParseStpd;
  readonly record: HostRecord;
  readonly phase: Phase;
}): BridgeOutcome {
  if (phase === "close") return { kind: "bridge", bytes: desired, putBack: [] };
  return planBridge({ desired, current: record.file, parse });
}

/** Rules about the Server's settings and users of old interfaces block only closing. */
const closingRules: readonly string[] = [
  globalsMigrationPrefix.id,
  globalsMigrationPrefixExt.id,
  globalsAbortOverHttps.id,
  insecureInterfaceInUse.id,
  interfacePortClosed.id,
  serverNameRefused.id,
];

function blocks({ finding }: LocatedFinding, phase: Phase): boolean {
  if (finding.severity !== "error" || finding.suppressed !== null) return false;
  return phase === "close" || !closingRules.includes(finding.rule);
}

function listRules(errors: readonly LocatedFinding[]): string {
  return [...new Set(errors.map(({ finding }) => finding.rule))].toSorted().join(", ");
}

function movesHttps(before: StpdFile, desired: StpdFile): boolean {
  const port = httpsPort(before);
  return port !== undefined && port !== httpsPort(desired);
}

/** A host that is its own runner has the runner's name, unless host.ini sets another one. */
function findRunner(folder: HostFolder): string | undefined {
  const { runner, transport = "local" } = factsOf(folder);
  return runner ?? (transport === "local" ? folder.name : undefined);
}

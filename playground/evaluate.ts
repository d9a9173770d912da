import { checkFleet } from "../src/core/check/check-fleet.ts";
import { checkPriority } from "../src/core/check/check-priority.ts";
import type { FleetFiles } from "../src/core/config-repo/files-port.ts";
import { assumptions } from "../src/core/fleet/assumptions.ts";
import { entriesOf, priorityKey, type StpdReading } from "../src/core/fleet/stpd-file.ts";
import type { Verdict } from "../src/core/fleet/verdict.ts";
import { groupDialects } from "../src/core/gnutls/compare.ts";
import { dialects, type Dialect } from "../src/core/gnutls/dialects.ts";
import { createEvaluator, type Evaluate } from "../src/core/gnutls/evaluate.ts";
import { HardenError } from "../src/core/base/errors.ts";
import type { Profile } from "../src/core/base/profile.ts";
import type { Severity } from "../src/core/base/severity.ts";
import { decodeBytes, encodeBytes } from "../src/core/base/text.ts";

export interface ShownFinding {
  readonly rule: string;
  readonly severity: Severity;
  /** From 1; undefined for a priority string. */
  readonly line: number | undefined;
  readonly message: string;
  readonly help: string;
}

/** What the listed GnuTLS builds enable for a priority string. */
export interface ShownBuild {
  /** As `GnuTLS 3.6, 3.7`. */
  readonly builds: string;
  /** Names of suites by TLS version; undefined if the string is invalid. */
  readonly suites: Readonly<Record<string, readonly string[]>> | undefined;
}

export interface Evaluated {
  readonly kind: "file" | "priority";
  /** Whether a priority string passes. */
  readonly verdict: Verdict | "pass" | "fail";
  readonly findings: readonly ShownFinding[];
  /** The text after all safe fixes; undefined if they change nothing. */
  readonly fixed: string | undefined;
  /** Fixes that could lock the host out, with the reason. */
  readonly withheld: readonly string[];
  readonly assumed: readonly string[];
  readonly builds: readonly ShownBuild[];
}

/** One line without `=` and without a section is a priority string; all else is an stpd.ini. */
export function isPriority(text: string): boolean {
  return /^[^\n=[]+$/.test(text.trim());
}

/** Evaluates pasted text. Throws HardenError for a file that cannot be evaluated. */
export function evaluateText(text: string, profile: Profile): Evaluated {
  return isPriority(text) ? evaluatePriority(text.trim(), profile) : evaluateFile(text, profile);
}

const evaluators = new Map<Dialect, Evaluate>();

function evaluateBuilds(priority: string): readonly ShownBuild[] {
  const groups = groupDialects(dialects, (dialect) => {
    const evaluate = evaluators.get(dialect) ?? createEvaluator(dialect);
    evaluators.set(dialect, evaluate);
    const { ok, effective } = evaluate(priority);
    if (!ok) return undefined;
    const named = Object.entries(effective).map(
      ([version, suites]) => [version, suites.map(({ name }) => name)] as const,
    );
    return Object.fromEntries(named.filter(([, suites]) => suites.length > 0));
  });
  return groups.map(({ name, answer }) => ({ builds: name, suites: answer }));
}

function evaluatePriority(text: string, profile: Profile): Evaluated {
  // With its quotes, as it is in the file.
  const priority = encodeBytes(text.replace(/^"(.*)"$/, "$1"));
  const verdict = checkPriority(priority, dialects)?.find((one) => one.profile === profile);
  const findings = verdict?.findings ?? [];
  const isFine = verdict !== undefined && findings.every(({ severity }) => severity !== "error");
  const suggestion = verdict?.isSafe === true ? verdict.suggestion : undefined;
  return {
    kind: "priority",
    verdict: isFine ? "pass" : "fail",
    findings: findings.map((finding) => ({ ...finding, line: undefined, help: "" })),
    fixed: suggestion === undefined ? undefined : decodeBytes(suggestion),
    withheld:
      verdict?.suggestion !== undefined && !verdict.isSafe
        ? ["this string may be right for one kind of certificate key, so it is not replaced"]
        : [],
    assumed: [],
    builds: evaluateBuilds(priority),
  };
}

const path = "/fleet/this-host/stpd.ini";

function evaluateFile(text: string, profile: Profile): Evaluated {
  const bytes = encodeBytes(text);
  let stpd: StpdReading | undefined;
  const { findings, hosts, fixes } = checkFleet(
    {
      paths: ["/fleet"],
      overrides: { profile },
      // An exception without an end date is reported on any day.
      asOf: new Date().toISOString().slice(0, 10),
      onRead: ({ folder }) => {
        stpd = folder.stpd;
      },
    },
    oneFile(bytes),
  );
  const [host] = hosts;
  if (host === undefined) throw new HardenError("broke", "nothing was checked", "");
  const [fix] = fixes;
  const after = fix?.files.find(({ name }) => name === "stpd.ini")?.after;
  const entry = stpd?.kind === "file" ? entriesOf(stpd, priorityKey)[0] : undefined;
  return {
    kind: "file",
    verdict: host.verdict,
    findings: findings
      .filter(({ finding }) => finding.suppressed === null)
      .map(({ finding: { rule, severity, line, message, help } }) => {
        return { rule, severity, line, message, help };
      }),
    fixed: after === undefined ? undefined : decodeBytes(after),
    withheld: (fix?.withheld ?? []).map(
      ({ located, reason }) => `line ${located.finding.line}, ${located.finding.rule}: ${reason}`,
    ),
    assumed: (host.assumptions ?? []).map((code) => assumptions[code]),
    builds: entry === undefined ? [] : evaluateBuilds(entry.value),
  };
}

/** A fleet of one host with one file, in memory. */
function oneFile(bytes: string): FleetFiles {
  const folders: Readonly<Record<string, string | undefined>> = {
    "/": "fleet",
    "/fleet": "this-host",
    "/fleet/this-host": "stpd.ini",
  };
  return {
    absolute: (typed) => typed,
    kindOf: (asked) => {
      if (asked === path) return { kind: "file", realPath: asked };
      return folders[asked] === undefined
        ? { kind: "missing" }
        : { kind: "folder", realPath: asked };
    },
    list: (folder) => {
      const name = folders[folder];
      const kind = name === "stpd.ini" ? "file" : "folder";
      return { kind: "entries", entries: name === undefined ? [] : [{ name, kind }] };
    },
    read: (_, limit) =>
      bytes.length > limit
        ? { kind: "unreadable", reason: "the file is larger than 1 MiB" }
        : { kind: "bytes", bytes },
    replace: () => ({ kind: "refused", reason: "there is no file here" }),
  };
}

import type { FileReading } from "../fleet/read-host.ts";
import { HardenError } from "../base/errors.ts";
import { parseJson } from "../formats/json/document.ts";
import { makeBaseline, matchBaseline, type BaselineEntry } from "../rules/baseline.ts";
import type { LocatedFinding } from "../rules/finding.ts";
import { rules } from "../rules/index.ts";
import { decodeBytes, makeVisible, countOf } from "../base/text.ts";
import { isLedOut, outOfTree } from "../config-repo/read-host-file.ts";
import type { FleetFiles } from "../config-repo/files-port.ts";
import type { Hash } from "../base/hash.ts";
import { printJson } from "../formats/json/print.ts";
import { knowRules } from "../rules/rule.ts";

export interface BaselinePorts {
  readonly files: FleetFiles;
  readonly terminal: { readonly write: (path: string, text: string) => void };
  readonly hash: Hash;
}

const { isSuppressible } = knowRules(rules);
const largest = 64 * 1024 * 1024;
const rewrite = "Create it with check --write-baseline.";

export interface NamedFile {
  /** As typed. */
  readonly path: string;
  /** What it should be, such as `baseline`. */
  readonly noun: string;
  /** How to get one. */
  readonly next: string;
}

/** The bytes of a file that a user names. Throws HardenError `settings` if it cannot be read. */
export function readNamedFile(
  { path, noun, next: fallback }: NamedFile,
  { files }: Pick<BaselinePorts, "files">,
): string {
  const absolute = files.absolute(path);
  // A link could make a pull request print parts of a file on the runner.
  const reading: FileReading = isLedOut(absolute, files.absolute("."), files)
    ? { kind: "unreadable", reason: outOfTree }
    : files.read(absolute, largest);
  if (reading.kind === "bytes") return reading.bytes;
  const reason = reading.kind === "missing" ? "it does not exist" : reading.reason;
  const next = ("next" in reading && reading.next) || fallback;
  const message = `cannot read ${noun} ${makeVisible(path)}: ${reason}`;
  throw new HardenError("settings", message, next);
}

/** Throws HardenError `settings` if the file does not exist or is not a baseline. */
export function readBaseline(path: string, ports: BaselinePorts): readonly BaselineEntry[] {
  const bytes = readNamedFile({ path, noun: "baseline", next: rewrite }, ports);
  const name = makeVisible(path);
  const json = parseJson(bytes);
  if (json.kind === "error") {
    throw new HardenError(
      "settings",
      `baseline ${name} is not valid JSON: ${json.message}`,
      rewrite,
    );
  }
  const content: unknown = JSON.parse(decodeBytes(bytes).replace(/^\ufeff/, ""));
  if (!isBaseline(content)) {
    throw new HardenError("settings", `${name} is not a baseline file of this version`, rewrite);
  }
  return content.findings;
}

function isBaseline(content: unknown): content is { readonly findings: readonly BaselineEntry[] } {
  if (typeof content !== "object" || content === null) return false;
  if (!("schemaVersion" in content) || content.schemaVersion !== 1) return false;
  if (!("findings" in content) || !Array.isArray(content.findings)) return false;
  return content.findings.every((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) return false;
    const { host, count, ...texts } = entry as Record<string, unknown>;
    const isText = ["file", "section", "key", "rule", "value"].every(
      (name) => typeof texts[name] === "string",
    );
    return isText && (host === null || typeof host === "string") && Number.isSafeInteger(count);
  });
}

/** Writes all findings; with an older baseline, only its entries that still occur. */
export function writeBaseline(
  path: string,
  findings: readonly LocatedFinding[],
  older: readonly BaselineEntry[] | undefined,
  { terminal, hash }: BaselinePorts,
): void {
  const entries = makeBaseline(findings, older, isSuppressible, hash);
  terminal.write(path, printJson({ schemaVersion: 1, findings: entries }, 1));
}

export interface BaselineResult {
  readonly findings: readonly LocatedFinding[];
  /** Number of known findings, and rules that cannot be in a baseline; undefined without a baseline. */
  readonly remark: string | undefined;
  /** Number of findings that the baseline hides. */
  readonly baselined: number;
}

export function applyBaseline(
  findings: readonly LocatedFinding[],
  baseline: readonly BaselineEntry[] | undefined,
  { hash }: BaselinePorts,
): BaselineResult {
  if (baseline === undefined) return { findings, remark: undefined, baselined: 0 };
  const { fresh, known, gone } = matchBaseline(findings, baseline, isSuppressible, hash);
  const stale =
    gone > 0 ? `; ${gone} of its entries no longer occur: update it with --write-baseline` : "";
  const kept = fresh.filter(({ finding }) => !isSuppressible(finding.rule));
  const ids = [...new Set(kept.map(({ finding }) => finding.rule))].toSorted();
  const others =
    kept.length === 0
      ? ""
      : `; ${countOf(kept.length, "finding")} cannot be in a baseline because the rule cannot be suppressed: ${ids.join(", ")}`;
  return {
    findings: fresh,
    baselined: known,
    remark: `${countOf(known, "finding")} hidden by the baseline${stale}${others}`,
  };
}

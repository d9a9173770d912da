import { HardenError } from "../base/errors.ts";
import { severities } from "../base/severity.ts";
import { decodeBytes, makeVisible } from "../base/text.ts";
import { verdicts, type Host } from "../fleet/verdict.ts";
import type { Finding } from "../rules/finding.ts";
import { readNamedFile, type BaselinePorts } from "./baseline-file.ts";

/** A JSON report of an earlier `check`, as far as a comparison needs it. */
export interface EarlierReport {
  readonly findings: readonly Finding[];
  readonly hosts: readonly Pick<Host, "name" | "verdict">[];
  readonly relaxed: { readonly baselined: number };
}

const write = "Write one with check --output json=FILE.";

/**
 * Throws HardenError `settings` if the file does not exist, is incomplete, or is not a JSON report of
 * `check` with the current schema: a comparison with such a file would look like "nothing changed".
 */
export function readEarlier(path: string, ports: Pick<BaselinePorts, "files">): EarlierReport {
  const bytes = readNamedFile({ path, noun: "earlier report", next: write }, ports);
  const refuse = (reason: string): HardenError =>
    new HardenError("settings", `cannot compare with ${makeVisible(path)}: ${reason}`, write);
  const content = parse(decodeBytes(bytes));
  if (content === undefined) throw refuse("it is not complete JSON");
  if (!isObject(content)) throw refuse("it is not a JSON report of check");
  const { schemaVersion } = content;
  if (typeof schemaVersion === "number" && schemaVersion !== 2) {
    throw refuse(`it has schemaVersion ${schemaVersion}, and this version writes 2`);
  }
  if (schemaVersion !== 2 || !isReport(content)) throw refuse("it is not a JSON report of check");
  return content;
}

/** Undefined for text that is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Reports of verify have `probes` instead of `knownHosts`. */
function isReport(content: object): content is EarlierReport {
  if (!("knownHosts" in content && "findings" in content && "hosts" in content)) return false;
  const { findings, hosts } = content;
  const { baselined } = "relaxed" in content && isObject(content.relaxed) ? content.relaxed : {};
  if (!Array.isArray(findings) || !Array.isArray(hosts) || hosts.length === 0) return false;
  return findings.every(isFinding) && hosts.every(isHost) && Number.isSafeInteger(baselined);
}

function isHost(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value["name"] === "string" &&
    verdicts.some((verdict) => verdict === value["verdict"])
  );
}

function isFinding(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { host, severity, suppressed } = value;
  return (
    ["rule", "file", "message", "help", "fixable"].every((key) => typeof value[key] === "string") &&
    ["line", "column", "endColumn"].every((key) => Number.isSafeInteger(value[key])) &&
    severities.some((one) => one === severity) &&
    (host === null || typeof host === "string") &&
    (suppressed === null || isObject(suppressed))
  );
}

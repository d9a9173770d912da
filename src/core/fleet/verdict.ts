import type { HostFolder } from "./host-folder.ts";
import { whyNoHttps, whyPlainPorts } from "./obstacles.ts";
import { type PlainPortKey, plainKeys } from "./port-usage.ts";
import {
  entriesOf,
  isLeftOpen,
  isSure,
  plainPortEntries,
  portOf,
  priorityKey,
  readPort,
  type StpdFile,
} from "./stpd-file.ts";
import type { Severity } from "../base/severity.ts";
import type { Assumption } from "./assumptions.ts";

/**
 * The state of a host. hardened: only HTTPS, with nothing old, and no error; partial: HTTPS works,
 * but something old is open or an error is left; plaintext: only unencrypted ports work;
 * locked-out: no data port would work; unknown: the file could not be read, is broken or is no
 * stpd.ini, or the host did not answer the scan.
 */
export type Verdict = (typeof verdicts)[number];

/** Best first. */
export const verdicts = ["hardened", "partial", "plaintext", "locked-out", "unknown"] as const;

/** Verdict of a host's file, before its findings are counted. */
export function judge(folder: HostFolder): Verdict {
  const { stpd } = folder;
  if (stpd.kind !== "file" || stpd.broken.length > 0) return "unknown";
  const plain = hasPlainPort(stpd);
  const works = whyNoHttps(folder) === undefined && worksOverHttps(stpd);
  if (!works) return plain ? "plaintext" : "locked-out";
  const isOld = plain || allowsOld(stpd) || whyPlainPorts(folder) !== undefined;
  return isOld ? "partial" : "hardened";
}

/** A host with an unsuppressed error is never hardened, regardless of its ports. */
export function withoutErrors(
  verdict: Verdict,
  findings: readonly { readonly severity: Severity; readonly suppressed: unknown }[],
): Verdict {
  if (verdict !== "hardened") return verdict;
  const hasError = findings.some(
    ({ severity, suppressed }) => severity === "error" && suppressed === null,
  );
  return hasError ? "partial" : "hardened";
}

/** Names of schema version 1, which stored reports and the ledger may hold. */
const formerVerdicts: Readonly<Record<string, Verdict>> = {
  half: "partial",
  open: "plaintext",
  closed: "locked-out",
};

/** Undefined for anything that never was a verdict. */
export function readVerdict(value: unknown): Verdict | undefined {
  if (typeof value !== "string") return undefined;
  const former = Object.hasOwn(formerVerdicts, value) ? formerVerdicts[value] : undefined;
  return former ?? verdicts.find((verdict) => verdict === value);
}

/** A plain port may be set, or counts as open where it is absent. */
export function hasPlainPort(file: StpdFile): boolean {
  return plainKeys.some(
    (key) =>
      plainPortEntries(file, key).length > 0 ||
      isLeftOpen(file, key) ||
      file.entries.some(({ known, value }) => known === key && value !== ""),
  );
}

/** The plain ports that are beyond doubt a way in. */
export function listSurePlain(file: StpdFile): readonly PlainPortKey[] {
  return plainKeys.filter((key) =>
    entriesOf(file, key).some((entry) => isSure(file, entry) && portOf(entry) !== undefined),
  );
}

/** The HTTPS port of a file, if it is certain: set, valid, and not used by a plain port. */
export function httpsPort(file: StpdFile): number | undefined {
  if (file.broken.length > 0) return undefined;
  const entries = file.serverEntries.get("STPD_HTTPS_PORT") ?? [];
  const [first] = entries;
  const port = first && portOf(first);
  if (port === undefined || entries.some((entry) => portOf(entry) !== port)) return undefined;
  if (entries.some(({ line }) => file.joined.has(line))) return undefined;
  if (!entries.some((entry) => isSure(file, entry))) return undefined;
  // Where the last line counts, the key without a value takes the port away.
  if (file.strays.some(({ known }) => known === "STPD_HTTPS_PORT")) return undefined;
  const isPlain = plainKeys.some((key) =>
    plainPortEntries(file, key).some(({ value }) => readPort(value) === port),
  );
  return isPlain ? undefined : port;
}

/** HTTPS opens, and with every string that STPD might obey all common clients get TLS 1.2 or 1.3. */
export function worksOverHttps(file: StpdFile): boolean {
  return (
    httpsPort(file) !== undefined &&
    file.priorityLines.every(
      ({ entry, readings }) =>
        !file.joined.has(entry.line) && readings.every(({ modern }) => modern),
    )
  );
}

/** TLS 1.1, older TLS or weak algorithms may be accepted. */
export function allowsOld(file: StpdFile): boolean {
  const lines = file.priorityLines;
  return (
    !entriesOf(file, priorityKey).some((entry) => isSure(file, entry)) ||
    lines.some(({ readings }) =>
      readings.some(({ legacy, weak }) => legacy.length > 0 || weak.length > 0),
    )
  );
}

/** The result for one host, in addition to its findings. */
export interface Host {
  /** Name of the host's folder. */
  readonly name: string;
  readonly role: "server" | "rds";
  readonly environment: string | null;
  readonly verdict: Verdict;
  /** Assumptions of the verdict; absent if the host was scanned. */
  readonly assumptions?: readonly Assumption[];
}

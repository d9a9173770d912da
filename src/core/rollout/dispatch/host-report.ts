import { printCanonical, readCanonical } from "../../formats/json/canonical.ts";
import { detachPayload, type Signer } from "../../formats/jws.ts";
import {
  countDecoder,
  digestDecoder,
  nullable,
  recordDecoder,
  textDecoder,
  wordDecoder,
} from "../../formats/json/decode.ts";
import { phases, type Phase } from "../../fleet/phase.ts";

/**
 * good: verified; bad: refused or rolled back; unknown: the result cannot be known yet, or a person
 * must check the host.
 */
const reportOutcomes = ["good", "bad", "unknown"] as const;

/** What `apply` reports about a host to the job that called it: one artifact per host. */
export type HostReport = {
  readonly schemaVersion: 1;
  readonly host: string;
  readonly phase: Phase;
  /** From the ticket; null after `--break-glass`, or if the ticket was refused. */
  readonly rollout: string | null;
  readonly wave: number | null;
  readonly sequence: number | null;
  readonly outcome: (typeof reportOutcomes)[number];
  /**
   * `confirmed`, `already-there`, `undone`, `undo-pending`, `stuck`, `overtaken`, or the code of a
   * refusal.
   */
  readonly code: string;
  readonly message: string;
  /** SHA-256 of the verified file; null if no file was verified. */
  readonly file: string | null;
};

/** Binds a report to one run, so that it does not count in another one. */
export type ReportRun = {
  /** GitHub's id of the config repo, from the host's pins. */
  readonly repository: number;
  /** Attempt of the run according to its job, counted from 1. */
  readonly attempt: number;
  /** SHA-256 of the plan that the host received. */
  readonly plan: string;
};

/**
 * A report with the host's signature: a compact JWS without its payload, which is the rest of the
 * report.
 */
export type SignedReport = Omit<HostReport, "schemaVersion"> &
  ReportRun & { readonly schemaVersion: 2; readonly signature: string };

const shapes = {
  host: textDecoder,
  phase: wordDecoder(...phases),
  rollout: nullable(textDecoder),
  wave: nullable(countDecoder),
  sequence: nullable(countDecoder),
  outcome: wordDecoder(...reportOutcomes),
  code: textDecoder,
  message: textDecoder,
  file: nullable(digestDecoder),
};

const shape = recordDecoder<HostReport>({ schemaVersion: wordDecoder(1), ...shapes });

const signedDecoder = recordDecoder<SignedReport>({
  schemaVersion: wordDecoder(2),
  ...shapes,
  repository: countDecoder,
  attempt: countDecoder,
  plan: digestDecoder,
  signature: textDecoder,
});

export function printHostReport(report: HostReport | SignedReport): string {
  return `${printCanonical(report)}\n`;
}

/**
 * Parses a report; undefined for anything that printHostReport() did not print. Does not verify the
 * signature.
 */
export function readHostReport(text: string): HostReport | SignedReport | undefined {
  const reading = readCanonical(text.replace(/\n$/, ""));
  return reading.kind === "value"
    ? (shape(reading.value) ?? signedDecoder(reading.value))
    : undefined;
}

/** Signs all fields of a report, and the run it belongs to. */
export async function signReport(
  report: HostReport,
  run: ReportRun,
  signer: Signer,
): Promise<SignedReport> {
  const signed = { ...report, ...run, schemaVersion: 2 } as const;
  const jws = await signer.sign("sesam-harden-report", payloadOf(signed));
  return { ...signed, signature: detachPayload(jws) };
}

/** The signed payload: the canonical text of the report, without the signature. */
export function payloadOf(report: Omit<SignedReport, "signature">): string {
  return printCanonical(report);
}

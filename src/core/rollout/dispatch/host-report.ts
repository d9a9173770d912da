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

/** good: proven; bad: refused, or undone; unknown: nobody can tell yet, or a person has to look. */
const reportOutcomes = ["good", "bad", "unknown"] as const;

/** What `apply` says of a host, for the job that called it: one artifact a host. */
export type HostReport = {
  readonly schemaVersion: 1;
  readonly host: string;
  readonly phase: Phase;
  /** Those of the ticket; null where the glass was broken, or the ticket refused. */
  readonly rollout: string | null;
  readonly wave: number | null;
  readonly sequence: number | null;
  readonly outcome: (typeof reportOutcomes)[number];
  /** `confirmed`, `already-there`, `undone`, `undo-pending`, `stuck`, `overtaken`, or a refusal's. */
  readonly code: string;
  readonly message: string;
  /** SHA-256 of the file that was proven; null for anything else. */
  readonly file: string | null;
};

/** Binds a report to one run, so that it counts nowhere else. */
export type ReportRun = {
  /** GitHub's number of the config repo, from the host's pins. */
  readonly repository: number;
  /** Of the run, as its job says, counted from 1. */
  readonly attempt: number;
  /** SHA-256 of the plan that the host was given. */
  readonly plan: string;
};

/** A report with the signature of its host: a compact JWS without its payload, all that stands beside it. */
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

/** Undefined for anything that `printHostReport` did not print; whether a signature fits is left open. */
export function readHostReport(text: string): HostReport | SignedReport | undefined {
  const reading = readCanonical(text.replace(/\n$/, ""));
  return reading.kind === "value"
    ? (shape(reading.value) ?? signedDecoder(reading.value))
    : undefined;
}

/** Signs all of a report, and the run that it is of. */
export async function signReport(
  report: HostReport,
  run: ReportRun,
  signer: Signer,
): Promise<SignedReport> {
  const signed = { ...report, ...run, schemaVersion: 2 } as const;
  const jws = await signer.sign("sesam-harden-report", payloadOf(signed));
  return { ...signed, signature: detachPayload(jws) };
}

/** What is signed: the canonical text of the report, without the signature. */
export function payloadOf(report: Omit<SignedReport, "signature">): string {
  return printCanonical(report);
}

import { printCanonical, readCanonical } from "../../formats/json/canonical.ts";
import { detachPayload, type Signer } from "../../formats/jws.ts";
import {
  countDecoder,
  digestDecoder,
  listDecoder,
  nullable,
  recordDecoder,
  textDecoder,
  wordDecoder,
} from "../../formats/json/decode.ts";
import { phases, type Phase } from "../../fleet/phase.ts";

/** Only `ok` and `warning` allow a change; unknown is never good. */
export const findingStates = ["ok", "warning", "failed", "unknown"] as const;
export type FindingState = (typeof findingStates)[number];

/** One precondition of a change. */
export type CheckFinding = {
  /** The name of the check, such as `busy` or `certificate`. */
  readonly check: string;
  readonly state: FindingState;
  /** A reason code; empty if the state is ok. */
  readonly code: string;
  readonly message: string;
  /** What to do; empty if there is nothing to do. */
  readonly next: string;
};

const rehearsalAnswers = ["ready", "not-ready", "unknown"] as const;
export type RehearsalAnswer = (typeof rehearsalAnswers)[number];

/** A host's answer to a plan that was rehearsed on it; nothing was changed there. */
export type RehearsalReport = {
  readonly schemaVersion: 1;
  readonly kind: "rehearsal";
  readonly host: string;
  /** From the ticket; null if it was refused. */
  readonly rollout: string | null;
  readonly wave: number | null;
  /** Attempt of the run according to its job, counted from 1. */
  readonly attempt: number;
  /** SHA-256 of the plan that the host received. */
  readonly plan: string;
  readonly phase: Phase;
  /** GitHub's id of the config repo, from the host's pins. */
  readonly repository: number;
  /** Seconds since 1970, by the host's clock. */
  readonly at: number;
  readonly answer: RehearsalAnswer;
  /** In the order of the checks. */
  readonly findings: readonly CheckFinding[];
  /**
   * Signature by the host's key: a compact JWS without its payload; null if the host has no key.
   */
  readonly signature: string | null;
};

const shape = recordDecoder<RehearsalReport>({
  schemaVersion: wordDecoder(1),
  kind: wordDecoder("rehearsal"),
  host: textDecoder,
  rollout: nullable(textDecoder),
  wave: nullable(countDecoder),
  attempt: countDecoder,
  plan: digestDecoder,
  phase: wordDecoder(...phases),
  repository: countDecoder,
  at: countDecoder,
  answer: wordDecoder(...rehearsalAnswers),
  findings: listDecoder(
    recordDecoder<CheckFinding>({
      check: textDecoder,
      state: wordDecoder(...findingStates),
      code: textDecoder,
      message: textDecoder,
      next: textDecoder,
    }),
  ),
  signature: nullable(textDecoder),
});

/** Returns ready only if no finding is failed or unknown. */
export function answerFindings(findings: readonly Pick<CheckFinding, "state">[]): RehearsalAnswer {
  if (findings.some(({ state }) => state === "failed")) return "not-ready";
  const isKnown = findings.length > 0 && findings.every(({ state }) => state !== "unknown");
  return isKnown ? "ready" : "unknown";
}

/**
 * Prints a report for readRehearsalReport(), with the signature of signRehearsalReport() if the
 * host has a key.
 */
export function printRehearsalReport(report: RehearsalReport): string {
  return `${printCanonical(report)}\n`;
}

/**
 * Parses a report; undefined for anything that printRehearsalReport() did not print, and for an
 * answer that does not follow from the findings. Does not verify the signature;
 * judgeRehearsalSignature() does.
 */
export function readRehearsalReport(text: string): RehearsalReport | undefined {
  const reading = readCanonical(text.replace(/\n$/, ""));
  const report = reading.kind === "value" ? shape(reading.value) : undefined;
  return report?.answer === answerFindings(report?.findings ?? []) ? report : undefined;
}

/** Signs all fields of a report. */
export async function signRehearsalReport(
  report: Omit<RehearsalReport, "signature">,
  signer: Signer,
): Promise<RehearsalReport> {
  const jws = await signer.sign("sesam-harden-rehearsal-report", rehearsalPayloadOf(report));
  return { ...report, signature: detachPayload(jws) };
}

/** The signed payload: the canonical text of the report, without the signature. */
export function rehearsalPayloadOf(report: Omit<RehearsalReport, "signature">): string {
  return printCanonical(report);
}

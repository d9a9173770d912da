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

/** Only `ok` and `warning` let a change through: what nobody can tell is never good. */
export const findingStates = ["ok", "warning", "failed", "unknown"] as const;
export type FindingState = (typeof findingStates)[number];

/** One precondition of a change. */
export type CheckFinding = {
  /** What was checked, as `busy` or `certificate`. */
  readonly check: string;
  readonly state: FindingState;
  /** A reason code; empty where the state is ok. */
  readonly code: string;
  readonly message: string;
  /** What to do; empty where nothing is to be done. */
  readonly next: string;
};

const rehearsalAnswers = ["ready", "not-ready", "unknown"] as const;
export type RehearsalAnswer = (typeof rehearsalAnswers)[number];

/** What a host says of a plan that was tried on it: nothing was changed there. */
export type RehearsalReport = {
  readonly schemaVersion: 1;
  readonly kind: "rehearsal";
  readonly host: string;
  /** Those of the ticket; null where it was refused. */
  readonly rollout: string | null;
  readonly wave: number | null;
  /** Of the run, as its job says, counted from 1. */
  readonly attempt: number;
  /** SHA-256 of the plan that the host was given. */
  readonly plan: string;
  readonly phase: Phase;
  /** GitHub's number of the config repo, from the host's pins. */
  readonly repository: number;
  /** Seconds since 1970, by the host's clock. */
  readonly at: number;
  readonly answer: RehearsalAnswer;
  /** In the order in which they were checked. */
  readonly findings: readonly CheckFinding[];
  /** By the host's key: a compact JWS without its payload; null where the host has no key. */
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

/** Ready only if nothing failed and nothing is unknown. */
export function answerFindings(findings: readonly Pick<CheckFinding, "state">[]): RehearsalAnswer {
  if (findings.some(({ state }) => state === "failed")) return "not-ready";
  const isKnown = findings.length > 0 && findings.every(({ state }) => state !== "unknown");
  return isKnown ? "ready" : "unknown";
}

/** With its signature from `signRehearsalReport`, if the host has a key; `readRehearsalReport` reads it. */
export function printRehearsalReport(report: RehearsalReport): string {
  return `${printCanonical(report)}\n`;
}

/**
 * Undefined for anything that `printRehearsalReport` did not print, and for an answer that does not
 * follow from the findings. Whether the signature fits is left open: `judgeRehearsalSignature`.
 */
export function readRehearsalReport(text: string): RehearsalReport | undefined {
  const reading = readCanonical(text.replace(/\n$/, ""));
  const report = reading.kind === "value" ? shape(reading.value) : undefined;
  return report?.answer === answerFindings(report?.findings ?? []) ? report : undefined;
}

/** Signs all of a report. */
export async function signRehearsalReport(
  report: Omit<RehearsalReport, "signature">,
  signer: Signer,
): Promise<RehearsalReport> {
  const jws = await signer.sign("sesam-harden-rehearsal-report", rehearsalPayloadOf(report));
  return { ...report, signature: detachPayload(jws) };
}

/** What is signed: the canonical text of the report, without the signature. */
export function rehearsalPayloadOf(report: Omit<RehearsalReport, "signature">): string {
  return printCanonical(report);
}

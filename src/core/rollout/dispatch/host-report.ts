import { printCanonical, readCanonical } from "../../formats/json/canonical.ts";
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

const shape = recordDecoder<HostReport>({
  schemaVersion: wordDecoder(1),
  host: textDecoder,
  phase: wordDecoder(...phases),
  rollout: nullable(textDecoder),
  wave: nullable(countDecoder),
  sequence: nullable(countDecoder),
  outcome: wordDecoder(...reportOutcomes),
  code: textDecoder,
  message: textDecoder,
  file: nullable(digestDecoder),
});

export function printHostReport(report: HostReport): string {
  return `${printCanonical(report)}\n`;
}

/** Undefined for anything that `printHostReport` did not print. */
export function readHostReport(text: string): HostReport | undefined {
  const reading = readCanonical(text.replace(/\n$/, ""));
  return reading.kind === "value" ? shape(reading.value) : undefined;
}

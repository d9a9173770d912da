import type { GlobalKey } from "../../fleet/globals.ts";
import { printCanonical, readCanonical } from "../../formats/json/canonical.ts";
import { detachPayload, type Signer } from "../../formats/jws.ts";
import {
  countDecoder,
  flagDecoder,
  matchDecoder,
  nullable,
  recordDecoder,
  textDecoder,
  wordDecoder,
} from "../../formats/json/decode.ts";

/** A value as the pinned command prints it; null where it was not read, which is never good. */
export type GlobalValues = Readonly<Record<GlobalKey, string | null>>;

/** The global settings that a Server reads by its pinned command. */
export type GlobalsReport = {
  readonly schemaVersion: 1;
  readonly kind: "globals";
  readonly host: string;
  /** GitHub's number of the config repo, from the host's pins. */
  readonly repository: number;
  /** Seconds since 1970, by the host's clock. */
  readonly at: number;
  /** False where the pins name no command that reads; then no value is known. */
  readonly read: boolean;
  readonly values: GlobalValues;
  /** By the host's key: a compact JWS without its payload; null where the host has no key. */
  readonly signature: string | null;
};

/** One word: what else a command prints is not taken for a value. */
const valuePattern = /^[\x21-\x7e]{1,100}$/;
const valueDecoder = nullable(matchDecoder(valuePattern));

const shape = recordDecoder<GlobalsReport>({
  schemaVersion: wordDecoder(1),
  kind: wordDecoder("globals"),
  host: textDecoder,
  repository: countDecoder,
  at: countDecoder,
  read: flagDecoder,
  values: recordDecoder<GlobalValues>({
    gv_default_interface_prefix: valueDecoder,
    gv_default_interface_prefix_ext: valueDecoder,
    gv_conf_use_com_stpd_kill: valueDecoder,
  }),
  signature: nullable(textDecoder),
});

/** Whether a report can hold the value. */
export function isGlobalValue(value: string): boolean {
  return valuePattern.test(value);
}

/** `readGlobalsReport` reads it. */
export function printGlobalsReport(report: GlobalsReport): string {
  return `${printCanonical(report)}\n`;
}

/**
 * Undefined for anything that `printGlobalsReport` did not print. `judgeGlobalsSignature` checks the
 * signature.
 */
export function readGlobalsReport(text: string): GlobalsReport | undefined {
  const reading = readCanonical(text.replace(/\n$/, ""));
  return reading.kind === "value" ? shape(reading.value) : undefined;
}

/** Signs all of a report. */
export async function signGlobalsReport(
  report: Omit<GlobalsReport, "signature">,
  signer: Signer,
): Promise<GlobalsReport> {
  const jws = await signer.sign("sesam-harden-globals", globalsPayloadOf(report));
  return { ...report, signature: detachPayload(jws) };
}

/** What is signed: the canonical text of the report, without the signature. */
export function globalsPayloadOf(report: Omit<GlobalsReport, "signature">): string {
  return printCanonical(report);
}

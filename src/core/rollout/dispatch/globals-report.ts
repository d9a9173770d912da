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

/** A value as the pinned command prints it; null if it was not read, which never counts as good. */
export type GlobalValues = Readonly<Record<GlobalKey, string | null>>;

/** The global settings that a Server reads with its pinned command. */
export type GlobalsReport = {
  readonly schemaVersion: 1;
  readonly kind: "globals";
  readonly host: string;
  /** GitHub's id of the config repo, from the host's pins. */
  readonly repository: number;
  /** Seconds since 1970, by the host's clock. */
  readonly at: number;
  /** False if the pins contain no command that reads them; then no value is known. */
  readonly read: boolean;
  readonly values: GlobalValues;
  /**
   * Signature by the host's key: a compact JWS without its payload; null if the host has no key.
   */
  readonly signature: string | null;
};

/** One word: anything else that a command prints is not accepted as a value. */
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

export function isGlobalValue(value: string): boolean {
  return valuePattern.test(value);
}

/** Prints a report for readGlobalsReport(). */
export function printGlobalsReport(report: GlobalsReport): string {
  return `${printCanonical(report)}\n`;
}

/**
 * Parses a report; undefined for anything that printGlobalsReport() did not print. Does not verify
 * the signature; judgeGlobalsSignature() does.
 */
export function readGlobalsReport(text: string): GlobalsReport | undefined {
  const reading = readCanonical(text.replace(/\n$/, ""));
  return reading.kind === "value" ? shape(reading.value) : undefined;
}

/** Signs all fields of a report. */
export async function signGlobalsReport(
  report: Omit<GlobalsReport, "signature">,
  signer: Signer,
): Promise<GlobalsReport> {
  const jws = await signer.sign("sesam-harden-globals", globalsPayloadOf(report));
  return { ...report, signature: detachPayload(jws) };
}

/** The signed payload: the canonical text of the report, without the signature. */
export function globalsPayloadOf(report: Omit<GlobalsReport, "signature">): string {
  return printCanonical(report);
}

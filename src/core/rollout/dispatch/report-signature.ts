import { payloadOf, type HostReport, type SignedReport } from "./host-report.ts";
import { attachPayload, readJws, type VerifySignature } from "../../formats/jws.ts";
import { type HostKeys, findSharing } from "../state/host-keys.ts";

/**
 * What the signature of a host's report is worth: `signed` by the host's own key, `unsigned` where
 * the ledger knows none of it, or the reason why the report counts for nothing.
 */
export type ReportSignature =
  | "signed"
  | "unsigned"
  /** The host has a key, and the report has no signature: somebody else may have written it. */
  | "report-unsigned"
  /** Signed by another key than the host's, perhaps by another host's. */
  | "report-key"
  | "report-signature"
  /** Another host has the same key, so that each of them could speak for the other. */
  | "key-twice";

/** Judges by the keys that the ledger has; core makes no cryptography of its own. */
export async function judgeSignature(
  report: HostReport | SignedReport,
  host: string,
  keys: HostKeys,
  verifySignature: VerifySignature,
): Promise<ReportSignature> {
  const own = keys.get(host);
  if (own !== undefined && findSharing(keys, host).length > 0) return "key-twice";
  if (report.schemaVersion === 1) return own === undefined ? "unsigned" : "report-unsigned";
  const { signature, ...signed } = report;
  const jws = attachPayload(signature, payloadOf(signed));
  const reading = readJws(
    jws,
    "sesam-harden-report",
    own === undefined ? [...keys.values()] : [own],
  );
  // A key that nobody has published says no more than none.
  if (own === undefined) return reading.kind === "jws" ? "report-key" : "unsigned";
  if (reading.kind === "refused") {
    return reading.reason === "key-unknown" ? "report-key" : "report-signature";
  }
  return (await verifySignature(jws, own)) ? "signed" : "report-signature";
}

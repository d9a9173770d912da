import { globalsPayloadOf, type GlobalsReport } from "./globals-report.ts";
import { payloadOf, type HostReport, type SignedReport } from "./host-report.ts";
import { rehearsalPayloadOf, type RehearsalReport } from "./rehearsal-report.ts";
import { attachPayload, readJws, type JwsType, type VerifySignature } from "../../formats/jws.ts";
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
export function judgeSignature(
  report: HostReport | SignedReport,
  host: string,
  keys: HostKeys,
  verifySignature: VerifySignature,
): Promise<ReportSignature> {
  const type = "sesam-harden-report";
  if (report.schemaVersion === 1) {
    return judgeDetached({ type, signature: null, payload: "" }, { host, keys, verifySignature });
  }
  const { signature, ...signed } = report;
  const detached = { type, signature, payload: payloadOf(signed) } as const;
  return judgeDetached(detached, { host, keys, verifySignature });
}

/** The same for what a host said in a rehearsal. */
export function judgeRehearsalSignature(
  { signature, ...report }: RehearsalReport,
  host: string,
  keys: HostKeys,
  verifySignature: VerifySignature,
): Promise<ReportSignature> {
  const type = "sesam-harden-rehearsal-report";
  const detached = { type, signature, payload: rehearsalPayloadOf(report) } as const;
  return judgeDetached(detached, { host, keys, verifySignature });
}

/** The same for the global settings that a Server read. */
export function judgeGlobalsSignature(
  { signature, ...report }: GlobalsReport,
  host: string,
  keys: HostKeys,
  verifySignature: VerifySignature,
): Promise<ReportSignature> {
  const type = "sesam-harden-globals";
  const detached = { type, signature, payload: globalsPayloadOf(report) } as const;
  return judgeDetached(detached, { host, keys, verifySignature });
}

async function judgeDetached(
  {
    type,
    signature,
    payload,
  }: {
    readonly type: JwsType;
    readonly signature: string | null;
    readonly payload: string;
  },
  {
    host,
    keys,
    verifySignature,
  }: {
    readonly host: string;
    readonly keys: HostKeys;
    readonly verifySignature: VerifySignature;
  },
): Promise<ReportSignature> {
  const own = keys.get(host);
  if (own !== undefined && findSharing(keys, host).length > 0) return "key-twice";
  if (signature === null) return own === undefined ? "unsigned" : "report-unsigned";
  const jws = attachPayload(signature, payload);
  const reading = readJws(jws, type, own === undefined ? [...keys.values()] : [own]);
  // A key that nobody has published says no more than none.
  if (own === undefined) return reading.kind === "jws" ? "report-key" : "unsigned";
  if (reading.kind === "refused") {
    return reading.reason === "key-unknown" ? "report-key" : "report-signature";
  }
  return (await verifySignature(jws, own)) ? "signed" : "report-signature";
}

import { globalsPayloadOf, type GlobalsReport } from "./globals-report.ts";
import { payloadOf, type HostReport, type SignedReport } from "./host-report.ts";
import { rehearsalPayloadOf, type RehearsalReport } from "./rehearsal-report.ts";
import { attachPayload, readJws, type JwsType, type VerifySignature } from "../../formats/jws.ts";
import { type HostKeys, findSharing } from "../state/host-keys.ts";

/**
 * Result of checking the signature of a host's report: `signed` by the host's own key, `unsigned`
 * if the ledger has no key of it, or the reason why the report does not count.
 */
export type ReportSignature =
  | "signed"
  | "unsigned"
  /** The host has a key, but the report has no signature, so anyone could have written it. */
  | "report-unsigned"
  /** Signed with a different key than the host's, perhaps another host's. */
  | "report-key"
  | "report-signature"
  /** Another host has the same key, so each of them could sign for the other. */
  | "key-twice";

/** Checks a signature with the keys in the ledger. The cryptography is behind a port. */
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

/** Checks the signature of a rehearsal report, like judgeSignature(). */
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

/** Checks the signature of a Server's report of its global settings, like judgeSignature(). */
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
  // Without a published key of this host, a signature by an unknown key counts as none.
  if (own === undefined) return reading.kind === "jws" ? "report-key" : "unsigned";
  if (reading.kind === "refused") {
    return reading.reason === "key-unknown" ? "report-key" : "report-signature";
  }
  return (await verifySignature(jws, own)) ? "signed" : "report-signature";
}

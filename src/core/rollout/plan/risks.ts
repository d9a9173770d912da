import { factsOf, type HostFolder } from "../../fleet/host-folder.ts";
import { plainPortEntries, type PortKey, type StpdReading } from "../../fleet/stpd-file.ts";
import { readExpectation } from "../../verify/expectation.ts";
import type { HostRecord } from "../state/records.ts";

/** Risks that approvers should know in addition to the diff of a host. */
export const risks = {
  restart: "the service of SEP sesam restarts",
  server: "this is a Server: while it restarts, no backup of its clients starts",
  bridge: "the old ports stay open next to HTTPS",
  unproven: "the file on the host is recorded, but no rollout has verified it",
  "first-without-ftp": "the first time without the FTP port",
  "first-without-http": "the first time without the HTTP port",
  restored: "an earlier file that was verified on this host; the config repo has another one",
  "less-secure":
    "security is lowered: HTTP or FTP opens again, or TLS that is off now is allowed again",
} as const;

export type Risk = keyof typeof risks;

export interface RiskRequest {
  readonly folder: HostFolder;
  readonly record: HostRecord;
  readonly before: StpdReading;
  readonly after: StpdReading;
  readonly isBridge: boolean;
}

/** The risks of restoring an earlier file. */
export function listRestoreRisks(request: Omit<RiskRequest, "isBridge">): readonly Risk[] {
  const found = listRisks({ ...request, isBridge: false });
  const { before, after } = request;
  return [...found, "restored", ...(isStricter(before, after) ? (["less-secure"] as const) : [])];
}

/** Whether the current file keeps something closed or disabled that the new one does not. */
function isStricter(before: StpdReading, after: StpdReading): boolean {
  if (before.kind !== "file" || after.kind !== "file") return true;
  const [now, then] = [readExpectation(before), readExpectation(after)];
  const isOpened = (["STPD_PORT", "STPD_HTTP_PORT"] as const).some(
    (key) => then.opensPlain[key] && !now.opensPlain[key],
  );
  if (isOpened || now.suites === undefined) return isOpened;
  // Without a priority string, everything may be allowed.
  return [...(then.suites ?? [["", new Set([""])] as const])].some(([version, suites]) =>
    [...suites].some((suite) => now.suites?.get(version)?.has(suite) !== true),
  );
}

export function listRisks({
  folder,
  record,
  before,
  after,
  isBridge,
}: RiskRequest): readonly Risk[] {
  const closes = (key: PortKey): boolean => opens(before, key) && !opens(after, key);
  const found: readonly (readonly [Risk, boolean])[] = [
    ["restart", true],
    ["server", factsOf(folder).role === "server"],
    ["bridge", isBridge],
    ["unproven", record.proven === null],
    ["first-without-ftp", closes("STPD_PORT")],
    ["first-without-http", closes("STPD_HTTP_PORT")],
  ];
  return found.flatMap(([risk, holds]) => (holds ? [risk] : []));
}

function opens(subject: StpdReading, key: PortKey): boolean {
  return subject.kind === "file" && plainPortEntries(subject, key).length > 0;
}

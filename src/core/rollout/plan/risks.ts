import { factsOf, type HostFolder } from "../../fleet/host-folder.ts";
import { plainPortEntries, type PortKey, type StpdReading } from "../../fleet/stpd-file.ts";
import type { HostRecord } from "../state/records.ts";

/** What approvers should know of a host beside its diff. */
export const risks = {
  restart: "the service of SEP sesam restarts",
  server: "this is a Server: while it restarts, no backup of its clients starts",
  bridge: "HTTPS is opened beside the old ports, which stay open",
  unproven: "what lies there now was seen, and no rollout has proven it",
  "first-without-ftp": "the first time without the FTP port",
  "first-without-http": "the first time without the HTTP port",
} as const;

export type Risk = keyof typeof risks;

export interface RiskRequest {
  readonly folder: HostFolder;
  readonly record: HostRecord;
  readonly before: StpdReading;
  readonly after: StpdReading;
  readonly isBridge: boolean;
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

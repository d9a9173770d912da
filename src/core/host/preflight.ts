import { needsPlainPorts } from "../base/release.ts";
import type { StpdFile } from "../fleet/stpd-file.ts";
import type { PreparedChange } from "./prepare-change.ts";
import { judgeProof } from "./health-check.ts";
import type { FileSeen, HostPort, ServiceState } from "./ports.ts";
import type { Phase } from "../fleet/phase.ts";
import { refusal, refuseFailure, type Refusal } from "../base/reasons.ts";
import { formatTime } from "../base/dates.ts";

export interface PreflightRequest {
  readonly phase: Phase;
  /** server: its version has to be known; rds: what an RDS prints of itself is not documented. */
  readonly role: "server" | "rds";
  /** As the pins have it, for where the service does not tell. */
  readonly version: string | undefined;
}

type Files = Pick<PreparedChange, "oldFile" | "newFile">;
type Asked = Pick<HostPort, "service" | "eyes">;
type Check = () => Promise<readonly Refusal[]>;

/** Asks the host itself, and changes nothing. Undefined where nothing speaks against the change. */
export async function inspectHost(
  request: PreflightRequest,
  files: Files,
  live: FileSeen,
  host: Asked,
): Promise<Refusal | undefined> {
  for (const check of listChecks(request, files, live, host)) {
    const [first] = await check();
    if (first !== undefined) return first;
  }
  return undefined;
}

/** All that speaks against a change, where `inspectHost` stops at the first. */
export async function listHindrances(
  request: PreflightRequest,
  files: Files,
  live: FileSeen,
  host: Asked,
): Promise<readonly Refusal[]> {
  const found: Refusal[] = [];
  for (const check of listChecks(request, files, live, host)) found.push(...(await check()));
  return found;
}

function listChecks(
  request: PreflightRequest,
  { oldFile, newFile }: Files,
  live: FileSeen,
  host: Asked,
): readonly Check[] {
  return [
    async () => (live.objection === "" ? [] : [refusal("owner-not-expected", live.objection)]),
    async () => {
      const service = await host.service.look(oldFile);
      if (service.kind === "failed") return [refuseFailure(service, "version-unknown")];
      return listKnown(refuseVersion(request, service.value), refuseUnread(live, service.value));
    },
    async () => listKnown(await refuseBusy(host)),
    async () => listKnown(await refuseUnproven(request.phase, { oldFile, newFile }, host)),
  ];
}

function listKnown(...all: readonly (Refusal | undefined)[]): readonly Refusal[] {
  return all.filter((one) => one !== undefined);
}

function refuseVersion(request: PreflightRequest, service: ServiceState): Refusal | undefined {
  const { version = request.version } = service;
  const old = version === undefined ? undefined : needsPlainPorts(version);
  if (old === true) return refusal("version-too-old", version);
  return old === undefined && request.role === "server" ? refusal("version-unknown") : undefined;
}

/** What runs has to be what the file says: else a proof of now would say nothing of the file. */
function refuseUnread(
  { changedAtMs }: FileSeen,
  { startedAtMs, seenAtMs }: ServiceState,
): Refusal | undefined {
  if (startedAtMs === undefined) return refusal("service-not-found");
  if (startedAtMs >= changedAtMs) return undefined;
  const changed = formatTime(changedAtMs);
  if (changedAtMs <= seenAtMs) {
    const detail = `stpd.ini was changed at ${changed}, after the service started at ${formatTime(startedAtMs)}`;
    return refusal("not-loaded", detail);
  }
  const detail = `stpd.ini was changed at ${changed}, which is in the future: the host's clock says ${formatTime(seenAtMs)}`;
  // No restart would be later than that.
  const next =
    "Correct the host's clock if it is wrong; else touch stpd.ini. Then restart SEP sesam by hand.";
  return { ...refusal("not-loaded", detail), next };
}

/** Asked again before each restart. */
export async function refuseBusy({
  service,
}: Pick<HostPort, "service">): Promise<Refusal | undefined> {
  const busy = await service.askBusy();
  if (busy.kind === "no") return undefined;
  if (busy.isUnreached === true) return refusal("ssh-failed", busy.detail);
  return refusal(busy.kind === "yes" ? "busy" : "busy-unknown", busy.detail);
}

async function refuseUnproven(
  phase: Phase,
  { oldFile, newFile }: Files,
  { eyes }: Pick<HostPort, "eyes">,
): Promise<Refusal | undefined> {
  const sight = await eyes.observe(oldFile, undefined);
  const ending = sight.outside
    .flatMap(({ reasons }) => reasons)
    .find(({ code }) => code.startsWith("certificate-"));
  if (ending !== undefined) return refusal("certificate-ends", ending.message);
  const reach = judgeProof({ claim: "reachable", file: oldFile, sight });
  if (reach.answer !== "good") return refusal("not-reachable", reach.reasons[0]?.message);
  if (phase === "open") return undefined;
  const https = judgeProof({ claim: "reachable", file: withoutPlainPorts(newFile), sight });
  return https.answer === "good"
    ? undefined
    : refusal("https-not-proven", https.reasons[0]?.message);
}

/** What is left of a file when HTTPS alone counts. */
function withoutPlainPorts(file: StpdFile): StpdFile {
  const https = [...file.serverEntries].filter(([key]) => key.startsWith("STPD_HTTPS"));
  return { ...file, absentPort: "closed", serverEntries: new Map(https) };
}

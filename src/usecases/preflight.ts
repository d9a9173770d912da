import type { StpdFile } from "../core/fleet/stpd-file.ts";
import type { PreparedChange } from "../core/rollout/change-request.ts";
import { judgeProof } from "../core/rollout/proof.ts";
import { refusal, type Refusal } from "../core/rollout/refusals.ts";
import type { Phase } from "../core/verify/expectation.ts";
import type { FileSeen, HostPort } from "./host-ports.ts";

export interface PreflightRequest {
  readonly phase: Phase;
  /** server: its version has to be known; rds: what an RDS prints of itself is not documented. */
  readonly role: "server" | "rds";
  /** As the pins have it, for where the service does not tell. */
  readonly version: string | undefined;
}

/** Asks the host itself, and changes nothing. Undefined where nothing speaks against the change. */
export async function inspectHost(
  request: PreflightRequest,
  change: PreparedChange,
  live: FileSeen,
  host: Pick<HostPort, "service" | "eyes">,
): Promise<Refusal | undefined> {
  const { oldFile, newFile } = change;
  if (live.objection !== "") return refusal("owner-not-expected", live.objection);
  const service = await host.service.look(oldFile);
  if (service.kind === "failed") return refusal("version-unknown", service.reason);
  const { version = request.version, startedAt } = service.value;
  const old = version === undefined ? undefined : isBefore51(version);
  if (old === true) return refusal("version-too-old", version);
  if (old === undefined && request.role === "server") return refusal("version-unknown");
  if (startedAt === undefined || startedAt < live.changedAt) return refusal("not-loaded");
  const busy = await refuseBusy(host);
  return busy ?? (await refuseUnproven(request.phase, { oldFile, newFile }, host));
}

/** Asked again before each restart. */
export async function refuseBusy({
  service,
}: Pick<HostPort, "service">): Promise<Refusal | undefined> {
  const busy = await service.askBusy();
  if (busy.kind === "no") return undefined;
  return refusal(busy.kind === "yes" ? "busy" : "busy-unknown", busy.detail);
}

/** Source: SEP, Securing SEP sesam Network Traffic (5.2.0). */
function isBefore51(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 5 || (major === 5 && minor < 1);
}

async function refuseUnproven(
  phase: Phase,
  { oldFile, newFile }: Pick<PreparedChange, "oldFile" | "newFile">,
  { eyes }: Pick<HostPort, "eyes">,
): Promise<Refusal | undefined> {
  const sight = await eyes.see(oldFile, undefined);
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

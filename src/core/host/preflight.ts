import { needsPlainPorts } from "../base/release.ts";
import type { StpdFile } from "../fleet/stpd-file.ts";
import type { PreparedChange } from "./prepare-change.ts";
import { judgeProof, type HostObservation } from "./health-check.ts";
import { found, passed, refusedFor, type Precondition } from "./check/precondition.ts";
import type {
  Clock,
  FileSeen,
  HostObserver,
  JournalStore,
  Service,
  ServiceState,
} from "./ports.ts";
import type { Phase } from "../fleet/phase.ts";
import { refusal, refuseFailure, type Refusal } from "../base/reasons.ts";
import { formatTime } from "../base/dates.ts";

export interface PreflightRequest {
  readonly phase: Phase;
  /** server: its version must be known; rds: the version output is not documented. */
  readonly role: "server" | "rds";
  /** The pinned version, used if the service does not report one. */
  readonly version: string | undefined;
}

type Files = Pick<PreparedChange, "oldFile" | "newFile">;
/** A host as the checks query it: nothing here can write to it. */
export interface AskedHost {
  readonly service: Pick<Service, "askBusy" | "look">;
  readonly observer: HostObserver;
  readonly clock: Pick<Clock, "nowMs">;
}
type Check = () => Promise<readonly Precondition[]>;

/** Refuses while an earlier change is unfinished. */
export async function refuseUnfinished({
  journals,
}: {
  readonly journals: Pick<JournalStore, "read">;
}): Promise<Refusal | undefined> {
  const earlier = await journals.read();
  if (earlier.kind === "failed") return refuseFailure(earlier, "journal-unreadable");
  return earlier.value && refusal("unfinished", `since ${earlier.value.startedAt}`);
}

/** Returns the first reason for which `apply` refuses; undefined if there is none. */
export async function inspectHost(
  request: PreflightRequest,
  files: Files,
  live: FileSeen,
  host: AskedHost,
): Promise<Refusal | undefined> {
  for (const check of listChecks(request, files, live, host)) {
    const refused = (await check()).find(({ refusal: reason }) => reason !== undefined);
    if (refused !== undefined) return refused.refusal;
  }
  return undefined;
}

/** Checks every precondition, where `inspectHost` stops at the first one that fails. */
export async function checkPreconditions(
  request: PreflightRequest,
  files: Files,
  live: FileSeen,
  host: AskedHost,
): Promise<readonly Precondition[]> {
  const all: Precondition[] = [];
  for (const check of listChecks(request, files, live, host)) all.push(...(await check()));
  return all;
}

function listChecks(
  request: PreflightRequest,
  { oldFile, newFile }: Files,
  live: FileSeen,
  host: AskedHost,
): readonly Check[] {
  return [
    async () => [
      live.objection === ""
        ? passed("file", "it can be read, and has the pinned owner")
        : refusedFor("file", refusal("owner-not-expected", live.objection)),
    ],
    async () => {
      const service = await host.service.look(oldFile);
      if (service.kind === "failed") {
        return [refusedFor("version", refuseFailure(service, "version-unknown"))];
      }
      return [checkVersion(request, service.value), checkLoaded(live, service.value)];
    },
    async () => {
      const busy = await refuseBusy(host);
      return [
        busy === undefined ? passed("busy", "no transfers are running") : refusedFor("busy", busy),
      ];
    },
    async () => checkReach(request.phase, { oldFile, newFile }, host),
  ];
}

function checkVersion(request: PreflightRequest, service: ServiceState): Precondition {
  const { version = request.version } = service;
  const old = version === undefined ? undefined : needsPlainPorts(version);
  if (old === true) return refusedFor("version", refusal("version-too-old", version));
  if (version !== undefined && old === false) return passed("version", `SEP sesam ${version}`);
  const unknown = refusal("version-unknown", version);
  // The version output of an RDS is not documented.
  return request.role === "server"
    ? refusedFor("version", unknown)
    : found("version", "warning", unknown);
}

/**
 * The service must have loaded the file in place; otherwise a probe says nothing about that file.
 */
function checkLoaded(live: FileSeen, service: ServiceState): Precondition {
  const unread = refuseUnread(live, service);
  if (unread !== undefined) return refusedFor("loaded", unread);
  return passed("loaded", "SEP sesam has started since stpd.ini was changed");
}

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
  // No restart would be later than a time in the future.
  const next =
    "Correct the host's clock if it is wrong; else touch stpd.ini. Then restart SEP sesam by hand.";
  return { ...refusal("not-loaded", detail), next };
}

/** Checked again before each restart. */
export async function refuseBusy({
  service,
}: {
  readonly service: Pick<Service, "askBusy">;
}): Promise<Refusal | undefined> {
  const busy = await service.askBusy();
  if (busy.kind === "no") return undefined;
  if (busy.isUnreached === true) return refusal("ssh-failed", busy.detail);
  return refusal(busy.kind === "yes" ? "busy" : "busy-unknown", busy.detail);
}

async function checkReach(
  phase: Phase,
  { oldFile, newFile }: Files,
  { observer, clock }: Pick<AskedHost, "observer" | "clock">,
): Promise<readonly Precondition[]> {
  const observation = await observer.observe(oldFile, undefined);
  const reach = judgeProof({ requirement: "reachable", file: oldFile, observation });
  const lines = [
    checkCertificate(observation, clock.nowMs()),
    reach.answer === "good"
      ? passed("reachable", "a data port answers at every pinned address")
      : refusedFor(
          "reachable",
          refusal("not-reachable", reach.reasons[0]?.message),
          reach.answer === "unknown",
        ),
  ];
  if (phase === "open") return lines;
  const https = judgeProof({
    requirement: "reachable",
    file: withoutPlainPorts(newFile),
    observation,
  });
  const why = refusal("https-not-proven", https.reasons[0]?.message);
  return [
    ...lines,
    https.answer === "good"
      ? passed("https", "HTTPS works at every pinned address")
      : refusedFor("https", why, https.answer === "unknown"),
  ];
}

function checkCertificate({ outside }: HostObservation, nowMs: number): Precondition {
  const ending = outside
    .flatMap(({ reasons }) => reasons)
    .find(({ code }) => code.startsWith("certificate-"));
  if (ending !== undefined) {
    const { message, answer } = ending;
    return refusedFor("certificate", refusal("certificate-ends", message), answer === "unknown");
  }
  const ends = outside.flatMap(({ certificate }) => certificate?.notAfter ?? []).toSorted();
  const [first] = ends;
  if (first === undefined) {
    return found("certificate", "warning", {
      code: "certificate-unseen",
      message: "no certificate: HTTPS does not answer yet",
      next: "No action is needed before the phase open. Once HTTPS is open the certificate is checked, and the change is rolled back if it is invalid.",
    });
  }
  const days = Math.floor((Date.parse(first) - nowMs) / (24 * 60 * 60 * 1000));
  return passed("certificate", `it expires on ${first}, in ${days} days`);
}

/** The file reduced to its HTTPS settings. */
function withoutPlainPorts(file: StpdFile): StpdFile {
  const https = [...file.serverEntries].filter(([key]) => key.startsWith("STPD_HTTPS"));
  return { ...file, absentPort: "closed", serverEntries: new Map(https) };
}

import type { CheckFinding } from "../../rollout/dispatch/rehearsal-report.ts";
import {
  prepareLive,
  type ChangePins,
  type ChangeRequest,
  type LivePreparation,
  type ReadableHost,
} from "../prepare-change.ts";
import {
  checkPreconditions,
  refuseUnfinished,
  type AskedHost,
  type PreflightRequest,
} from "../preflight.ts";
import { describeOtherRun } from "../status/verdict.ts";
import type { HostLook } from "../status/look-port.ts";
import type { Busy, FileSeen, JournalStore } from "../ports.ts";
import { checkSetup, type SetupSeen } from "./check-setup.ts";
import {
  checkNames,
  findingOf,
  found,
  passed,
  refusedFor,
  type CheckName,
  type Precondition,
} from "./precondition.ts";
import type { ParseStpd } from "../../fleet/stpd-file.ts";
import { refusal, refuseFailure, type RefusalCode } from "../../base/reasons.ts";

/**
 * A host that can only be queried: none of its methods writes, locks, arms or restarts anything.
 */
export interface AskableHost extends ReadableHost, AskedHost {
  readonly journals: Pick<JournalStore, "read">;
  readonly look: Pick<HostLook, "holder" | "space" | "undoMeans" | "nowMs">;
  /** Undefined if the pins name no Server. */
  readonly askServer: (() => Promise<Busy>) | undefined;
}

export interface ReadinessRequest {
  /** Plan and files of a rehearsal; if undefined, the host is checked for any change. */
  readonly change: { readonly request: ChangeRequest; readonly pins: ChangePins } | undefined;
  readonly parse: ParseStpd;
  readonly preflight: PreflightRequest;
  /** What is missing in the pins, or at the paths they name. */
  readonly lacking: readonly string[];
  /** Setup of the machine that runs this program. */
  readonly setup: Omit<SetupSeen, "server" | "space" | "undo" | "fileSize" | "clock">;
  /** Milliseconds since 1970; undefined if there is no record. */
  readonly recordedAtMs: number | undefined;
}

/**
 * Checks every precondition of a change and returns one finding each. Changes nothing and takes no
 * lock.
 */
export async function checkReadiness(
  request: ReadinessRequest,
  host: AskableHost,
): Promise<readonly CheckFinding[]> {
  const pins = checkPins(request.lacking);
  const change = await checkUnderWay(host);
  // Every further query would wait for the same login.
  if (change.code === "ssh-failed") return [pins, change].map(findingOf);
  const lines = [pins, change, ...(await checkFile(request, host))];
  return checkNames.flatMap((name) => lines.filter(({ check }) => check === name)).map(findingOf);
}

function checkPins(lacking: readonly string[]): Precondition {
  if (lacking.length === 0) return passed("pins", "they are valid and complete");
  const next = "Complete the pins; docs/pins.md describes them.";
  return found("pins", "failed", { code: "pins-incomplete", message: lacking.join("; "), next });
}

async function checkUnderWay(host: AskableHost): Promise<Precondition> {
  const unfinished = await refuseUnfinished(host);
  if (unfinished !== undefined) return refusedFor("change", unfinished);
  const holder = await host.look.holder();
  if (holder.kind === "failed") {
    return refusedFor("change", refuseFailure(holder, "lock-unwritable"), true);
  }
  // A run that died without finishing no longer holds the lock.
  if (holder.value === undefined || holder.value.alive === "no") {
    return passed("change", "no change is under way");
  }
  const isUnknown = holder.value.alive === "unknown";
  return refusedFor("change", refusal("another-apply", describeOtherRun(holder.value)), isUnknown);
}

async function checkFile(
  request: ReadinessRequest,
  host: AskableHost,
): Promise<readonly Precondition[]> {
  const { change, preflight } = request;
  const read =
    change === undefined
      ? await readLive(host)
      : await prepareLive(change.request, change.pins, host);
  if (read.kind === "unreadable") {
    const setup = await checkMachine(request, undefined, host);
    return [refusedFor("file", read.refusal), ...setup];
  }
  const { live, prepared } = read;
  const oldFile = request.parse(live.bytes);
  const lines = prepared === undefined ? [] : checkPlan(prepared);
  const setup = await checkMachine(request, live, host);
  if (oldFile.kind !== "file") {
    const unreadable = refusal("current-unreadable", "it is not text");
    return [...lines, refusedFor("file", unreadable), ...setup];
  }
  // Without the file that the phase would deploy, the ports it would open are unknown too.
  const isPrepared = prepared?.kind === "prepared";
  const files = isPrepared ? prepared : { oldFile, newFile: oldFile };
  const asked = isPrepared ? preflight : ({ ...preflight, phase: "open" } as const);
  return [...lines, ...(await checkPreconditions(asked, files, live, host)), ...setup];
}

type FileRead =
  | Extract<LivePreparation, { kind: "unreadable" }>
  | { readonly kind: "read"; readonly live: FileSeen; readonly prepared: undefined };

async function readLive({ copies }: Pick<AskableHost, "copies">): Promise<FileRead> {
  const read = await copies.read("live");
  if (read.kind === "failed") {
    return { kind: "unreadable", refusal: refuseFailure(read, "current-unreadable") };
  }
  const live = read.value;
  return live === undefined
    ? { kind: "unreadable", refusal: refusal("current-unreadable", "it does not exist") }
    : { kind: "read", live, prepared: undefined };
}

type Prepared = Extract<LivePreparation, { kind: "read" }>["prepared"];

/** In the order in which they are decided: a refusal for one says nothing about the later ones. */
const planned: readonly (readonly [CheckName, string])[] = [
  ["plan", "it is for this host, and the files match it"],
  ["drift", "stpd.ini is the file that was last recorded"],
  ["phase", "the file of the phase can be deployed, and nothing uses what it closes"],
];

const codesOfPlan: ReadonlySet<string> = new Set<RefusalCode>([
  "plan-unreadable",
  "other-plan",
  "file-not-as-planned",
  "no-restored-file",
  "desired-unreadable",
  "https-not-sure",
]);

function checkPlan(prepared: Prepared): readonly Precondition[] {
  if (prepared.kind === "prepared") {
    const isThere = prepared.before === prepared.after;
    return planned.map(([name, text]) =>
      passed(name, isThere && name === "drift" ? "the planned file is in place already" : text),
    );
  }
  const { code } = prepared.refusal;
  const name = code === "drift" ? "drift" : codesOfPlan.has(code) ? "plan" : "phase";
  const before = planned.slice(
    0,
    planned.findIndex(([known]) => known === name),
  );
  return [
    ...before.map(([known, text]) => passed(known, text)),
    refusedFor(name, prepared.refusal),
  ];
}

async function checkMachine(
  { setup, recordedAtMs }: ReadinessRequest,
  live: FileSeen | undefined,
  host: AskableHost,
): Promise<readonly Precondition[]> {
  const undo = await host.look.undoMeans();
  const space = await host.look.space();
  const server = await host.askServer?.();
  const clock = {
    nowMs: host.clock.nowMs(),
    hostMs: await host.look.nowMs(),
    changedAtMs: live?.changedAtMs,
    recordedAtMs,
  };
  const fileSize = live?.bytes.length ?? 0;
  return checkSetup({ ...setup, undo, space, server, fileSize, clock });
}

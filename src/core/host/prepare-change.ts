import { closesPlainPort, findClosedUse } from "../fleet/closed-ports.ts";
import type { FindUse } from "../fleet/port-usage.ts";
import { lacksHttps, type HostFolder } from "../fleet/host-folder.ts";
import { worksOverHttps } from "../fleet/verdict.ts";
import type { ParseStpd, StpdFile } from "../fleet/stpd-file.ts";
import { planBridge } from "../rollout/plan/bridge.ts";
import type { PlannedChange, PlanReading } from "../rollout/plan/planned-host.ts";
import type { Clock, FileSeen, StpdCopies } from "./ports.ts";
import type { Phase } from "../fleet/phase.ts";
import { refusal, refuseFailure, type Refusal, type RefusalCode } from "../base/reasons.ts";

/**
 * What the config repo and the plan say about the change of one host. Plain data without effects.
 */
export interface ChangeRequest {
  readonly phase: Phase;
  /** The host as in the config repo. */
  readonly folder: HostFolder;
  /** Bytes of its stpd.ini. */
  readonly desired: string;
  /**
   * Bytes of the earlier file that the plan restores; undefined if it restores none, or if the file
   * is missing.
   */
  readonly restored: string | undefined;
  readonly plan: PlanReading;
  readonly parse: ParseStpd;
  readonly findUse: FindUse;
  /** Milliseconds since 1970; undefined if the config repo has no inventory. */
  readonly inventoryAtMs: number | undefined;
}

/** Settings that come only from the host, never from the config repo. */
export interface ChangePins {
  /** GitHub's numeric ID of the config repo. */
  readonly repository: number;
  readonly os: "linux" | "windows";
  readonly avx: "yes" | "no" | "unknown";
  /** SHA-256 of the file that the operator expects on the host, overriding the plan. */
  readonly expect: string | undefined;
}

export interface PreparedChange {
  readonly kind: "prepared";
  /** Bytes of the files; `oldFile` and `newFile` are `before` and `after` parsed. */
  readonly before: string;
  readonly after: string;
  readonly bridge: string | undefined;
  readonly oldFile: StpdFile;
  readonly newFile: StpdFile;
}

export type Preparation = PreparedChange | { readonly kind: "refused"; readonly refusal: Refusal };

export interface PrepareTools {
  readonly hash: (bytes: string) => string;
  readonly nowMs: number;
}

const day = 24 * 60 * 60 * 1000;

/** Decides from the given data which file is deployed to the host, or why the change is refused. */
export function prepareChange(
  request: ChangeRequest,
  current: string,
  pins: ChangePins,
  tools: PrepareTools,
): Preparation {
  const { phase, folder, desired, restored, parse, plan } = request;
  if (plan.kind === "unreadable") return refuse("plan-unreadable", plan.reason);
  if (plan.kind === "by-hand") return refuse("windows-by-hand");
  if (plan.kind === "absent") return refuse("other-plan", "it does not contain this host");
  const { change } = plan;
  if (change.phase !== phase) return refuse("other-plan", `it is for the phase ${change.phase}`);
  if (change.repository !== pins.repository)
    return refuse("other-plan", "it is for another config repo");
  if (tools.hash(desired) !== change.desired) return refuse("file-not-as-planned", "stpd.ini");
  if (change.isRestored && restored === undefined) return refuse("no-restored-file");
  const isOther = restored !== undefined && tools.hash(restored) !== change.file;
  if (isOther || change.isRestored !== (restored !== undefined)) {
    return refuse("file-not-as-planned", "the earlier file, from the ledger");
  }
  const wanted = restored ?? desired;
  if (pins.os === "windows" && pins.avx !== "yes") return refuse("no-avx");
  if (lacksHttps(folder)) return refuse("no-avx", "according to host.ini");
  const [oldFile, newFile] = [parse(current), parse(wanted)];
  if (oldFile.kind !== "file") return refuse("current-unreadable", "it is not text");
  if (newFile.kind !== "file") return refuse("desired-unreadable");
  if (!worksOverHttps(newFile)) return refuse("https-not-sure");
  const digest = tools.hash(current);
  const expected = pins.expect ?? change.before;
  // If the planned file is already in place it is verified again, so that a wave can be sent twice.
  if (digest !== expected && digest !== change.file) {
    return refuse("drift", `SHA-256 is ${digest}, expected ${expected}`);
  }
  const outcome = planBridge({ desired: wanted, current, parse });
  // In phase close the bridge is only a fallback, so it need not exist.
  const isFatal =
    phase === "open" ||
    (outcome.kind === "refused" && outcome.refusal.code === "https-port-changes");
  if (outcome.kind === "refused" && isFatal) return outcome;
  const bridge = outcome.kind === "bridge" ? outcome.bytes : undefined;
  const after = phase === "open" ? bridge : wanted;
  if (after === undefined || !isPlanned(after, current, { change, request, tools, pins })) {
    return refuse("file-not-as-planned", "the file of this phase");
  }
  const placed = parse(after);
  if (placed.kind !== "file") return refuse("desired-unreadable");
  const use = findUseOfClosed(request, oldFile, placed, tools.nowMs);
  if (use !== undefined) return { kind: "refused", refusal: use };
  return { kind: "prepared", before: current, after, bridge, oldFile, newFile: placed };
}

/** A host whose file in place can be read. */
export interface ReadableHost {
  readonly copies: Pick<StpdCopies, "read">;
  readonly clock: Pick<Clock, "nowMs">;
  readonly hash: (bytes: string) => string;
}

export type LivePreparation =
  | { readonly kind: "unreadable"; readonly refusal: Refusal }
  | { readonly kind: "read"; readonly live: FileSeen; readonly prepared: Preparation };

/** Reads the file in place and runs `prepareChange` with it. */
export async function prepareLive(
  request: ChangeRequest,
  pins: ChangePins,
  host: ReadableHost,
): Promise<LivePreparation> {
  const read = await host.copies.read("live");
  if (read.kind === "failed") {
    return { kind: "unreadable", refusal: refuseFailure(read, "current-unreadable") };
  }
  const live = read.value;
  if (live === undefined) {
    return { kind: "unreadable", refusal: refusal("current-unreadable", "it does not exist") };
  }
  const tools = { hash: host.hash, nowMs: host.clock.nowMs() };
  return { kind: "read", live, prepared: prepareChange(request, live.bytes, pins, tools) };
}

/** The file of the phase, whether or not it may be deployed; undefined if it cannot be computed. */
export function findPhaseFile(
  {
    phase,
    desired,
    restored,
    parse,
  }: Pick<ChangeRequest, "phase" | "desired" | "restored" | "parse">,
  current: string,
): string | undefined {
  if (phase === "close") return desired;
  const outcome = planBridge({ desired: restored ?? desired, current, parse });
  return outcome.kind === "bridge" ? outcome.bytes : undefined;
}

function refuse(code: RefusalCode, detail = ""): Preparation {
  return { kind: "refused", refusal: refusal(code, detail) };
}

/**
 * With `--expect` the bridge is derived from a file that the plan did not know, so the plan cannot
 * list it.
 */
function isPlanned(
  after: string,
  current: string,
  {
    change,
    request,
    tools,
    pins,
  }: {
    readonly change: PlannedChange;
    readonly request: ChangeRequest;
    readonly tools: PrepareTools;
    readonly pins: ChangePins;
  },
): boolean {
  if (tools.hash(after) === change.file) return true;
  return (
    request.phase === "open" && pins.expect !== undefined && tools.hash(current) === pins.expect
  );
}

/** Only closing a port can affect the clients in the inventory. */
function findUseOfClosed(
  request: ChangeRequest,
  before: StpdFile,
  after: StpdFile,
  nowMs: number,
): Refusal | undefined {
  if (!closesPlainPort(before, after)) return undefined;
  // An export dated in the future is as unreliable as an old one.
  const { inventoryAtMs } = request;
  const ageMs = inventoryAtMs === undefined ? undefined : nowMs - inventoryAtMs;
  if (ageMs === undefined || ageMs > day || ageMs < -5 * 60 * 1000) {
    return refusal("inventory-too-old", inventoryAtMs === undefined ? "it does not exist" : "");
  }
  const use = findClosedUse(request, before, after);
  return use === undefined ? undefined : refusal("interface-in-use", use);
}

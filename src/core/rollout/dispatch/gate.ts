import { printCanonical } from "../../formats/json/canonical.ts";
import type { PublicKey, VerifySignature } from "../../formats/jws.ts";
import { readPlan } from "../plan/plan-file.ts";
import type { Plan } from "../plan/plan.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import {
  verifyRehearsalTicket,
  verifyTicket,
  type RehearsalClaims,
  type TicketDemands,
} from "./ticket.ts";
import {
  describeRehearsal,
  describeRun,
  rehearsalInputsOf,
  runModes,
  type RehearsalRun,
  type RunInput,
} from "./wave-run.ts";
import type { FleetFiles } from "../../config-repo/files-port.ts";
import type { LedgerSource } from "../ledger/plan-source.ts";
import { planAgain } from "../plan/plan-again.ts";
import type { Hash } from "../../base/hash.ts";

export interface GateRequest {
  /** The inputs that the run was started with, without the correlation id. */
  readonly inputs: Readonly<Record<Exclude<RunInput, "correlation">, string>> & {
    /** Undefined means `roll-out`: the workflow may predate rehearsals. */
    readonly mode?: string | undefined;
  };
  /** Counts from 1; increases when an old run is started again. */
  readonly attempt: number;
  /** Text of the plan in the ledger. */
  readonly recorded: string;
  /** GitHub's id of the repository that runs this. */
  readonly repository: number;
  readonly keys: readonly PublicKey[];
  readonly clockSkewSeconds: number;
  /** Planned directories or files of the config repo. */
  readonly paths: readonly string[];
  /** The commit that is checked out. */
  readonly commit: string;
}

export interface GateTools {
  /** The files of that commit. */
  readonly files: FleetFiles;
  /** The ledger as it was when the plan was computed. */
  readonly ledger: LedgerSource;
  readonly hash: Hash;
  readonly verifySignature: VerifySignature;
  readonly nowSeconds: number;
}

export type GateAnswer =
  | { readonly kind: "open"; readonly run: RehearsalRun; readonly plan: Plan }
  | { readonly kind: "refused"; readonly reason: ReasonCode; readonly detail: string };

/**
 * Lets a wave through only if it was approved, and a rehearsal only if the controller requested it.
 * Both require that planning again returns the same plan, byte for byte. Throws HardenError like
 * planFleet().
 */
export async function openGate(request: GateRequest, tools: GateTools): Promise<GateAnswer> {
  const { inputs, attempt, recorded, repository, keys, clockSkewSeconds, commit } = request;
  if (attempt !== 1) return refuse("run-again", `attempt ${attempt}`);
  const read = readPlan(recorded, tools.hash);
  if (read === undefined) return refuse("plan-unreadable");
  const mode = inputs.mode ?? "roll-out";
  if (!runModes.some((word) => word === mode)) return refuse("run-inputs", "mode");
  const demands = {
    keys,
    repository,
    environment: undefined,
    phase: undefined,
    wave: undefined,
    commit,
    ...read,
    host: undefined,
    lastSequence: 0,
    nowSeconds: tools.nowSeconds,
    clockSkewSeconds,
  };
  const verdict = await openRun(inputs.ticket.trim(), mode, demands, tools.verifySignature);
  if (verdict.kind === "refused") return refuse(verdict.reason);
  const { claims } = verdict;
  const other = findOtherInput(claims, inputs);
  if (other !== undefined) return refuse("run-inputs", other);
  const again = await compareAgain(read.plan, request, tools);
  if (again.kind === "refused") return again;
  // A wave without hosts is not in any plan, and was refused with the ticket.
  return { kind: "open", run: verdict.run, plan: read.plan };
}

/** The type of the ticket decides: a `mode` that does not match it is refused. */
async function openRun(
  ticket: string,
  mode: string,
  demands: TicketDemands,
  verifySignature: VerifySignature,
) {
  if (mode === "rehearse") {
    const verdict = await verifyRehearsalTicket(ticket, demands, verifySignature);
    if (verdict.kind === "refused") return verdict;
    return { ...verdict, run: describeRehearsal(verdict.claims, demands.plan) };
  }
  const verdict = await verifyTicket(ticket, demands, verifySignature);
  if (verdict.kind === "refused") return verdict;
  return { ...verdict, run: describeRun(verdict.claims, demands.plan) };
}

function refuse(reason: ReasonCode, detail = ""): Extract<GateAnswer, { kind: "refused" }> {
  return { kind: "refused", reason, detail };
}

/** The workflow checks out what the inputs name, so they must match what was approved. */
function findOtherInput(
  claims: RehearsalClaims,
  inputs: GateRequest["inputs"],
): string | undefined {
  const named = rehearsalInputsOf(inputs.ticket, claims, "");
  const keys = ["environment", "wave", "plan", "commit", "ledger"] as const;
  return keys.find((key) => inputs[key] !== named[key]);
}

/** Plans again from the same commits, and compares. */
async function compareAgain(
  recorded: Plan,
  { paths, repository, commit }: GateRequest,
  { files, ledger, hash }: GateTools,
): Promise<Extract<GateAnswer, { kind: "refused" }> | { readonly kind: "same" }> {
  const view = await ledger.read(recorded.environment);
  if (view.commit !== recorded.ledger) {
    return refuse("ledger-differs", `${view.commit ?? "none"} instead of ${recorded.ledger}`);
  }
  const contents = ledger.readFiles((recorded.restores ?? []).map(({ file }) => file));
  const basis = { paths, repository, commit, ledger: view, contents };
  const { plan } = planAgain(recorded, basis, { files, hash });
  const isSame = printCanonical(plan) === printCanonical(recorded);
  return isSame ? { kind: "same" } : refuse("plan-differs", findDifference(plan, recorded));
}

/** The first part that differs, for people. */
function findDifference(again: Plan, recorded: Plan): string {
  const parts: readonly (keyof Plan)[] = [
    "hosts",
    "refused",
    "byHand",
    "waves",
    "exceptions",
    "restores",
  ];
  const part = parts.find(
    (key) => printCanonical(again[key] ?? []) !== printCanonical(recorded[key] ?? []),
  );
  if (part !== "hosts" && part !== "refused" && part !== "byHand") return part ?? "";
  const known = new Set(recorded[part]?.map((host) => printCanonical(host)));
  const other = again[part]?.find((host) => !known.has(printCanonical(host)));
  return `${part}: ${other?.name ?? "fewer"}`;
}

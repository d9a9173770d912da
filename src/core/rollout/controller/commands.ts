import type { EnvironmentSettings } from "../state/rollout-settings.ts";
import { refuseMember } from "../state/approvals.ts";
import { printCanonical } from "../../formats/json/canonical.ts";
import type { EnvironmentEvent } from "../state/environment.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Planned } from "../plan/plan.ts";
import type { ReasonCode } from "../../base/reasons.ts";
import type { RolloutEvent, RecordKind } from "../state/rollout.ts";
import { dispatchWave, type DispatchTools } from "../dispatch/dispatch-wave.ts";
import { moveEnvironment, moveRollout, requestRollout } from "../ledger/commands.ts";
import {
  createApprovalLook,
  createLook,
  createPersonLook,
  type ContextPort,
} from "../ledger/decision-context.ts";
import type { LedgerWriting } from "../ledger/writer.ts";

/** What an authenticated person may request; `by` is always their own name. */
export type PersonEvent =
  | Extract<
      RolloutEvent,
      { readonly kind: "approve" | "deny" | "withdraw" | "revoke" | "resume" | "abort" }
    >
  | { readonly kind: "record"; readonly by: string; readonly what: RecordKind }
  | { readonly kind: "continue"; readonly by: string };

export interface ControlTools extends DispatchTools {
  readonly context: ContextPort;
  readonly environments: ReadonlyMap<string, EnvironmentSettings>;
  readonly nowSeconds: () => number;
}

export interface PlannedRequest {
  readonly by: string;
  /** Planned just now, from the newest ledger. */
  readonly planned: Planned;
  /** Purpose, as the requester stated it. */
  readonly purpose?: string;
}

/**
 * Requests a rollout of a plan, and stores the plan with all files that it deploys. Refused if the
 * same plan waits for approval already: of two clicks at once, the second would replace the first.
 */
export async function requestPlan(
  { by, planned, purpose = "" }: PlannedRequest,
  { writer, context, environments, nowSeconds }: ControlTools,
): Promise<LedgerWriting> {
  const { plan, digest, changes, blocked } = planned;
  const settings = environments.get(plan.environment);
  if (settings === undefined) return refused("environment-unknown");
  const [reason] = blocked;
  if (reason !== undefined) return refused(reason);
  const standingOf = await context.standings(plan.environment, undefined);
  const refusal = refuseMember(standingOf(by));
  if (refusal !== undefined) return refused(refusal);
  const { approvals, soakSeconds, record, maxFailures, expiresSeconds, rehearsal } = settings;
  const terms = { approvals, soak: soakSeconds, record, maxFailures };
  const request = requestRollout({
    by,
    plan,
    text: printCanonical(plan),
    digest,
    expiresAt: Math.floor(nowSeconds()) + expiresSeconds,
    // Omitted if empty, so that older releases can read the entry.
    terms: rehearsal === "required" ? { ...terms, rehearsal } : terms,
    purpose,
    files: changes.map(({ after }) => after),
  });
  return writer.write((ledger, moment) => {
    const current = ledger.rollouts.get(
      ledger.environments.get(plan.environment)?.rollout?.id ?? "",
    );
    const isSame = current?.state.kind === "requested" && current.plan === digest;
    return isSame && moment.at < current.expiresAt ? "requested-already" : request(ledger, moment);
  });
}

function refused(reason: ReasonCode): LedgerWriting {
  return { kind: "refused", reason };
}

/** Applies a person's decision about a rollout. */
export async function decideRollout(
  id: string,
  event: PersonEvent,
  tools: ControlTools,
): Promise<LedgerWriting> {
  if (event.kind === "continue") return continueRollout(id, event.by, tools);
  const { writer, context, nowSeconds } = tools;
  const isApproval = event.kind === "approve";
  const look = isApproval ? createApprovalLook(context, nowSeconds) : createPersonLook(context);
  return writer.write(moveRollout({ rollout: id, event, by: event.by }, look));
}

/** Sends the next wave now instead of in the next round; all checks still apply. */
async function continueRollout(
  id: string,
  by: string,
  tools: ControlTools,
): Promise<LedgerWriting> {
  const { writer, context, nowSeconds } = tools;
  const rollout = (await writer.read()).ledger.rollouts.get(id);
  if (rollout === undefined) return refused("rollout-unknown");
  const standings = await context.standings(rollout.environment, undefined);
  const refusal = refuseMember(standings(by));
  if (refusal !== undefined) return refused(refusal);
  const { state } = rollout;
  const wave = state.kind === "paused" ? state.judged + 1 : "wave" in state ? state.wave : 1;
  const look = createLook(context, { nowSeconds, search: "under-way" });
  return dispatchWave({ rollout, wave, by, look }, tools);
}

/** Applies a person's decision about an environment: freeze, unfreeze, unlock, global settings. */
export async function decideEnvironment(
  environment: string,
  event: EnvironmentEvent,
  { writer, context, environments }: ControlTools,
  /** Checks the current ledger. Runs last, so that only people who may decide see its reason. */
  refuseBy: (ledger: Ledger) => ReasonCode | undefined = () => undefined,
): Promise<LedgerWriting> {
  if (!environments.has(environment)) return refused("environment-unknown");
  const decide = moveEnvironment(environment, event, () =>
    context.standings(environment, undefined),
  );
  return writer.write(async (ledger, moment) => {
    const draft = await decide(ledger, moment);
    return typeof draft === "string" ? draft : (refuseBy(ledger) ?? draft);
  });
}

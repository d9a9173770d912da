import type { RolloutTrace } from "../../src/core/rollout/ledger/ledger.ts";
import type { ReasonCode } from "../../src/core/base/reasons.ts";
import type { EnvironmentRecord } from "../../src/core/rollout/state/records.ts";
import type { Rollout, StateKind } from "../../src/core/rollout/state/rollout.ts";
import type { Button } from "./blocks.ts";
import { button, confirm } from "./builders.ts";
import { toPlain } from "./escape.ts";
import { showWhen } from "./phrases.ts";
import { countOf } from "../../src/core/base/text.ts";

export interface StateFacts {
  readonly rollout: Rollout;
  readonly trace: Pick<RolloutTrace, "reason" | "refused"> | undefined;
  readonly environment: Pick<EnvironmentRecord, "locked">;
  /** Why the controller does not go on just now; null where nothing stands in the way. */
  readonly hindrance: ReasonCode | null;
  /** Seconds since 1970. */
  readonly now: number;
}

export interface StateWords {
  /** One sentence or two. */
  readonly words: string;
  /** What explains it, and says what is to be done. */
  readonly reason: ReasonCode | null;
}

/** How a rollout stands, in words. */
export function describeState(facts: StateFacts): StateWords {
  const { rollout, hindrance } = facts;
  const { state, waves, approvals, terms } = rollout;
  const many = waves.length;
  const said = facts.trace?.reason ? ` “${facts.trace.reason}”` : "";
  switch (state.kind) {
    case "requested":
      return {
        words: `Waiting for approval: ${approvals.length} of ${terms.approvals}.`,
        reason: hindrance ?? "awaits-approval",
      };
    case "approved":
      return {
        words: "Approved. The first wave starts as soon as nothing stands in the way.",
        reason: hindrance,
      };
    case "dispatching":
      return { words: `Wave ${state.wave} of ${many} is being sent to GitHub.`, reason: null };
    case "unknown":
      return {
        words: `GitHub's answer about wave ${state.wave} of ${many} was lost.`,
        reason: "run-may-exist",
      };
    case "running":
      return { words: `Wave ${state.wave} of ${many} is at work.`, reason: null };
    case "aborting":
      return { words: `${state.by} aborts it in wave ${state.wave}.${said}`, reason: "aborting" };
    case "paused":
      return describePause(facts, state);
    case "aborted":
      return {
        words: `${state.by} aborted it after ${countOf(state.judged, "wave")}.${said}`,
        reason: "aborted",
      };
    default:
      return describeEnd(facts, said);
  }
}

type StateOf<Kind extends StateKind> = Extract<Rollout["state"], { readonly kind: Kind }>;

function describePause(
  { rollout, trace, hindrance, now }: StateFacts,
  { judged, since }: StateOf<"paused">,
): StateWords {
  const { terms, waves } = rollout;
  const refused = trace?.refused ?? null;
  if (refused !== null) {
    const words = `Paused: wave ${judged + 1} of ${waves.length} was not started. ${toPlain(refused.detail, 900)}`;
    return { words, reason: null };
  }
  if (judged === 0) return { words: "Paused before the first wave.", reason: hindrance };
  const words = `Paused after wave ${judged} of ${waves.length}.`;
  const end = since + terms.soak;
  if (now < end) {
    return { words: `${words} The next may start ${showWhen(end, now)}.`, reason: "soaking" };
  }
  const lacks = listMissing(rollout);
  if (lacks.length === 0) return { words, reason: hindrance };
  return { words: `${words} Not recorded yet: ${lacks.join(", ")}.`, reason: "record-missing" };
}

function describeEnd({ rollout, environment }: StateFacts, said: string): StateWords {
  const { state, id } = rollout;
  const isLocked = environment.locked?.rollout === id;
  switch (state.kind) {
    case "succeeded":
      return {
        words: `Succeeded: ${countOf(rollout.done.length, "host")} proven, of ${countOf(rollout.waves.flat().length, "host")}.`,
        reason: null,
      };
    case "failed":
      return { words: `Failed: ${state.reason}.`, reason: isLocked ? "locked" : "over" };
    case "expired":
      return state.isLost
        ? {
            words: "Expired: the run of a wave was never found, so what it did is not known.",
            reason: isLocked ? "locked" : "over",
          }
        : { words: "Expired.", reason: "expired" };
    case "denied":
      return { words: `Denied.${said}`, reason: null };
    case "revoked":
      return { words: `Revoked before it started.${said}`, reason: null };
    default:
      return { words: "Superseded by a newer request.", reason: null };
  }
}

/** What has still to be recorded before the next wave. */
export function listMissing({ terms, recorded }: Rollout): Rollout["recorded"] {
  return terms.record.filter((what) => !recorded.includes(what));
}

/** The buttons that fit a rollout's state; none when it is over. Who may press is asked later. */
export function listButtons(rollout: Rollout): readonly Button[] {
  const all = buttonsOf(rollout);
  switch (rollout.state.kind) {
    case "requested":
      return [all.approve, all.deny, all.showPlan];
    case "approved":
      return [all.showPlan, all.revoke, all.abort];
    case "dispatching":
    case "unknown":
    case "running":
      return [all.showPlan, all.abort];
    case "aborting":
      return [all.showPlan];
    case "paused": {
      const lacks = rollout.state.judged > 0 && listMissing(rollout).length > 0;
      return [all.goOn, ...(lacks ? [all.record] : []), all.showPlan, all.abort];
    }
    case "aborted":
      return [all.resume, all.showPlan];
    default:
      return [];
  }
}

function buttonsOf({ id: value, phase, environment }: Rollout) {
  const what = `rollout ${value} (${phase} ${environment})`;
  return {
    approve: button({
      action: "approve",
      text: "Approve",
      label: `Approve ${what}`,
      value,
      style: "primary",
    }),
    deny: button({ action: "deny", text: "Deny", label: `Deny ${what}`, value, style: "danger" }),
    showPlan: button({
      action: "show-plan",
      text: "Show plan",
      label: `Show plan of ${what}`,
      value,
    }),
    goOn: button({ action: "continue", text: "Continue", label: `Continue ${what}`, value }),
    record: button({
      action: "record",
      text: "Backup worked",
      label: `Record what worked, ${what}`,
      value,
    }),
    revoke: button({ action: "revoke", text: "Revoke", label: `Revoke approval, ${what}`, value }),
    resume: button({ action: "resume", text: "Resume", label: `Resume ${what}`, value }),
    abort: button({
      action: "abort",
      text: "Abort",
      label: `Abort ${what}`,
      value,
      style: "danger",
      confirm: confirm({
        title: "Abort this rollout?",
        text: `Hosts at work finish, and no other starts. Rollout ${value}: ${phase} in ${environment}.`,
        yes: "Abort it",
        no: "Let it go on",
      }),
    }),
  };
}

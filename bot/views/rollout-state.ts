import { nameWork } from "../../src/core/report/plan.ts";
import type { RolloutTrace } from "../../src/core/rollout/ledger/ledger.ts";
import type { ReasonCode } from "../../src/core/base/reasons.ts";
import { isFrozen, type EnvironmentRecord } from "../../src/core/rollout/state/records.ts";
import {
  isAtWork,
  isRehearsable,
  refuseUnrehearsed,
  type Rehearsal,
} from "../../src/core/rollout/state/rehearsal.ts";
import {
  countReady,
  groupRehearsal,
  type RehearsalCause,
} from "../../src/core/rollout/state/rehearsal-causes.ts";
import { offersHands } from "../../src/core/rollout/state/by-hand.ts";
import {
  isOver,
  isUnsent,
  listRest,
  type Rollout,
  type StateKind,
} from "../../src/core/rollout/state/rollout.ts";
import type { Button } from "./blocks.ts";
import { button } from "./builders.ts";
import { toPlain } from "./escape.ts";
import {
  capital,
  explain,
  listSome,
  showSpan,
  showWhen,
  describeFreeze,
  describeHeld,
} from "./phrases.ts";
import { countOf } from "../../src/core/base/text.ts";

export interface RehearsalFacts {
  readonly rollout: Rollout;
  /** The newest one of the environment, which may be of another rollout. */
  readonly rehearsal: Rehearsal | undefined;
  readonly nowSeconds: number;
}

export interface StateFacts extends RehearsalFacts {
  readonly trace: Pick<RolloutTrace, "reason" | "stoppedBy" | "refused"> | undefined;
  readonly environment: EnvironmentRecord;
  /** Why the controller cannot continue now; null if nothing blocks it. */
  readonly hindrance: ReasonCode | null;
}

export interface StateWords {
  /** One or two sentences. */
  readonly words: string;
  /** The explanation and everything that blocks it, each with what to do. */
  readonly reasons: readonly string[];
}

/** The state of a rollout in words. */
export function describeState(facts: StateFacts): StateWords {
  const { words, reason } = describeKind(facts);
  const { hindrance, environment, rollout, nowSeconds } = facts;
  const frozen = isFrozen(environment, nowSeconds) ? environment.frozen : null;
  const later = describeLater(facts);
  if (isOver(rollout.state)) {
    return { words, reasons: [...(reason === null ? [] : [explain(reason)]), ...later] };
  }
  const codes =
    hindrance === null || ownReasons.includes(hindrance) ? [reason] : [reason, hindrance];
  const others = codes.flatMap((code) =>
    code === null ? [] : [explain(code, describeHeld(code, environment, nowSeconds))],
  );
  // A freeze applies immediately: before the next round sees it, and while a wave runs.
  const freeze = frozen === null ? [] : [explain("frozen", describeFreeze(frozen, nowSeconds))];
  const late = describeTooLate(rollout, nowSeconds);
  return {
    words,
    reasons: [...freeze, ...others, ...(late === undefined ? [] : [late]), ...later],
  };
}

/** What can be requested after a rollout, whether or not a request would be refused now. */
function listNext(rollout: Rollout): readonly ("rest" | "rollback")[] {
  const isAtEnd = isOver(rollout.state) || rollout.state.kind === "aborted";
  return [
    ...(listRest(rollout).length > 0 ? (["rest"] as const) : []),
    ...(isAtEnd && rollout.done.length > 0 ? (["rollback"] as const) : []),
  ];
}

/** The buttons that are missing while every request is refused, and the commands for afterwards. */
function describeLater({ rollout, environment }: StateFacts): readonly string[] {
  const next = listNext(rollout);
  if (next.length === 0 || environment.locked === null) return [];
  const { id } = rollout;
  const what = next.map((word) => (word === "rest" ? "roll out the rest" : "roll back"));
  const commands = next.map((word) => `/sesam-harden ${word} ${id}`);
  return [
    `No one can ${what.join(" or ")} while ${rollout.environment} is locked. Once it is unlocked, use the buttons, or type ${commands.join(" or ")}.`,
  ];
}

/** Says that a rollout which has not started expires before its last wave may start; else undefined. */
export function describeTooLate(
  { state, waves, terms, expiresAt }: Rollout,
  nowSeconds: number,
): string | undefined {
  if (state.kind !== "requested" && state.kind !== "approved") return undefined;
  const pauses = (waves.length - 1) * terms.soak;
  if (nowSeconds + pauses <= expiresAt) return undefined;
  return `It expires before its last wave can start: the pauses between its ${waves.length} waves take ${showSpan(pauses)}, and it expires ${showWhen(expiresAt, nowSeconds)}. Request fewer hosts at once, or have the administrator raise expires or lower soak in bot.ini.`;
}

/** Shown from the current rollout and environment; the last round's view is older. */
const ownReasons: readonly ReasonCode[] = [
  "frozen",
  "soaking",
  "record-missing",
  "awaits-approval",
];

interface KindWords {
  readonly words: string;
  readonly reason: ReasonCode | null;
}

function describeKind(facts: StateFacts): KindWords {
  const { rollout, trace } = facts;
  const { state, waves, approvals, terms } = rollout;
  const many = waves.length;
  const said = trace?.reason ? ` “${trace.reason}”` : "";
  switch (state.kind) {
    case "requested":
      return {
        words: `Waiting for approval: ${approvals.length} of ${terms.approvals} given.`,
        reason: "awaits-approval",
      };
    case "approved":
      return {
        words: "Approved. The first wave starts as soon as nothing blocks it.",
        reason: null,
      };
    case "dispatching":
      return { words: `Starting wave ${state.wave} of ${many} on GitHub.`, reason: null };
    case "unknown":
      return {
        words: `GitHub did not confirm whether wave ${state.wave} of ${many} started.`,
        reason: "run-may-exist",
      };
    case "running":
      return { words: `Wave ${state.wave} of ${many} is running.`, reason: null };
    case "aborting":
      return {
        words: `Aborting: ${state.by} aborted it in wave ${state.wave}.${said}`,
        reason: "aborting",
      };
    case "paused":
      return describePause(facts, state);
    case "aborted":
      return {
        words: `Aborted by ${state.by} after ${countOf(state.judged, "wave")}.${said}`,
        reason: "aborted",
      };
    default:
      return describeEnd(facts, said);
  }
}

type StateOf<Kind extends StateKind> = Extract<Rollout["state"], { readonly kind: Kind }>;

function describePause(
  { rollout, trace, nowSeconds }: StateFacts,
  { judged, since }: StateOf<"paused">,
): KindWords {
  const { terms, waves } = rollout;
  const refused = trace?.refused ?? null;
  if (refused !== null) {
    const words = `Paused: wave ${judged + 1} of ${waves.length} did not start. ${toPlain(refused.detail, 900)}`;
    return { words, reason: null };
  }
  if (judged === 0) return { words: "Paused before the first wave.", reason: null };
  const words = `Paused after wave ${judged} of ${waves.length}.`;
  const end = since + terms.soak;
  if (nowSeconds < end) {
    return {
      words: `${words} The next may start ${showWhen(end, nowSeconds)}.`,
      reason: "soaking",
    };
  }
  const lacks = listMissing(rollout);
  if (lacks.length === 0) return { words, reason: null };
  return {
    words: `${words} Tests not recorded yet: ${lacks.join(", ")}.`,
    reason: "record-missing",
  };
}

function describeEnd({ rollout, trace, environment }: StateFacts, said: string): KindWords {
  const { state, id } = rollout;
  const isLocked = environment.locked?.rollout === id;
  switch (state.kind) {
    case "succeeded":
      if (rollout.handsAborted === true) {
        const by = trace?.stoppedBy ?? "someone";
        return { words: `Hosts by hand aborted by ${by}.${said}`, reason: "over" };
      }
      if (rollout.waves.length === 0) {
        return { words: "Approved. All hosts of this plan are changed by hand.", reason: null };
      }
      return {
        words: `Succeeded: ${rollout.done.length} of ${countOf(rollout.waves.flat().length, "host")} verified.`,
        reason: null,
      };
    case "failed":
      return { words: `Failed: ${state.reason}.`, reason: isLocked ? "locked" : "over" };
    case "expired":
      return state.isLost
        ? {
            words:
              "Expired: the run of a wave was never found, so the state of its hosts is unknown.",
            reason: isLocked ? "locked" : "over",
          }
        : { words: "Expired.", reason: "expired" };
    case "denied":
    case "withdrawn":
    case "revoked":
      return {
        words: `${capital(describeStop(rollout, trace?.stoppedBy ?? null))}.${said}`,
        reason: null,
      };
    default:
      return { words: "Superseded by a newer request.", reason: null };
  }
}

/** Who ended a rollout before it started: its requester withdraws it, others deny or revoke it. */
export function describeStop({ state, requester }: Rollout, by: string | null): string {
  const verb = state.kind === "denied" ? "denied" : "revoked";
  const when = state.kind === "revoked" ? " before it started" : "";
  if (by === null) return `${verb}${when}`;
  return by === requester || state.kind === "withdrawn"
    ? `withdrawn by ${by}${when}`
    : `${verb} by ${by}${when}`;
}

/** Tests that must still be recorded before the next wave. */
export function listMissing({ terms, recorded }: Rollout): Rollout["recorded"] {
  return terms.record.filter((what) => !recorded.includes(what));
}

const shownNames = 6;

/**
 * The result of the rehearsal, until the first wave starts: one line, then one per cause (most
 * important first), then what still prevents an approval.
 */
export function listRehearsalLines(facts: RehearsalFacts, most = 6): readonly string[] {
  const { rollout, nowSeconds } = facts;
  if (!isUnsent(rollout.state)) return [];
  const rehearsal = findOwn(facts);
  const missing = refuseUnrehearsed(rollout, rehearsal, nowSeconds);
  const needed = missing === undefined ? [] : [explain(missing)];
  if (rehearsal === undefined) return needed;
  const causes = groupRehearsal(rehearsal.results.values());
  const left = causes.length - most;
  return [
    summarizeRehearsal(rehearsal, rollout, nowSeconds),
    ...causes.slice(0, most).map(describeCause),
    ...(left > 0 ? [`${countOf(left, "more cause")}: run sesam-harden ledger log.`] : []),
    ...needed,
  ];
}

function findOwn({ rollout, rehearsal }: RehearsalFacts): Rehearsal | undefined {
  return rehearsal?.rollout === rollout.id ? rehearsal : undefined;
}

/** How many hosts are ready, in a sentence or two. */
export function summarizeRehearsal(
  { state, startedAt, results }: Rehearsal,
  rollout: Rollout,
  nowSeconds: number,
): string {
  const { waves } = rollout;
  const total = waves.flat().length;
  const counts = `${countReady(results.values())} of ${countOf(total, "host")} ready`;
  const isEndedByApproval = isRehearsable(rollout) && rollout.terms.rehearsal !== "required";
  const ends = isEndedByApproval ? " Approving the rollout ends it." : "";
  switch (state.kind) {
    case "done":
      return `Rehearsal: ${counts} as of ${showWhen(startedAt, nowSeconds)}. Transfers are checked again before a host is changed.`;
    case "refused":
      return state.isOldWorkflow
        ? `Not rehearsed. ${explain("workflow-old")}`
        : `Not rehearsed: GitHub refused to start it. ${toPlain(state.detail, 600)}`;
    case "between":
      if (!isRehearsable(rollout)) {
        return `Rehearsal: ${counts}. It ended after wave ${state.wave} of ${waves.length}, when the rollout was approved.`;
      }
      return `Rehearsal: ${counts} after wave ${state.wave} of ${waves.length}.${ends}`;
    default:
      return `Rehearsal running, wave ${state.wave} of ${waves.length}: ${counts} so far.${ends}`;
  }
}

const answerWords: Readonly<Record<RehearsalCause["answer"], string>> = {
  "not-ready": "not ready",
  unknown: "unknown",
  ready: "ready, with a warning",
};

function describeCause({ answer, text, hosts }: RehearsalCause): string {
  return `${capital(answerWords[answer])}: ${listSome(hosts, shownNames)}: ${toPlain(text, 200)}.`;
}

/** Whether the rollout has a rehearsal that may be repeated. */
export function hasRehearsed(facts: RehearsalFacts): boolean {
  const own = findOwn(facts);
  return own !== undefined && !isAtWork(own) && isRehearsable(facts.rollout);
}

/** The buttons for a rollout's state. Who may press them is checked later. */
export function listButtons(facts: StateFacts): readonly Button[] {
  const { rollout, environment } = facts;
  const all = buttonsOf(rollout);
  const again = hasRehearsed(facts) ? [all.rehearse] : [];
  const next = environment.locked === null ? listNext(rollout).map((word) => all[word]) : [];
  switch (rollout.state.kind) {
    case "requested":
      return [all.approve, all.approveNote, all.deny, all.showPlan, ...again, all.withdraw];
    case "approved":
      return [all.showPlan, ...again, all.revoke, all.withdraw, all.abort];
    case "dispatching":
    case "unknown":
    case "running":
      return [all.showPlan, all.abort];
    case "aborting":
      return [all.showPlan];
    case "paused": {
      const lacks = rollout.state.judged > 0 && listMissing(rollout).length > 0;
      return [all.goOn, ...(lacks ? [all.record] : []), all.showPlan, ...again, all.abort];
    }
    case "aborted":
      return [all.resume, ...next, all.showPlan];
    case "succeeded":
      return [...next, ...(offersHands(rollout, facts.nowSeconds) ? [all.abort] : [])];
    default:
      return next;
  }
}

function buttonsOf(rollout: Rollout) {
  const { id: value, environment } = rollout;
  const what = `rollout ${value} (${nameWork(rollout)} ${environment})`;
  return {
    approve: button({
      action: "approve",
      text: "Approve",
      label: `Approve ${what}`,
      value,
      style: "primary",
    }),
    approveNote: button({
      action: "approve-note",
      text: "Approve with a note",
      label: `Approve with a note, ${what}`,
      value,
    }),
    deny: button({ action: "deny", text: "Deny", label: `Deny ${what}`, value, style: "danger" }),
    withdraw: button({ action: "withdraw", text: "Withdraw", label: `Withdraw ${what}`, value }),
    showPlan: button({
      action: "show-plan",
      text: "Show plan",
      label: `Show plan of ${what}`,
      value,
    }),
    rehearse: button({
      action: "rehearse",
      text: "Rehearse again",
      label: `Rehearse again, ${what}`,
      value,
    }),
    goOn: button({ action: "continue", text: "Continue", label: `Continue ${what}`, value }),
    rest: button({
      action: "rest",
      text: "Roll out the rest",
      label: `Roll out the rest of ${what}`,
      value,
    }),
    rollback: button({
      action: "rollback",
      text: "Roll back",
      label: `Roll back ${what}`,
      value,
    }),
    record: button({
      action: "record",
      text: "Record a test",
      label: `Record a test, ${what}`,
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
    }),
  };
}

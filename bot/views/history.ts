import { nameWork } from "../../src/core/report/plan.ts";
import type { RolloutTrace } from "../../src/core/rollout/ledger/ledger.ts";
import type { Rollout } from "../../src/core/rollout/state/rollout.ts";
import type { Block, Message } from "./blocks.ts";
import { context, header, line, rich, section, strong, richWords } from "./builders.ts";
import { message } from "./fit-to-limits.ts";
import { toPlain } from "./escape.ts";
import { describeStop } from "./rollout-state.ts";
import { shortHash, showWhen } from "./phrases.ts";
import { countOf } from "../../src/core/base/text.ts";

export interface PastRollout {
  readonly rollout: Rollout;
  readonly trace: RolloutTrace | undefined;
}

export interface HistoryFacts {
  /** In the order of their requests. */
  readonly rollouts: readonly PastRollout[];
  /** Null: all of them. */
  readonly environment: string | null;
  readonly ledgerCommit: string | null;
  readonly nowSeconds: number;
}

/** Rollouts, newest first. */
export function renderHistory({
  rollouts,
  environment,
  ledgerCommit,
  nowSeconds,
}: HistoryFacts): Message {
  const own = rollouts.filter(
    ({ rollout }) => environment === null || rollout.environment === environment,
  );
  const where = environment === null ? "" : ` of ${environment}`;
  return message({
    head: [header(`Rollouts${where}`), ...(own.length === 0 ? [section("No rollouts yet.")] : [])],
    items: own.toReversed().map((past) => [renderPast(past, nowSeconds)]),
    tail: ledgerCommit === null ? [] : [context(`Ledger commit ${ledgerCommit}.`)],
    rest: (left) => `${countOf(left, "older rollout")}: sesam-harden ledger log shows all.`,
  });
}

/** One rollout in a few lines: work, state, requester and approvers. */
export function renderPast({ rollout, trace }: PastRollout, nowSeconds: number): Block {
  const { id, environment, state, requester, approvals, waves, done, plan } = rollout;
  const when = trace === undefined ? "" : `, ${showWhen(trace.requestedAt, nowSeconds)}`;
  const moved = trace === undefined ? "" : ` Last change ${showWhen(trace.movedAt, nowSeconds)}.`;
  const said = trace?.reason ? ` “${toPlain(trace.reason, 200)}”` : "";
  const failed = state.kind === "failed" ? ` (${toPlain(state.reason, 200)})` : "";
  const isStopped = ["denied", "withdrawn", "revoked"].includes(state.kind);
  const how = isStopped ? describeStop(rollout, trace?.stoppedBy ?? null) : state.kind;
  const by = approvals.join(", ") || "no one";
  return rich(
    line(
      strong(`${id}: ${nameWork(rollout)} in ${environment}, ${how}`),
      richWords(`${failed}.${said} `, 600),
      richWords(`Requested by ${requester}${when}; approved by ${by}. `, 600),
      richWords(`${done.length} of ${countOf(waves.flat().length, "host")} verified.${moved} `),
      richWords(`Plan ${shortHash(plan)}.`),
    ),
  );
}

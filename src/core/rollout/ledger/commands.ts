import { advance } from "../state/transition-table.ts";
import { advanceEnvironment, refuseRequest, type EnvironmentEvent } from "../state/environment.ts";
import { nextRollout, type HostFile } from "./entry.ts";
import type { Plan } from "../plan/plan.ts";
import { recordHand, type HandRecord } from "../state/by-hand.ts";
import { newEnvironment } from "../state/records.ts";
import type { Rollout, RolloutEvent, RolloutTerms } from "../state/rollout.ts";
import { findDriftNews, type DriftNews, type DriftSight } from "./drift-record.ts";
import { findNews, refuseCard, type CardMove, type FleetSight } from "./fleet-observations.ts";
import type { LedgerCommand } from "./writer.ts";
import type { TransitionContext } from "../state/transition-context.ts";
import type { HostWire } from "../../verify/parse-report.ts";
import type { HostKey } from "../state/host-keys.ts";
import type { RehearsalEvent } from "../state/rehearsal.ts";

/** What a decision depends on outside of the ledger; read again for each decision. */
export type ExternalFacts = Omit<TransitionContext, "at" | "environment" | "rehearsal">;

export interface RolloutRequest {
  readonly by: string;
  readonly plan: Plan;
  /** Canonical text of the plan, and its digest. */
  readonly text: string;
  readonly digest: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly terms: RolloutTerms;
  /** Purpose, as the requester stated it. */
  readonly purpose?: string;
  /** Bytes of the files that the plan deploys, stored so that they are there once verified. */
  readonly files?: readonly string[];
}

export function requestRollout(request: RolloutRequest): LedgerCommand {
  const { by, plan, text, digest, expiresAt, terms, purpose = "", files = [] } = request;
  const { environment, phase, waves, byHand = [] } = plan;
  return ({ environments, rollouts }, { at }) =>
    refuseRequest(environments.get(environment) ?? newEnvironment(environment), at) ?? {
      by,
      plan: text,
      files,
      event: {
        kind: "request",
        rollout: nextRollout(plan, { rollouts }),
        environment,
        phase,
        plan: digest,
        waves,
        ...(byHand.length === 0 ? {} : { byHand: byHand.map(({ name }) => name) }),
        expiresAt,
        terms,
        purpose,
        ...(plan.restores === undefined ? {} : { restores: true }),
      },
    };
}

export interface RolloutMove {
  readonly rollout: string;
  readonly event: RolloutEvent;
  /** The person who requested it; null if the controller acts by itself. */
  readonly by: string | null;
  /** When a wave is evaluated: its verified files, and their bytes. */
  readonly proven?: readonly HostFile[];
  readonly files?: readonly string[];
}

/** Nothing outside of the ledger blocks: what is refused even then needs no requests. */
const open: ExternalFacts = {
  standingOf: () => ({ isKnown: true, group: "member", own: "no" }),
  target: "same",
  window: "none",
  closing: "ready",
  predecessor: "ready",
  search: "nothing-found",
};

/**
 * Applies the state machine to the current ledger and current outside facts. If the ledger alone
 * already refuses, such as during the soak time, no request is made for outside facts.
 */
export function moveRollout(
  { rollout: id, event, by, proven = [], files = [] }: RolloutMove,
  look: (rollout: Rollout) => ExternalFacts | Promise<ExternalFacts>,
): LedgerCommand {
  return async ({ rollouts, environments, rehearsals }, { at }) => {
    const rollout = rollouts.get(id);
    if (rollout === undefined) return "rollout-unknown";
    const { environment: name } = rollout;
    const environment = environments.get(name) ?? newEnvironment(name);
    const known = { at, environment, rehearsal: rehearsals.get(name) };
    const early = advance(rollout, event, { ...open, ...known });
    if (early.kind === "refused") return early.reason;
    const decided = advance(rollout, event, { ...(await look(rollout)), ...known });
    if (decided.kind === "refused") return decided.reason;
    return { by, event: { kind: "rollout", rollout: id, event, proven }, files };
  };
}

export function moveEnvironment(
  environment: string,
  event: EnvironmentEvent,
  look: () => TransitionContext["standingOf"] | Promise<TransitionContext["standingOf"]>,
): LedgerCommand {
  return async ({ environments }, { at }) => {
    const record = environments.get(environment) ?? newEnvironment(environment);
    const decided = advanceEnvironment(record, event, { at, standingOf: await look() });
    if (decided.kind === "refused") return decided.reason;
    return { by: event.by, event: { kind: "environment", environment, event } };
  };
}

/** Records that a person saw a file on a host that is changed by hand. */
export function recordByHand(
  rollout: string,
  { host, file, by }: Omit<HandRecord, "at">,
): LedgerCommand {
  return ({ rollouts }, { at }) => {
    const known = rollouts.get(rollout);
    if (known === undefined) return "rollout-unknown";
    const recorded = recordHand(known, { host, file, by, at });
    if (typeof recorded === "string") return recorded;
    return { by, event: { kind: "by-hand", rollout, host, file } };
  };
}

/** Records the files on hosts; refused if the ledger already has them. */
export function seeHosts(hosts: readonly HostFile[], files: readonly string[]): LedgerCommand {
  return ({ hosts: known }) => {
    const fresh = hosts.filter(({ host, file }) => known.get(host)?.file !== file);
    if (fresh.length === 0) return "nothing-to-do";
    return { by: null, event: { kind: "see", hosts: fresh }, files };
  };
}

/** Records with which keys hosts sign their reports; refused if the ledger already has them. */
export function publishKeys(published: readonly HostKey[]): LedgerCommand {
  return ({ keys }) => {
    const hosts = published.filter(({ host, kid, x }) => {
      const known = keys.get(host);
      return known?.kid !== kid || known.x !== x;
    });
    return hosts.length === 0 ? "nothing-to-do" : { by: null, event: { kind: "keys", hosts } };
  };
}

/** Records what changed in the results of a run of verify. */
export function recordSight(
  { run, began, at }: Required<Pick<FleetSight, "run" | "began" | "at">>,
  seen: readonly HostWire[],
): LedgerCommand {
  return ({ wire }) => {
    if (wire.last !== null && run <= wire.last.run) return "verified-already";
    return { by: null, event: { kind: "verify", run, began, at, ...findNews(wire, seen) } };
  };
}

/**
 * Claims a drift announcement before it is posted, so that only one of several callers posts.
 * Refused if nothing is new, or if a newer run was recorded.
 */
export function claimDrift(
  { environment, run, at }: Pick<DriftNews, "environment" | "run" | "at">,
  sights: readonly DriftSight[],
): LedgerCommand {
  return ({ drift, wire }) => {
    if (wire.last?.run !== run) return "verified-already";
    const news = findDriftNews(drift.get(environment)?.hosts ?? new Map(), sights, at);
    if (news.appeared.length + news.resolved.length === 0) return "nothing-to-do";
    return { by: null, event: { kind: "drift", environment, run, at, ...news } };
  };
}

/** Records a reminder before it is sent, so that only one of several callers reminds approvers. */
export function remindApprovers(rollout: string): LedgerCommand {
  return ({ traces }) => {
    const trace = traces.get(rollout);
    if (trace === undefined) return "rollout-unknown";
    return trace.isReminded ? "reminded-already" : { by: null, event: { kind: "remind", rollout } };
  };
}

export interface RehearsalMove {
  readonly rollout: string;
  readonly event: RehearsalEvent;
  /** The person who requested it; null if the controller acts by itself. */
  readonly by: string | null;
  /** Entry number of the dispatch it refers to; undefined for a new one. */
  readonly of?: number;
}

/** Records a step of a rehearsal; replaying the entry refuses steps that are not allowed. */
export function moveRehearsal({ rollout: id, event, by, of }: RehearsalMove): LedgerCommand {
  return ({ rollouts, rehearsals }) => {
    const sent = rehearsals.get(rollouts.get(id)?.environment ?? "")?.sent;
    if (of !== undefined && sent?.sequence !== of) return "wrong-wave";
    return { by, event: { kind: "rehearsal", rollout: id, event } };
  };
}

/** Records the message of a rollout's card; refused if the ledger has a different one. */
export function bindCard(move: CardMove): LedgerCommand {
  return ({ rollouts, cards }) => {
    if (!rollouts.has(move.rollout)) return "rollout-unknown";
    return (
      refuseCard(cards.get(move.rollout), move) ?? { by: null, event: { kind: "card", ...move } }
    );
  };
}

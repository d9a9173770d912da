import { nameWork } from "../../src/core/report/plan.ts";
import { showMinute } from "../../src/core/base/dates.ts";
import type { RolloutTrace } from "../../src/core/rollout/ledger/ledger.ts";
import {
  isOver,
  type HandState,
  type HostOutcome,
  type Rollout,
} from "../../src/core/rollout/state/rollout.ts";
import type { FleetObservation } from "../../src/core/rollout/ledger/fleet-observations.ts";
import {
  awaitsHands,
  countRecorders,
  isApproved,
  offersHands,
} from "../../src/core/rollout/state/by-hand.ts";
import type { Block, Button, Link, Message } from "./blocks.ts";
import { actions, button, context, facts, header, linkLine, mrkdwn, section } from "./builders.ts";
import { message } from "./fit-to-limits.ts";
import {
  listButtons,
  listMissing,
  describeState,
  type StateFacts,
  listRehearsalLines,
} from "./rollout-state.ts";
import { toName } from "./escape.ts";
import { outcomeWords, phaseWords, shortHash, showWhen } from "./phrases.ts";
import { countOf } from "../../src/core/base/text.ts";

export interface CardFacts extends StateFacts {
  /** Results of the newest verify run. */
  readonly wire: FleetObservation;
  readonly trace: RolloutTrace | undefined;
  /** Commit of the ledger that the card was drawn from. */
  readonly ledgerCommit: string;
  /** The newest run of its waves. */
  readonly links: readonly Link[];
  /** While it waits for approval: risks and refused hosts of the plan, as its requester saw them. */
  readonly concerns: readonly Block[];
}

/** The card of a rollout, from its request to its end. */
export function renderRolloutCard(card: CardFacts): Message {
  const { rollout, ledgerCommit } = card;
  const { state, waves, id } = rollout;
  const { words, reasons } = describeState(card);
  const start = Math.max(0, Math.min(currentWave(card) - 2, waves.length - 1));
  const where = isOver(state) ? "see the ledger" : "see Show plan";
  return message({
    head: [
      header(`Rollout ${id}: ${nameWork(rollout)} in ${rollout.environment}`),
      section(words),
      // People decide with it, so it comes before what they are asked to do.
      ...listRehearsalLines(card).map((text, index) =>
        index === 0 ? section(text) : context(text),
      ),
      ...reasons.map((text) => context(text)),
      ...linkLine(card.links),
      describeFacts(card),
      ...describePurpose(rollout),
      ...describeApprovals(card),
      ...card.concerns,
      ...(start > 0 ? [context(`${countOf(start, "earlier wave")}: ${where}.`)] : []),
    ],
    items: waves
      .slice(start)
      .map((names, index) => [section(describeWave({ names, number: start + index + 1, card }))]),
    tail: [
      ...describeHands(card).map(section),
      ...describeExpiry(rollout),
      ...actions([...listButtons(card), ...listHandButtons(rollout, card.nowSeconds)]),
      context(`Ledger commit ${ledgerCommit}.`),
    ],
    rest: (left) => `${countOf(left, "more wave")}: ${where}.`,
  });
}

function describeFacts({ rollout }: CardFacts): Block {
  const { phase, plan, requester, approvals, terms, waves, done, state } = rollout;
  const hosts = waves.flat().length;
  const { byHand = [] } = rollout;
  const verified = byHand.filter((hand) => hand.verified !== null).length;
  const counts = [
    ...(hosts > 0
      ? [`${done.length} of ${hosts} verified, in ${countOf(waves.length, "wave")}`]
      : []),
    ...(byHand.length > 0 ? [`${verified} of ${byHand.length} verified by hand`] : []),
  ];
  const by = approvals.length > 0 ? ` (${approvals.join(", ")})` : "";
  return facts([
    rollout.restores === true
      ? ["Phase", "rollback, restores the files that were verified before"]
      : ["Phase", `${phase}, ${phaseWords[phase]}`],
    ["Requested by", requester],
    ["Approvals", `${approvals.length} of ${terms.approvals}${by}`],
    ["Plan digest", shortHash(plan)],
    ["Hosts", counts.join("; ")],
    ["Failures allowed in a wave", String(terms.maxFailures)],
    ...(isOver(state) ? [] : describeRecorded(rollout)),
  ]);
}

function describeRecorded(rollout: Rollout): readonly (readonly [string, string])[] {
  const { terms, recorded, state } = rollout;
  if (terms.record.length === 0) return [];
  if (state.kind !== "paused" || state.judged === 0) {
    return [["Tests required between waves", terms.record.join(", ")]];
  }
  const missing = listMissing(rollout);
  return [
    [
      "Tests since the last wave",
      [
        recorded.join(", ") || "none recorded",
        ...(missing.length > 0 ? [`still missing: ${missing.join(", ")}`] : []),
      ].join("; "),
    ],
  ];
}

/** Text of other people is quoted, and never placed right next to the buttons. */
function describePurpose({ purpose }: Rollout): readonly Block[] {
  return purpose === "" ? [] : [context(`Reason given by the requester: “${purpose}”`)];
}

/** Slack renders the time left itself, so the card need not be redrawn each minute. */
function describeExpiry({ expiresAt, state }: Rollout): readonly Block[] {
  if (isOver(state)) return [];
  const left = `<!date^${expiresAt}^{ago}, at {time} your time|unless it is done by then>`;
  return [{ type: "context", elements: [mrkdwn(`Expires ${showMinute(expiresAt)} (${left}).`)] }];
}

const shownApprovals = 5;

/** Recorded approvals: who, when, and with which note. */
function describeApprovals({ trace }: CardFacts): readonly Block[] {
  return (trace?.approvals ?? []).slice(-shownApprovals).map(({ by, at, note }) => {
    return context(`Approved by ${by}, ${showMinute(at)}${note === "" ? "." : `: “${note}”`}`);
  });
}

/** The wave that is running or comes next; for a finished rollout, the last one evaluated. */
function currentWave({ rollout, trace }: CardFacts): number {
  const { state, waves } = rollout;
  if ("wave" in state) return state.wave;
  if ("judged" in state) return state.judged + 1;
  return waves.findLastIndex((names) => names.some((name) => trace?.results.has(name))) + 1;
}

interface ShownWave {
  readonly names: readonly string[];
  readonly number: number;
  readonly card: CardFacts;
}

const shownHosts = 12;

/** Failed groups come first, so that shortening omits only hosts that are fine. */
function describeWave({ names, number, card }: ShownWave): string {
  const { rollout, trace } = card;
  let room = shownHosts;
  const done = new Set(rollout.done);
  // Results of an earlier attempt no longer count once the wave runs again.
  const isOld = (name: string): boolean => isAtWork(rollout, number) && !done.has(name);
  const groups = order.flatMap((outcome): readonly string[] => {
    const results = names.flatMap((name): readonly ShownResult[] => {
      const result = isOld(name) ? undefined : trace?.results.get(name);
      return result?.outcome === outcome ? [{ name, reason: result?.reason ?? "" }] : [];
    });
    if (results.length === 0) return [];
    const words = outcome === undefined ? describeOpen(rollout, number) : outcomeWords[outcome];
    const shown = results.slice(0, room).map(describeHost);
    room -= shown.length;
    const left = results.length - shown.length;
    const more = left > 0 ? [`${left} more`] : [];
    return [`${results.length} ${words}: ${[...shown, ...more].join(", ")}.`];
  });
  return `Wave ${number} of ${rollout.waves.length}: ${groups.join(" ")}`;
}

interface ShownResult {
  readonly name: string;
  readonly reason: string;
}

const order: readonly (HostOutcome | undefined)[] = [
  "bad",
  "unknown",
  "not-started",
  undefined,
  "good",
];

function describeHost({ name, reason }: ShownResult): string {
  return `${toName(name, 60)}${reason === "" ? "" : ` (${toName(reason, 40)})`}`;
}

function isAtWork({ state }: Rollout, wave: number): boolean {
  return "wave" in state && state.wave === wave;
}

function describeOpen(rollout: Rollout, wave: number): string {
  if (!isAtWork(rollout, wave)) return "not started";
  const { state } = rollout;
  return state.kind === "running" || state.kind === "aborting" ? "running" : "starting";
}

/** Each host that is changed by hand, and what is missing until it is verified. */
function describeHands(card: CardFacts): readonly string[] {
  const hands = card.rollout.byHand ?? [];
  return hands.map((hand) => `${toName(hand.host, 60)}, by hand: ${describeHand(hand, card)}`);
}

function describeHand(hand: HandState, { rollout, wire, nowSeconds }: CardFacts): string {
  const { recordedBy, recordedAt, verified } = hand;
  const by = recordedBy.join(" and ");
  if (verified !== null) {
    return `verified, recorded by ${by}, scanned ${showWhen(verified.at, nowSeconds)}.`;
  }
  if (!isApproved(rollout)) {
    if (rollout.state.kind === "requested") return "starts once this rollout is approved.";
    // It was changed while the approval still counted.
    return recordedBy.length === 0
      ? "not approved."
      : `recorded by ${by}, but the approval no longer counts, so it is not verified. Plan again.`;
  }
  if (nowSeconds >= rollout.expiresAt)
    return "not verified before the rollout expired. Nothing failed: plan again.";
  if (recordedBy.length === 0) {
    if (!offersHands(rollout, nowSeconds)) {
      return `don't change it: the rollout was stopped. If it was changed before, type /sesam-harden record ${toName(hand.host, 60)} SHA256.`;
    }
    return `waiting for its record. Run its script, then type /sesam-harden record ${toName(hand.host, 60)} SHA256.`;
  }
  if (recordedBy.length < countRecorders(rollout.phase)) {
    return `recorded by ${by}; a second person must record it too.`;
  }
  return `recorded by ${by}; waiting for a scan that starts after that. Press Check now.${describeScan(hand.host, recordedAt ?? 0, wire)}`;
}

/** Why the newest scan did not confirm the record; empty if it started before the record. */
function describeScan(host: string, recordedAt: number, { last, hosts }: FleetObservation): string {
  if (last === null || last.at < recordedAt) return "";
  const seen = hosts.get(host);
  if (seen === undefined) return " The newest scan did not include it.";
  const rules = seen.rules.length === 0 ? "" : ` (${seen.rules.join(", ")})`;
  return ` The newest scan reports it as ${seen.verdict}${rules}.`;
}

function listHandButtons(rollout: Rollout, nowSeconds: number): readonly Button[] {
  if (!awaitsHands(rollout, nowSeconds)) return [];
  const { id: value, phase, environment } = rollout;
  const what = `rollout ${value} (${phase} ${environment})`;
  const script = button({
    action: "runbook",
    text: "Show runbook",
    label: `Show runbook of ${what}`,
    value,
  });
  return [
    ...(offersHands(rollout, nowSeconds) ? [script] : []),
    button({ action: "check-now", text: "Check now", label: `Scan the hosts of ${what}`, value }),
  ];
}

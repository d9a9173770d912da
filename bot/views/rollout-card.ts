import { countOf } from "../../src/core/report/count.ts";
import type { RolloutTrace } from "../../src/core/rollout/ledger.ts";
import {
  outcomes,
  type HostResult,
  type Outcome,
  type Rollout,
} from "../../src/core/rollout/rollout.ts";
import type { Block, Message } from "./blocks.ts";
import { actions, context, facts, header, section } from "./builders.ts";
import { message } from "./page.ts";
import { listButtons, listMissing, tellState, type StateFacts } from "./states.ts";
import { toName } from "./text.ts";
import { explain, outcomeWords, phaseWords, shortHash, showWhen } from "./words.ts";

export interface CardFacts extends StateFacts {
  readonly trace: RolloutTrace | undefined;
  /** Commit of the ledger that the card was drawn from. */
  readonly ledgerCommit: string;
}

/** The live card of a rollout, from its request to its end. */
export function drawRolloutCard(card: CardFacts): Message {
  const { rollout, ledgerCommit } = card;
  const { state, waves, id } = rollout;
  const { words, reason } = tellState(card);
  const because = reason === null ? [] : [context(explain(reason))];
  const start = Math.max(0, Math.min(currentWave(card) - 2, waves.length - 1));
  const tail: readonly Block[] = [
    ...actions(listButtons(rollout)),
    context(`Ledger commit ${ledgerCommit}.`),
  ];
  return message({
    head: [
      header(`Rollout ${id}: ${rollout.phase} in ${rollout.environment}`),
      section(words),
      ...because,
      tellFacts(card),
      ...tellPurpose(rollout),
    ],
    items: waves
      .slice(start)
      .map((names, index) => [section(tellWave({ names, number: start + index + 1, card }))]),
    tail: state.kind === "failed" ? [...tellFailed(card), ...tail] : tail,
    rest: (left) => `${countOf(left + start, "more wave")}: Show plan lists all.`,
  });
}

function tellFacts({ rollout, now }: CardFacts): Block {
  const { phase, plan, requester, approvals, terms, expiresAt, waves, done, recorded } = rollout;
  const hosts = waves.flat().length;
  const by = approvals.length > 0 ? ` (${approvals.join(", ")})` : "";
  const lacks = listMissing(rollout);
  return facts([
    ["Phase", `${phase}, ${phaseWords[phase]}`],
    ["Requested by", requester],
    ["Approvals", `${approvals.length} of ${terms.approvals}${by}`],
    ["Plan digest", shortHash(plan)],
    ["Hosts", `${done.length} of ${hosts} proven, in ${countOf(waves.length, "wave")}`],
    ["Failures allowed in a wave", String(terms.maxFailures)],
    ["Expires", showWhen(expiresAt, now)],
    ...(terms.record.length === 0
      ? []
      : ([
          [
            "Recorded since the last wave",
            `${recorded.join(", ") || "nothing"}; asked for: ${lacks.join(", ") || "nothing more"}`,
          ],
        ] as const)),
  ]);
}

/** Foreign words stand in quotes, and never right beside the buttons. */
function tellPurpose({ purpose }: Rollout): readonly Block[] {
  return purpose === "" ? [] : [context(`Purpose, in the requester's words: “${purpose}”`)];
}

function tellFailed({ rollout, environment }: CardFacts): readonly Block[] {
  const { locked } = environment;
  if (locked?.rollout !== rollout.id) return [];
  return [context(`The environment is locked: ${locked.reason}.`)];
}

/** The wave that is at work or comes next; when it is over, the last one that was judged. */
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

/** Those that went wrong come first, so that a cut leaves out what is well. */
function tellWave({ names, number, card }: ShownWave): string {
  const { rollout, trace } = card;
  const results = names.map((name) => ({ name, result: trace?.results.get(name) }));
  const counts = outcomes.flatMap((outcome): readonly string[] => {
    const count = results.filter(({ result }) => result?.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcomeWords[outcome]}`];
  });
  const open = results.filter(({ result }) => result === undefined).length;
  const rest = open === 0 ? [] : [`${open} ${tellOpen(rollout, number)}`];
  const sorted = results.toSorted((left, right) => rank(left.result) - rank(right.result));
  const shown = sorted
    .slice(0, shownHosts)
    .map(({ name, result }) => `${toName(name, 60)} ${tellResult(result, rollout, number)}`);
  const left = sorted.length - shown.length;
  const more = left > 0 ? `; and ${countOf(left, "more host")}` : "";
  const size = countOf(names.length, "host");
  return `Wave ${number}, ${size}: ${[...counts, ...rest].join(", ")}. ${shown.join("; ")}${more}.`;
}

const badness: readonly (Outcome | undefined)[] = [
  "bad",
  "unknown",
  "not-started",
  undefined,
  "good",
];

function rank(result: HostResult | undefined): number {
  return badness.indexOf(result?.outcome);
}

function tellResult(result: HostResult | undefined, rollout: Rollout, wave: number): string {
  if (result === undefined) return tellOpen(rollout, wave);
  const why = result.reason === "" ? "" : ` (${toName(result.reason, 40)})`;
  return `${outcomeWords[result.outcome]}${why}`;
}

function tellOpen({ state }: Rollout, wave: number): string {
  const isAtWork = "wave" in state && state.wave === wave;
  if (!isAtWork) return "not begun";
  return state.kind === "running" || state.kind === "aborting" ? "at work" : "being sent";
}

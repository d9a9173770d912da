import { listShownHosts, nameWork, type PlanReport } from "../../src/core/report/plan.ts";
import {
  type Rollout,
  recordKinds,
  type RecordKind,
} from "../../src/core/rollout/state/rollout.ts";
import { rolloutDecoder } from "../../src/core/formats/json/decode.ts";
import type { Block, ModalView } from "./blocks.ts";
import { actions, button, context, facts, plain, section } from "./builders.ts";
import { countCharacters, viewRoom } from "./fit-to-limits.ts";
import { renderConcerns, renderPlanHead, renderShownHost, renderWaves } from "./plan.ts";
import { listMissing } from "./rollout-state.ts";
import { shortHash } from "./phrases.ts";

/** `callback_id` of each modal, and the ids by which its inputs are read. */
export const modals = {
  approve: { callback: "approve", block: "note", input: "note" },
  deny: { callback: "deny", block: "reason", input: "reason" },
  abort: { callback: "abort", block: "reason", input: "reason" },
  record: { callback: "record", block: "what", input: "what" },
  plan: { callback: "show-plan" },
} as const;

const maxReasonLength = 500;

const reasonWords = {
  approve: { title: "Approve this rollout", submit: "Approve", close: "Not yet", effect: [] },
  deny: { title: "Deny this rollout", submit: "Deny", close: "Leave as it is", effect: [] },
  abort: {
    title: "Abort this rollout",
    submit: "Abort",
    close: "Let it continue",
    effect: ["Running hosts finish, and no other host starts."],
  },
} as const;

/** Asks for a reason, which denying and aborting require, or for the optional note of an approval. */
export function renderReasonModal(kind: keyof typeof reasonWords, rollout: Rollout): ModalView {
  const { callback, block, input } = modals[kind];
  const { title, submit, close, effect } = reasonWords[kind];
  return {
    type: "modal",
    callback_id: callback,
    private_metadata: rollout.id,
    title: plain(title, 24),
    submit: plain(submit, 24),
    close: plain(close, 24),
    blocks: [
      ...describeRollout(rollout),
      ...effect.map(section),
      {
        type: "input",
        block_id: block,
        label: plain(kind === "approve" ? "Note" : "Why?"),
        hint: plain("The requester sees it, and the ledger records it."),
        ...(kind === "approve" ? { optional: true } : {}),
        element: {
          type: "plain_text_input",
          action_id: input,
          multiline: true,
          min_length: 1,
          max_length: maxReasonLength,
        },
      },
    ],
  };
}

const recordWords: Readonly<Record<RecordKind, string>> = {
  backup: "A backup over HTTPS worked",
  restore: "A restore over HTTPS worked",
  migration: "A migration over HTTPS worked",
  abort: "Aborting a task over HTTPS worked",
};

/** Asks which test succeeded: backup, restore, migration or abort. Offers only those still missing. */
export function renderRecordModal(rollout: Rollout): ModalView {
  const { callback, block, input } = modals.record;
  const missing = recordKinds.filter((kind) => listMissing(rollout).includes(kind));
  const common = {
    type: "modal",
    callback_id: callback,
    private_metadata: rollout.id,
    title: plain("What worked?", 24),
    close: plain("Close", 24),
  } as const;
  if (missing.length === 0) {
    return {
      ...common,
      blocks: [...describeRollout(rollout), section("Nothing left to record.")],
    };
  }
  const options = missing.map((kind) => ({ text: plain(recordWords[kind], 75), value: kind }));
  return {
    ...common,
    submit: plain("Record", 24),
    blocks: [
      ...describeRollout(rollout),
      {
        type: "input",
        block_id: block,
        label: plain("Which of these did you test with the hosts of the last wave?"),
        hint: plain("A TLS handshake is not a backup: record only what you saw succeed."),
        element: { type: "radio_buttons", action_id: input, options },
      },
    ],
  };
}

export interface PlanPage {
  readonly report: PlanReport;
  /** Id of the rollout. */
  readonly rollout: string;
  /** Results of the rehearsal, one line each. */
  readonly rehearsed: readonly string[];
  /** Counts from 1; one that does not exist becomes the nearest that does. */
  readonly page: number;
}

const pageRoom = { blocks: 40, characters: 30_000 };

/** The plan of a rollout with all its diffs, page by page. */
export function renderPlanModal({ report, rollout, rehearsed, page }: PlanPage): ModalView {
  const pages = splitPages([
    ...[
      ...renderPlanHead(report),
      ...rehearsed.map((text) => section(text)),
      ...renderConcerns(report),
      ...renderWaves(report),
    ].map((block) => [block]),
    ...listShownHosts(report).map((shown) =>
      renderShownHost(shown, { most: 60, findings: shown.change.findings }),
    ),
  ]);
  const number = Math.max(1, Math.min(page, pages.length));
  const turn = (to: number, text: string): readonly Block[] =>
    to < 1 || to > pages.length
      ? []
      : actions([
          button({
            action: "show-plan",
            text,
            label: `${text}, page ${to} of ${pages.length}`,
            value: planValue(rollout, to),
          }),
        ]);
  return {
    type: "modal",
    callback_id: modals.plan.callback,
    private_metadata: rollout,
    title: plain("Plan", 24),
    close: plain("Close", 24),
    blocks: [
      ...(pages[number - 1] ?? []),
      context(`Page ${number} of ${pages.length}. Digest ${shortHash(report.digest)}.`),
      ...turn(number - 1, "Previous page"),
      ...turn(number + 1, "Next page"),
    ],
  };
}

function splitPages(items: readonly (readonly Block[])[]): readonly (readonly Block[])[] {
  const pages: Block[][] = [];
  let characters = Infinity;
  for (const item of items) {
    const weight = countCharacters(item);
    const last = pages.at(-1);
    const isFull =
      last === undefined ||
      last.length + item.length > Math.min(pageRoom.blocks, viewRoom.blocks) ||
      characters + weight > pageRoom.characters;
    if (isFull) pages.push([...item]);
    else last.push(...item);
    characters = isFull ? weight : characters + weight;
  }
  return pages;
}

/** Value of a page button: rollout and page. */
export function planValue(rollout: string, page: number): string {
  return `${rollout}#${page}`;
}

/** Undefined for an invalid value. The button of a card names only the rollout. */
export function readPlanValue(
  value: string,
): { readonly rollout: string; readonly page: number } | undefined {
  const [, id = "", page = "1"] = /^([^#]+)(?:#(\d{1,6}))?$/.exec(value) ?? [];
  const rollout = rolloutDecoder(id);
  return rollout === undefined ? undefined : { rollout, page: Number(page) };
}

function describeRollout(rollout: Rollout): readonly Block[] {
  const { id, environment, requester, plan } = rollout;
  return [
    facts([
      ["Rollout", `${id}, ${nameWork(rollout)} in ${environment}`],
      ["Requested by", requester],
      ["Plan digest", shortHash(plan)],
    ]),
  ];
}

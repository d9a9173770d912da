import { expect, test } from "vitest";
import { createCards, type CardTools } from "../../bot/loops/card-loop.ts";
import { callApprovers, type NoticeTools } from "../../bot/loops/notifications.ts";
import type { Controller } from "../../bot/controller/controller.ts";
import type { Rollout } from "../../src/core/rollout/state/rollout.ts";
import { createLog } from "../../bot/runtime/log.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import type { LedgerState } from "../../src/core/rollout/ledger/reader.ts";
import { makeLedger, nowSeconds, traceOf } from "../support/builders/bot-fleet.ts";
import { renderDiff } from "../../src/adapters/unified-diff.ts";
import { renderConcerns } from "../../bot/views/plan.ts";
import { planOf } from "../support/builders/rollout.ts";
import type { Ledger } from "../../src/core/rollout/ledger/ledger.ts";
import { makeRollout, makeSituation, states } from "../support/builders/rollout-states.ts";

const report = { ...planOf({ rds1: {}, s1: { facts: "role = server\n" } }), renderDiff };
const ids = ["2026-11-1", "2026-11-2", "2026-11-3"];

function makeCards(
  change: Partial<CardTools> = {},
  about: Partial<Rollout> = {},
  known: Partial<Ledger> = {},
) {
  const rollouts = ids.map((id, index) => makeRollout({ id, environment: `e${index}`, ...about }));
  const ledger = makeLedger({
    rollouts: new Map(rollouts.map((rollout) => [rollout.id, rollout])),
    traces: new Map(rollouts.map((rollout) => [rollout.id, traceOf(rollout)])),
    ...known,
  });
  const state: LedgerState = { commit: "c", ledger, listing: new Map(), last: undefined };
  const posted: string[] = [];
  const cards = createCards({
    writer: {
      read: async () => state,
      write: async () => ({ kind: "refused", reason: "nothing-to-do" }),
    } as CardTools["writer"],
    chat: {
      post: async (_, { text }) => {
        posted.push(/2026-11-\d/.exec(text)?.[0] ?? "");
        return { kind: "posted", message: "1.1" };
      },
      update: async () => ({ kind: "updated" }),
      remove: async () => {},
    },
    channel: "C1",
    nowSeconds: () => nowSeconds,
    log: createLog("silent"),
    readPlan: async () => report,
    settings: { github: { apiUrl: "https://api.github.com", owner: "o", repo: "r" } },
    hindranceOf: () => null,
    onPosted: async () => {},
    ...change,
  });
  return { cards, posted };
}

test("a card that cannot be drawn does not stop others, and is reported", async () => {
  const { cards, posted } = makeCards({
    hindranceOf: (id) => {
      if (id === ids[0]) throw new TypeError("of another shape");
      return null;
    },
  });
  const first = cards.expect(ids[0] ?? "");
  expect(await cards.keep()).toBe(0);
  expect(posted).toEqual(ids.slice(1));
  expect(await first).toBe("unforeseen");
  expect([...cards.troubles()]).toEqual([[ids[0], "unforeseen"]]);
});

test("the card of a rollout requested here comes first", async () => {
  const { cards, posted } = makeCards();
  const last = cards.expect(ids[2] ?? "");
  await cards.keep();
  expect(posted).toEqual([ids[2], ids[0], ids[1]]);
  expect(await last).toBeUndefined();
});

test("people who wait for a card are told that the ledger cannot be read", async () => {
  const broke = new HardenError("broke", "no answer", "");
  const read = async (): Promise<never> => {
    throw broke;
  };
  const { cards } = makeCards({ writer: { read } as unknown as CardTools["writer"] });
  const waited = cards.expect("2026-11-1");
  await expect(cards.keep()).rejects.toBe(broke);
  expect(await waited).toBe("ledger");
});

test("a card that waits for approval shows the plan's objections", async () => {
  const drawn: string[] = [];
  const post: CardTools["chat"]["post"] = async (_, { blocks }) => {
    drawn.push(JSON.stringify(blocks));
    return { kind: "posted", message: "1.1" };
  };
  const { cards } = makeCards({ chat: { post } as CardTools["chat"] }, { state: states.requested });
  await cards.keep();
  const concerns = JSON.stringify(renderConcerns(report)).slice(1, -1);
  expect(concerns).toContain(
    "this is a Server: while it restarts, no backup of its clients starts",
  );
  expect(drawn[0]).toContain(concerns);
});

test("a card whose plan cannot be read says so, and is redrawn later", async () => {
  const drawn: string[] = [];
  let isReadable = false;
  const state: Partial<Ledger> = {
    cards: new Map(ids.map((id) => [id, { channel: "C1", message: id }])),
  };
  const update: CardTools["chat"]["update"] = async (_, { text }) => {
    drawn.push(text);
    return { kind: "updated" };
  };
  let seconds = nowSeconds;
  const { cards } = makeCards(
    {
      chat: { update } as CardTools["chat"],
      nowSeconds: () => seconds,
      readPlan: async () => {
        if (!isReadable) throw new HardenError("broke", "no answer", "");
        return report;
      },
    },
    { state: states.requested },
    state,
  );
  expect(await cards.keep()).toBe(30_000);
  expect(drawn[0]).toContain("Press Show plan before you approve.");
  isReadable = true;
  seconds += 30;
  expect(await cards.keep()).toBeUndefined();
  expect(drawn.length).toBe(2 * ids.length);
  expect(drawn.at(-1)).toContain("Risk: the service of SEP sesam restarts (all hosts).");
});

test.each([
  { state: states.requested, approvals: [], calls: 1 },
  { state: states.approved, approvals: ["ben"], calls: 0 },
  { state: states.running, approvals: ["ben"], calls: 0 },
  { state: states.succeeded, approvals: ["ben"], calls: 0 },
])(
  "a card mentions possible approvers while it waits: $state.kind",
  async ({ calls, ...about }) => {
    const rollout = makeRollout(about);
    const { id } = rollout;
    const ledger = makeLedger({
      rollouts: new Map([[id, rollout]]),
      traces: new Map([[id, traceOf(rollout)]]),
      cards: new Map([[id, { channel: "C1", message: "1.1" }]]),
    });
    const controller = {
      writer: { read: async () => ({ ledger }) },
      context: { standings: async () => makeSituation().standingOf },
      nowSeconds: () => nowSeconds,
    } as unknown as Controller;
    const said: string[] = [];
    const chat: NoticeTools["chat"] = {
      permalink: async () => undefined,
      post: async (_, { text }) => {
        said.push(text);
        return { kind: "posted", message: "1.2" };
      },
    };
    const settings = {
      persons: new Map(),
      github: { apiUrl: "https://api.github.com", owner: "o", repo: "r" },
    } as unknown as NoticeTools["settings"];
    await callApprovers(id, { controller, settings, chat, isAgain: false });
    expect(said).toHaveLength(calls);
  },
);

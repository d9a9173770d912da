import { expect, test } from "vitest";
import { createCards, type CardTools } from "../../bot/loops/card-loop.ts";
import { createLog } from "../../bot/runtime/log.ts";
import { HardenError } from "../../src/core/base/errors.ts";
import type { LedgerState } from "../../src/core/rollout/ledger/reader.ts";
import { makeLedger, nowSeconds, traceOf } from "../support/builders/bot-fleet.ts";
import { makeRollout } from "../support/builders/rollout-states.ts";

const ids = ["2026-11-1", "2026-11-2", "2026-11-3"];

function makeCards(change: Partial<CardTools> = {}) {
  const rollouts = ids.map((id, index) => makeRollout({ id, environment: `e${index}` }));
  const ledger = makeLedger({
    rollouts: new Map(rollouts.map((rollout) => [rollout.id, rollout])),
    traces: new Map(rollouts.map((rollout) => [rollout.id, traceOf(rollout)])),
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
    settings: { github: { apiUrl: "https://api.github.com", owner: "o", repo: "r" } },
    hindranceOf: () => null,
    onPosted: async () => {},
    ...change,
  });
  return { cards, posted };
}

test("one card that cannot be drawn stops no other, and is told of", async () => {
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

test("the card of a rollout that was asked for here comes first", async () => {
  const { cards, posted } = makeCards();
  const last = cards.expect(ids[2] ?? "");
  await cards.keep();
  expect(posted).toEqual([ids[2], ids[0], ids[1]]);
  expect(await last).toBeUndefined();
});

test("whoever waits for a card is told where the ledger cannot be read", async () => {
  const broke = new HardenError("broke", "no answer", "");
  const read = async (): Promise<never> => {
    throw broke;
  };
  const { cards } = makeCards({ writer: { read } as unknown as CardTools["writer"] });
  const waited = cards.expect("2026-11-1");
  await expect(cards.keep()).rejects.toBe(broke);
  expect(await waited).toBe("ledger");
});

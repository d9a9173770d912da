import { expect, test } from "vitest";
import { linkRun, listLinks } from "../../bot/controller/rollout-links.ts";
import { makeLedger, traceOf } from "../support/builders/bot-fleet.ts";
import { makeRollout } from "../support/builders/rollout-states.ts";

const rollout = makeRollout({ id: "lab-open-5" });
const ledger = makeLedger({
  traces: new Map([[rollout.id, traceOf(rollout, { run: { wave: 2, run: 7 } })]]),
  cards: new Map([[rollout.id, { channel: "C1", message: "1.2" }]]),
});

test.each([
  ["https://api.github.com", "https://github.com/o/r/actions/runs/7"],
  ["https://ghes.example.com/api/v3", "https://ghes.example.com/o/r/actions/runs/7"],
  ["https://api.example.com:8443/api/v3", "https://api.example.com:8443/o/r/actions/runs/7"],
  ["https://api.octocorp.ghe.com", "https://octocorp.ghe.com/o/r/actions/runs/7"],
])("the address of a run on %s is %s", (apiUrl, url) => {
  const settings = { github: { apiUrl, owner: "o", repo: "r" } };
  expect(linkRun(rollout.id, ledger, settings)).toEqual([{ text: "Run of wave 2", url }]);
  expect(linkRun("lab-open-6", ledger, settings)).toEqual([]);
});

test("a card without a known address has no link, and the run keeps its own", async () => {
  const settings = { github: { apiUrl: "https://api.github.com", owner: "o", repo: "r" } };
  const links = await listLinks(rollout.id, ledger, {
    settings,
    chat: { permalink: async () => undefined },
  });
  expect(links.map(({ text }) => text)).toEqual(["Run of wave 2"]);
});

import { expect } from "vitest";
import { createGithubLedger } from "../../../src/adapters/github/ledger-branch.ts";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { verifySignature } from "../../../src/adapters/signatures.ts";
import { readLedgerAt } from "../../../src/core/rollout/ledger/reader.ts";
import { until, type BotScene } from "./bot.ts";
import { clientOf } from "../fakes/github/github-access.ts";

/**
 * Checks rollouts after a race: each decision once, each wave applied once, no card stuck; returns
 * how many waves were sent again.
 */
export async function checkRaces(ids: readonly string[], scene: BotScene): Promise<number> {
  const { front, slack, controller, keys } = scene;
  const { commit } = await controller.writer.read();
  const tools = { keys: [keys.publicKey], verifySignature, hash: hashSha256 };
  const store = createGithubLedger(clientOf(front.github));
  const { entries } = await readLedgerAt(commit, store, tools);
  let again = 0;
  for (const id of ids) {
    const events = entries.flatMap(({ entry: { event } }) =>
      event.kind === "rollout" && event.rollout === id ? [event.event] : [],
    );
    const approvals = events.flatMap((event) => (event.kind === "approve" ? [event.by] : []));
    expect(approvals.toSorted(), id).toEqual(["ben", "carl"]);
    expect(events.filter(({ kind }) => kind === "judge").length, id).toBe(1);
    const runs = front.actions.runs.filter(({ display_title: title }) => title.includes(`${id}-`));
    const sent = events.filter(({ kind }) => kind === "dispatch").length;
    // A wave is sent again only if its controller crashed before recording the answer.
    expect(runs.length, id).toBeLessThanOrEqual(sent);
    again += sent - 1;
  }
  await holdCards(ids, scene);
  expect(slack.problems).toEqual([]);
  expect([...front.github.problems, ...front.actions.problems]).toEqual([]);
  return again;
}

/** Waits until each card shows the end. */
export async function holdCards(ids: readonly string[], scene: BotScene): Promise<void> {
  const { ledger } = await scene.controller.writer.read();
  await until(() =>
    ids.every((id) => {
      const card = ledger.cards.get(id)?.message;
      const drawn = scene.slack.calls.findLast(
        ({ method, body }) => method === "chat.update" && body["ts"] === card,
      );
      return String(drawn?.body["text"]).includes("Succeeded");
    }),
  );
}

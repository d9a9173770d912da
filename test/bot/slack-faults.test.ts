import { expect, test } from "vitest";
import {
  approvalsOf,
  askFor,
  clickAs,
  holdScene,
  startGone,
  stateOf,
  typeAs,
  whisperTo,
} from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";
import type { SlackCall } from "../support/fakes/slack/slack-peer.ts";

/** Cards that the bot tried to post. */
function postsOf({ slack }: BotScene): readonly SlackCall[] {
  return slack.calls.filter(
    ({ method, body }) =>
      method === "chat.postMessage" &&
      body["channel"] === slack.channel &&
      body["thread_ts"] === undefined,
  );
}

async function cardOf({ controller }: BotScene, id: string): Promise<string | undefined> {
  return (await controller.writer.read()).ledger.cards.get(id)?.message;
}

/** Waits like `until`, while the bots' clock advances. */
async function untilLater(
  { later }: BotScene,
  look: () => Promise<boolean> | boolean,
): Promise<void> {
  await until(async () => {
    if (await look()) return true;
    later(1);
    return false;
  });
}

/** Buttons of a message as Slack stores it. */
async function buttonsOf({ slack }: BotScene, message: string): Promise<readonly string[]> {
  const found = (await slack.read()).find(({ ts }) => ts === message);
  return (found?.blocks ?? []).flatMap(({ type, elements = [] }) =>
    type === "actions" ? elements.map((one) => (one as { action_id: string }).action_id) : [],
  );
}

/** The current text of the card. */
async function shownOn({ slack }: BotScene, message: string): Promise<string> {
  return (await slack.read()).find(({ ts }) => ts === message)?.text ?? "";
}

test("if the answer to a card is lost, a later card counts, and the others lose their buttons", async () => {
  const scene = await makeBotScene();
  scene.stopClock();
  const lost = { method: "chat.postMessage", with: "lost" } as const;
  scene.slack.fail(lost, lost);
  const told = await typeAs(scene, "anna", "rollout open production");
  expect(told).toContain("You requested rollout");
  const { id } = await scene.rollout();
  const wake = async (): Promise<void> => {
    await typeAs(scene, "ben", "freeze production because audit");
    await typeAs(scene, "anna", "unfreeze production");
  };
  const failures = (): number =>
    scene.logged.filter((line) => line.includes("the card of a rollout could not be posted"))
      .length;
  // Meanwhile it is not posted again at once, neither the first nor the second time.
  for (const count of [1, 2]) {
    // From then on the bot waits.
    await until(() => failures() === count);
    expect(postsOf(scene).length).toBe(count);
    await wake();
    scene.later(20);
    await wake();
    expect(postsOf(scene).length).toBe(count);
    scene.later(12);
    await wake();
  }
  const card = await until(async () => cardOf(scene, id));
  expect(postsOf(scene).length).toBe(3);
  const orphan = (await scene.slack.read())[0]?.ts ?? "";
  expect(orphan).not.toBe(card);
  expect(await buttonsOf(scene, orphan)).toContain("approve");
  scene.later(60);
  const click = { message: orphan };
  expect(await clickAs(scene, "ben", "approve", id, click)).toContain("is not the current card");
  expect(await approvalsOf(scene, id)).toEqual([]);
  expect(await buttonsOf(scene, orphan)).toEqual([]);
  expect(await shownOn(scene, orphan)).toContain("This is no longer the card");
  expect(await clickAs(scene, "ben", "approve", id)).toContain("You approved");
  expect(postsOf(scene).length).toBe(3);
  holdScene(scene);
});

test("a card whose drawing fails in Slack is drawn again", async () => {
  const scene = await makeBotScene({ environments: 1 });
  scene.stopClock();
  const id = await askFor(scene, "e0");
  const card = (await cardOf(scene, id)) ?? "";
  await until(() => scene.slack.calls.some(({ method }) => method === "chat.update"));
  scene.later(5);
  scene.slack.fail({ method: "chat.update", with: { error: "internal_error" } });
  await clickAs(scene, "ben", "approve", id);
  const updates = (): number =>
    scene.slack.calls.filter(({ method }) => method === "chat.update").length;
  await untilLater(scene, () => updates() > 1);
  expect(await shownOn(scene, card)).toContain("0 of 2");
  await untilLater(scene, async () => (await shownOn(scene, card)).includes("1 of 2"));
  holdScene(scene);
});

test("if Slack limits requests, a card is not drawn too early, and the last state is shown", async () => {
  const scene = await makeBotScene();
  const { slack } = scene;
  const id = await askFor(scene, "production");
  const card = (await cardOf(scene, id)) ?? "";
  const updates = (): number => slack.calls.filter(({ method }) => method === "chat.update").length;
  await until(() => updates() === 1);
  scene.later(5);
  slack.fail({ method: "chat.update", with: { retryAfter: 600 } });
  await clickAs(scene, "ben", "approve", id);
  await until(() => updates() === 2);
  await until(async () => (await scene.rollout()).state.kind === "running");
  for (let wave = 1; wave <= 2; wave++) {
    await until(() => scene.front.actions.runs.length === wave);
    await scene.finish();
  }
  await until(async () => (await stateOf(scene, id)) === "succeeded");
  expect(updates()).toBe(2);
  expect(await shownOn(scene, card)).toContain("Waiting for approval");
  scene.later(601);
  await until(async () => (await shownOn(scene, card)).includes("Succeeded"));
  expect(updates()).toBe(3);
  expect(await buttonsOf(scene, card)).not.toContain("approve");
  holdScene(scene);
});

test("blocks that Slack does not know become sections, on cards, answers and dialogs", async () => {
  const scene = await makeBotScene();
  const { slack } = scene;
  const invalid = { error: "invalid_blocks" };
  slack.fail(
    { method: "chat.postMessage", with: invalid },
    { method: "views.open", with: invalid },
    { method: "views.publish", with: invalid },
    { method: "chat.postEphemeral", with: invalid },
  );
  const id = await askFor(scene, "production");
  const old = ["header", "section", "context", "actions", "divider"];
  const kinds = (body: unknown): readonly string[] =>
    (body as { blocks: readonly { type: string }[] }).blocks.map(({ type }) => type);
  expect(old).toEqual(expect.arrayContaining([...kinds((await slack.read())[0])]));
  await scene.click("ben", "show-plan", id);
  const view = await until(
    () => slack.calls.filter(({ method }) => method === "views.open")[1]?.body["view"],
  );
  expect(old).toEqual(expect.arrayContaining([...kinds(view)]));
  await scene.click("ben", "refresh", "", { message: null });
  await until(() => slack.calls.filter(({ method }) => method === "views.publish").length === 2);
  await clickAs(scene, "anna", "approve", id);
  await until(
    () => slack.calls.filter(({ method }) => method === "chat.postEphemeral").length === 2,
  );
  slack.fail({ method: "chat.update", with: invalid });
  scene.later(5);
  expect(await clickAs(scene, "ben", "approve", id)).toContain("You approved");
  const card = (await cardOf(scene, id)) ?? "";
  await until(async () => !(await shownOn(scene, card)).includes("Waiting for approval"));
  holdScene(scene);
});

test("if a command accepts no more answers, its user gets a message", async () => {
  const scene = await makeBotScene();
  const { slack } = scene;
  const gone = { response_url: await startGone() };
  const type = (): Promise<unknown> => scene.type("dora", "history", gone);
  expect(await whisperTo(scene, "dora", type)).toContain("No rollouts yet.");
  expect(slack.calls.at(-1)?.method).toBe("chat.postEphemeral");
  // If the person is not in the channel either, the message is sent to them directly.
  slack.fail({ method: "chat.postEphemeral", with: { error: "user_not_in_channel" } });
  await type();
  const sent = await until(() =>
    slack.calls.find(({ body }) => body["channel"] === slack.users.get("dora")),
  );
  expect(sent.body["text"]).toContain("No rollouts yet.");
  expect(scene.replies).toEqual([]);
  const refresh = { message: "1.1", body: gone };
  const click = (): Promise<unknown> => scene.click("dora", "refresh", "", refresh);
  expect(await whisperTo(scene, "dora", click)).toContain("Fleet: 0 of 2 hosts hardened");
  holdScene(scene);
});

test("a deleted card is posted again, and the new one counts", async () => {
  const scene = await makeBotScene();
  const id = await askFor(scene, "production");
  const first = (await cardOf(scene, id)) ?? "";
  await until(() => scene.slack.calls.some(({ method }) => method === "chat.update"));
  scene.later(5);
  scene.slack.fail({ method: "chat.update", with: { error: "message_not_found" } });
  expect(await typeAs(scene, "ben", "freeze production because audit")).toContain("froze");
  const second = await until(async () => {
    const card = await cardOf(scene, id);
    return card !== first && card;
  });
  expect(await clickAs(scene, "ben", "approve", id, { message: first })).toContain(
    "not the current card",
  );
  expect(await clickAs(scene, "ben", "approve", id, { message: second })).toContain("You approved");
  expect(postsOf(scene).length).toBe(2);
  holdScene(scene);
});

test("while Slack is down a rollout continues, and its card catches up", async () => {
  const scene = await makeBotScene();
  scene.stopClock();
  const { slack } = scene;
  const id = await askFor(scene, "production");
  const card = (await cardOf(scene, id)) ?? "";
  await clickAs(scene, "ben", "approve", id);
  slack.isDown = true;
  for (let wave = 1; wave <= 2; wave++) {
    await until(() => scene.front.actions.runs.length === wave);
    await scene.finish();
  }
  await until(async () => (await stateOf(scene, id)) === "succeeded");
  expect(await shownOn(scene, card)).not.toContain("Succeeded");
  slack.isDown = false;
  await untilLater(scene, async () => (await shownOn(scene, card)).includes("Succeeded"));
  expect(postsOf(scene).length).toBe(1);
  holdScene(scene);
});

test.for([
  ["is_archived", "Unarchive the channel"],
  ["not_in_channel", "Invite the bot"],
  ["channel_not_found", "to the id of a channel"],
  ["restricted_action", "Allow the bot to post"],
  ["account_inactive", "Reinstall the app"],
  ["some_code_of_later", "chat.postMessage"],
  ["ratelimited", "Slack limits the bot's requests"],
  ["reset", "Slack did not answer"],
])(
  "if Slack refuses a card (%s), its requester, status and readiness say so",
  async ([reason = "", next = ""]) => {
    const scene = await makeBotScene({ environments: 1 });
    scene.stopClock();
    const { slack } = scene;
    const fault =
      reason === "reset"
        ? "reset"
        : reason === "ratelimited"
          ? { retryAfter: 5 }
          : { error: reason };
    slack.fail({ method: "chat.postMessage", with: fault as { error: string } });
    const told = await typeAs(scene, "anna", "rollout open e0");
    const { id } = await scene.rollout();
    expect(told).toContain(`You requested rollout ${id}.`);
    expect(told).toContain(next);
    expect(told).not.toContain("stands in the channel");
    if (/^[a-z]+_[a-z_]+$/.test(reason)) expect(told).toContain(`(${reason})`);
    for (const words of ["status", "status e0"]) {
      const status = await typeAs(scene, "dora", words);
      expect(status).toContain(`The card of rollout ${id} could not be posted`);
      expect(status).toContain(next);
    }
    const ready = async (): Promise<string> => (await fetch(`${scene.monitor}/readyz`)).text();
    expect(await ready()).toContain(next);
    // It is posted once possible, and the errors disappear.
    await untilLater(scene, async () => (await cardOf(scene, id)) !== undefined);
    expect(await buttonsOf(scene, (await cardOf(scene, id)) ?? "")).toContain("approve");
    expect(await typeAs(scene, "dora", "status")).not.toContain("could not be posted");
    expect(await ready()).not.toContain(next);
  },
);

test("a card that Slack refuses to edit is reported, and edited once possible", async () => {
  const scene = await makeBotScene({ environments: 1 });
  scene.stopClock();
  const { slack } = scene;
  const id = await askFor(scene, "e0");
  const card = (await cardOf(scene, id)) ?? "";
  await until(() => slack.calls.some(({ method }) => method === "chat.update"));
  scene.later(5);
  slack.fail({ method: "chat.update", with: { error: "is_archived" } });
  await clickAs(scene, "ben", "approve", id);
  await until(() => slack.calls.filter(({ method }) => method === "chat.update").length === 2);
  await until(async () => (await typeAs(scene, "dora", "status")).includes("Unarchive"));
  await untilLater(scene, async () => (await shownOn(scene, card)).includes("1 of 2"));
  expect(await typeAs(scene, "dora", "status")).not.toContain("Unarchive");
  holdScene(scene);
});

import { expect, test } from "vitest";
import { makeBotScene, until } from "../support/harness/bot.ts";

/** Names and addresses of the links of a message. */
function addressesOf(message: unknown): readonly (readonly [string, string])[] {
  const links: [string, string][] = [];
  JSON.stringify(message, (_, value) => {
    if (value?.type === "link") links.push([value.text, value.url]);
    return value;
  });
  return links;
}

test("a rollout is requested, approved by a colleague, run in waves, and reported", async () => {
  const scene = await makeBotScene();
  const { slack, front, replies } = scene;
  const answer = await scene.type("anna", "rollout open production because CHG-1");
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("Working on it: rollout.");
  const told = await until(() => replies.at(-1));
  expect(told.text).toContain("Waiting for 1 approval from other people.");
  const { id } = await scene.rollout();
  const card = await until(async () => (await scene.controller.writer.read()).ledger.cards.get(id));
  const [shown] = await slack.read();
  expect(shown?.ts).toBe(card.message);
  expect(shown?.text).toContain(`Rollout ${id}: open in production`);
  expect(shown?.text).toContain("CHG-1");
  const [called] = await until(async () => {
    const found = await slack.read(card.message);
    return found.length > 0 && found;
  });
  expect(called?.text).toContain(`<@${slack.users.get("ben")}>`);
  expect(called?.text).not.toContain(slack.users.get("anna"));
  const place = `/archives/${slack.channel}/p${card.message.replace(".", "")}`;
  expect(addressesOf(told)).toEqual([["Card", expect.stringContaining(place)]]);
  expect(addressesOf(called)).toEqual(addressesOf(told));
  const countAsked = (): number =>
    slack.calls.filter(({ method }) => method === "chat.getPermalink").length;
  // From now on the address of the card is known, and not requested from Slack again.
  const asked = countAsked();

  await scene.click("anna", "approve", id);
  await until(() => slack.calls.find(({ method }) => method === "chat.postEphemeral"));
  const refused = slack.calls.find(({ method }) => method === "chat.postEphemeral");
  expect(addressesOf(refused?.body)).toEqual(addressesOf(told));
  expect((await scene.rollout()).state.kind).toBe("requested");
  await scene.click("ben", "approve", id);
  await until(async () => front.actions.runs.length === 1);
  const run = `${front.url}/example/config/actions/runs/${front.actions.runs[0]?.id}`;
  const first = ["Run of wave 1", run];
  // The wave must wait for the card, which is redrawn at most every few seconds.
  await until(() =>
    slack.calls.some(
      ({ method, body }) =>
        method === "chat.update" && addressesOf(body).some(([, link]) => link === run),
    ),
  );
  await scene.finish();
  await until(async () => front.actions.runs.length === 2);
  await scene.finish();
  await until(async () => (await scene.rollout()).state.kind === "succeeded");
  expect(front.actions.runs.length).toBe(2);
  const notes = await until(async () => {
    const found = (await slack.read(card.message)).filter(({ text }) => text.startsWith("Wave 1"));
    return found.length >= 2 && found;
  });
  expect(notes.map(({ text }) => text.split("\n")[0])).toEqual([
    "Wave 1 is running.",
    "Wave 1 finished: 1 of 1 host verified. The rollout is paused until the next wave.",
  ]);
  expect(notes.map(addressesOf)).toEqual([[first], [first]]);
  expect(countAsked()).toBe(asked);
  const before = replies.length;
  await scene.type("dora", "status rds1");
  const status = await until(() => replies[before]);
  expect(status.text).toMatch(/Scan: (hardened|partial), .* ago\), seen from the host/);
  const metrics = await (await fetch(`${scene.monitor}/metrics`)).text();
  expect(metrics).toContain("sesam_harden_acknowledge_seconds_count 4");
  expect(metrics).toMatch(/controller_steps_total\{kind="moved"\} [1-9]/);
  for (const path of ["healthz", "readyz"]) {
    expect((await fetch(`${scene.monitor}/${path}`)).status, path).toBe(200);
  }
  expect(slack.problems).toEqual([]);
  expect([...front.github.problems, ...front.actions.problems, ...front.activity.problems]).toEqual(
    [],
  );
});

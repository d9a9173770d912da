import { expect, test } from "vitest";
import { readBotSettings } from "../../bot/runtime/settings.ts";
import {
  approvalsOf,
  askFor,
  clickAs,
  denyAs,
  holdScene,
  stateOf,
  typeAs,
} from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";
import { pushFiles } from "../support/fakes/github/github-peer.ts";
import { soft } from "../support/builders/rollout.ts";
import { appId, signRequest, teamId } from "../support/fakes/slack/slack-peer.ts";

test("people cannot approve their own request from any account", async () => {
  const scene = await makeBotScene();
  const id = await askFor(scene, "production");
  expect(await clickAs(scene, "anna", "approve", id)).toContain("Reason: own-change.");
  // anna's second account is not in bot.ini.
  for (const action of ["approve", "continue", "abort", "revoke", "resume", "deny", "record"]) {
    expect(await clickAs(scene, "dora", action, id)).toContain("Reason: person-unknown.");
  }
  expect(await denyAs(scene, "dora", id, "no")).toContain("Reason: person-unknown.");
  for (const words of [
    "rollout open production",
    "freeze production because I",
    "abort production because I",
  ]) {
    expect(await typeAs(scene, "dora", words)).toContain("Reason: person-unknown.");
  }
  expect(await approvalsOf(scene, id)).toEqual([]);
  expect(await stateOf(scene, id)).toBe("requested");
  holdScene(scene);
});

test("settings reject a person listed twice, and an account of two people", () => {
  const of = (people: string): string =>
    readBotSettings("bot.ini", people)
      .problems.map(({ message }) => message)
      .join("\n");
  const anna = "[person.anna]\nslack = U01\ngithub = 9001\ngroups = ops\n";
  expect(of(`${anna}[person.other]\nslack = U02\ngithub = 9001\ngroups = ops\n`)).toContain(
    "other and anna share an account: github = 9001",
  );
  expect(of(`${anna}[person.other]\nslack = U01\ngithub = 9002\ngroups = ops\n`)).toContain(
    "other and anna share an account: slack = U01",
  );
  expect(of(`${anna}slack = U02\n`)).toContain("duplicate key 'slack' (first on line 2)");
});

test("a denied, frozen or finished rollout is not approved, or not started", async () => {
  const scene = await makeBotScene({ environments: 3 });
  const denied = await askFor(scene, "e0");
  expect(await denyAs(scene, "carl", denied, "not now")).toContain("You denied");
  expect(await clickAs(scene, "ben", "approve", denied)).toContain("Reason: over.");
  expect(await stateOf(scene, denied)).toBe("denied");

  const late = await askFor(scene, "e1");
  scene.later(8 * 86_400);
  expect(await clickAs(scene, "ben", "approve", late)).toContain("Reason: expired.");
  expect(await approvalsOf(scene, late)).toEqual([]);

  const frozen = await askFor(scene, "e2");
  expect(await typeAs(scene, "carl", "freeze e2 because audit")).toContain("carl froze e2");
  await clickAs(scene, "ben", "approve", frozen);
  await clickAs(scene, "carl", "approve", frozen);
  expect(await stateOf(scene, frozen)).toBe("approved");
  // The controller has run, and the card says what it waits for.
  await until(() =>
    scene.slack.calls.find(
      ({ method, body }) =>
        method === "chat.update" &&
        String(body["text"]).includes(frozen) &&
        /Approved[^]*frozen/i.test(JSON.stringify(body["blocks"])),
    ),
  );
  expect(scene.front.actions.runs).toEqual([]);
  // The person who froze cannot lift the freeze.
  expect(await typeAs(scene, "carl", "unfreeze e2")).toContain("Reason: second-person.");
  expect(scene.front.actions.runs).toEqual([]);
  holdScene(scene);
});

test("a new commit that changes a planned host voids an approval, and another commit does not", async () => {
  const scene = await makeBotScene({ environments: 2 });
  const [changed, kept] = [await askFor(scene, "e0"), await askFor(scene, "e1")];
  await pushFiles(scene.front.github, { "hosts/h0/stpd.ini": `${soft}# changed\n` });
  expect(await clickAs(scene, "ben", "approve", changed)).toContain("Reason: target-changed.");
  expect(await approvalsOf(scene, changed)).toEqual([]);
  expect(await clickAs(scene, "ben", "approve", kept)).toContain("You approved");
  holdScene(scene);
});

test("a replayed signed request, a double click and a late click count once", async () => {
  const scene = await makeBotScene({ environments: 1 });
  const id = await askFor(scene, "e0");
  const { ledger } = await scene.controller.writer.read();
  const body = clickBody(scene, { user: "ben", id, message: ledger.cards.get(id)?.message ?? "" });
  const headers = signRequest(body);
  const answers = await Promise.all([1, 2, 3].map(() => scene.send(body, headers)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  await until(async () => (await approvalsOf(scene, id))?.length === 1);
  // Otherwise its answer would count as that of the next click.
  const { calls, users } = scene.slack;
  await until(() =>
    calls.some((call) => call.body["user"] === users.get("ben") && call.body["blocks"]),
  );
  expect(await clickAs(scene, "ben", "approve", id)).toContain("Reason: already-approved.");
  expect((await scene.send(body, headers)).status).toBe(200);
  expect(await clickAs(scene, "carl", "approve", id)).toContain("You approved");
  expect(await approvalsOf(scene, id)).toEqual(["ben", "carl"]);
  const metrics = await (await fetch(`${scene.monitor}/metrics`)).text();
  expect(metrics).toContain('sesam_harden_requests_total{what="approve",outcome="repeated"} 3');
  await until(() => scene.front.actions.runs.length === 1);
  holdScene(scene);
});

test("a repeated command is executed once", async () => {
  const scene = await makeBotScene();
  const twice = { trigger_id: "trigger.of.one.command" };
  await Promise.all([
    scene.type("anna", "rollout open production", twice),
    scene.type("anna", "rollout open production", twice),
  ]);
  const id = await until(
    async () => (await scene.controller.writer.read()).ledger.rollouts.keys().next().value,
  );
  // The answer comes after the entry; otherwise it would count as that of the next command.
  await until(async () => scene.replies.at(0));
  expect(await typeAs(scene, "anna", "history")).toContain(id);
  expect((await scene.controller.writer.read()).ledger.rollouts.size).toBe(1);
  expect(scene.replies.filter(({ text }) => text.includes("You requested rollout")).length).toBe(1);
  expect(scene.replies.length).toBe(2);
  holdScene(scene);
});

test("a button decides only about the rollout of its card", async () => {
  const scene = await makeBotScene({ environments: 2 });
  const { slack } = scene;
  const [one, other] = [await askFor(scene, "e0"), await askFor(scene, "e1")];
  const { ledger } = await scene.controller.writer.read();
  const card = ledger.cards.get(other)?.message ?? "";
  const told = await clickAs(scene, "ben", "approve", one, { message: card });
  expect(told).toContain(`this is not the current card of rollout ${one}`);
  expect(await clickAs(scene, "ben", "deny", one, { message: card })).toContain(
    "not the current card",
  );
  expect(await clickAs(scene, "ben", "approve", "2026-11-99", { message: card })).toContain(
    "Reason: rollout-unknown.",
  );
  for (const value of ["", "__proto__", `${one} ${other}`, "x".repeat(2000)]) {
    expect(await clickAs(scene, "ben", "approve", value, { message: card })).toContain(
      "Reason: rollout-unknown.",
    );
  }
  expect([await approvalsOf(scene, one), await approvalsOf(scene, other)]).toEqual([[], []]);
  // The card of the other rollout keeps its buttons.
  expect(await clickAs(scene, "ben", "approve", other)).toContain("You approved");
  const drawn = slack.calls.findLast(({ body }) => body["ts"] === card);
  expect(JSON.stringify(drawn?.body ?? {})).not.toContain("no longer the card");
  holdScene(scene);
});

/** A click on a card as Slack would send it; signed once, and sent any number of times. */
function clickBody(
  { slack }: BotScene,
  { user, id, message }: { readonly user: string; readonly id: string; readonly message: string },
): string {
  const payload = {
    type: "block_actions",
    api_app_id: appId,
    team: { id: teamId },
    user: { id: slack.users.get(user), team_id: teamId },
    trigger_id: "1.2.3",
    container: { type: "message", message_ts: message, channel_id: slack.channel },
    actions: [{ type: "button", action_id: "approve", value: id, action_ts: "1.5" }],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

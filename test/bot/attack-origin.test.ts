import { connect } from "node:net";
import { expect, test } from "vitest";
import {
  approvalsOf,
  askFor,
  clickAs,
  denyAs,
  holdScene,
  refusedReasons,
  typeAs,
} from "../support/harness/attacks.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";
import { signRequest, teamId } from "../support/fakes/slack/slack-peer.ts";

test("other apps, workspaces and enterprises get no answer", async () => {
  const scene = await makeBotScene();
  const id = await askFor(scene, "production");
  const [calls, replies] = [scene.slack.calls.length, scene.replies.length];
  const user = scene.slack.users.get("ben") ?? "";
  const strangers: readonly (readonly [object, string])[] = [
    [{ api_app_id: "A0OTHER" }, "other-app"],
    [{ team: { id: "T0OTHER" }, user: { id: user, team_id: "T0OTHER" } }, "other-workspace"],
    [{ enterprise: { id: "E0OTHER" } }, "other-workspace"],
    [{ user: { id: user, team_id: "T0OTHER" } }, "other-workspace"],
    [{ team: null, user: { id: user } }, "other-workspace"],
    [{ user: {} }, "no-user"],
  ];
  for (const [body, reason] of strangers) {
    expect((await scene.click("ben", "approve", id, { body })).status).toBe(200);
    expect(refusedReasons(scene).at(-1)).toBe(reason);
  }
  const typed: readonly (readonly [object, string])[] = [
    [{ api_app_id: "A0OTHER" }, "other-app"],
    [{ team_id: "T0OTHER" }, "other-workspace"],
    [{ enterprise_id: "E0OTHER" }, "other-workspace"],
  ];
  for (const [change, reason] of typed) {
    const answer = await scene.type("ben", "freeze production because I can", change);
    expect(await answer.text()).toBe("");
    expect(refusedReasons(scene).at(-1)).toBe(reason);
  }
  const event = JSON.stringify({
    type: "event_callback",
    api_app_id: "A012AB3CD",
    team_id: "T0OTHER",
    event: { type: "app_home_opened", user, tab: "home" },
  });
  const headers = { ...signRequest(event), "content-type": "application/json" };
  expect((await scene.send(event, headers)).status).toBe(200);
  expect(refusedReasons(scene).at(-1)).toBe("other-workspace");
  expect(await approvalsOf(scene, id)).toEqual([]);
  expect(scene.slack.calls.slice(calls).map(({ method }) => method)).not.toContain("users.info");
  expect(scene.replies.length).toBe(replies);
  holdScene(scene);
});

test("guests, bots, deactivated users and strangers are told that they get no answer", async () => {
  const scene = await makeBotScene();
  const id = await askFor(scene, "production");
  const ben = scene.slack.users.get("ben") ?? "";
  const kinds: readonly (readonly [object, string])[] = [
    [{ is_restricted: true }, "guest"],
    [{ is_ultra_restricted: true }, "guest"],
    [{ is_bot: true }, "bot"],
    [{ deleted: true }, "deactivated"],
    [{ is_stranger: true }, "stranger"],
    [{ team_id: "T0OTHER" }, "stranger"],
    [{ team_id: undefined }, "stranger"],
  ];
  for (const [flags, reason] of kinds) {
    scene.slack.flags.set(ben, flags as Record<string, unknown>);
    // Read-only requests use an account that is cached for a minute.
    scene.later(61);
    expect(await clickAs(scene, "ben", "approve", id)).toMatch(/^Refused: .*\./);
    expect(await clickAs(scene, "ben", "deny", id)).toMatch(/^Refused: /);
    expect(await denyAs(scene, "ben", id, "no")).toMatch(/^Refused: /);
    expect(await typeAs(scene, "ben", "status")).toMatch(/^Refused: /);
    expect(refusedReasons(scene).slice(-4)).toEqual([reason, reason, reason, reason]);
  }
  // For changes the account is requested again each time, and if Slack does not answer, nothing is
  // done.
  scene.slack.flags.delete(ben);
  scene.slack.fail({ method: "users.info", with: { error: "internal_error" } });
  expect(await clickAs(scene, "ben", "approve", id)).toContain("Slack does not tell who this is");
  scene.slack.fail({ method: "users.info", with: "reset" });
  expect(await clickAs(scene, "ben", "approve", id)).toContain("Slack does not tell who this is");
  expect(await approvalsOf(scene, id)).toEqual([]);
  expect(await clickAs(scene, "ben", "approve", id)).toContain("You approved");
  holdScene(scene);
});

test("refuses forged, old and future requests", async () => {
  const scene = await makeBotScene();
  const { slack } = scene;
  const body = new URLSearchParams({
    command: "/sesam-harden",
    text: "freeze production because I can",
    api_app_id: "A012AB3CD",
    team_id: teamId,
    user_id: slack.users.get("ben") ?? "",
    channel_id: slack.channel,
    trigger_id: "1.1",
    response_url: "http://127.0.0.1:9/",
  }).toString();
  const second = Math.floor(Date.now() / 1000);
  const good = signRequest(body);
  const signature = good["x-slack-signature"] ?? "";
  const form = "application/x-www-form-urlencoded";
  const forged: readonly Readonly<Record<string, string>>[] = [
    signRequest(body, { secret: "another" }),
    signRequest(body, { secret: "" }),
    signRequest(`${body}&x=1`),
    signRequest(body, { at: second - 301 }),
    { ...good, "x-slack-signature": signature.replace("v0=", "v1=") },
    { ...good, "x-slack-signature": signature.slice(0, -1) },
    { ...good, "x-slack-signature": "v0=" },
    { ...good, "x-slack-request-timestamp": String(second + 1) },
    { ...good, "x-slack-request-timestamp": "now" },
    { "content-type": form, "x-slack-request-timestamp": String(second) },
    { "content-type": form },
  ];
  for (const headers of forged) expect((await scene.send(body, headers)).status).toBe(401);
  // A request that claims to be a certificate check needs no signature, and does nothing.
  const check = await scene.send(`ssl_check=1&${body}`, { "content-type": form });
  expect([check.status, await check.text()]).toEqual([200, ""]);
  const future = await scene.send(body, signRequest(body, { at: second + 400 }));
  expect([future.status, await future.text()]).toEqual([200, ""]);
  expect(refusedReasons(scene)).toEqual(["from-the-future"]);
  expect((await scene.controller.writer.read()).ledger.environments.size).toBe(0);
  expect((await scene.send(body, good)).status).toBe(200);
  await until(async () => (await scene.controller.writer.read()).ledger.environments.size === 1);
  holdScene(scene);
});

test("does not read a large body to its end", async () => {
  const scene = await makeBotScene();
  const body = `payload=${"x".repeat(5 * 1024 * 1024)}`;
  const answer = await scene.send(body).catch((error: unknown) => error);
  if (answer instanceof Response) expect(answer.status).toBe(413);
  expect(scene.logged.join("")).toContain("Request body exceeded the maximum allowed size");
  expect(await typeAs(scene, "ben", "history")).toContain("No rollouts yet.");
  holdScene(scene);
});

test("slow connections are closed, block no one, and do not delay the shutdown of the bot", async () => {
  const scene = await makeBotScene();
  const slow = [openSlowly(scene, true), openSlowly(scene, false), openSlowly(scene, true)];
  await Promise.all(slow.map(({ opened }) => opened));
  expect(await typeAs(scene, "ben", "history")).toContain("No rollouts yet.");
  expect(slow.map(({ isOver }) => isOver())).toEqual([false, false, false]);
  await Promise.all(slow.map(({ over }) => over));
  const last = openSlowly(scene, true);
  await last.opened;
  await scene.bot.stop();
  await last.over;
  holdScene(scene);
});

/** Sends a byte now and then: of the body, or of the headers. */
function openSlowly({ address }: BotScene, hasHeaders: boolean) {
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  let isOver = false;
  const over = new Promise<void>((done) => {
    socket.on("close", () => {
      isOver = true;
      clearInterval(timer);
      done();
    });
  });
  socket.on("error", () => {});
  socket.resume();
  const head = "POST /slack/events HTTP/1.1\r\nhost: bot\r\ncontent-length: 100000\r\n";
  const opened = new Promise<void>((done) => {
    socket.write(hasHeaders ? `${head}\r\n` : head, () => done());
  });
  const timer = setInterval(() => socket.write("x"), 1000);
  return { opened, over, isOver: () => isOver };
}

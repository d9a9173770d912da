import { expect, test } from "vitest";
import { askFor, denyAs, holdScene, typeAs, whisperTo } from "../support/harness/attacks.ts";
import { checkMessage } from "../support/fakes/slack/block-kit.ts";
import { hostile } from "../support/builders/bot-fleet.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";
import { pushFiles } from "../support/fakes/github/github-peer.ts";

/** All text that the bot sent by any method, without mentions of people in bot.ini and times. */
function saidBy({ slack, replies }: BotScene): string {
  const sent = slack.calls.flatMap(({ method, body }) =>
    /^(chat|views|files)\./.test(method) ? [body] : [],
  );
  const calls = [...slack.users.values()].map((id) => `<@${id}>`).join("|");
  const own = new RegExp(`${calls}|<!date\\^\\d+\\^`, "g");
  return JSON.stringify([sent, replies]).replaceAll(own, "");
}

function holdText(scene: BotScene): void {
  const said = saidBy(scene);
  expect(said).toContain("!channel");
  // Text that mentions, links or changes the writing direction, in its context.
  expect(said.match(/.{0,80}(<!|<@|<#|<http).{0,20}/g)).toBeNull();
  expect(
    said.match(/.{0,80}[\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g),
  ).toBeNull();
  holdScene(scene);
}

test("text of people mentions, links and formats nothing", async () => {
  const scene = await makeBotScene({ environments: 2 });
  const text = hostile.replaceAll(/\s+/g, " ");
  const id = await askFor(scene, "e0", { more: ` because ${text}` });
  await scene.click("ben", "show-plan", id);
  await until(() => scene.slack.calls.find(({ method }) => method === "views.open"));
  expect(await denyAs(scene, "ben", id, hostile.repeat(20))).toContain("You denied");
  await until(() =>
    scene.slack.calls.find(
      ({ method, body }) =>
        method === "chat.postEphemeral" &&
        body["user"] === scene.slack.users.get("anna") &&
        String(body["text"]).includes("Reason: “‹!channel›"),
    ),
  );
  expect(await typeAs(scene, "ben", `freeze e1 because ${text}`)).toContain("froze e1");
  for (const words of [
    `status ${text.split(" ")[0]}`,
    "status <@U012AB3CD>",
    "status e1",
    "status",
    "history",
    `rollout open ${text.split(" ")[0]} <!here> because ${text}`,
    "plan open e1 <!here> \u202ehost",
    `abort e1 because ${text}`,
    "unlock <!channel> because <!channel>",
    "globals <!channel>",
    "history <!channel>",
  ]) {
    await typeAs(scene, "carl", words);
  }
  for (const words of [
    "<!channel>",
    "\u202e<!here>",
    "freeze <!channel>",
    "rollout <!channel> x",
  ]) {
    const body: unknown = await (await scene.type("carl", words)).json();
    const { text: said, blocks } = body as { text: string; blocks: object[] };
    expect(checkMessage({ text: said, blocks })).toEqual([]);
    expect(JSON.stringify(body)).not.toMatch(/<!|\u202e/);
  }
  await whisperTo(scene, "ben", () =>
    scene.click("ben", "<!channel>\u202e", "<!channel>", { message: "1.1" }),
  );
  holdText(scene);
});

test("neither do names of hosts and environments, and files with any content", async () => {
  const allowed = "# sesam-harden: allow http-port-open until 2030-01-01 because <!channel>\n";
  const scene = await makeBotScene({
    hosts: {
      "<!channel>": {},
      "*rds* _2_ `x`": {},
      "rds\u202e3": { facts: "wave = 2\n" },
      rds5: { facts: "address = <!channel>\n" },
      rds6: { file: `${allowed}STPD_HTTP_PORT=1<!channel>\n<!here>\u202e\n` },
    },
    isSeen: false,
  });
  const ask = async (words: string): Promise<string> => typeAs(scene, "carl", words);
  expect(await ask("status")).toContain("‹!channel› (production) is unknown");
  expect(await ask("status production")).toContain("∗rds∗ ˍ2ˍ 'x': State unknown");
  expect(await ask("status <!channel>")).toContain("‹!channel›: unknown");
  expect(await ask("status rds6")).toContain("rds6: unknown");
  expect(await ask("plan open production")).toContain("‹!channel› is refused:");
  expect(await ask("plan close production")).toContain("(∗rds∗ ˍ2ˍ 'x', ‹!channel›, rds5,");
  const home = { type: "view", view_id: "V1" };
  await scene.click("anna", "refresh", "", { message: null, body: { container: home } });
  await until(() => scene.slack.calls.find(({ method }) => method === "views.publish"));
  await pushFiles(scene.front.github, { "hosts/rds5/host.ini": "environment = <!here>\u202e\n" });
  expect(await ask("status")).toContain("hosts/rds5/host.ini:1: invalid value '‹!here›");
  holdText(scene);
});

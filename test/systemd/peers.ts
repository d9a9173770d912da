import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { openBotPlace } from "../support/harness/bot-place.ts";
import { appId, teamId } from "../support/fakes/slack/slack-peer.ts";

/**
 * Slack and GitHub for a bot that runs as a unit: writes what docs/bot.md has a user make into a
 * directory, and answers on a port of its own.
 *
 *   node peers.ts DIRECTORY PORT
 *     GET /status   types `/sesam-harden status` and gives the bot's answer
 *     POST /leaks   how many secrets a text shows
 */
const [folder = "", port = ""] = process.argv.slice(2);
const { slack, socket, secrets } = await openBotPlace({ folder, hosts: { rds1: {} }, more: "" });
chmodSync(join(folder, "bot.ini"), 0o644);

async function typeStatus(): Promise<string> {
  const seen = slack.calls.length;
  const payload = {
    command: "/sesam-harden",
    text: "status",
    api_app_id: appId,
    team_id: teamId,
    user_id: slack.users.get("dora"),
    channel_id: slack.channel,
    // Refuses connections, so that the answer comes as a message.
    response_url: "http://127.0.0.1:1/",
    trigger_id: `${Date.now()}.1`,
  };
  await socket.deliver({ type: "slash_commands", payload });
  for (let turn = 0; turn < 400; turn++) {
    const told = slack.calls.slice(seen).find(({ method }) => method === "chat.postEphemeral");
    if (told !== undefined) return String(told.body["text"]);
    await new Promise((done) => setTimeout(done, 25));
  }
  return "no answer within 10 s";
}

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const leaks = secrets.filter((secret) => text.includes(secret)).length;
  response.end(request.url === "/status" ? await typeStatus() : String(leaks));
});
await new Promise<void>((ready) => server.listen(Number(port), "127.0.0.1", ready));
writeFileSync(join(folder, "slack-url"), slack.url);

import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { makeBotScene } from "../test/support/harness/bot.ts";
import { startBotProcess, writeBotFiles } from "../test/support/harness/bot-process.ts";
import { appId, signRequest, teamId } from "../test/support/fakes/slack/slack-peer.ts";

export interface LoadResult {
  /** Milliseconds from sending a command to its acknowledgement. */
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
  readonly sent: number;
  /** MiB used by the bot after a tenth of the time, and at the end. */
  readonly memory: readonly [number, number];
}

const perSecond = Number(process.env["LOAD_RATE"] ?? 200);
const seconds = Number(process.env["LOAD_SECONDS"] ?? 30);

/** Answers like the bot's receiver, and does nothing. */
const bareServer = `require("node:http").createServer((request, response) => {
  request.resume().on("end", () => response.end("{}"));
}).listen(0, "127.0.0.1", function () { process.stdout.write("http://127.0.0.1:" + this.address().port); });`;

const memoryOf = (pid: number) => (): number =>
  Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) / 256;

async function load(
  address: string,
  makeBody: (index: number) => string,
  readMemory: () => number,
): Promise<LoadResult> {
  const times: number[] = [];
  let errors = 0;
  let early = 0;
  const send = async (index: number): Promise<void> => {
    const body = makeBody(index);
    const start = performance.now();
    try {
      const answer = await fetch(`${address}/slack/events`, {
        method: "POST",
        headers: signRequest(body),
        body,
      });
      await answer.text();
      times.push(performance.now() - start);
      if (answer.status !== 200) errors++;
    } catch {
      errors++;
    }
  };
  const all = perSecond * seconds;
  const under: Promise<void>[] = [];
  const begin = performance.now();
  for (let index = 0; index < all; index++) {
    // Scheduled by the clock, so that a slow answer does not delay the next command.
    const due = begin + (index * 1000) / perSecond - performance.now();
    if (due > 1) await new Promise((done) => setTimeout(done, due));
    under.push(send(index));
    if (index === Math.floor(all / 10)) early = readMemory();
  }
  await Promise.all(under);
  const sorted = times.toSorted((left, right) => left - right);
  const at = (part: number): number => sorted[Math.floor(sorted.length * part)] ?? Infinity;
  return { p50: at(0.5), p99: at(0.99), errors, sent: all, memory: [early, readMemory()] };
}

test("signed commands, each acknowledged and answered", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const bot = await startBotProcess(writeBotFiles(scene));
  const user = scene.slack.users.get("dora") ?? "";
  const makeBody = (index: number): string =>
    new URLSearchParams({
      command: "/sesam-harden",
      text: "status",
      api_app_id: appId,
      team_id: teamId,
      user_id: user,
      channel_id: scene.slack.channel,
      response_url: scene.responseUrl,
      trigger_id: `load-${index}`,
    }).toString();
  // The first answers read fleet and ledger.
  for (let index = 0; index < 20; index++) {
    const body = makeBody(-1 - index);
    await fetch(`${bot.address}/slack/events`, {
      method: "POST",
      headers: signRequest(body),
      body,
    });
  }
  await new Promise((done) => setTimeout(done, 2000));
  const ours = await load(bot.address, makeBody, memoryOf(bot.pid));
  const bare = spawn(process.execPath, ["-e", bareServer], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await new Promise<string>((ready) =>
    bare.stdout.once("data", (chunk) => ready(String(chunk))),
  );
  const peer = await load(address, makeBody, memoryOf(bare.pid ?? 0));
  bare.kill();
  const result = JSON.stringify({ ours, peer });
  const path = process.env["LOAD_RESULT"];
  if (path === undefined) console.log(result);
  else writeFileSync(path, result);
  // Fails only if there are no figures; the values are for the bench.
  expect(ours.sent).toBe(perSecond * seconds);
});

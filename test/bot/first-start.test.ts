import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { printRecords } from "../../src/core/rollout/plan/records-file.ts";
import { fleet, until } from "../support/harness/bot.ts";
import { botDocs } from "../support/harness/bot-docs.ts";
import { openBotPlace, type BotPlace } from "../support/harness/bot-place.ts";
import { runBotOnce, startBotProcess } from "../support/harness/bot-process.ts";
import { soft } from "../support/builders/rollout.ts";
import { appId, teamId } from "../support/fakes/slack/slack-peer.ts";

async function makePlace(ahead = 0): Promise<BotPlace> {
  const folder = mkdtempSync(join(tmpdir(), "first-"));
  const place = await openBotPlace({ folder, hosts: fleet, more: "[monitor]\nport = 0\n", ahead });
  onTestFinished(async () => {
    await place.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return place;
}

function holdSecrets(said: string, { secrets }: BotPlace): void {
  for (const secret of secrets) expect(said).not.toContain(secret);
}

test("--check passes for the example of the docs, with an App and keys as described", async () => {
  const place = await makePlace();
  const fine = await runBotOnce(place, "--check");
  expect(fine).toEqual({
    status: 0,
    output: [
      "approvals of production",
      "groups",
      "Slack token",
      "Slack scopes",
      "Slack app",
      "Slack channel",
      "Slack Socket Mode",
      "GitHub repository example/config",
      "workflow sesam-rollout.yml",
      "workflow sesam-verify.yml",
      "ledger",
      "signing key",
      "rulesets of the ledger's branch",
      "GraphQL queries",
      "clock",
    ]
      .map((what) => `ok    ${what}\n`)
      .join(""),
  });
  holdSecrets(fine.output, place);
});

test("without a network, --check prints only its own lines, and each says what to do", async () => {
  const place = await makePlace();
  await place.close();
  const { status, output } = await runBotOnce(place, "--check");
  expect(status).toBe(2);
  const lines = output.trimEnd().split("\n");
  const wrong = lines.flatMap((line) => /^WRONG ([^:]+):/.exec(line)?.[1] ?? []);
  expect(wrong).toEqual(["Slack token", "Slack scopes", "Slack Socket Mode", "GitHub"]);
  for (const [index, line] of lines.entries()) {
    expect(line).toMatch(/^(ok {4}|WRONG | {6})\S/);
    if (line.startsWith("WRONG")) expect(lines[index + 1]).toMatch(/^ {6}\S.*\.$/);
  }
  holdSecrets(output, place);
});

test.each([
  { name: "45 seconds ahead of GitHub's", ahead: -45, clock: /^ok {4}clock$/m },
  { name: "ten minutes behind", ahead: 600, clock: /^WARN {2}clock: .* (599|60\d) s behind/m },
])("an App works on a machine whose clock is $name", async ({ ahead, clock }) => {
  const { status, output } = await runBotOnce(await makePlace(ahead), "--check");
  expect(status).toBe(0);
  expect(output).toMatch(clock);
  expect(output).not.toMatch(/WRONG|App key|GITHUB_APP_KEY/);
});

test("the files on the hosts are imported, and the first status is answered", async () => {
  const place = await makePlace();
  const { repository, folder, slack, socket } = place;
  const hosts = Object.keys(fleet).map((host) => ({ host, file: soft, proven: null }));
  const records = { schemaVersion: 1, repository, ledger: null, environments: [], hosts } as const;
  writeFileSync(join(folder, "rds.json"), printRecords(records));
  const imported = await runBotOnce(place, "--import", "rds.json");
  expect(imported.output).toMatch(
    /^recorded the files of 2 hosts, at ledger commit [0-9a-f]{40}$/m,
  );
  expect((await runBotOnce(place, "--import", "rds.json")).output).toBe(
    "nothing to record: the ledger is up to date\n",
  );

  const bot = await startBotProcess(place);
  const [, monitor = ""] = /"monitor":"(http:[^"]+)"/.exec(bot.said()) ?? [];
  const look = async (path: string): Promise<string> => (await fetch(monitor + path)).text();
  expect(await look("/healthz")).toBe("ok\n");
  await until(async () => (await look("/readyz")) === "ok\n");
  const payload = {
    command: "/sesam-harden",
    text: "status",
    api_app_id: appId,
    team_id: teamId,
    user_id: slack.users.get("dora"),
    channel_id: slack.channel,
    // The response URL has expired, so the answer comes as a message.
    response_url: "http://127.0.0.1:1/",
    trigger_id: "1.2",
  };
  expect(await socket.deliver({ type: "slash_commands", payload })).toMatchObject({
    text: "Working on it: status.",
  });
  const told = await until(() => slack.calls.find(({ method }) => method === "chat.postEphemeral"));
  expect(told.body["text"]).toContain("0 of 2 hosts hardened");
  const names = [...(await look("/metrics")).matchAll(/^# HELP (sesam_harden_\w+)/gm)];
  expect(names.length).toBe(12);
  for (const [, name] of names) expect(botDocs).toMatch(new RegExp(`\`${name}[{\`]`));
  expect(await bot.stop()).toBe(0);
  holdSecrets(bot.said(), place);
  expect(slack.problems).toEqual([]);
});

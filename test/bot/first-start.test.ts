import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { printRecords } from "../../src/core/rollout/records-file.ts";
import { fleet, until } from "../support/bot.ts";
import { botDocs, readBotExample } from "../support/bot-docs.ts";
import { runBotOnce, startBotProcess } from "../support/bot-process.ts";
import { pushFiles } from "../support/github-peer.ts";
import { filesOf, soft } from "../support/rollout.ts";
import { token } from "../support/runner.ts";
import { appId, appToken, botToken, teamId, type SlackPeer } from "../support/slack-peer.ts";
import { startSocketPeer, type SocketPeer } from "../support/slack-socket.ts";
import { startGithubFront, startSlack } from "../support/started.ts";

const program = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const appKey = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  // As GitHub makes them.
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

/** Gives a token to the App of the docs' example alone, and sends all else on to that address. */
async function startAppFront(address: string): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "GET", url = "/", headers } = request;
    const authorization = headers.authorization ?? "";
    if (url === "/app/installations/7890123/access_tokens") {
      const isRight = isOfApp(authorization);
      response.writeHead(isRight ? 201 : 401, { "content-type": "application/json" });
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      return void response.end(JSON.stringify(isRight ? { token, expires_at } : {}));
    }
    const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
    const sent = new Headers({ authorization });
    for (const name of ["content-type", "if-none-match", "accept"]) {
      const value = headers[name];
      if (typeof value === "string") sent.set(name, value);
    }
    const asked = { method, headers: sent, redirect: "manual", ...body } as const;
    const answer = await fetch(`${address}${url}`, asked);
    const shown = [...answer.headers].filter(([name]) => !/^(content-(en|l)|transf)/.test(name));
    response.writeHead(answer.status, Object.fromEntries(shown));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A JWT of the App, as GitHub checks it. */
function isOfApp(authorization: string): boolean {
  const [, signed = "", claims = "", signature = ""] =
    /^bearer ([\w-]+\.([\w-]+))\.([\w-]+)$/i.exec(authorization) ?? [];
  const key = createPublicKey(appKey.publicKey);
  const { iss } = JSON.parse(Buffer.from(claims, "base64url").toString() || "{}") as {
    iss?: unknown;
  };
  const bytes = Buffer.from(signature, "base64url");
  return String(iss) === "123456" && verify("sha256", Buffer.from(signed), key, bytes);
}

interface Place {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly slack: SlackPeer;
  readonly socket: SocketPeer;
  readonly repository: number;
}

/** Makes the keys as the docs say; gives the public half as it was printed. */
function makeDocumentedKeys(folder: string): string {
  const [, words = ""] =
    /`node \S+\/dist\/index\.js (ticket keygen .+) > keys\.txt`/.exec(botDocs) ?? [];
  return execFileSync(process.execPath, [program, ...words.split(" ")], {
    cwd: folder,
    encoding: "utf8",
    stdio: "pipe",
  });
}

/** What the docs have a user make, in a folder of its own. */
async function makePlace(): Promise<Place> {
  const [front, slack, socket] = await Promise.all([
    startGithubFront(filesOf(fleet)),
    startSlack(),
    startSocketPeer(),
  ]);
  slack.socketUrl = socket.url;
  await pushFiles(front.github, filesOf(fleet));
  const { id: repository } = await front.github.api<{ id: number }>("GET", "");
  const folder = mkdtempSync(join(tmpdir(), "first-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const settings = readBotExample()
    .replace("[slack]", `api = ${await startAppFront(front.url)}\n[slack]`)
    .replace("T012AB3CD", teamId)
    .replace("C012AB3CD", slack.channel)
    .replace("U012AB3CD", slack.users.get("anna") ?? "")
    .replace("U045EF6GH", slack.users.get("ben") ?? "");
  write("bot.ini", `${settings}[monitor]\nport = 0\n`);
  mkdirSync(join(folder, "secrets"));
  const publicKeys = makeDocumentedKeys(folder);
  const env = {
    PATH: process.env["PATH"] ?? "",
    SLACK_API_URL: slack.url,
    SLACK_BOT_TOKEN_FILE: write("secrets/slack-bot-token", botToken),
    SLACK_APP_TOKEN_FILE: write("secrets/slack-app-token", appToken),
    GITHUB_APP_KEY_FILE: write("secrets/github-app-key", appKey.privateKey),
    SESAM_HARDEN_SIGNING_KEY_FILE: join(folder, "secrets/signing-key"),
    SESAM_HARDEN_KEYS_FILE: write("keys.txt", publicKeys),
  };
  return { folder, env, slack, socket, repository };
}

function holdSecrets(said: string): void {
  const [, line = ""] = appKey.privateKey.split("\n");
  for (const secret of [botToken, appToken, token, line]) expect(said).not.toContain(secret);
}

test("the example of the docs, with an App and keys as they say, is fine for --check", async () => {
  const place = await makePlace();
  const fine = await runBotOnce(place, "--check");
  expect(fine).toEqual({
    status: 0,
    output: [
      "Slack token",
      "Slack scopes",
      "Slack Socket Mode",
      "GitHub repository example/config",
      "workflow sesam-rollout.yml",
      "workflow sesam-verify.yml",
      "ledger",
      "signing key",
    ]
      .map((what) => `ok    ${what}\n`)
      .join(""),
  });
  holdSecrets(fine.output);
});

test("what lies on hosts is imported, and the first status is answered", async () => {
  const place = await makePlace();
  const { repository, folder, slack, socket } = place;
  const hosts = Object.keys(fleet).map((host) => ({ host, file: soft, proven: null }));
  const records = { schemaVersion: 1, repository, ledger: null, environments: [], hosts } as const;
  writeFileSync(join(folder, "rds.json"), printRecords(records));
  const imported = await runBotOnce(place, "--import", "rds.json");
  expect(imported.output).toMatch(
    /^recorded what lies on 2 hosts, at ledger commit [0-9a-f]{40}$/m,
  );
  expect((await runBotOnce(place, "--import", "rds.json")).output).toBe(
    "the ledger says so already\n",
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
    // Nobody is there any more, so that the answer comes as a message.
    response_url: "http://127.0.0.1:1/",
    trigger_id: "1.2",
  };
  expect(await socket.deliver({ type: "slash_commands", payload })).toMatchObject({
    text: "Working on it: status.",
  });
  const told = await until(() => slack.calls.find(({ method }) => method === "chat.postEphemeral"));
  expect(told.body["text"]).toContain("0 of 2 hosts hardened");
  const names = [...(await look("/metrics")).matchAll(/^# HELP (sesam_harden_\w+)/gm)];
  expect(names.length).toBe(4);
  for (const [, name] of names) expect(botDocs).toContain(`\`${name}\``);
  expect(await bot.stop()).toBe(0);
  holdSecrets(bot.said());
  expect(slack.problems).toEqual([]);
});

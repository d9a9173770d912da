import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { botDocs, readBotExample } from "./bot-docs.ts";
import { openGithubFront, type GithubFront } from "../fakes/github/github-front.ts";
import { pushFiles } from "../fakes/github/github-peer.ts";
import { filesOf, type TestHost } from "../builders/rollout.ts";
import { token } from "./runner.ts";
import {
  appToken,
  botToken,
  openSlack,
  teamId,
  type SlackPeer,
} from "../fakes/slack/slack-peer.ts";
import { openSocketPeer, type SocketPeer } from "../fakes/slack/slack-socket.ts";

const program = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const appKey = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  // In GitHub's format.
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

/** The files that docs/bot.md tells a user to create, in their own directory, and the peers. */
export interface BotPlace {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly slack: SlackPeer;
  readonly socket: SocketPeer;
  readonly repository: number;
  /** Texts that must never be logged. */
  readonly secrets: readonly string[];
  readonly close: () => Promise<void>;
}

/** A peer that gives a token only to the App of the docs' example, and forwards all else. */
interface AppFront {
  readonly url: string;
  readonly close: () => void;
}

async function openAppFront({ url: address, clock }: GithubFront): Promise<AppFront> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "GET", url = "/", headers } = request;
    const authorization = headers.authorization ?? "";
    if (url === "/app/installations/7890123/access_tokens") {
      const problem = findProblem(authorization, clock.now());
      response.writeHead(problem === undefined ? 201 : 401, {
        "content-type": "application/json",
        date: new Date(clock.now() * 1000).toUTCString(),
      });
      const expires_at = new Date((clock.now() + 3600) * 1000).toISOString();
      const made = { token, expires_at };
      return void response.end(JSON.stringify(problem === undefined ? made : { message: problem }));
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
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** GitHub's error for a JWT of the App at that time, in seconds; undefined if it accepts it. */
function findProblem(authorization: string, now: number): string | undefined {
  const [, signed = "", claims = "", signature = ""] =
    /^bearer ([\w-]+\.([\w-]+))\.([\w-]+)$/i.exec(authorization) ?? [];
  const key = createPublicKey(appKey.publicKey);
  const claimed = Buffer.from(claims, "base64url").toString() || "{}";
  const { iss, iat, exp } = JSON.parse(claimed) as { iss?: unknown; iat: number; exp: number };
  const bytes = Buffer.from(signature, "base64url");
  const isSigned = verify("sha256", Buffer.from(signed), key, bytes);
  if (String(iss) !== "123456" || !isSigned) return "A JSON web token could not be decoded";
  if (exp <= now) {
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  }
  if (exp > now + 601) return "'Expiration time' claim ('exp') is too far in the future";
  return iat > now + 1
    ? "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
    : undefined;
}

/** Generates the keys as documented; returns the printed public key. */
function makeDocumentedKeys(folder: string): string {
  const [, words = ""] =
    /`node \S+\/dist\/index\.js (ticket keygen .+) > keys\.txt`/.exec(botDocs) ?? [];
  return execFileSync(process.execPath, [program, ...words.split(" ")], {
    cwd: folder,
    encoding: "utf8",
    stdio: "pipe",
  });
}

export interface BotPlaceOptions {
  readonly folder: string;
  readonly hosts: Readonly<Record<string, TestHost>>;
  /** Lines of bot.ini after the example. */
  readonly more: string;
  /** Seconds by which GitHub's clock is ahead of this machine's. */
  readonly ahead?: number;
}

export async function openBotPlace(options: BotPlaceOptions): Promise<BotPlace> {
  const { folder, hosts, more, ahead = 0 } = options;
  const files = filesOf(hosts);
  const [front, slack, socket] = await Promise.all([
    openGithubFront(files),
    openSlack(),
    openSocketPeer(),
  ]);
  const { now } = front.clock;
  front.clock.now = () => now() + ahead;
  slack.socketUrl = socket.url;
  await pushFiles(front.github, files);
  const { id: repository } = await front.github.api<{ id: number }>("GET", "");
  const app = await openAppFront(front);
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const settings = readBotExample()
    .replace("[slack]", `api = ${app.url}\n[slack]`)
    .replace("T012AB3CD", teamId)
    .replace("C012AB3CD", slack.channel)
    .replace("U012AB3CD", slack.users.get("anna") ?? "")
    .replace("U045EF6GH", slack.users.get("ben") ?? "");
  write("bot.ini", settings + more);
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
  const [, line = ""] = appKey.privateKey.split("\n");
  return {
    folder,
    env,
    slack,
    socket,
    repository,
    secrets: [botToken, appToken, token, line],
    close: async () => {
      socket.close();
      app.close();
      await Promise.all([slack.close(), front.close()]);
    },
  };
}

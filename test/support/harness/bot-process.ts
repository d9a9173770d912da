import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { BotScene } from "./bot.ts";
import { token } from "./runner.ts";
import { appToken, botToken, signingSecret } from "../fakes/slack/slack-peer.ts";

const main = fileURLToPath(new URL("../../../bot/main.js", import.meta.url));

export interface BotProcess {
  /** Base URL for Slack's requests; `socket` in socket mode. */
  readonly address: string;
  readonly pid: number;
  /** All its output. */
  readonly said: () => string;
  /** Kills it at once, like a power cut. */
  readonly kill: () => Promise<void>;
  /** Sends SIGTERM; returns the exit code. */
  readonly stop: () => Promise<number | null>;
}

/** Writes the files that the bot reads; each secret is in its own file. */
export function writeBotFiles({ settingsText, keys, slack }: BotScene): {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
} {
  const folder = mkdtempSync(join(tmpdir(), "bot-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  write("bot.ini", settingsText);
  return {
    folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      SLACK_API_URL: slack.url,
      SLACK_BOT_TOKEN_FILE: write("slack-token", botToken),
      SLACK_APP_TOKEN_FILE: write("app-token", appToken),
      SLACK_SIGNING_SECRET_FILE: write("slack-secret", signingSecret),
      GITHUB_TOKEN_FILE: write("github-token", token),
      SESAM_HARDEN_SIGNING_KEY_FILE: write("key.json", keys.privateKey),
    },
  };
}

export async function startBotProcess({
  folder,
  env,
}: ReturnType<typeof writeBotFiles>): Promise<BotProcess> {
  const child: ChildProcess = spawn(process.execPath, [main], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
      const [, found] = /"slack":"(http:[^"]+|socket)","msg":"started"/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`the bot did not start: ${said}`)));
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return {
    address,
    pid: child.pid ?? 0,
    said: () => said,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    stop: async () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/**
 * Runs the bot with arguments that let it end by itself; returns the exit code and all its output.
 */
export async function runBotOnce(
  { folder, env }: ReturnType<typeof writeBotFiles>,
  ...words: readonly string[]
): Promise<{ readonly status: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [main, ...words], { cwd: folder, env, stdio: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  }
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { status, output };
}

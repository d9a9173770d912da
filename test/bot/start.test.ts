import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogLevel, WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { accessGithub } from "../../bot/controller.ts";
import { clientOptions } from "../../bot/slack-chat.ts";
import { checkGithub, checkSlack, scopes, type StartCheck } from "../../bot/start-checks.ts";
import { hashSha256 } from "../../src/adapters/hashes.ts";
import { seeHosts } from "../../src/usecases/ledger-decisions.ts";
import { makeBotScene, until, type BotScene } from "../support/bot.ts";
import { runBotOnce, startBotProcess, writeBotFiles } from "../support/bot-process.ts";
import { soft } from "../support/rollout.ts";
import { token } from "../support/runner.ts";
import { appToken, botToken, signingSecret } from "../support/slack-peer.ts";
import { makeKeys } from "../support/tickets.ts";

const wrong = (checks: readonly StartCheck[]): readonly string[] =>
  checks.flatMap(({ what, problem }) => (problem === undefined ? [] : [`${what}: ${problem}`]));

const clientOf = ({ slack }: BotScene): WebClient =>
  new WebClient(botToken, { ...clientOptions, slackApiUrl: slack.url, logLevel: LogLevel.ERROR });

const githubOf = ({ settings, keys, controller }: BotScene) => ({
  access: accessGithub(settings, {
    fetch,
    token,
    clock: { now: () => 0, wait: async () => {}, random: () => 0 },
  }),
  settings: settings.github,
  signer: keys.signer,
  keys: [keys.publicKey],
  controller,
});

test("what Slack lacks is named, with the way to mend it", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { slack, settings } = scene;
  const look = async (change: object = {}, open = async (): Promise<unknown> => ({})) =>
    wrong(await checkSlack({ ...settings.slack, ...change }, clientOf(scene), open));
  expect(await look()).toEqual([]);
  expect(await look({ team: "T0OTHER" })).toEqual([
    "Slack token: it is of another workspace: T000000001",
    "Slack scopes: they are not known",
  ]);
  slack.fail({ method: "auth.test", with: { error: "invalid_auth" } });
  expect((await look())[0]).toBe("Slack token: Slack says invalid_auth");
  slack.fail({ method: "auth.test", with: "reset" });
  expect((await look())[0]).toBe("Slack token: there was no answer");
  slack.scopes.splice(0, slack.scopes.length, "chat:write", "users:read", "files:write");
  expect(await look()).toEqual(["Slack scopes: missing: commands (the command /sesam-harden)"]);
  slack.scopes.splice(0, slack.scopes.length, ...Object.keys(scopes));
  const open = async (): Promise<unknown> => clientOf(scene).apps.connections.open({});
  expect(await look({ mode: "socket" }, open)).toEqual([
    "Slack Socket Mode: Slack says not_allowed_token_type",
  ]);
  slack.socketUrl = "ws://127.0.0.1:9/";
  expect(await look({ mode: "socket" }, open)).toEqual([]);
});

test("what GitHub lacks is named, with the way to mend it", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { actions, github } = scene.front;
  const checked = githubOf(scene);
  const look = async (change: object = {}) => wrong(await checkGithub({ ...checked, ...change }));
  expect(await look()).toEqual([]);
  const { workflow, verifyWorkflow } = scene.settings.github;
  actions.states.set(workflow, "missing").set(verifyWorkflow, "disabled_manually");
  const [missing, disabled] = await look();
  expect(missing).toBe(`workflow ${workflow}: it is not there, or the token may not see Actions`);
  expect(disabled).toBe(`workflow ${verifyWorkflow}: it is disabled_manually`);
  actions.states.clear();
  const other = await makeKeys();
  const key = "signing key: SESAM_HARDEN_KEYS does not hold it";
  expect(await look({ keys: [other.publicKey] })).toEqual([key]);
  actions.variables.set("SESAM_HARDEN_KEYS", `${other.publicKey.kid}:${other.publicKey.x}`);
  expect(await look()).toEqual(["signing key: the variable of the config repo lacks it"]);
  const own = scene.keys.publicKey;
  actions.variables.set("SESAM_HARDEN_KEYS", `${other.publicKey.kid}:x\n${own.kid}:${own.x}`);
  expect(await look()).toEqual([]);
  expect([...github.problems, ...actions.problems]).toEqual([]);
});

/** Runs the program until it ends with exit code 2; gives what it says, which holds no secret. */
async function failWith(
  scene: BotScene,
  files: ReturnType<typeof writeBotFiles>,
  words: readonly string[] = ["--check"],
): Promise<string> {
  const { status, output } = await runBotOnce(files, ...words);
  expect(status).toBe(2);
  holdSecrets(scene, output);
  return output;
}

function holdSecrets({ keys }: BotScene, output: string): void {
  const { d = "" } = JSON.parse(keys.privateKey) as { d?: string };
  for (const secret of [botToken, signingSecret, token, d]) {
    expect(secret.length).toBeGreaterThan(8);
    expect(output).not.toContain(secret);
  }
}

test("a check as a program passes where nothing is missing", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { status, output } = await runBotOnce(writeBotFiles(scene), "--check");
  expect(output.split("\n").filter((line) => !line.startsWith("ok    "))).toEqual([""]);
  expect(status).toBe(0);
  holdSecrets(scene, output);
});

test("a check as a program says what Slack and GitHub lack", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const files = writeBotFiles(scene);
  scene.front.actions.states.set(scene.settings.github.workflow, "missing");
  scene.slack.scopes.splice(0, 1);
  const lacking = await failWith(scene, files);
  expect(lacking).toContain("WRONG Slack scopes: missing: commands");
  expect(lacking).toContain(`WRONG workflow ${scene.settings.github.workflow}`);
  expect(lacking).toContain("Copy it from examples/config-repo");
  // Without --check it says the same, and does not start.
  expect(await failWith(scene, files, [])).toBe(lacking);
  // Where GitHub tells nothing, what is wrong with Slack is told all the same.
  scene.front.github.fail({
    on: /GET \/repos\/example\/config$/,
    when: "before",
    with: { status: 401 },
  });
  const without = await failWith(scene, files);
  expect(without).toContain("WRONG Slack scopes: missing: commands");
  expect(without).toMatch(/WRONG GitHub: .*\(401\).*\n +Give the bot a valid one/);
});

test.each<readonly [what: string, environment: Record<string, string>, said: string]>([
  ["no token", { SLACK_BOT_TOKEN_FILE: "" }, "error: SLACK_BOT_TOKEN is not set"],
  ["two tokens", { SLACK_BOT_TOKEN: botToken }, "both SLACK_BOT_TOKEN and"],
  ["no such file", { SLACK_SIGNING_SECRET_FILE: "/nowhere" }, "ENOENT"],
  ["an empty file", { GITHUB_TOKEN_FILE: "empty" }, "GITHUB_TOKEN_FILE names is empty"],
  ["no key", { SESAM_HARDEN_SIGNING_KEY_FILE: "slack-token" }, "error: "],
  ["no public key", { SESAM_HARDEN_KEYS: signingSecret }, "SESAM_HARDEN_KEYS does not"],
])("a program that is given %s says so", async (...[, change, said]) => {
  const scene = await makeBotScene({ isStarted: false });
  const files = writeBotFiles(scene);
  writeFileSync(join(files.folder, "empty"), "\n");
  const env = { ...files.env, ...change };
  expect(await failWith(scene, { ...files, env })).toContain(said);
});

test.each([
  [["--settings", "/nowhere/bot.ini"], "cannot be read"],
  [["--chekc"], "--chekc is no argument here"],
])("a program that is called with %j says what is wrong", async (words, said) => {
  const scene = await makeBotScene({ isStarted: false });
  expect(await failWith(scene, writeBotFiles(scene), words)).toContain(said);
});

test("SIGTERM ends the program once what is at work is finished", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const files = writeBotFiles(scene);
  const running = await startBotProcess({ ...files, env: { ...files.env, LOG_LEVEL: "debug" } });
  scene.turnTo(running.address);
  const before = scene.replies.length;
  await scene.type("dora", "history");
  await until(() => scene.replies[before]);
  expect(await running.stop()).toBe(0);
  expect(running.said()).toContain("stopping: what is at work is finished");
  for (const secret of [botToken, signingSecret, token, appToken]) {
    expect(running.said()).not.toContain(secret);
  }
});

test("a program with a socket lives on while Slack gives no address, and ends though its peer is dead", async () => {
  const scene = await makeBotScene({ isStarted: false, mode: "socket" });
  const { socket: peer, slack } = scene;
  const running = await startBotProcess(writeBotFiles(scene));
  const url = slack.socketUrl;
  slack.socketUrl = undefined;
  peer?.sockets[0]?.end();
  const asked = (): number =>
    slack.calls.filter(({ method }) => method === "apps.connections.open").length;
  const tried = asked();
  await until(() => asked() > tried + 1);
  slack.socketUrl = url;
  await until(() => peer?.opened() === 2);
  await scene.type("dora", "history");
  await until(() => scene.replies[0]);
  peer?.sockets[0]?.die();
  expect(await running.stop()).toBe(0);
  for (const secret of [botToken, appToken, token, "a-ticket-of-slack"]) {
    expect(running.said()).not.toContain(secret);
  }
});

test("a bot does not start where the ledger was set back while it was down", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { github } = scene.front;
  const files = writeBotFiles(scene);
  const env = { ...files.env, STATE_DIRECTORY: files.folder };
  const path = "/git/refs/heads/sesam-harden/ledger";
  const headOf = async () =>
    (await github.api<{ object: { sha: string } }>("GET", path.replace("refs", "ref"))).object.sha;
  const old = await headOf();
  await scene.controller.writer.write(seeHosts([{ host: "rds9", file: hashSha256(soft) }], [soft]));
  const newest = await headOf();
  const isFine = async () => (await runBotOnce({ ...files, env }, "--check")).status === 0;
  expect(await isFine()).toBe(true);
  await github.api("PATCH", path, { sha: old, force: true });
  // Without a memory it is believed.
  expect((await runBotOnce(files, "--check")).status).toBe(0);
  const said = await failWith(scene, { ...files, env }, []);
  expect(said).toMatch(/WRONG ledger: .*the branch: it is shorter than, or not the one/);
  expect(said).toContain("put it back to the commit on the newest Slack card");
  await github.api("PATCH", path, { sha: newest, force: true });
  expect(await isFine()).toBe(true);
});

test("a ledger without its rulesets is told of, and the bot starts all the same", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { rules, activity, github } = scene.front;
  const files = writeBotFiles(scene);
  rules.splice(0, 3);
  const { status, output } = await runBotOnce(files, "--check");
  expect(status).toBe(0);
  const what =
    'rulesets of the ledger\'s branch: "sesam-harden ledger: history" is missing, or lacks deletion, non_fast_forward, required_linear_history';
  expect(output).toContain(`WARN  ${what}\n      Add both to the config repo, as sesam-harden`);
  const bot = await startBotProcess(files);
  expect(JSON.stringify(bot.said())).toContain("is missing, or lacks deletion, non_fast_forward");
  expect(await bot.stop()).toBe(0);
  github.fail({ on: /rules/, when: "before", with: { status: 403 } });
  expect((await runBotOnce(files, "--check")).output).toMatch(/WARN {2}rulesets .*\(403\)/);
  expect([...github.problems, ...activity.problems]).toEqual([]);
});

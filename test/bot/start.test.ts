import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogLevel, WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { openConfigRepo } from "../../bot/controller/controller.ts";
import { clientOptions } from "../../bot/slack/web-api.ts";
import { checkSlack, scopes } from "../../bot/slack/setup-checks.ts";
import type { StartCheck } from "../../bot/runtime/start-check.ts";
import { checkGithub, checkPeople } from "../../bot/doctor.ts";
import { hashSha256 } from "../../src/adapters/runtime/crypto.ts";
import { readBotSettings, type BotSettings } from "../../bot/runtime/settings.ts";
import { seeHosts } from "../../src/core/rollout/ledger/commands.ts";
import { makeBotScene, until, type BotScene } from "../support/harness/bot.ts";
import { runBotOnce, startBotProcess, writeBotFiles } from "../support/harness/bot-process.ts";
import { soft } from "../support/builders/rollout.ts";
import { token } from "../support/harness/runner.ts";
import {
  appToken,
  botToken,
  signingSecret,
  signRequest,
} from "../support/fakes/slack/slack-peer.ts";
import { makeKeys } from "../support/builders/tickets.ts";

const wrong = (checks: readonly StartCheck[]): readonly string[] =>
  checks.flatMap(({ what, problem }) => (problem === undefined ? [] : [`${what}: ${problem}`]));

const clientOf = ({ slack }: BotScene): WebClient =>
  new WebClient(botToken, { ...clientOptions, slackApiUrl: slack.url, logLevel: LogLevel.ERROR });

const githubOf = ({ settings, keys, controller }: BotScene) => ({
  client: openConfigRepo(settings, {
    fetch,
    token,
    clock: { nowSeconds: () => 0, wait: async () => {}, random: () => 0 },
  }),
  people: settings,
  settings: settings.github,
  signer: keys.signer,
  keys: [keys.publicKey],
  controller,
});

test("names what Slack lacks, and how to fix it", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { slack, settings } = scene;
  const look = async (change: object = {}, open = async (): Promise<unknown> => ({})) =>
    wrong(await checkSlack({ ...settings.slack, ...change }, clientOf(scene), open));
  expect(await look()).toEqual([]);
  expect(await look({ team: "T0OTHER" })).toEqual([
    "Slack token: the token is for workspace T000000001; bot.ini says T0OTHER",
    "Slack scopes: unknown, since the token could not be checked",
  ]);
  slack.fail({ method: "auth.test", with: { error: "invalid_auth" } });
  expect((await look())[0]).toBe("Slack token: Slack answered invalid_auth");
  slack.fail({ method: "auth.test", with: "reset" });
  expect((await look())[0]).toBe("Slack token: no answer");
  slack.scopes.splice(0, slack.scopes.length, "chat:write", "users:read", "files:write");
  expect(await look()).toEqual(["Slack scopes: missing: commands (the command /sesam-harden)"]);
  slack.scopes.splice(0, slack.scopes.length, ...Object.keys(scopes));
  const open = async (): Promise<unknown> => clientOf(scene).apps.connections.open({});
  expect(await look({ mode: "socket" }, open)).toEqual([
    "Slack Socket Mode: Slack answered not_allowed_token_type",
  ]);
  slack.socketUrl = "ws://127.0.0.1:9/";
  expect(await look({ mode: "socket" }, open)).toEqual([]);
});

test("names an app or a channel that does not belong to the bot", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { slack, settings } = scene;
  const look = async (change: object = {}) =>
    wrong(
      await checkSlack({ ...settings.slack, ...change }, clientOf(scene), async () => undefined),
    );
  const app = "Slack app: the token is for app A012AB3CD; bot.ini says A0OTHER";
  expect(await look({ app: "A0OTHER" })).toEqual([app]);
  const channel = "Slack channel: Slack answered channel_not_found";
  expect(await look({ channel: "C0OTHER" })).toEqual([channel]);
  slack.appId = "A0THEIRS";
  expect((await look())[0]).toContain("the token is for app A0THEIRS");
  slack.appId = settings.slack.app;
  slack.fail({ method: "chat.getPermalink", with: { retryAfter: 7 } });
  expect(await look()).toEqual(["Slack channel: Slack limits the bot's requests (ratelimited)"]);
});

const peopleOf = (text: string): BotSettings => {
  const base = "[github]\nrepository = a/b\n[slack]\nteam = T01\napp = A01\nchannel = C01\n";
  const { settings, problems } = readBotSettings("bot.ini", base + text);
  if (settings === undefined) throw new Error(JSON.stringify(problems));
  return settings;
};
const person = (name: string, groups: string, slack = `slack = U0${name.toUpperCase()}\n`) =>
  `[person.${name}]\n${slack}github = ${[...name].reduce((sum, one) => sum * 31 + (one.codePointAt(0) ?? 0), 7)}\ngroups = ${groups}\n`;
const lab = (approvals: number, groups = "ops") =>
  `[environment.lab]\napprovals = ${approvals}\ngroups = ${groups}\n`;

test("names approval counts above the number of people, and groups without effect", () => {
  const look = (text: string) => wrong(checkPeople(peopleOf(text)));
  const three = person("anna", "ops") + person("ben", "ops") + person("carl", "ops");
  expect(look(three + lab(2))).toEqual([]);
  expect(look(three + lab(3))).toEqual([
    "approvals of lab: approvals = 3 needs 4 people with a Slack id in its groups (ops), including the requester; there are 3: anna, ben, carl",
  ]);
  // A person without a Slack id cannot approve; any member of a team can.
  expect(look(person("anna", "ops") + person("ben", "ops", "") + lab(1))[0]).toContain(
    "are 1: anna",
  );
  const team = "[group.ops]\nteam = example/ops\n";
  expect(
    look(`${person("anna", "dev")}${person("ben", "dev")}${team}${lab(1, "ops dev")}`),
  ).toEqual([]);
  expect(look(person("anna", "ops") + person("ben", "ops bakup") + lab(1))).toEqual([
    "groups: no environment uses the group bakup of ben",
  ]);
  const idle = "[group.idle]\nteam = example/idle\n";
  expect(look(three + idle + lab(1))).toEqual(["groups: no environment uses the group idle"]);
});

test("names what GitHub lacks, and how to fix it", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { actions, github } = scene.front;
  const checked = githubOf(scene);
  const look = async (change: object = {}) => wrong(await checkGithub({ ...checked, ...change }));
  expect(await look()).toEqual([]);
  const { workflow, verifyWorkflow } = scene.settings.github;
  actions.states.set(workflow, "missing").set(verifyWorkflow, "disabled_manually");
  const [missing, disabled] = await look();
  expect(missing).toBe(`workflow ${workflow}: not found, or the token cannot read Actions`);
  expect(disabled).toBe(`workflow ${verifyWorkflow}: the workflow is disabled_manually`);
  actions.states.clear();
  const other = await makeKeys();
  const key = "signing key: its public key is not in SESAM_HARDEN_KEYS";
  expect(await look({ keys: [other.publicKey] })).toEqual([key]);
  actions.variables.set("SESAM_HARDEN_KEYS", `${other.publicKey.kid}:${other.publicKey.x}`);
  expect(await look()).toEqual([
    "signing key: its public key is not in the variable SESAM_HARDEN_KEYS of the config repo",
  ]);
  const own = scene.keys.publicKey;
  actions.variables.set("SESAM_HARDEN_KEYS", `${other.publicKey.kid}:x\n${own.kid}:${own.x}`);
  expect(await look()).toEqual([]);
  const broken = { writer: { read: () => Promise.reject(new TypeError("x")) } };
  const unforeseen = await checkGithub({
    ...checked,
    controller: { ...checked.controller, ...broken },
  } as never);
  expect(unforeseen.find(({ what }) => what === "ledger")).toEqual({
    what: "ledger",
    problem: "unexpected error",
    next: "Run sesam-harden ledger verify.",
  });
  expect([...github.problems, ...actions.problems]).toEqual([]);
});

test("an unreadable team, or one without people of bot.ini, does not pass", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { github } = scene.front;
  const checked = githubOf(scene);
  const { id } = await github.server<{ readonly id: number }>("GET", "/users/anna");
  const persons = new Map([["anna", { name: "anna", slack: "U0ANNA", github: id, groups: [] }]]);
  const look = async (team: string) => {
    const people = { persons, teams: new Map([["ops", team]]) };
    return wrong(await checkGithub({ ...checked, people }));
  };
  expect(await look("example/none")).toEqual([
    "team example/none: not found, or the App cannot read its members",
  ]);
  await github.server("POST", "/orgs/example/teams", { name: "backup" });
  expect(await look("example/backup")).toEqual([
    "team example/backup: no person of bot.ini is a member",
  ]);
  await github.server("PUT", "/orgs/example/teams/backup/memberships/anna", { role: "member" });
  expect(await look("example/backup")).toEqual([]);
  expect(github.problems).toEqual([]);
});

/**
 * Runs the program until it ends with that exit code; returns its output, which contains no secret.
 */
async function failWith(
  scene: BotScene,
  files: ReturnType<typeof writeBotFiles>,
  words: readonly string[] = ["--check"],
  code = 2,
): Promise<string> {
  const { status, output } = await runBotOnce(files, ...words);
  expect(status).toBe(code);
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

test("--check passes if nothing is missing", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { status, output } = await runBotOnce(writeBotFiles(scene), "--check");
  expect(output.split("\n").filter((line) => !line.startsWith("ok    "))).toEqual([""]);
  expect(status).toBe(0);
  holdSecrets(scene, output);
});

test("--check says what Slack and GitHub lack", async () => {
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
  // If GitHub does not answer, problems with Slack are still reported.
  scene.front.github.fail({
    on: /GET \/repos\/example\/config$/,
    when: "before",
    with: { status: 401 },
  });
  const without = await failWith(scene, files);
  expect(without).toContain("WRONG Slack scopes: missing: commands");
  expect(without).toMatch(/WRONG GitHub: .*\(401\).*\n +Give the bot a valid GITHUB_TOKEN/);
  // It does not blame a token if the server does not answer, and prints no line for machines.
  scene.slack.isDown = true;
  const down = await failWith(scene, files);
  expect(down).toContain("can connect to Slack");
  expect(down.split("\n").filter((line) => !/^(ok {4}|WRONG | {6}|$)/.test(line))).toEqual([]);
  scene.slack.isDown = false;
  scene.slack.fail({ method: "auth.test", with: { retryAfter: 7 } });
  expect(await failWith(scene, files)).toContain("Retry in 7 s.");
});

test.each<readonly [what: string, environment: Record<string, string>, said: string]>([
  ["no token", { SLACK_BOT_TOKEN_FILE: "" }, "error: SLACK_BOT_TOKEN is not set"],
  ["two tokens", { SLACK_BOT_TOKEN: botToken }, "both SLACK_BOT_TOKEN and"],
  [
    "no such file",
    { SLACK_SIGNING_SECRET_FILE: "/nowhere" },
    "SLACK_SIGNING_SECRET_FILE: /nowhere does not exist",
  ],
  [
    "a directory",
    { SLACK_SIGNING_SECRET_FILE: "/" },
    "SLACK_SIGNING_SECRET_FILE: cannot read /: it is a directory",
  ],
  ["an empty file", { GITHUB_TOKEN_FILE: "empty" }, "empty is empty"],
  ["no key", { SESAM_HARDEN_SIGNING_KEY_FILE: "slack-token" }, "error: "],
  [
    "no public key",
    { SESAM_HARDEN_KEYS: signingSecret },
    "invalid public key in SESAM_HARDEN_KEYS: number 1 of 1",
  ],
])("a program started with %s says so", async (...[, change, said]) => {
  const scene = await makeBotScene({ isStarted: false });
  const files = writeBotFiles(scene);
  writeFileSync(join(files.folder, "empty"), "\n");
  const env = { ...files.env, ...change };
  expect(await failWith(scene, { ...files, env })).toContain(said);
});

test("names all missing secrets at once", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { folder, env } = writeBotFiles(scene);
  const said = await failWith(scene, { folder, env: { PATH: env["PATH"] ?? "" } });
  for (const name of [
    "SESAM_HARDEN_SIGNING_KEY",
    "GITHUB_TOKEN",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
  ]) {
    expect(said).toContain(`${name} is not set. Set ${name}, or set ${name}_FILE`);
  }
});

test("a minor problem is reported, and the bot still starts", async () => {
  const scene = await makeBotScene({ isStarted: false, more: "[group.idle]\nteam = a/b\n" });
  const files = writeBotFiles(scene);
  expect(await failWith(scene, files)).toContain(
    "WRONG groups: no environment uses the group idle",
  );
  const running = await startBotProcess(files);
  expect(running.said()).toContain("no environment uses the group idle");
  expect(await running.stop()).toBe(0);
});

test.each([
  [["--settings", "/nowhere/bot.ini"], "cannot be read", 78],
  [["--settings", "/nowhere/bot.ini", "--check"], "cannot be read", 2],
  [["--chekc"], "unknown argument '--chekc'", 2],
] as const)("a program called with %j says what is wrong", async (words, said, code) => {
  const scene = await makeBotScene({ isStarted: false });
  expect(await failWith(scene, writeBotFiles(scene), words, code)).toContain(said);
});

test("wrong settings end the program with a code after which systemd does not restart it", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const files = writeBotFiles(scene);
  const without = { ...files, env: { ...files.env, GITHUB_TOKEN_FILE: "" } };
  expect(await failWith(scene, without, [], 78)).toContain("GITHUB_TOKEN is not set");
  writeFileSync(join(files.folder, "bot.ini"), "[slack]\nmode = pigeon\n");
  writeFileSync(join(files.folder, "hosts.json"), "{}\n");
  const said = await failWith(scene, files, [], 78);
  expect(said).toContain("bot.ini:2:8: ");
  expect(await failWith(scene, files, ["--check"])).toBe(said);
  expect(await failWith(scene, files, ["--import", "hosts.json"])).toBe(said);
});

test("SIGTERM ends the program once running work is finished", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const files = writeBotFiles(scene);
  const running = await startBotProcess({ ...files, env: { ...files.env, LOG_LEVEL: "debug" } });
  scene.turnTo(running.address);
  const before = scene.replies.length;
  await scene.type("dora", "history");
  await until(() => scene.replies[before]);
  // Bolt does not print the secret that it compares with.
  await scene.send("a=b", signRequest("a=b", { secret: "another-signing-secret" }));
  await until(() => running.said().includes("check that SLACK_SIGNING_SECRET"));
  expect(await running.stop()).toBe(0);
  expect(running.said()).toContain("stopping: finishing requests in progress");
  for (const secret of [botToken, signingSecret, token, appToken]) {
    expect(running.said()).not.toContain(secret);
  }
});

test("a program with a socket survives while Slack gives no address, and ends even if its peer is dead", async () => {
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

test("a bot does not start if the ledger was reset while it was down", async () => {
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
  // Without a remembered entry the ledger is trusted.
  expect((await runBotOnce(files, "--check")).status).toBe(0);
  const said = await failWith(scene, { ...files, env }, []);
  expect(said).toMatch(/WRONG ledger: .*the branch: it is shorter than, or differs from/);
  expect(said).toContain("reset it to the commit on the newest Slack card");
  await github.api("PATCH", path, { sha: newest, force: true });
  expect(await isFine()).toBe(true);
});

test("a ledger without its rulesets is reported, and the bot still starts", async () => {
  const scene = await makeBotScene({ isStarted: false });
  const { rules, activity, github } = scene.front;
  const files = writeBotFiles(scene);
  rules.splice(0, 3);
  const { status, output } = await runBotOnce(files, "--check");
  expect(status).toBe(0);
  const what =
    'rulesets of the ledger\'s branch: "sesam-harden ledger: history" is missing, or lacks deletion, non_fast_forward, required_linear_history';
  expect(output).toContain(`WARN  ${what}\n      Add both rulesets printed by sesam-harden`);
  const bot = await startBotProcess(files);
  expect(JSON.stringify(bot.said())).toContain("is missing, or lacks deletion, non_fast_forward");
  expect(await bot.stop()).toBe(0);
  github.fail({ on: /rules/, when: "before", with: { status: 403 } });
  expect((await runBotOnce(files, "--check")).output).toMatch(/WARN {2}rulesets .*\(403\)/);
  expect([...github.problems, ...activity.problems]).toEqual([]);
});

test("a bot that may not send queries warns, and works without them", async () => {
  const scene = await makeBotScene();
  const { github } = scene.front;
  const files = writeBotFiles(scene);
  const ready = async (): Promise<string> => (await fetch(`${scene.monitor}/readyz`)).text();
  await until(async () => (await ready()) === "ok\n");
  const answer = { status: 403, message: "Blocked\n\u001b[31mby the proxy" };
  github.fail({ on: /POST \/graphql/, when: "before", with: answer, times: 99 });
  const { status, output } = await runBotOnce(files, "--check");
  expect(status).toBe(0);
  const reason = String.raw`GitHub refused POST /graphql (403): "Blocked\x0a\x1b[31mby the proxy"`;
  expect(output).toContain(`WARN  GraphQL queries: ${reason}\n      Until queries work`);
  await scene.bot.check();
  const answered = await fetch(`${scene.monitor}/readyz`);
  expect(answered.status).toBe(200);
  expect(await answered.text()).toBe(
    `files are requested one by one, as the last GraphQL query failed: ${reason}\n`,
  );
  expect(github.problems).toEqual([]);
});

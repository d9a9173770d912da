import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from "@slack/web-api";
import { isMissing } from "../src/adapters/github/error.ts";
import type { GithubClient } from "../src/adapters/github/client.ts";
import { HardenError } from "../src/core/base/errors.ts";
import type { BotSettings } from "./runtime/settings.ts";
import { ledgerBranch } from "../src/core/rollout/ledger/layout.ts";
import { findMissingRulesets } from "../src/core/rollout/ledger/branch-ruleset.ts";
import type { PublicKey, Signer } from "../src/core/formats/jws.ts";
import type { Controller } from "./controller/controller.ts";
import { findChannelProblem, findOtherApp, type StartCheck } from "./slack/setup-checks.ts";
import { readReason } from "./slack/web-api.ts";
/** What each scope is for; the manifest asks for the same. */
export const scopes: Readonly<Record<string, string>> = {
  commands: "the command /sesam-harden",
  "chat:write": "cards, and answers to persons",
  "users:read": "whether an account is a guest, a bot or deactivated",
  "files:write": "plans as files",
};

interface Failure {
  readonly problem: string;
  readonly next?: string;
}

async function check(
  what: string,
  next: string,
  look: () => Promise<string | undefined>,
): Promise<StartCheck> {
  try {
    return { what, problem: await look(), next };
  } catch (error) {
    const failure = explain(error);
    return { what, problem: failure.problem, next: failure.next ?? next };
  }
}

/** Never with what was sent, which holds a token. */
function explain(error: unknown): Failure {
  if (error instanceof HardenError) return { problem: error.message, next: error.next };
  const reason = error instanceof WebAPIPlatformError ? readReason(error) : undefined;
  if (reason !== undefined) return { problem: `Slack says ${reason}` };
  if (error instanceof WebAPIRateLimitedError) {
    const next = `Slack limits requests: check again in ${error.retryAfter} s.`;
    return { problem: "Slack limits requests (ratelimited)", next };
  }
  const next =
    "Slack could not be reached: see that this machine may connect to it, also by a proxy.";
  return { problem: "there was no answer", next };
}

/** Slack: the token, its workspace and scopes, and the token of Socket Mode. */
export async function checkSlack(
  slack: BotSettings["slack"],
  client: WebClient,
  openSocket: () => Promise<unknown>,
): Promise<readonly StartCheck[]> {
  const { team, mode } = slack;
  let granted: readonly string[] = [];
  let bot: string | undefined;
  const token = await check(
    "Slack token",
    "Give SLACK_BOT_TOKEN the bot token of the app (xoxb-), installed in the workspace of bot.ini.",
    async () => {
      const answer = await client.auth.test();
      granted = answer.response_metadata?.scopes ?? [];
      bot = answer.bot_id;
      return answer.team_id === team ? undefined : `it is of another workspace: ${answer.team_id}`;
    },
  );
  const missing = Object.keys(scopes).filter((scope) => !granted.includes(scope));
  const scoped: StartCheck = {
    what: "Slack scopes",
    problem:
      token.problem !== undefined
        ? "they are not known"
        : missing.length === 0
          ? undefined
          : `missing: ${missing.map((scope) => `${scope} (${scopes[scope]})`).join(", ")}`,
    next: "Create the app from bot/manifest.json, or add the scopes, and install it again.",
  };
  const more = token.problem === undefined ? await checkPlace(bot, slack, client) : [];
  if (mode === "http") return [token, scoped, ...more];
  const socket = await check(
    "Slack Socket Mode",
    "Switch Socket Mode on, and give SLACK_APP_TOKEN an app-level token with connections:write (xapp-).",
    async () => {
      await openSocket();
      return undefined;
    },
  );
  return [token, scoped, ...more, socket];
}

async function checkPlace(
  bot: string | undefined,
  slack: BotSettings["slack"],
  client: WebClient,
): Promise<readonly StartCheck[]> {
  const app = await check(
    "Slack app",
    "Write the App ID of the app that SLACK_BOT_TOKEN is of into bot.ini, as app of [slack].",
    () => findOtherApp(bot, slack, client),
  );
  const channel = await check(
    "Slack channel",
    "Write the id of a channel of the workspace into bot.ini, as channel of [slack], and invite the bot there.",
    () => findChannelProblem(slack, client),
  );
  return [app, { ...channel, isMinor: true }];
}

export interface GithubChecked {
  readonly client: GithubClient;
  readonly settings: BotSettings["github"];
  readonly signer: Signer;
  readonly keys: readonly PublicKey[];
  readonly controller: Pick<Controller, "writer" | "clockTrouble">;
}

/** GitHub: repository and what may be done there, both workflows, and the ledger with its key. */
export async function checkGithub(checked: GithubChecked): Promise<readonly StartCheck[]> {
  const { client, settings, controller } = checked;
  const { owner, repo, workflow, verifyWorkflow } = settings;
  const lookAtWorkflow = async (name: string): Promise<string | undefined> => {
    const route = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}";
    try {
      const { state } = await client.request(route, { workflow_id: name });
      return state === "active" ? undefined : `it is ${state}`;
    } catch (error) {
      if (isMissing(error)) return "it is not there, or the token may not see Actions";
      throw error;
    }
  };
  const copy = "Copy it from examples/config-repo, and let Actions run in the repository.";
  return Promise.all([
    check(
      `GitHub repository ${owner}/${repo}`,
      "Install the App there with contents and actions: read and write.",
      async () => {
        const { permissions } = await client.request("GET /repos/{owner}/{repo}", {});
        return permissions?.push === false ? "the token may not write there" : undefined;
      },
    ),
    check(`workflow ${workflow}`, copy, () => lookAtWorkflow(workflow)),
    check(`workflow ${verifyWorkflow}`, copy, () => lookAtWorkflow(verifyWorkflow)),
    check("ledger", "Run sesam-harden ledger verify.", async () => {
      await controller.writer.read();
      return undefined;
    }),
    checkKey(checked),
    checkRulesets(client),
    checkClock(controller),
  ]);
}

async function checkClock({ clockTrouble }: GithubChecked["controller"]): Promise<StartCheck> {
  const next = "Set it, best by NTP: the bot signs no ticket until then.";
  return { ...(await check("clock", next, async () => clockTrouble())), isWarning: true };
}

/** Without them an account that may push can set the ledger back, which only a bot that has read it sees. */
async function checkRulesets({ list }: GithubClient): Promise<StartCheck> {
  const found = await check(
    "rulesets of the ledger's branch",
    "Add both to the config repo, as sesam-harden ledger ruleset --app NUMBER prints them: see docs/ledger.md.",
    async () => {
      const route = "GET /repos/{owner}/{repo}/rules/branches/{branch}";
      const { items } = await list(route, { branch: ledgerBranch }, 1);
      const rules = items.map(({ type, ruleset_id: ruleset }) => ({ type, ruleset }));
      const missing = findMissingRulesets(rules).map(
        ({ name, types }) => `"${name}" is missing, or lacks ${types.join(", ")}`,
      );
      return missing.length === 0 ? undefined : missing.join("; ");
    },
  );
  return { ...found, isWarning: true };
}

/** Hosts and the ledger's readers believe the keys that they were given, and no other. */
async function checkKey({ client, signer, keys }: GithubChecked): Promise<StartCheck> {
  return check(
    "signing key",
    "Put its public half, as ticket keygen printed it, into SESAM_HARDEN_KEYS of the bot and of the config repo, and into the pins of the hosts.",
    async () => {
      if (!keys.some(({ kid }) => kid === signer.kid)) return "SESAM_HARDEN_KEYS does not hold it";
      const route = "GET /repos/{owner}/{repo}/actions/variables/{name}";
      let value: string;
      try {
        ({ value } = await client.request(route, { name: "SESAM_HARDEN_KEYS" }));
      } catch {
        // Reading variables is a permission of its own, which the bot does not need.
        return undefined;
      }
      return value.includes(signer.kid) ? undefined : "the variable of the config repo lacks it";
    },
  );
}

/** One line a check, for people. */
export function printChecks(checks: readonly StartCheck[]): string {
  return checks
    .map(({ what, problem, next, isWarning }) =>
      problem === undefined
        ? `ok    ${what}\n`
        : `${isWarning ? "WARN " : "WRONG"} ${what}: ${problem}\n      ${next}\n`,
    )
    .join("");
}

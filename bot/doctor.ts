import { isMissing } from "../src/adapters/github/error.ts";
import type { GithubClient } from "../src/adapters/github/client.ts";
import type { BotSettings } from "./runtime/settings.ts";
import { tryCheck, type StartCheck } from "./runtime/start-check.ts";
import type { EnvironmentSettings } from "../src/core/rollout/state/rollout-settings.ts";
import { ledgerBranch } from "../src/core/rollout/ledger/layout.ts";
import { findMissingRulesets } from "../src/core/rollout/ledger/branch-ruleset.ts";
import type { PublicKey, Signer } from "../src/core/formats/jws.ts";
import type { Controller } from "./controller/controller.ts";

type People = Pick<BotSettings, "persons" | "teams" | "environments">;

/** Whether somebody can approve in each environment, and whether all groups are ones that count. */
export function checkPeople(settings: People): readonly StartCheck[] {
  return [
    ...[...settings.environments.values()].map((environment) =>
      checkApprovers(environment, settings),
    ),
    checkGroups(settings),
  ];
}

/** A requester never approves, so there has to be one person more. */
function checkApprovers(
  { name, approvals, groups }: EnvironmentSettings,
  { persons, teams }: People,
): StartCheck {
  // Who is in a team only GitHub knows, and may change at any time.
  const hasTeam = groups.some((group) => teams.has(group));
  const able = [...persons.values()].filter(
    (person) =>
      person.slack !== null && (hasTeam || person.groups.some((group) => groups.includes(group))),
  );
  const isEnough = able.length > approvals;
  const names = able.map((person) => person.name).join(", ") || "none";
  return {
    what: `approvals of ${name}`,
    problem: isEnough
      ? undefined
      : `approvals = ${approvals} needs ${approvals + 1} persons with a Slack id in its groups (${groups.join(", ")}), one of them to ask; there are ${able.length}: ${names}`,
    next: "Lower approvals, or add persons to these groups in bot.ini.",
    isMinor: true,
  };
}

function checkGroups({ persons, teams, environments }: People): StartCheck {
  const used = new Set([...environments.values()].flatMap(({ groups }) => groups));
  const unused = [...persons.values()].flatMap(({ name, groups }) =>
    groups.filter((group) => !used.has(group)).map((group) => `${group} of ${name}`),
  );
  const idle = [...teams.keys()].filter((group) => !used.has(group));
  const wrong = [...unused, ...idle].map((group) => `no environment has the group ${group}`);
  return {
    what: "groups",
    problem: wrong.length === 0 ? undefined : wrong.join("; "),
    next: "Write the same names in [person.NAME], [group.NAME] and [environment.NAME] of bot.ini.",
    isMinor: true,
  };
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
    tryCheck(
      `GitHub repository ${owner}/${repo}`,
      "Install the App there with contents and actions: read and write.",
      async () => {
        const { permissions } = await client.request("GET /repos/{owner}/{repo}", {});
        return permissions?.push === false ? "the token may not write there" : undefined;
      },
    ),
    tryCheck(`workflow ${workflow}`, copy, () => lookAtWorkflow(workflow)),
    tryCheck(`workflow ${verifyWorkflow}`, copy, () => lookAtWorkflow(verifyWorkflow)),
    tryCheck("ledger", "Run sesam-harden ledger verify.", async () => {
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
  return { ...(await tryCheck("clock", next, async () => clockTrouble())), isWarning: true };
}

/** Without them an account that may push can set the ledger back, which only a bot that has read it sees. */
async function checkRulesets({ list }: GithubClient): Promise<StartCheck> {
  const found = await tryCheck(
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
  return tryCheck(
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

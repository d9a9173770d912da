import { isMissing } from "../src/adapters/github/error.ts";
import type { GithubClient } from "../src/adapters/github/client.ts";
import { createGithubPeople } from "../src/adapters/github/teams-and-authors.ts";
import type { BotSettings } from "./runtime/settings.ts";
import { tryCheck, type StartCheck } from "./runtime/start-check.ts";
import type { EnvironmentSettings } from "../src/core/rollout/state/rollout-settings.ts";
import { ledgerBranch } from "../src/core/rollout/ledger/layout.ts";
import { findMissingRulesets } from "../src/core/rollout/ledger/branch-ruleset.ts";
import type { PublicKey, Signer } from "../src/core/formats/jws.ts";
import type { Controller } from "./controller/controller.ts";

type People = Pick<BotSettings, "persons" | "teams" | "environments">;

/** Checks that each environment has enough approvers, and that every group is used. */
export function checkPeople(settings: People): readonly StartCheck[] {
  return [
    ...[...settings.environments.values()].map((environment) =>
      checkApprovers(environment, settings),
    ),
    checkGroups(settings),
  ];
}

/** The requester cannot approve, so one more person is needed. */
function checkApprovers(
  { name, approvals, groups }: EnvironmentSettings,
  { persons, teams }: People,
): StartCheck {
  // Only GitHub knows the members of a team, and they can change at any time.
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
      : `approvals = ${approvals} needs ${approvals + 1} people with a Slack id in its groups (${groups.join(", ")}), including the requester; there are ${able.length}: ${names}`,
    next: "Lower approvals, or add people to these groups in bot.ini.",
    isMinor: true,
  };
}

function checkGroups({ persons, teams, environments }: People): StartCheck {
  const used = new Set([...environments.values()].flatMap(({ groups }) => groups));
  const unused = [...persons.values()].flatMap(({ name, groups }) =>
    groups.filter((group) => !used.has(group)).map((group) => `${group} of ${name}`),
  );
  const idle = [...teams.keys()].filter((group) => !used.has(group));
  const wrong = [...unused, ...idle].map((group) => `no environment uses the group ${group}`);
  return {
    what: "groups",
    problem: wrong.length === 0 ? undefined : wrong.join("; "),
    next: "Use the same group names in [person.NAME], [group.NAME] and [environment.NAME] of bot.ini.",
    isMinor: true,
  };
}

export interface GithubChecked {
  readonly client: GithubClient;
  readonly people: Pick<BotSettings, "persons" | "teams">;
  readonly settings: BotSettings["github"];
  readonly signer: Signer;
  readonly keys: readonly PublicKey[];
  readonly controller: Pick<Controller, "writer" | "clockTrouble">;
}

/** Checks GitHub: repository, permissions, workflows, ledger, key, rulesets, clock and teams. */
export async function checkGithub(checked: GithubChecked): Promise<readonly StartCheck[]> {
  const { client, settings, controller, people } = checked;
  const { owner, repo, workflow, verifyWorkflow } = settings;
  const checkWorkflow = async (name: string): Promise<string | undefined> => {
    const route = "GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}";
    try {
      const { state } = await client.request(route, { workflow_id: name });
      return state === "active" ? undefined : `the workflow is ${state}`;
    } catch (error) {
      if (isMissing(error)) return "not found, or the token cannot read Actions";
      throw error;
    }
  };
  const copy =
    "Copy it from examples/config-repo/.github/workflows to the default branch, and enable Actions in the repository.";
  return Promise.all([
    tryCheck(
      `GitHub repository ${owner}/${repo}`,
      "Install the App there, with read and write permission for contents and actions.",
      async () => {
        const { permissions } = await client.request("GET /repos/{owner}/{repo}", {});
        return permissions?.push === false ? "the token has no write permission" : undefined;
      },
    ),
    tryCheck(`workflow ${workflow}`, copy, () => checkWorkflow(workflow)),
    tryCheck(`workflow ${verifyWorkflow}`, copy, () => checkWorkflow(verifyWorkflow)),
    tryCheck("ledger", "Run sesam-harden ledger verify.", async () => {
      await controller.writer.read();
      return undefined;
    }),
    checkKey(checked),
    checkRulesets(client, settings),
    checkQueries(client),
    checkClock(controller),
    ...[...people.teams].map(([group, team]) => checkTeam(group, team, checked)),
  ]);
}

/** A team that cannot be read adds no one to its group, so no one in it could approve. */
async function checkTeam(
  group: string,
  team: string,
  { client, people }: GithubChecked,
): Promise<StartCheck> {
  const next = `Correct team in [group.${group}] of bot.ini, and let the App read the members of the organization.`;
  const found = await tryCheck(`team ${team}`, next, async () => {
    try {
      const members = await createGithubPeople(client).readTeam(team);
      const isKnown = [...people.persons.values()].some(({ github }) => members.includes(github));
      return isKnown ? undefined : "no person of bot.ini is a member";
    } catch (error) {
      if (isMissing(error)) return "not found, or the App cannot read its members";
      throw error;
    }
  });
  return { ...found, isMinor: true };
}

async function checkQueries({ query, queryTrouble }: GithubClient): Promise<StartCheck> {
  const next =
    "Until queries work, each file takes a request. If a proxy blocks POST /graphql of the API, allow it: see Network in docs/github.md.";
  const found = await tryCheck("GraphQL queries", next, async () => {
    await query(
      "query ($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { id } }",
      {},
    );
    return queryTrouble();
  });
  return { ...found, isWarning: true };
}

async function checkClock({ clockTrouble }: GithubChecked["controller"]): Promise<StartCheck> {
  const next = "Set the clock, preferably by NTP: the bot signs no tickets until then.";
  return { ...(await tryCheck("clock", next, async () => clockTrouble())), isWarning: true };
}

/** Without them, any account that can push can reset the ledger; only a bot that read it before notices. */
async function checkRulesets(
  { list }: GithubClient,
  { app }: BotSettings["github"],
): Promise<StartCheck> {
  const found = await tryCheck(
    "rulesets of the ledger's branch",
    `Add both rulesets printed by sesam-harden ledger ruleset --app ${app?.id ?? "NUMBER"} to the config repo: see Protecting the branch in docs/ledger.md.`,
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

/** Hosts and ledger readers accept only the configured keys. */
async function checkKey({ client, signer, keys }: GithubChecked): Promise<StartCheck> {
  return tryCheck(
    "signing key",
    "Add its public key, printed by ticket keygen, to SESAM_HARDEN_KEYS of the bot and of the config repo, and to the pins of the hosts.",
    async () => {
      if (!keys.some(({ kid }) => kid === signer.kid))
        return "its public key is not in SESAM_HARDEN_KEYS";
      const route = "GET /repos/{owner}/{repo}/actions/variables/{name}";
      let value: string;
      try {
        ({ value } = await client.request(route, { name: "SESAM_HARDEN_KEYS" }));
      } catch {
        // Reading variables needs a separate permission, which is optional.
        return undefined;
      }
      return value.includes(signer.kid)
        ? undefined
        : "its public key is not in the variable SESAM_HARDEN_KEYS of the config repo";
    },
  );
}

import { HardenError } from "../../base/errors.ts";
import { findStanding, type Authors, type Members } from "../state/approvals.ts";
import type { ControllerSettings } from "../state/rollout-settings.ts";
import type { Rollout } from "../state/rollout.ts";
import { isWithin } from "../state/time-windows.ts";
import type { ContextPort } from "../ledger/decision-context.ts";
import type { TransitionContext } from "../state/transition-context.ts";

/** Facts that only GitHub knows. All methods throw HardenError if GitHub does not answer. */
export interface ContextSources {
  /** GitHub ids of the members of a team, given as `organization/team`. */
  readonly readTeam: (team: string) => Promise<readonly number[]>;
  /**
   * Everyone who wrote, pushed or merged a part of the change; null for a person unknown to GitHub.
   */
  readonly readAuthors: (rollout: Rollout) => Promise<readonly (number | null)[]>;
  /** Whether the default branch still contains what was planned. */
  readonly isSame: (rollout: Rollout) => Promise<boolean>;
  readonly readClosing: (rollout: Rollout) => Promise<TransitionContext["closing"]>;
  /** Whether every host of an environment is verified with its `close` file. */
  readonly isClosed: (environment: string) => Promise<boolean>;
}

/** Combines settings and GitHub into a context. What cannot be read blocks the decision. */
export function createContextPort(
  settings: ControllerSettings,
  sources: ContextSources,
): ContextPort {
  const { persons, environments } = settings;
  return {
    standings: async (environment, rollout) => {
      const members = await readMembers(environment, settings, sources);
      const authors = await readAuthors(rollout, sources);
      const requester = rollout?.requester ?? "";
      return (name) => findStanding(name, { persons, members, authors, requester });
    },
    target: async (rollout) => {
      const isSame = await orUndefined(async () => sources.isSame(rollout));
      if (isSame === undefined) return "unreadable";
      return isSame ? "same" : "changed";
    },
    window: (name, at) => {
      const environment = environments.get(name);
      // Nothing is sent to an environment that was removed from the settings.
      if (environment === undefined) return "freeze-window";
      const { freeze, backupWindows, timeZone } = environment;
      if (isWithin(freeze, at * 1000, timeZone)) return "freeze-window";
      return isWithin(backupWindows, at * 1000, timeZone) ? "backup-window" : "none";
    },
    closing: async (rollout) => sources.readClosing(rollout),
    predecessor: async (name) => {
      const after = environments.get(name)?.after ?? null;
      return after === null || (await sources.isClosed(after)) ? "ready" : "not-closed";
    },
  };
}

async function readMembers(
  environment: string,
  { persons, teams, environments }: ControllerSettings,
  { readTeam }: ContextSources,
): Promise<Members> {
  const groups = environments.get(environment)?.groups ?? [];
  const names = new Set<string>();
  for (const person of persons.values()) {
    if (person.groups.some((group) => groups.includes(group))) names.add(person.name);
  }
  for (const group of groups) {
    const team = teams.get(group);
    if (team === undefined) continue;
    const accounts = await orUndefined(async () => readTeam(team));
    if (accounts === undefined) return { kind: "unreadable" };
    for (const { name, github } of persons.values()) if (accounts.includes(github)) names.add(name);
  }
  return { kind: "members", names };
}

async function readAuthors(
  rollout: Rollout | undefined,
  sources: ContextSources,
): Promise<Authors> {
  if (rollout === undefined) return { kind: "authors", accounts: [] };
  const accounts = await orUndefined(async () => sources.readAuthors(rollout));
  return accounts === undefined ? { kind: "unreadable" } : { kind: "authors", accounts };
}

async function orUndefined<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HardenError) return undefined;
    throw error;
  }
}

import type { SlackSettings } from "../runtime/settings.ts";
import type { Person } from "../../src/core/rollout/state/rollout-settings.ts";
import type { Chat, ChatUser } from "./chat-port.ts";

/** Where a request comes from. */
export interface Origin {
  readonly team: string | undefined;
  readonly enterprise: string | undefined;
  readonly app: string | undefined;
  readonly user: string | undefined;
  /** Workspace of the user, if the request has it. */
  readonly userTeam: string | undefined;
  /** Unix time in seconds, signed by Slack; undefined over a socket, which needs no signature. */
  readonly sentAt: number | undefined;
}

const maxAheadSeconds = 300;

const originReasons = {
  "other-app": "it is meant for another app",
  "other-workspace": "it comes from another workspace",
  "no-user": "it names no user",
  "from-the-future": "its time is yet to come",
} as const;
export type OriginReason = keyof typeof originReasons;

/** Why a request gets no answer at all; undefined if it gets one. */
export function refuseOrigin(
  { team, enterprise, app, user, userTeam, sentAt }: Origin,
  settings: Pick<SlackSettings, "team" | "enterprise" | "app">,
  nowSeconds: number,
): OriginReason | undefined {
  if (app !== settings.app) return "other-app";
  const isForeign = team !== settings.team || (userTeam !== undefined && userTeam !== team);
  if (isForeign || (enterprise ?? null) !== settings.enterprise) return "other-workspace";
  if (user === undefined) return "no-user";
  return sentAt !== undefined && sentAt > nowSeconds + maxAheadSeconds
    ? "from-the-future"
    : undefined;
}

export const userReasons = {
  deactivated: "your account is deactivated",
  bot: "bots cannot use this app",
  guest: "guests cannot use this app",
  stranger: "members of other workspaces cannot use this app",
} as const;
export type UserReason = keyof typeof userReasons;

export type Known =
  | { readonly kind: "asker"; readonly asker: Asker }
  | { readonly kind: "refused"; readonly reason: UserReason };

/** Cache time (ms) of a user lookup for read-only requests. */
const memoryMs = 60_000;
const most = 10_000;

/** Caches user lookups for a minute, only for read-only requests. Decisions always ask Slack. */
export function rememberUsers(
  { readUser }: Pick<Chat, "readUser">,
  nowMs: () => number,
): Pick<Chat, "readUser"> {
  const known = new Map<string, { readonly atMs: number; readonly user: Promise<ChatUser> }>();
  return {
    readUser: async (id) => {
      const before = known.get(id);
      if (before !== undefined && nowMs() - before.atMs < memoryMs) return before.user;
      if (known.size >= most) known.clear();
      const user = readUser(id);
      known.set(id, { atMs: nowMs(), user });
      user.catch(() => known.delete(id));
      return user;
    },
  };
}

/** Identifies the sender. Throws HardenError if Slack does not answer. */
export async function findAsker(
  user: string,
  {
    persons,
    team,
    chat,
  }: {
    readonly persons: ReadonlyMap<string, Person>;
    readonly team: string;
    readonly chat: Pick<Chat, "readUser">;
  },
): Promise<Known> {
  const { team: own, objection } = await chat.readUser(user);
  if (objection !== undefined) return { kind: "refused", reason: objection };
  if (own !== team) return { kind: "refused", reason: "stranger" };
  const person = [...persons.values()].find(({ slack }) => slack === user);
  return { kind: "asker", asker: { user, person } };
}

/** The sender of a request: everyone in the workspace may read, people in bot.ini may decide. */
export interface Asker {
  readonly user: string;
  readonly person: Person | undefined;
}

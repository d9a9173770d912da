import type { SlackSettings } from "../runtime/settings.ts";
import type { Person } from "../../src/core/rollout/state/rollout-settings.ts";
import type { Chat, ChatUser } from "./chat-port.ts";

/** What of a request says where it comes from. */
export interface Origin {
  readonly team: string | undefined;
  readonly enterprise: string | undefined;
  readonly app: string | undefined;
  readonly user: string | undefined;
  /** The workspace that the user is of, where the request says so. */
  readonly userTeam: string | undefined;
  /** Seconds since 1970, as Slack signed it; undefined over a socket, which needs no signature. */
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

/** Why a request is not answered at all; undefined where it is. */
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
  deactivated: "this account is deactivated",
  bot: "a bot is answered nothing here",
  guest: "guests are answered nothing here",
  stranger: "members of other workspaces are answered nothing here",
} as const;
export type UserReason = keyof typeof userReasons;

export type Known =
  | { readonly kind: "asker"; readonly asker: Asker }
  | { readonly kind: "refused"; readonly reason: UserReason };

/** Milliseconds for which it is remembered who somebody is who only wants to read. */
const memoryMs = 60_000;
const most = 10_000;

/** Remembers accounts for a minute: for those who read, and never for those who decide. */
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

/** Who somebody is. Throws HardenError where Slack does not tell. */
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

/** Who asks: everybody of the workspace may read, persons of bot.ini decide. */
export interface Asker {
  readonly user: string;
  readonly person: Person | undefined;
}

import type { BlockAction, SlackViewAction } from "@slack/bolt";
import type { ChatPlace } from "./chat-port.ts";
import type { Origin } from "./authorize.ts";
import { modals } from "../views/modals.ts";
import { recordKinds, type RecordKind } from "../../src/core/rollout/state/rollout.ts";

/** The origin of a request of any kind. */
export function readOrigin(body: unknown): Omit<Origin, "sentAt"> {
  const given = body as {
    readonly api_app_id?: string;
    readonly team_id?: string;
    readonly enterprise_id?: string;
    readonly user_id?: string;
    readonly team?: { readonly id?: string } | null;
    readonly enterprise?: { readonly id?: string } | null;
    readonly user?: { readonly id?: string; readonly team_id?: string };
    readonly event?: { readonly user?: string };
  };
  return {
    app: given.api_app_id,
    team: given.team_id ?? given.team?.id,
    enterprise: given.enterprise_id ?? given.enterprise?.id,
    user: given.user_id ?? given.user?.id ?? given.event?.user,
    userTeam: given.user?.team_id,
  };
}

/** The message that a button is on. */
export function placeOf({ container, channel }: BlockAction): ChatPlace | undefined {
  const { message_ts: message, channel_id: id = channel?.id } = container as {
    readonly message_ts?: string;
    readonly channel_id?: string;
  };
  return message === undefined || id === undefined ? undefined : { channel: id, message };
}

export type Submission =
  | { readonly kind: "deny" | "abort"; readonly reason: string }
  | { readonly kind: "approve"; readonly note: string }
  | { readonly kind: "record"; readonly what: RecordKind };

/** The values of a submitted modal; undefined for a modal without inputs. */
export function readSubmission({
  callback_id: callback,
  state,
}: SlackViewAction["view"]): Submission | undefined {
  const { approve, deny, abort, record } = modals;
  if (callback === approve.callback) {
    const note = state.values[approve.block]?.[approve.input]?.value?.trim() ?? "";
    return { kind: "approve", note: note.slice(0, 500).toWellFormed() };
  }
  if (callback === deny.callback || callback === abort.callback) {
    const { block, input } = modals[callback];
    const reason = state.values[block]?.[input]?.value?.trim() ?? "";
    return { kind: callback, reason: reason.slice(0, 500).toWellFormed() };
  }
  if (callback !== record.callback) return undefined;
  const chosen = state.values[record.block]?.[record.input]?.selected_option?.value;
  const what = recordKinds.find((kind) => kind === chosen);
  return what === undefined ? undefined : { kind: "record", what };
}

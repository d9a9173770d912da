import type { HomeView, Message, ModalView } from "../views/blocks.ts";

/** Location of a message. */
export interface ChatPlace {
  readonly channel: string;
  /** Slack's id of the message: its timestamp as text. */
  readonly message: string;
}

export type PostAnswer =
  | { readonly kind: "posted"; readonly message: string }
  /** Certainly not posted. */
  | { readonly kind: "refused"; readonly reason: string }
  /** No answer: it may have been posted, so it is not blindly posted again. */
  | { readonly kind: "unknown" };

export type UpdateAnswer =
  | { readonly kind: "updated" }
  /** It was removed or never existed. */
  | { readonly kind: "gone" }
  /** Slack limits requests or did not answer: retry after this time. */
  | { readonly kind: "later"; readonly pauseMs: number }
  | { readonly kind: "refused"; readonly reason: string };

/** An account in Slack. */
export interface ChatUser {
  readonly team: string;
  /** Why it may not use the bot; undefined for a full, active member. */
  readonly objection: "deactivated" | "bot" | "guest" | "stranger" | undefined;
}

/** Messages to people. Only `readUser` throws. */
export interface Chat {
  /** Link to a message, cached; undefined if Slack does not return one. */
  readonly permalink: (place: ChatPlace) => Promise<string | undefined>;
  readonly post: (channel: string, message: Message, thread?: string) => Promise<PostAnswer>;
  readonly update: (place: ChatPlace, message: Message) => Promise<UpdateAnswer>;
  readonly remove: (place: ChatPlace) => Promise<void>;
  /** Opens a modal; false if the click is too old. */
  readonly openModal: (trigger: string, view: ModalView) => Promise<boolean>;
  readonly updateModal: (view: string, shown: ModalView) => Promise<boolean>;
  readonly publishHome: (user: string, view: HomeView) => Promise<boolean>;
  /** Visible to one person only, in the channel. */
  readonly postEphemeral: (channel: string, user: string, message: Message) => Promise<boolean>;
  readonly upload: (
    channel: string,
    name: string,
    text: string,
    thread?: string,
  ) => Promise<boolean>;
  /** Throws HardenError if Slack does not answer. */
  readonly readUser: (user: string) => Promise<ChatUser>;
}

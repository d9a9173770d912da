import type { HomeView, Message, ModalView } from "../views/blocks.ts";

/** Where a message stands. */
export interface ChatPlace {
  readonly channel: string;
  /** What Slack calls the message by: its time, as text. */
  readonly message: string;
}

export type PostAnswer =
  | { readonly kind: "posted"; readonly message: string }
  /** Nothing was posted, for sure. */
  | { readonly kind: "refused"; readonly reason: string }
  /** No answer: it may stand there, and is not posted again blindly. */
  | { readonly kind: "unknown" };

export type UpdateAnswer =
  | { readonly kind: "updated" }
  /** Somebody removed it, or it was never there. */
  | { readonly kind: "gone" }
  /** Slack wants nothing for so many milliseconds, or did not answer. */
  | { readonly kind: "later"; readonly pauseMs: number }
  | { readonly kind: "refused"; readonly reason: string };

/** What Slack says of an account. */
export interface ChatUser {
  readonly team: string;
  /** Why it may do nothing here; undefined for a full, active member. */
  readonly objection: "deactivated" | "bot" | "guest" | "stranger" | undefined;
}

/** What the bot says to people, whatever carries it. None throws but `readUser`. */
export interface Chat {
  /** The address of a message; undefined where Slack does not tell. Asked once for each message. */
  readonly permalink: (place: ChatPlace) => Promise<string | undefined>;
  readonly post: (channel: string, message: Message, thread?: string) => Promise<PostAnswer>;
  readonly update: (place: ChatPlace, message: Message) => Promise<UpdateAnswer>;
  readonly remove: (place: ChatPlace) => Promise<void>;
  /** Opens a modal; false where the click is too old for that. */
  readonly openModal: (trigger: string, view: ModalView) => Promise<boolean>;
  readonly updateModal: (view: string, shown: ModalView) => Promise<boolean>;
  readonly publishHome: (user: string, view: HomeView) => Promise<boolean>;
  /** To one person, where they are. */
  readonly postEphemeral: (channel: string, user: string, message: Message) => Promise<boolean>;
  readonly upload: (
    channel: string,
    name: string,
    text: string,
    thread?: string,
  ) => Promise<boolean>;
  /** Throws HardenError where Slack does not tell. */
  readonly readUser: (user: string) => Promise<ChatUser>;
}

/** The parts of Slack's Block Kit that the views use. */

export type PlainText = {
  readonly type: "plain_text";
  readonly text: string;
  readonly emoji: false;
};
/** `verbatim`: Slack does not turn text into links. */
export type Mrkdwn = {
  readonly type: "mrkdwn";
  readonly text: string;
  readonly verbatim: true;
};

/** Action ids of all buttons; the listeners know no others. */
export const actionIds = [
  "approve",
  "approve-note",
  "deny",
  "withdraw",
  "show-plan",
  "continue",
  "rest",
  "rollback",
  "record",
  "runbook",
  "check-now",
  "abort",
  "revoke",
  "resume",
  "rehearse",
  "refresh",
  "plan-open",
  "plan-close",
  "open-pr",
] as const;
export type ActionId = (typeof actionIds)[number];

export type Button = {
  readonly type: "button";
  readonly action_id: ActionId;
  readonly text: PlainText;
  readonly value?: string;
  readonly url?: string;
  readonly style?: "primary" | "danger";
  readonly accessibility_label: string;
};

export type RichLeaf =
  | { readonly type: "text"; readonly text: string; readonly style?: RichStyle }
  | { readonly type: "link"; readonly url: string; readonly text: string };
/** An address that people may follow. */
export type Link = { readonly text: string; readonly url: string };
export type RichStyle = { readonly bold?: true; readonly code?: true };
export type RichPart =
  | { readonly type: "rich_text_section"; readonly elements: readonly RichLeaf[] }
  | { readonly type: "rich_text_preformatted"; readonly elements: readonly RichLeaf[] };

export type TableCell = { readonly type: "raw_text"; readonly text: string };

export type Header = { readonly type: "header"; readonly text: PlainText };
export type Section = {
  readonly type: "section";
  readonly text?: PlainText | Mrkdwn;
  readonly fields?: readonly PlainText[];
};
export type Context = {
  readonly type: "context";
  readonly elements: readonly (PlainText | Mrkdwn)[];
};
export type Actions = { readonly type: "actions"; readonly elements: readonly Button[] };
export type Divider = { readonly type: "divider" };
export type RichText = { readonly type: "rich_text"; readonly elements: readonly RichPart[] };
export type Table = {
  readonly type: "table";
  readonly rows: readonly (readonly TableCell[])[];
  readonly column_settings: readonly {
    readonly align?: "left" | "right";
    readonly is_wrapped?: boolean;
  }[];
};
export type Input = {
  readonly type: "input";
  readonly block_id: string;
  readonly label: PlainText;
  readonly hint?: PlainText;
  readonly optional?: boolean;
  readonly element: TextInput | RadioButtons;
};
export type TextInput = {
  readonly type: "plain_text_input";
  readonly action_id: string;
  readonly multiline: boolean;
  readonly min_length?: number;
  readonly max_length: number;
};
export type RadioButtons = {
  readonly type: "radio_buttons";
  readonly action_id: string;
  readonly options: readonly { readonly text: PlainText; readonly value: string }[];
};

/** Supported on every surface. */
export type SimpleBlock = Header | Section | Context | Actions;
export type Block = SimpleBlock | Divider | RichText | Table | Input;

/** A message: `text` has the full content, for notifications and screen readers. */
export type Message = { readonly text: string; readonly blocks: readonly Block[] };
export type HomeView = { readonly type: "home"; readonly blocks: readonly Block[] };
export type ModalView = {
  readonly type: "modal";
  readonly callback_id: string;
  readonly title: PlainText;
  readonly submit?: PlainText;
  readonly close: PlainText;
  /** Opaque: the id of a rollout. */
  readonly private_metadata: string;
  readonly blocks: readonly Block[];
};

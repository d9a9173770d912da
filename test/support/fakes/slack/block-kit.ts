import { limits } from "./block-kit-limits.ts";

type Surface = "message" | "modal" | "home";
type Fields = Readonly<Record<string, unknown>>;
/** Reports a problem with the value at a path. */
type Check = (value: unknown, path: string) => readonly string[];

/** Problems of a message, `{ text, blocks }`; none if Slack would accept it. */
export function checkMessage(value: unknown): readonly string[] {
  const shape = fields({
    text: string(limits.messageText),
    blocks: list(block("message"), limits.messageBlocks),
  });
  const characters = countTexts(isFields(value) ? value["blocks"] : undefined);
  return [
    ...shape(value, ""),
    ...findDoubles(value),
    ...(countType(value, "table") > 1 ? ["only_one_table_allowed"] : []),
    ...(characters > limits.messageCharacters ? [`msg_blocks_too_long: ${characters}`] : []),
    ...checkMarkup(value, ""),
  ];
}

/** Problems of a modal or home view. */
export function checkView(value: unknown): readonly string[] {
  const type = isFields(value) ? value["type"] : undefined;
  const size = new TextEncoder().encode(JSON.stringify(value)).length;
  const check = type === "home" ? homeView : modalView;
  return [
    ...check(value, ""),
    ...findDoubles(value),
    ...(size > limits.viewBytes ? [`view_too_large: ${size}`] : []),
    ...(type === "modal" && countType(value, "input") > 0 && !hasField(value, "submit")
      ? ["a modal with inputs needs submit"]
      : []),
    ...checkMarkup(value, ""),
  ];
}

function fields(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  return (value, path) => {
    if (!isFields(value)) return [`${path}: no object`];
    const all = { ...required, ...optional };
    const unknown = Object.keys(value).filter((key) => !(key in all));
    const lacking = Object.keys(required).filter((key) => !(key in value));
    return [
      ...unknown.map((key) => `${path}.${key}: unknown field`),
      ...lacking.map((key) => `${path}.${key}: missing`),
      ...Object.entries(value).flatMap(([key, one]) => all[key]?.(one, `${path}.${key}`) ?? []),
    ];
  };
}

function string(most: number, least = 1): Check {
  return (value, path) => {
    if (typeof value !== "string") return [`${path}: no string`];
    if (value.length > most) return [`${path}: ${value.length} characters, at most ${most}`];
    return value.length < least ? [`${path}: empty`] : [];
  };
}

function word(...words: readonly unknown[]): Check {
  return (value, path) => (words.includes(value) ? [] : [`${path}: ${String(value)}`]);
}

function list(item: Check, most: number): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return [`${path}: no list`];
    const size = value.length > most ? [`${path}: ${value.length} items, at most ${most}`] : [];
    const none = value.length === 0 ? [`${path}: empty`] : [];
    return [...size, ...none, ...value.flatMap((one, index) => item(one, `${path}[${index}]`))];
  };
}

function byType(known: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    const type = isFields(value) ? String(value["type"]) : "none";
    return known[type]?.(value, path) ?? [`${path}: type ${type} may not stand here`];
  };
}

const boolean = word(true, false);
const plainText = (most: number): Check =>
  fields({ type: word("plain_text"), text: string(most) }, { emoji: boolean });
const anyText = (most: number): Check =>
  byType({
    plain_text: plainText(most),
    mrkdwn: fields({ type: word("mrkdwn"), text: string(most) }, { verbatim: boolean }),
  });

const confirmDialog = fields(
  {
    title: plainText(limits.confirmTitle),
    text: plainText(limits.confirmText),
    confirm: plainText(limits.confirmButton),
    deny: plainText(limits.confirmButton),
  },
  { style: word("primary", "danger") },
);

/** Slack does not require `accessibility_label`; this project does. */
const button = fields(
  {
    type: word("button"),
    action_id: string(limits.id),
    text: plainText(limits.buttonText),
    accessibility_label: string(limits.accessibilityLabel),
  },
  {
    value: string(limits.buttonValue),
    url: string(limits.buttonUrl),
    style: word("primary", "danger"),
    confirm: confirmDialog,
  },
);

const option = fields(
  { text: plainText(limits.optionText), value: string(limits.optionValue) },
  { description: plainText(limits.optionText) },
);

const element = byType({
  plain_text_input: fields(
    { type: word("plain_text_input"), action_id: string(limits.id) },
    {
      multiline: boolean,
      min_length: (value, path) => (Number(value) >= 0 ? [] : [`${path}: too small`]),
      max_length: (value, path) =>
        Number(value) >= 1 && Number(value) <= limits.inputLength ? [] : [`${path}: out of range`],
    },
  ),
  radio_buttons: fields({
    type: word("radio_buttons"),
    action_id: string(limits.id),
    options: list(option, limits.options),
  }),
});

const richStyle = fields({}, { bold: boolean, italic: boolean, strike: boolean, code: boolean });
const richLeaves = list(
  byType({
    text: fields({ type: word("text"), text: string(Infinity) }, { style: richStyle }),
    link: fields(
      { type: word("link"), url: string(3000) },
      { text: string(Infinity), style: richStyle },
    ),
  }),
  Infinity,
);
const richPart = byType({
  rich_text_section: fields({ type: word("rich_text_section"), elements: richLeaves }),
  rich_text_preformatted: fields({ type: word("rich_text_preformatted"), elements: richLeaves }),
});
const cell = fields({ type: word("raw_text"), text: string(Infinity) });

const id = { block_id: string(limits.id) };
const common: Readonly<Record<string, Check>> = {
  header: fields({ type: word("header"), text: plainText(limits.header) }, id),
  section: (value, path) => [
    ...fields(
      { type: word("section") },
      {
        ...id,
        text: anyText(limits.section),
        fields: list(anyText(limits.field), limits.fields),
        accessory: button,
      },
    )(value, path),
    ...(hasField(value, "text") || hasField(value, "fields") ? [] : [`${path}: no text`]),
  ],
  context: fields(
    { type: word("context"), elements: list(anyText(limits.section), limits.contextElements) },
    id,
  ),
  actions: fields({ type: word("actions"), elements: list(button, limits.actionsElements) }, id),
  divider: fields({ type: word("divider") }, id),
  rich_text: fields({ type: word("rich_text"), elements: list(richPart, Infinity) }, id),
};
const input = fields(
  { type: word("input"), label: plainText(limits.inputLabel), element },
  { ...id, hint: plainText(limits.inputHint), optional: boolean, dispatch_action: boolean },
);
const column = fields({}, { align: word("left", "center", "right"), is_wrapped: boolean });
const table = fields(
  {
    type: word("table"),
    rows: list(list(cell, limits.tableCells), limits.tableRows),
  },
  { ...id, column_settings: list(column, limits.tableCells) },
);

function block(surface: Surface): Check {
  return byType(surface === "message" ? { ...common, table } : { ...common, input });
}

const metadata = { private_metadata: string(limits.metadata, 0), callback_id: string(limits.id) };
const homeView = fields(
  { type: word("home"), blocks: list(block("home"), limits.viewBlocks) },
  metadata,
);
const modalView = fields(
  {
    type: word("modal"),
    title: plainText(limits.viewTitle),
    blocks: list(block("modal"), limits.viewBlocks),
  },
  { ...metadata, submit: plainText(limits.viewTitle), close: plainText(limits.viewTitle) },
);

/** Block ids are unique in a view, and action ids in a block. */
function findDoubles(value: unknown): readonly string[] {
  const blocks = isFields(value) && Array.isArray(value["blocks"]) ? value["blocks"] : [];
  const ids = blocks.flatMap((one: unknown) =>
    isFields(one) && one["block_id"] ? [one["block_id"]] : [],
  );
  const inBlocks = blocks.flatMap((one: unknown) => {
    const elements = isFields(one) && Array.isArray(one["elements"]) ? one["elements"] : [];
    const actions = elements.flatMap((each: unknown) =>
      isFields(each) && each["action_id"] ? [each["action_id"]] : [],
    );
    return new Set(actions).size === actions.length ? [] : [`action_id twice: ${actions.join()}`];
  });
  return [...(new Set(ids).size === ids.length ? [] : ["block_id twice"]), ...inBlocks];
}

const markup = /[<>`*~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?!amp;|lt;|gt;)/u;

/** Addresses that the bot creates: pages of the project, messages of Slack, runs on GitHub. */
const ownLink =
  /<(?:https:\/\/github\.com\/[\w\-./]+|https?:\/\/[\w.:-]+\/(?:archives\/\w+\/p\d+|[\w-]+\/[\w-]+\/actions\/runs\/\d+))\|[\w -]+>/g;

/** A time that Slack shows in the reader's time zone, with a fallback text. */
const ownDate = /<!date\^\d+\^[\w{}, ]+\|[\w .,:-]+>/g;

/** In `mrkdwn` only such links and times may be markup. */
function checkMarkup(value: unknown, path: string): readonly string[] {
  if (!isFields(value)) {
    return Array.isArray(value)
      ? value.flatMap((one, index) => checkMarkup(one, `${path}[${index}]`))
      : [];
  }
  const isMarked = value["type"] === "mrkdwn" || (path === "" && typeof value["text"] === "string");
  const text = isMarked ? String(value["text"]) : "";
  const rest = text.replaceAll(ownLink, "").replaceAll(ownDate, "");
  return [
    ...(markup.test(rest) ? [`${path}: markup: ${rest}`] : []),
    ...Object.entries(value).flatMap(([key, one]) => checkMarkup(one, `${path}.${key}`)),
  ];
}

function countTexts(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + countTexts(one), 0);
  if (!isFields(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) =>
      sum + (key === "text" && typeof one === "string" ? one.length : countTexts(one)),
    0,
  );
}

function countType(value: unknown, type: string): number {
  const blocks = isFields(value) && Array.isArray(value["blocks"]) ? value["blocks"] : [];
  return blocks.filter((one: unknown) => isFields(one) && one["type"] === type).length;
}

function hasField(value: unknown, key: string): boolean {
  return isFields(value) && value[key] !== undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

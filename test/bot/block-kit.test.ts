import { expect, test } from "vitest";
import { checkMessage, checkView } from "../support/fakes/slack/block-kit.ts";

/** All other tests of views rely on this check, so it must find what Slack would refuse. */

const plain = (text = "a") => ({ type: "plain_text", text, emoji: false });
const section = (text: object = plain()) => ({ type: "section", text });
const button = (change: object = {}) => ({
  type: "button",
  action_id: "refresh",
  text: plain(),
  accessibility_label: "Refresh",
  ...change,
});
const actions = (...elements: readonly object[]) => ({ type: "actions", elements });
const times = (count: number, block: object) => Array.from({ length: count }, () => block);
const cell = { type: "raw_text", text: "a" };
const table = (rows: number, cells = 2) => ({
  type: "table",
  rows: times(rows, times(cells, cell)),
});
const confirm = { title: plain(), text: plain(), confirm: plain(), deny: plain() };
const input = (change: object = {}) => ({
  type: "input",
  block_id: "reason",
  label: plain(),
  element: { type: "plain_text_input", action_id: "reason" },
  ...change,
});
const modal = (blocks: readonly object[], change: object = {}) => ({
  type: "modal",
  title: plain(),
  submit: plain(),
  blocks,
  ...change,
});

const messages: readonly (readonly [
  name: string,
  blocks: readonly object[],
  problem: RegExp | null,
])[] = [
  [
    "one of each",
    [section(), actions(button({ confirm })), { type: "divider" }, table(100, 20)],
    null,
  ],
  ["50 blocks", times(50, section()), null],
  ["51 blocks", times(51, section()), /51 items/],
  ["no blocks", [], /empty/],
  ["an empty text", [section(plain(""))], /empty/],
  ["3,000 characters", [section(plain("a".repeat(3000)))], null],
  ["3,001 characters", [section(plain("a".repeat(3001)))], /3001 characters/],
  ["a long header", [{ type: "header", text: plain("a".repeat(151)) }], /151 characters/],
  ["a header of mrkdwn", [{ type: "header", text: { type: "mrkdwn", text: "a" } }], /mrkdwn/],
  ["eleven fields", [{ type: "section", fields: times(11, plain()) }], /11 items/],
  ["a section of nothing", [{ type: "section" }], /no text/],
  ["an unknown field", [{ ...section(), colour: "red" }], /colour: unknown field/],
  ["an unknown field far within", [actions(button({ text: { ...plain(), size: 1 } }))], /size/],
  ["an unknown block", [{ type: "markdown", text: "a" }], /type markdown/],
  ["no block at all", [{ text: "a" }], /type undefined/],
  ["an input in a message", [input()], /type input/],
  ["26 buttons", [actions(...times(26, button()))], /26 items/],
  ["an action twice in a block", [actions(button(), button())], /action_id twice/],
  ["an action in two blocks", [actions(button()), actions(button())], null],
  ["a button without a label", [actions(button({ accessibility_label: undefined }))], /no string/],
  ["a long label", [actions(button({ accessibility_label: "a".repeat(76) }))], /76/],
  ["a long value", [actions(button({ value: "a".repeat(2001) }))], /2001/],
  ["a wrong style", [actions(button({ style: "green" }))], /green/],
  [
    "a long word in a confirm",
    [actions(button({ confirm: { ...confirm, deny: plain("a".repeat(31)) } }))],
    /31/,
  ],
  [
    "a confirm without its question",
    [actions(button({ confirm: { ...confirm, text: undefined } }))],
    /no object|none/,
  ],
  ["101 rows", [table(101)], /101 items/],
  ["21 cells", [table(1, 21)], /21 items/],
  ["two tables", [table(1), table(1)], /only_one_table_allowed/],
  [
    "an id twice",
    [
      { ...section(), block_id: "a" },
      { ...section(), block_id: "a" },
    ],
    /block_id twice/,
  ],
  [
    "more characters than a message takes",
    times(5, section(plain("a".repeat(2700)))),
    /too_long: 13500/,
  ],
  ["a mention in mrkdwn", [section({ type: "mrkdwn", text: "<!channel>" })], /markup/],
  ["bold in mrkdwn", [section({ type: "mrkdwn", text: "a *b*" })], /markup/],
  ["half an escape in mrkdwn", [section({ type: "mrkdwn", text: "a & b" })], /markup/],
  ["a link of ours", [section({ type: "mrkdwn", text: "<https://github.com/a/b|c>" })], null],
  ["a link of others", [section({ type: "mrkdwn", text: "<https://evil.example/a|c>" })], /markup/],
];

test.each(messages)("a message with %s", (_, blocks, problem) => {
  const found = checkMessage({ text: "all of it", blocks });
  if (problem === null) expect(found).toEqual([]);
  else expect(found.join("\n")).toMatch(problem);
});

test.each([
  [{ blocks: [section()] }, /text: missing/],
  [{ text: "", blocks: [section()] }, /text: empty/],
  [{ text: "<!here>", blocks: [section()] }, /markup/],
  [{ text: "a", blocks: [section()], channel: "C1" }, /channel: unknown/],
  [{ text: "a", blocks: "none" }, /no list/],
  ["a", /no object/],
])("%j is not a message", (value, problem) => {
  expect(checkMessage(value).join("\n")).toMatch(problem);
});

test.each([
  ["a modal", modal([section(), input()]), null],
  ["a home", { type: "home", blocks: times(100, section()) }, null],
  ["a home of 101 blocks", { type: "home", blocks: times(101, section()) }, /101 items/],
  ["a home with a title", { type: "home", title: plain(), blocks: [section()] }, /title: unknown/],
  ["a long title", modal([section()], { title: plain("a".repeat(25)) }), /25 characters/],
  ["inputs without a submit button", modal([input()], { submit: undefined }), /needs submit/],
  ["a table", modal([table(1)]), /type table/],
  ["much metadata", modal([section()], { private_metadata: "a".repeat(3001) }), /3001/],
  ["no metadata", modal([section()], { private_metadata: "" }), null],
  ["a long hint", modal([input({ hint: plain("a".repeat(2001)) })]), /2001/],
  [
    "an input that takes too much",
    modal([input({ element: { type: "plain_text_input", action_id: "a", max_length: 3001 } })]),
    /out of range/,
  ],
  [
    "no options",
    modal([input({ element: { type: "radio_buttons", action_id: "a", options: [] } })]),
    /empty/,
  ],
  ["more than 250 kB", modal(times(99, section(plain("a".repeat(2700))))), /view_too_large/],
  ["a message", { text: "a", blocks: [section()] }, /type: missing/],
])("a view that is %s", (_, view, problem) => {
  const found = checkView(view);
  if (problem === null) expect(found).toEqual([]);
  else expect(found.join("\n")).toMatch(problem);
});

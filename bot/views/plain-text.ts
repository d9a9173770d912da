import type { Block, RichText, Table } from "./blocks.ts";
import { toMrkdwn } from "./escape.ts";

/** Slack advises no more for the `text` of a message. */
const maxTextLength = 4000;
const restMark = "… the message has more.";

/** All that blocks say, one line each, as the `text` of their message: buttons and links left out. */
export function renderPlain(blocks: readonly Block[]): string {
  const lines = blocks.flatMap(readBlock).map((text) => toMrkdwn(text, 1000));
  let text = "";
  for (const line of lines) {
    const next = text === "" ? line : `${text}\n${line}`;
    if (next.length > maxTextLength - restMark.length - 1) return `${text}\n${restMark}`;
    text = next;
  }
  return text;
}

function readBlock(block: Block): readonly string[] {
  switch (block.type) {
    case "header":
      return [block.text.text];
    case "section":
      return [block.text, ...(block.fields ?? [])].flatMap((part) =>
        part ? [unescape(part)] : [],
      );
    case "context":
      return block.elements.map(unescape);
    case "rich_text":
      return readRich(block);
    case "table":
      return readTable(block);
    case "input":
      return [block.label.text];
    case "actions":
    case "divider":
      return [];
  }
}

/** Markup of ours, as a person reads it. */
export function unescape(part: { readonly type: string; readonly text: string }): string {
  if (part.type !== "mrkdwn") return part.text;
  return part.text
    .replaceAll(/<[^|>]*\|([^>]*)>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function readRich({ elements }: RichText): readonly string[] {
  return elements.flatMap((part) =>
    part.elements
      .map(({ text }) => text)
      .join("")
      .split("\n"),
  );
}

/** The first cell names its row, and the head names the others. */
function readTable({ rows: [head = [], ...rows] }: Table): readonly string[] {
  return rows.map(([first, ...cells]) => {
    const pairs = cells.map(({ text }, index) => `${head[index + 1]?.text ?? ""} ${text}`);
    return `${first?.text ?? ""}: ${pairs.join(", ")}`;
  });
}

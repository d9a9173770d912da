import type { Block, RichText, Table } from "./blocks.ts";
import { toMrkdwn } from "./escape.ts";

/** Slack's recommended maximum for the `text` of a message. */
const maxTextLength = 4000;
const restMark = "… see the message for the rest.";

/** The content of the blocks as the `text` of their message, one line each, without buttons and link addresses. */
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

/** Our own markup as plain text. */
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

/** The first cell labels its row; the head labels the other cells. */
function readTable({ rows: [head = [], ...rows] }: Table): readonly string[] {
  return rows.map(([first, ...cells]) => {
    const pairs = cells.map(({ text }, index) => `${head[index + 1]?.text ?? ""} ${text}`);
    return `${first?.text ?? ""}: ${pairs.join(", ")}`;
  });
}

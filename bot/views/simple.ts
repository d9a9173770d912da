import type { Block, Message, RichLeaf, RichText, Section, SimpleBlock, Table } from "./blocks.ts";
import { mrkdwn, section } from "./builders.ts";
import { fitPage, messageRoom, viewRoom, type Room } from "./page.ts";
import { toMrkdwn } from "./text.ts";

/**
 * The same view without the blocks that a workspace may not have yet, for `invalid_blocks`: header,
 * section, context and actions alone, which every surface shows. What does not fit is left out
 * before the last buttons, and said so.
 */
export function simplify(blocks: readonly Block[], room: Room = viewRoom): readonly SimpleBlock[] {
  const simple = blocks.flatMap(simplifyBlock);
  const last = simple.findLastIndex(({ type }) => type === "actions");
  const from = last === -1 ? simple.length : last;
  const page = {
    head: [],
    items: simple.slice(0, from).map((block) => [block]),
    tail: simple.slice(from),
    rest: (left: number) => `${left} more parts are left out here.`,
  };
  return fitPage(page, room);
}

export function simplifyMessage({ text, blocks }: Message): Message {
  return { text, blocks: simplify(blocks, messageRoom) };
}

function simplifyBlock(block: Block): readonly SimpleBlock[] {
  switch (block.type) {
    case "rich_text":
      return simplifyRich(block);
    case "table":
      return simplifyTable(block);
    case "input":
      return [section(block.label.text)];
    case "divider":
      return [];
    default:
      return [block];
  }
}

/** Shorter than Slack takes, so that little is lost where one is left out. */
const longestSection = 1500;

function simplifyRich({ elements }: RichText): readonly Section[] {
  const lines = elements.flatMap((part) =>
    part.type === "rich_text_section"
      ? [part.elements.map(printLeaf).join("")]
      : part.elements.flatMap(({ text }) => text.split("\n").map((line) => toMrkdwn(line, 500))),
  );
  return packLines(lines).map((text) => ({ type: "section", text: mrkdwn(text) }));
}

function printLeaf(leaf: RichLeaf): string {
  if (leaf.type === "link") return `<${leaf.url}|${toMrkdwn(leaf.text, 200)}>`;
  const [, before = "", after = ""] = /^(\s?)[^]*?(\s?)$/.exec(leaf.text) ?? [];
  return `${before}${toMrkdwn(leaf.text, 1000)}${after}`;
}

function simplifyTable({ rows: [head = [], ...rows] }: Table): readonly Section[] {
  const lines = rows.map(([first, ...cells]) => {
    const pairs = cells.map(({ text }, index) => `${head[index + 1]?.text ?? ""} ${text}`);
    return toMrkdwn(`${first?.text ?? ""}: ${pairs.join(", ")}`, 1000);
  });
  return packLines(lines).map((text) => ({ type: "section", text: mrkdwn(text) }));
}

/** As few texts as hold the lines. */
function packLines(lines: readonly string[]): readonly string[] {
  const packed: string[] = [];
  for (const line of lines) {
    const last = packed.at(-1);
    const joined = `${last}\n${line}`;
    if (last === undefined || joined.length > longestSection) packed.push(line);
    else packed[packed.length - 1] = joined;
  }
  return packed;
}

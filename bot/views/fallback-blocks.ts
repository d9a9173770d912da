import type { Block, Message, RichLeaf, RichText, Section, SimpleBlock, Table } from "./blocks.ts";
import { mrkdwn, section } from "./builders.ts";
import { fitPage, messageRoom, viewRoom, type Room } from "./fit-to-limits.ts";
import { toMrkdwn } from "./escape.ts";

/**
 * The same view without blocks that a workspace may not support yet, for `invalid_blocks`: only
 * header, section, context and actions, which every surface shows. Parts that do not fit are
 * omitted before the last buttons, with a note.
 */
export function simplify(blocks: readonly Block[], room: Room = viewRoom): readonly SimpleBlock[] {
  const simple = blocks.flatMap(simplifyBlock);
  const last = simple.findLastIndex(({ type }) => type === "actions");
  const from = last === -1 ? simple.length : last;
  const page = {
    head: [],
    items: simple.slice(0, from).map((block) => [block]),
    tail: simple.slice(from),
    rest: (left: number) => `${left} more parts are not shown here.`,
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

/** Only links need markup; all other text stays plain and unchanged. */
interface SimpleLine {
  readonly type: "plain_text" | "mrkdwn";
  readonly text: string;
}

const plainLine = (text: string): SimpleLine => ({ type: "plain_text", text });

function simplifyRich({ elements }: RichText): readonly Section[] {
  const lines = elements.flatMap((part): readonly SimpleLine[] => {
    const text = part.elements.map((leaf) => leaf.text).join("");
    const hasLink = part.elements.some(({ type }) => type === "link");
    if (hasLink) return [{ type: "mrkdwn", text: part.elements.map(printLeaf).join("") }];
    return text.split("\n").map(plainLine);
  });
  return packLines(lines);
}

function printLeaf(leaf: RichLeaf): string {
  if (leaf.type === "link") return `<${leaf.url}|${toMrkdwn(leaf.text, 200)}>`;
  const [, before = "", after = ""] = /^(\s?)[^]*?(\s?)$/.exec(leaf.text) ?? [];
  return `${before}${toMrkdwn(leaf.text, 1000)}${after}`;
}

function simplifyTable({ rows: [head = [], ...rows] }: Table): readonly Section[] {
  const lines = rows.map(([first, ...cells]) => {
    const pairs = cells.map(({ text }, index) => `${head[index + 1]?.text ?? ""} ${text}`);
    return plainLine(`${first?.text ?? ""}: ${pairs.join(", ")}`);
  });
  return packLines(lines);
}

/** Less than Slack's limit, so that an omitted section loses little. */
const maxSectionLength = 1500;

/** The smallest number of sections that holds the lines. */
function packLines(lines: readonly SimpleLine[]): readonly Section[] {
  const packed: SimpleLine[] = [];
  for (const line of lines) {
    const last = packed.at(-1);
    const isFull =
      last === undefined ||
      last.type !== line.type ||
      last.text.length + 1 + line.text.length > maxSectionLength;
    if (isFull) packed.push(line);
    else packed[packed.length - 1] = { ...line, text: `${last.text}\n${line.text}` };
  }
  return packed.map(({ type, text }) => ({
    type: "section",
    text:
      type === "mrkdwn"
        ? mrkdwn(text)
        : { type, text: text.trim() === "" ? "-" : text, emoji: false },
  }));
}

import type {
  Message,
  ModalView,
  HomeView,
  Block,
  Button,
  RichText,
  RichLeaf,
  Table,
} from "../../../bot/views/blocks.ts";
import { unescape } from "../../../bot/views/plain-text.ts";

/** A message, modal or home view for a terminal, only from its blocks. */
export function draw(view: Message | ModalView | HomeView, width = 80): string {
  const blocks = view.blocks.map((block) => renderBlock(block, width));
  if (!("type" in view)) return `${blocks.join("\n")}\n`;
  if (view.type === "home") return `(home)\n${blocks.join("\n")}\n`;
  const { title, submit, close } = view;
  const foot = [close, submit].flatMap((one) => (one ? [`[${one.text}]`] : []));
  return `(${title.text})\n${blocks.join("\n")}\n${foot.join(" ")}\n`;
}

function renderBlock(block: Block, width: number): string {
  switch (block.type) {
    case "header":
      return `# ${block.text.text}`;
    case "section": {
      const fields = (block.fields ?? []).map(({ text }) => `  ${text}`);
      return [...(block.text ? [wrap(unescape(block.text), width)] : []), ...fields].join("\n");
    }
    case "context":
      return block.elements.map((part) => wrap(unescape(part), width, "  ")).join("\n");
    case "actions":
      return block.elements.map(renderButton).join(" ");
    case "divider":
      return "-".repeat(width);
    case "rich_text":
      return renderRich(block, width);
    case "table":
      return renderTable(block);
    case "input":
      return renderInput(block);
  }
}

function renderButton({ text, url }: Button): string {
  return `[${text.text}${url === undefined ? "" : ` ${url}`}]`;
}

function renderRich({ elements }: RichText, width: number): string {
  return elements
    .map((part) => {
      const text = part.elements.map(renderLeaf).join("");
      if (part.type === "rich_text_section") return wrap(text, width);
      return text
        .split("\n")
        .map((line) => `| ${line}`)
        .join("\n");
    })
    .join("\n");
}

function renderLeaf(leaf: RichLeaf): string {
  return leaf.type === "link" ? `${leaf.text} (${leaf.url})` : leaf.text;
}

function renderTable({ rows, column_settings }: Table): string {
  const widths = column_settings.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.text.length ?? 0)),
  );
  const lines = rows.map((cells) =>
    cells
      .map(({ text }, column) => {
        const size = widths[column] ?? 0;
        return column_settings[column]?.align === "right" ? text.padStart(size) : text.padEnd(size);
      })
      .join("  ")
      .trimEnd(),
  );
  return lines.join("\n");
}

function renderInput({ label, hint, element }: Extract<Block, { type: "input" }>): string {
  const parts =
    element.type === "radio_buttons"
      ? element.options.map(({ text }) => `  ( ) ${text.text}`)
      : [`  [${" ".repeat(20)}]`];
  return [label.text, ...parts, ...(hint ? [`  ${hint.text}`] : [])].join("\n");
}

function wrap(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line].join("\n");
}

import type {
  ActionId,
  Actions,
  Button,
  Context,
  Divider,
  Header,
  Link,
  Mrkdwn,
  PlainText,
  RichLeaf,
  RichPart,
  RichText,
  Section,
  Table,
} from "./blocks.ts";
import { toLink, toPlain } from "./escape.ts";
import { rules } from "../../src/core/rules/index.ts";
import { rulePage } from "../../src/core/rules/finding.ts";

/** Builders that shorten text to Slack's limits and escape it. */

export function plain(text: string, limit = 3000): PlainText {
  return { type: "plain_text", text: toPlain(text, limit), emoji: false };
}

export function header(text: string): Header {
  return { type: "header", text: plain(text, 150) };
}

export function section(text: string): Section {
  return { type: "section", text: plain(text) };
}

/** Name and value pairs; Slack accepts ten per section. */
export function facts(pairs: readonly (readonly [string, string])[]): Section {
  const fields = pairs.slice(0, 10).map(([name, value]) => plain(`${name}: ${value}`, 400));
  return { type: "section", fields };
}

export function context(...texts: readonly string[]): Context {
  return { type: "context", elements: texts.slice(0, 10).map((text) => plain(text, 1000)) };
}

export const divider: Divider = { type: "divider" };

export interface ButtonSpec {
  readonly action: ActionId;
  readonly text: string;
  /** For screen readers: the whole action, including its subject. */
  readonly label: string;
  readonly value?: string;
  readonly url?: string;
  readonly style?: "primary" | "danger";
}

export function button({ action, text, label, ...rest }: ButtonSpec): Button {
  return {
    type: "button",
    action_id: action,
    text: plain(text, 75),
    accessibility_label: toPlain(label, 75),
    ...rest,
  };
}

/** Empty without buttons. */
export function actions(buttons: readonly Button[]): readonly Actions[] {
  return buttons.length === 0 ? [] : [{ type: "actions", elements: buttons.slice(0, 25) }];
}

export function rich(...elements: readonly RichPart[]): RichText {
  return { type: "rich_text", elements };
}

export function line(...elements: readonly RichLeaf[]): RichPart {
  return { type: "rich_text_section", elements };
}

/** Keeps one space at either end, which separates a piece from its neighbours. */
export function richWords(text: string, limit = 3000): RichLeaf {
  const [, before = "", after = ""] = /^(\s?)[^]*?(\s?)$/.exec(text) ?? [];
  return { type: "text", text: `${before && " "}${toPlain(text, limit - 2)}${after && " "}` };
}

export function strong(text: string, limit = 300): RichLeaf {
  return { type: "text", text: toPlain(text, limit), style: { bold: true } };
}

export function code(text: string, limit = 300): RichLeaf {
  return { type: "text", text: toPlain(text, limit), style: { code: true } };
}

/** Text of `toLines`, unchanged. */
export function preformatted(text: string): RichPart {
  return { type: "rich_text_preformatted", elements: [{ type: "text", text: text || "-" }] };
}

/**
 * A header row and at most 99 rows. Slack allows one table per message, and none on other surfaces.
 * Columns of numbers are right-aligned.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): Table {
  const shown = rows.slice(0, 99);
  return {
    type: "table",
    column_settings: head.map((_, column) => {
      const isNumber = shown.every((cells) => /^\d*$/.test(cells[column] ?? ""));
      return { align: isNumber ? "right" : "left" };
    }),
    rows: [head, ...shown].map((cells) =>
      cells.slice(0, 20).map((text) => ({ type: "raw_text", text: toPlain(text, 100) })),
    ),
  };
}

export function mrkdwn(text: string): Mrkdwn {
  return { type: "mrkdwn", text, verbatim: true };
}

/** Links on one line; empty if Slack may follow none of them. */
export function linkLine(links: readonly Link[]): readonly RichText[] {
  const leaves = links.flatMap(({ text, url }, index): readonly RichLeaf[] => {
    if (toLink(url) === undefined) return [];
    return [
      ...(index > 0 ? [{ type: "text", text: " · " } as const] : []),
      { type: "link", url, text: toPlain(text, 80) },
    ];
  });
  return leaves.length === 0 ? [] : [rich(line(...leaves))];
}

/** A link to the page of a rule; an unknown id stays text. */
export function linkRule(id: string): RichLeaf {
  const isKnown = rules.some((rule) => rule.id === id);
  return isKnown ? { type: "link", url: rulePage(id), text: id } : code(id, 80);
}

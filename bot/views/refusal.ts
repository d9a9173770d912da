import { reasons, type ReasonCode } from "../../src/core/base/reasons.ts";
import type { Link, Message } from "./blocks.ts";
import { context, linkLine, section } from "./builders.ts";
import { message } from "./fit-to-limits.ts";
import { renderPlain } from "./plain-text.ts";

export interface Refused {
  readonly code: ReasonCode;
  /** The refused action as a verb phrase: `approve production-open-1`. */
  readonly what: string;
  /** What exactly blocks it; empty if the reason is enough. */
  readonly detail: string;
}

/** Why an action was refused, and what to do next. */
export function renderRefusal({ code, what, detail }: Refused): Message {
  const { cause, next } = reasons[code];
  const more = detail === "" ? "" : ` (${detail})`;
  return message({
    head: [
      section(`You can't ${what}: ${cause}${more}. ${next}`),
      context(`Reason: ${code}. Nothing was changed.`),
    ],
    items: [],
    tail: [],
    rest: () => "",
  });
}

/** A few plain sentences: an answer, a decision or progress. */
export function renderNote(...sentences: readonly string[]): Message {
  return message({
    head: [section(sentences[0] ?? ""), ...sentences.slice(1).map((one) => context(one))],
    items: [],
    tail: [],
    rest: () => "",
  });
}

/** A message with links below it. */
export function addLinks(said: Message, links: readonly Link[]): Message {
  const lines = linkLine(links);
  if (lines.length === 0) return said;
  return { text: `${said.text}\n${renderPlain(lines)}`, blocks: [...said.blocks, ...lines] };
}

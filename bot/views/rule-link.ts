import { rulePage } from "../../src/core/report/rule-page.ts";
import { rules } from "../../src/core/rules/index.ts";
import type { RichLeaf } from "./blocks.ts";
import { code } from "./builders.ts";

/** The page of a rule; a name that is no rule's stays text. */
export function linkRule(id: string): RichLeaf {
  const isKnown = rules.some((rule) => rule.id === id);
  return isKnown ? { type: "link", url: rulePage(id), text: id } : code(id, 80);
}

import type { Block, Context, Message } from "./blocks.ts";
import { context } from "./builders.ts";
import { renderPlain } from "./plain-text.ts";

/** How much one message or view may hold. */
export interface Room {
  readonly blocks: number;
  /** Of all texts together, in UTF-16 units. */
  readonly characters: number;
}

/** Slack refuses messages of about 13,200 characters or more; this limit is undocumented. */
export const messageRoom: Room = { blocks: 50, characters: 12_000 };
export const viewRoom: Room = { blocks: 100, characters: 40_000 };

export interface Page<Kind extends Block = Block> {
  readonly head: readonly Kind[];
  /** May be omitted, last first; the blocks of one item stay together. */
  readonly items: readonly (readonly Kind[])[];
  readonly tail: readonly Kind[];
  /** The note about omitted items. */
  readonly rest: (left: number) => string;
}

/** As many items as fit together with head and tail, and a line about the others. */
export function fitPage<Kind extends Block>(
  { head, items, tail, rest }: Page<Kind>,
  room: Room,
): readonly (Kind | Context)[] {
  const spare = context(rest(items.length));
  let blocks = room.blocks - head.length - tail.length;
  let characters = room.characters - countCharacters([...head, ...tail]);
  const weights = items.map(countCharacters);
  const isAll =
    items.flat().length <= blocks && weights.reduce((sum, one) => sum + one, 0) <= characters;
  if (isAll) return [...head, ...items.flat(), ...tail];
  blocks -= 1;
  characters -= countCharacters([spare]);
  const shown: Kind[] = [];
  let taken = 0;
  for (const [index, item] of items.entries()) {
    blocks -= item.length;
    characters -= weights[index] ?? 0;
    if (blocks < 0 || characters < 0) break;
    shown.push(...item);
    taken++;
  }
  return [...head, ...shown, context(rest(items.length - taken)), ...tail];
}

/** An upper bound of the visible characters: labels, values and links count too. */
export function countCharacters(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, one) => sum + countCharacters(one), 0);
  }
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => (key === "type" ? sum : sum + countCharacters(one)),
    0,
  );
}

/** A message whose `text` holds the content of its blocks. */
export function message(page: Page): Message {
  const blocks = fitPage(page, messageRoom);
  return { text: renderPlain(blocks), blocks };
}

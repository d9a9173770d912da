import fc from "fast-check";
import { expect, test } from "vitest";
import type { Block } from "../../bot/views/blocks.ts";
import {
  actions,
  button,
  code,
  context,
  divider,
  facts,
  header,
  line,
  preformatted,
  rich,
  section,
  strong,
  table,
  richWords,
  linkRule,
} from "../../bot/views/builders.ts";
import { renderPlain } from "../../bot/views/plain-text.ts";
import { countCharacters, fitPage } from "../../bot/views/fit-to-limits.ts";
import { simplify } from "../../bot/views/fallback-blocks.ts";
import { toLines } from "../../bot/views/escape.ts";
import { draw } from "../support/harness/draw-blocks.ts";

const press = button({ action: "refresh", text: "Refresh", label: "Refresh the fleet" });

/** One of each, with text that would be markup in mrkdwn. */
const all: readonly Block[] = [
  header("A *title*"),
  section("Words of a file: <b> & _c_"),
  facts([
    ["Host", "rds_1"],
    ["State", "open"],
  ]),
  rich(
    line(
      strong("error"),
      richWords(": see "),
      linkRule("http-port-open"),
      richWords(" or "),
      code("a*b*c"),
    ),
    preformatted(toLines(["-STPD_PORT=11001", "+# STPD_PORT=11001"])),
  ),
  table(
    ["Host", "State"],
    [
      ["rds_1", "open"],
      ["a&b", "half"],
    ],
  ),
  divider,
  ...actions([press]),
  context("The end."),
];

test("the fallback contains the same content in four kinds of blocks", () => {
  const simple = simplify(all);
  expect(new Set(simple.map(({ type }) => type))).toEqual(
    new Set(["header", "section", "context", "actions"]),
  );
  expect(draw({ text: "", blocks: simple }, 100)).toMatchInlineSnapshot(`
    "# A *title*
    Words of a file: ‹b› & _c_
      Host: rds_1
      State: open
    error: see http-port-open or a∗b∗c
    -STPD_PORT=11001
    +# STPD_PORT=11001
    rds_1: State open
    a&b: State half
    [Refresh]
      The end.
    "
  `);
  expect(JSON.stringify(simple)).toContain(
    "<https://github.com/sesam-harden/sesam-harden/blob/main/docs/rules/http-port-open.md|http-port-open>",
  );
  expect(renderPlain(simple)).toContain("error: see http-port-open or a∗b∗c");
});

test("draws blocks for a terminal", () => {
  expect(draw({ text: "", blocks: all }, 60)).toMatchInlineSnapshot(`
    "# A *title*
    Words of a file: ‹b› & _c_
      Host: rds_1
      State: open
    error: see http-port-open
    (https://github.com/sesam-harden/sesam-harden/blob/main/docs/rules/http-port-open.md)
    or a*b*c
    | -STPD_PORT=11001
    | +# STPD_PORT=11001
    Host   State
    rds_1  open
    a&b    half
    ------------------------------------------------------------
    [Refresh]
      The end.
    "
  `);
});

test("blocks as text omit buttons", () => {
  expect(renderPlain(all)).toMatchInlineSnapshot(`
    "A ∗title∗
    Words of a file: ‹b› &amp; ˍcˍ
    Host: rds_1
    State: open
    error: see http-port-open or a∗b∗c
    -STPD_PORT=11001
    +# STPD_PORT=11001
    rds_1: State open
    a&amp;b: State half
    The end."
  `);
});

test("text is truncated at the end of a line, and says so", () => {
  const text = renderPlain(
    Array.from({ length: 100 }, (_, index) => section(`${index} ${"a".repeat(90)}`)),
  );
  expect(text.length).toBeLessThanOrEqual(4000);
  expect(text).toMatch(/a\n… see the message for the rest\.$/);
});

test("a page stays within its limit, omits the last items, and counts them", () => {
  const size = fc.integer({ min: 1, max: 200 });
  const item = fc.array(
    size.map((length): Block => section("a".repeat(length))),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 30 }),
      fc.integer({ min: 3, max: 40 }),
      fc.integer({ min: 100, max: 3000 }),
      (items, most, characters) => {
        const [head, tail] = [[header("head")], [context("tail")]];
        const rest = (left: number): string => `${left} more`;
        const page = fitPage({ head, items, tail, rest }, { blocks: most, characters });
        expect(page.length).toBeLessThanOrEqual(most);
        expect(countCharacters(page)).toBeLessThanOrEqual(characters);
        expect(page[0]).toEqual(head[0]);
        expect(page.at(-1)).toEqual(tail[0]);
        const note = JSON.stringify(page.at(-2)).match(/"(\d+) more"/)?.[1];
        const shown = items.slice(0, items.length - Number(note ?? 0)).flat();
        expect(page.slice(1, note === undefined ? -1 : -2)).toEqual(shown);
      },
    ),
  );
});

test("the fallback stays within its limit, and keeps its last buttons", () => {
  const many = Array.from({ length: 80 }, (_, index) => section(`${index}`));
  const simple = simplify([...many, ...actions([press])], { blocks: 50, characters: 12_000 });
  expect(simple).toHaveLength(50);
  expect(simple.at(-1)?.type).toBe("actions");
  expect(JSON.stringify(simple.at(-2))).toContain("32 more parts are not shown here.");
});

test("empty lines still make a text", () => {
  const [block] = simplify([rich(preformatted("\n\n"))]);
  expect(block).toMatchObject({ type: "section", text: { text: "-" } });
});

test("an unknown rule gets no link", () => {
  expect(linkRule("../../evil")).toEqual(code("../../evil"));
});

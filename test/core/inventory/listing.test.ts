import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createListing,
  type Paging,
  type PageSummary,
} from "../../../src/core/inventory/listing.ts";
import { readPage } from "../../../src/core/inventory/page.ts";

const byOffset = (value: number): Paging => ({
  start: { name: "offset", unit: "items", first: 0 },
  size: { name: "limit", value },
});
const byPage = (value: number, first: number): Paging => ({
  start: { name: "page", unit: "pages", first },
  size: { name: "limit", value },
});

type Serve = (parameters: Readonly<Record<string, number>>) => readonly string[];
type Says = Partial<Pick<PageSummary, "total" | "hasMore">>;

/** Result of a list: its items, or why they are unknown. */
function list(
  paging: Paging | undefined,
  serve: Serve,
  says: Says = {},
): readonly string[] | string {
  const listing = createListing(paging);
  const items: string[] = [];
  let parameters = listing.first;
  for (let request = 0; request < 1000; request++) {
    const keys = serve(parameters);
    const step = listing.add({ keys, total: undefined, hasMore: false, ...says });
    if (step.kind === "gap") return step.reason;
    if (step.kind === "ask" || !step.isRepeated) items.push(...keys);
    if (step.kind === "done") return step.note === undefined ? items : [...items, step.note];
    parameters = step.parameters;
  }
  return "endless";
}

const all = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `item ${index}`);

test("a list is complete for any length, page size and limit of the server", () => {
  const number = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(fc.nat(200), number, number, fc.boolean(), (count, size, cap, isTold) => {
      const items = all(count);
      const says = isTold ? { total: count } : {};
      const length = Math.min(size, cap);
      const slice = (from: number): readonly string[] => items.slice(from, from + length);
      expect(list(byOffset(size), ({ offset = 0 }) => slice(offset), says)).toEqual(items);
      for (const first of [0, 1]) {
        const serve: Serve = ({ page = 0 }) => slice((page - first) * length);
        expect(list(byPage(size, first), serve, says)).toEqual(items);
      }
    }),
  );
});

test.each<{ name: string; paging: Paging | undefined; serve: Serve; says?: Says; comes: RegExp }>([
  {
    name: "ignores only the start",
    paging: byOffset(10),
    serve: () => all(10),
    comes: /same page again/,
  },
  {
    name: "ignores both, with a list that fits on a page",
    paging: byOffset(10),
    serve: () => all(3),
    comes: /same page again/,
  },
  {
    name: "ignores the start after the second page",
    paging: byOffset(2),
    serve: ({ offset = 0 }) => all(100).slice(Math.min(offset, 2), Math.min(offset, 2) + 2),
    comes: /same page again/,
  },
  {
    name: "returns the rest at once, and then again",
    paging: byOffset(2),
    serve: ({ offset = 0 }) => (offset === 0 ? ["first"] : all(11)),
    comes: /same page again/,
  },
  {
    name: "changes while it is listed",
    paging: byOffset(2),
    serve: ({ offset = 0 }) => all(100).slice(Math.max(0, offset - 1), offset + 1),
    comes: /occurred twice/,
  },
  {
    name: "starts again from the beginning",
    paging: byOffset(2),
    serve: ({ offset = 0 }) => all(4).slice(offset % 4, (offset % 4) + 2),
    comes: /occurred twice/,
  },
  {
    name: "ends before its own total",
    paging: byOffset(2),
    serve: ({ offset = 0 }) => all(3).slice(offset, offset + 2),
    says: { total: 4 },
    comes: /say that there are more/,
  },
  {
    name: "says at the end that there is more",
    paging: byOffset(2),
    serve: ({ offset = 0 }) => all(3).slice(offset, offset + 2),
    says: { hasMore: true },
    comes: /say that there are more/,
  },
  {
    name: "truncates an unpaged list",
    paging: undefined,
    serve: () => all(3),
    says: { total: 5 },
    comes: /has 3 items and says that there are 5/,
  },
  {
    name: "links from an unpaged list",
    paging: undefined,
    serve: () => all(3),
    says: { hasMore: true },
    comes: /there are more/,
  },
])("a server that $name leaves a gap", ({ paging, serve, says, comes }) => {
  const outcome = list(paging, serve, says);
  expect(outcome).toBeTypeOf("string");
  expect(outcome).toMatch(comes);
});

test("a server that lists more than requested has listed everything", () => {
  expect(list(byOffset(10), () => all(11))).toEqual([
    ...all(11),
    "the Server ignores --paging and lists everything at once",
  ]);
});

test("reports a round number in an unpaged list", () => {
  expect(list(undefined, () => all(999))).toEqual(all(999));
  expect(list(undefined, () => all(1000)).at(-1)).toMatch(/exactly 1000/);
});

test("sends no parameter that was not requested", () => {
  expect(createListing(undefined).first).toEqual({});
  expect(createListing(byPage(7, 1)).first).toEqual({ page: 1, limit: 7 });
});

const silent = { total: undefined, link: undefined };
const item = { id: 1 };

test.each([
  ["an array", [item], silent, { items: [item], total: undefined, hasMore: false }],
  ["an object", { content: [item], totalElements: 9 }, silent, { items: [item], total: 9 }],
  ["the last page", { content: [], last: true }, silent, { items: [], hasMore: false }],
  ["another page", { content: [item], last: false }, silent, { hasMore: true }],
  ["hasMore", { items: [item], hasMore: true }, silent, { hasMore: true }],
  ["headers", [item], { total: "12", link: '</x?p=2>; rel="next"' }, { total: 12, hasMore: true }],
  ["two lists", { a: [], b: [] }, silent, { kind: "problem", reason: /more than one list/ }],
  ["no list", { error: "x" }, silent, { kind: "problem", reason: /an object with no list/ }],
  ["a text", "x", silent, { kind: "problem", reason: /not a list|no list/ }],
  ["null", null, silent, { kind: "problem", reason: /not a list|no list/ }],
])("reads a page from %s", (_, json, header, expected) => {
  const { reason, ...rest } = { reason: /./, ...expected };
  const page = readPage(json, header);
  expect(page).toMatchObject(rest);
  expect(page.kind === "problem" ? page.reason : "page").toMatch(reason);
});

import { countOf } from "../base/text.ts";

/** How to request part of a list. SEP does not document paging, so it is off by default. */
export interface Paging {
  /** The parameter that says where a page starts, counted in items or in pages. */
  readonly start: {
    readonly name: string;
    readonly unit: "items" | "pages";
    readonly first: number;
  };
  readonly size: { readonly name: string; readonly value: number };
}

export type Parameters = Readonly<Record<string, number>>;

export type ListingStep =
  /** Ask again, with these parameters. */
  | { readonly kind: "ask"; readonly parameters: Parameters }
  /** That was all; a repeated page adds nothing. */
  | { readonly kind: "done"; readonly isRepeated: boolean; readonly note: string | undefined }
  | { readonly kind: "gap"; readonly reason: string };

/** What counts of a page: who is on it, and what it says of the whole. */
export interface PageSummary {
  readonly keys: readonly string[];
  readonly total: number | undefined;
  readonly hasMore: boolean;
}

export interface ItemListing {
  readonly first: Parameters;
  /** Judges the page that came, and says what to do next. */
  readonly add: (page: PageSummary) => ListingStep;
}

/** The whole list in one answer; one that says that there is more is no whole one. */
function createWholeListing(): ItemListing {
  return {
    first: {},
    add: ({ keys, total, hasMore }) => {
      if (hasMore || (total !== undefined && total !== keys.length)) {
        const all = total === undefined ? "there are more" : `there are ${total}`;
        return gap(`the response has ${keys.length} items and says that ${all}`);
      }
      const note = roundSizes.has(keys.length)
        ? `exactly ${keys.length}: if that is a limit of the Server, use --paging`
        : undefined;
      return done(note);
    },
  };
}

/** What servers like to cut lists at. */
const roundSizes = new Set([50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000]);

/**
 * Reads page by page, until one is empty or the stated total is reached: a page may be short
 * because the Server limits its size. A repeated page shows that the Server ignores the page
 * number. If it ignores the size as well, the first answer was complete; otherwise that is unknown.
 */
export function createListing(paging: Paging | undefined): ItemListing {
  if (paging === undefined) return createWholeListing();
  const { start, size } = paging;
  const seen = new Set<string>();
  let before: readonly string[] | undefined;
  let count = 0;
  let pages = 0;
  const ask = (): Parameters => ({
    [start.name]: start.first + (start.unit === "items" ? count : pages),
    [size.name]: size.value,
  });
  return {
    first: ask(),
    add: ({ keys, total, hasMore }) => {
      if (before !== undefined && keys.length > 0 && isSame(keys, before)) {
        return judgeRepetition({ length: keys.length, pages, size: size.value, total });
      }
      const known = keys.filter((key) => seen.has(key)).length;
      if (known > 0) return gap(`${countOf(known, "item")} occurred twice, on different pages`);
      for (const key of keys) seen.add(key);
      count += keys.length;
      pages++;
      before = keys;
      if (count === total) return done(undefined);
      if (keys.length > 0) return { kind: "ask", parameters: ask() };
      if (total !== undefined || hasMore) {
        return gap(`the pages have ${count} items and say that there are more`);
      }
      return done(undefined);
    },
  };
}

interface Repetition {
  readonly length: number;
  readonly pages: number;
  readonly size: number;
  readonly total: number | undefined;
}

function judgeRepetition({ length, pages, size, total }: Repetition): ListingStep {
  if (pages === 1 && length > size && total === undefined) {
    const note = "the Server ignores --paging and lists everything at once";
    return { kind: "done", isRepeated: true, note };
  }
  return gap("the Server returns the same page again: it does not know these parameters");
}

function isSame(keys: readonly string[], others: readonly string[]): boolean {
  return keys.length === others.length && keys.every((key, index) => key === others[index]);
}

function done(note: string | undefined): ListingStep {
  return { kind: "done", isRepeated: false, note };
}

function gap(reason: string): ListingStep {
  return { kind: "gap", reason };
}

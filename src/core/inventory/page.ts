/** One answer of the Server to the question for a list. */
export interface ListPage {
  readonly kind: "page";
  readonly items: readonly unknown[];
  /** How many there are in all, where the answer says so. */
  readonly total: number | undefined;
  /** The answer says that there are more. */
  readonly hasMore: boolean;
}

export type PageReading = ListPage | { readonly kind: "problem"; readonly reason: string };

const totals = ["total", "totalcount", "totalelements", "totalitems", "totalsize"];

/**
 * A list is a JSON array, as known programs find it, or an object with exactly one array in it,
 * as many an API wraps it.
 */
export function readPage(json: unknown, header: PageHeader): PageReading {
  if (Array.isArray(json)) {
    return { kind: "page", items: json, total: readTotal(header.total), hasMore: hasNext(header) };
  }
  if (typeof json !== "object" || json === null) {
    return { kind: "problem", reason: "the response is not a list" };
  }
  const members = Object.entries(json).map(([key, value]) => [key.toLowerCase(), value] as const);
  const lists = members.flatMap(([, value]) => (Array.isArray(value) ? [value] : []));
  const [items, ...others] = lists;
  if (items === undefined || others.length > 0) {
    const count = lists.length === 0 ? "no list" : "more than one list";
    return { kind: "problem", reason: `the response is an object with ${count}` };
  }
  const named = new Map<string, unknown>(members);
  const total = totals.map((key) => named.get(key)).find((value) => typeof value === "number");
  const isLast = named.get("last") !== false;
  const isTold = named.get("hasmore") === true || named.get("hasnext") === true;
  const hasMore = isTold || !isLast || hasNext(header);
  return { kind: "page", items, total: total ?? readTotal(header.total), hasMore };
}

/** What headers say: `X-Total-Count` and `Link`. */
export interface PageHeader {
  readonly total: string | undefined;
  readonly link: string | undefined;
}

function readTotal(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

function hasNext({ link }: PageHeader): boolean {
  return /\brel="?next\b/i.test(link ?? "");
}

/**
 * Matches a path relative to the root: `*` and `?` match within one segment, `**` matches any number
 * of segments. All other characters are literal.
 */
export function createMatcher(pattern: string): (path: string) => boolean {
  const parts = pattern.split("/");
  return (path) => matchItems(parts, path.split("/"), "**", matchPart);
}

function matchPart(pattern: string, part: string): boolean {
  return matchItems(
    [...pattern],
    [...part],
    "*",
    (wanted, char) => wanted === "?" || wanted === char,
  );
}

/** On a mismatch it backtracks to the last star only, which is sufficient and never exponential. */
function matchItems(
  pattern: readonly string[],
  items: readonly string[],
  star: string,
  fits: (wanted: string, item: string) => boolean,
): boolean {
  let at = 0;
  let index = 0;
  let lastStar = -1;
  let resume = 0;
  while (index < items.length) {
    const wanted = pattern[at];
    if (wanted === star) {
      lastStar = at++;
      resume = index;
    } else if (wanted !== undefined && fits(wanted, items[index] ?? "")) {
      at++;
      index++;
    } else if (lastStar >= 0) {
      at = lastStar + 1;
      index = ++resume;
    } else return false;
  }
  while (pattern[at] === star) at++;
  return at === pattern.length;
}

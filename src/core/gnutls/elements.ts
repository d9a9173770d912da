/** One element of a priority string; offsets are bytes from the start of the string. */
export interface Element {
  readonly text: string;
  /** Offset of the element. */
  readonly trueOffset: number;
  /** Offset that GnuTLS reports: it does not count spaces, and stops after leading white space. */
  readonly offset: number;
}

const isLeadingSpace = (char: string | undefined): boolean =>
  char !== undefined && " \t\n\v\f\r".includes(char);

/** Splits as GnuTLS does: at colons, and only spaces after a colon are dropped. */
export function splitElements(priority: string): readonly Element[] {
  let start = 0;
  while (isLeadingSpace(priority[start])) start++;
  const counts = start === 0;
  const elements: Element[] = [];
  let offset = 0;
  for (;;) {
    const colon = priority.indexOf(":", start);
    const end = colon < 0 ? priority.length : colon;
    elements.push({
      text: priority.slice(start, end),
      trueOffset: start,
      offset: counts ? offset : 0,
    });
    if (colon < 0) return elements;
    offset += end - start + 1;
    start = colon + 1;
    while (priority[start] === " ") start++;
  }
}

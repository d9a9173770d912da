/**
 * The GnuTLS builds whose parsing of priority strings was measured. The language is the same for
 * all builds between two of them; differences are in `addedIn` and `removedIn` of algorithms.ts.
 */
export const dialects = ["3.6.13", "3.7.1", "3.7.3", "3.7.9", "3.8.3", "3.8.9", "3.8.13"] as const;

export type Dialect = (typeof dialects)[number];

/** Debian 12's build, the default of `priority`. */
export const defaultDialect: Dialect = "3.7.9";

/** Release lines that a policy may name; each means all measured builds of that line. */
export const releaseLines = ["3.6", "3.7", "3.8"] as const;

export function isSince(dialect: Dialect, first: Dialect): boolean {
  return dialects.indexOf(dialect) >= dialects.indexOf(first);
}

/** The builds of a version: `3.7.9` is one build, `3.7` all of its line; otherwise empty. */
export function dialectsOf(version: string): readonly Dialect[] {
  return dialects.filter((dialect) => dialect === version || dialect.startsWith(`${version}.`));
}

/**
 * Names whole lines as such (`3.8`), and single builds if only some of a line are given (`3.7.1`).
 */
export function nameDialects(some: readonly Dialect[]): string {
  const names = releaseLines.flatMap((line) => {
    const all = dialectsOf(line);
    const named = all.filter((dialect) => some.includes(dialect));
    return named.length === all.length ? [line] : named;
  });
  return `GnuTLS ${names.join(", ")}`;
}

import { readFileSync } from "node:fs";

/** A ratio is reported once it exceeds the documented one by this factor. */
const tolerance = 1.5;

interface Measured {
  readonly what: string;
  readonly ratio: number;
}

/** The part of a row that is the same in every run, without the text in parentheses. */
function nameOf(what: string): string {
  return what.replaceAll(/ \(.*\)/g, "").trim();
}

/** The ratios of docs/performance.md, by name. */
export function readRatios(text: string): ReadonlyMap<string, number> {
  const rows = text.matchAll(/^\| +([0-9.]+) +\| [^|]+ \| ([^|]+) \|/gm);
  return new Map([...rows].map(([, ratio, what = ""]) => [nameOf(what), Number(ratio)]));
}

/** Ratios that are worse than documented; ratios, because machines differ. */
export function findRegressions(
  rows: readonly Measured[],
  known: ReadonlyMap<string, number>,
): readonly string[] {
  return rows.flatMap(({ what, ratio }) => {
    const before = known.get(nameOf(what));
    if (before === undefined || !(ratio > before * tolerance)) return [];
    return [`${nameOf(what)}: ratio ${ratio.toPrecision(3)}, was ${before.toPrecision(3)}`];
  });
}

/** Printed as workflow notices: timing never fails a run. */
export function noteRegressions(rows: readonly Measured[]): void {
  const page = new URL("../docs/performance.md", import.meta.url);
  const found = findRegressions(rows, readRatios(readFileSync(page, "utf8")));
  for (const line of found) console.log(`::notice title=slower than docs/performance.md::${line}`);
  if (found.length === 0) console.log("nothing is slower than docs/performance.md has it");
}

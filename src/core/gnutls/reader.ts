import type { KeyKind } from "./admission.ts";
import { defaultDialect, type Dialect } from "./dialects.ts";
import { createEvaluator, type Evaluate, type Evaluation } from "./evaluate.ts";
import { judgeEvaluation, type PriorityReading } from "./verdict.ts";
import { splitElements } from "./elements.ts";
import { addedIn, removedIn } from "./algorithms.ts";
export type ReadPriority = (priority: string) => readonly PriorityReading[];

/**
 * Evaluates under every allowed build, but only as often as needed: most strings mean the same in
 * all builds, and most hosts of a fleet have the same string. Lists that no rule uses (the
 * signatures of newer builds) may be those of the first build.
 */
export function createPriorityReader(
  allowed: readonly Dialect[],
  keys: readonly KeyKind[],
): ReadPriority {
  const evaluators = new Map<Dialect, Evaluate>();
  const known = new Map<string, readonly PriorityReading[]>();
  const read = (
    dialect: Dialect,
    priority: string,
    dialects: readonly Dialect[],
  ): PriorityReading => {
    const evaluator = evaluators.get(dialect) ?? createEvaluator(dialect);
    evaluators.set(dialect, evaluator);
    const evaluation = evaluator(priority);
    const enables = describeEnabled(evaluation);
    const ordered = evaluation.options.includes("%SERVER_PRECEDENCE");
    return { dialects, evaluation, enables, ordered, ...judgeEvaluation(evaluation, keys) };
  };
  const first = allowed.includes(defaultDialect) ? defaultDialect : (allowed[0] ?? defaultDialect);
  return (priority) => {
    const before = known.get(priority);
    if (before !== undefined) return before;
    const readings = couldDiffer(priority)
      ? allowed.map((dialect) => read(dialect, priority, [dialect]))
      : [read(first, priority, allowed)];
    known.set(priority, readings);
    return readings;
  };
}

function describeEnabled({ ok, effective }: Evaluation): string {
  if (!ok) return "invalid";
  return Object.entries(effective)
    .map(([version, suites]) => [version, ...suites.map(({ id }) => id)].join(" "))
    .join(" ");
}

/** The builds for which a predicate holds; empty if it holds for none. */
export function dialectsWhere(
  readings: readonly PriorityReading[],
  holds: (reading: PriorityReading) => boolean,
): readonly Dialect[] {
  return readings.flatMap((reading) => (holds(reading) ? reading.dialects : []));
}

/** The lowest element limit of all builds; some builds do not read elements beyond it. */
const lowestElementLimit = 64;

/**
 * Whether two GnuTLS builds could give different verdicts on a priority string. Compares the error,
 * protocol versions, suites and ineffective elements, but not all lists (newer builds add ML-DSA to
 * the signatures). May return true without need.
 */
export function couldDiffer(priority: string): boolean {
  const elements = splitElements(priority);
  return elements.length > lowestElementLimit || elements.some(({ text }) => isOfSomeBuilds(text));
}

function isOfSomeBuilds(element: string): boolean {
  const word = element.slice(1).toUpperCase();
  const isGroup = word.startsWith("GROUP-");
  const name = isGroup || word.startsWith("SIGN-") ? word.slice(word.indexOf("-") + 1) : word;
  if (Object.hasOwn(addedIn, name) || Object.hasOwn(removedIn, name)) return true;
  // The lists of signatures differ, so removing single ones may leave different lists.
  return !element.startsWith("+") && word.startsWith("SIGN-") && !word.startsWith("SIGN-ALL");
}

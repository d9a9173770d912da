import type { KeyKind } from "./admission.ts";
import { couldDiffer } from "./differences.ts";
import { defaultDialect, type Dialect } from "./dialects.ts";
import { createEvaluator, type Evaluate, type Evaluation } from "./evaluate.ts";
import { judgeEvaluation, type PriorityVerdict } from "./verdict.ts";

/** One evaluation, what it comes to, and the builds that all give it. */
export interface PriorityReading extends PriorityVerdict {
  readonly dialects: readonly Dialect[];
  readonly evaluation: Evaluation;
  /** What it enables, in one text: equal for strings that mean the same. */
  readonly enables: string;
  /** True if the server's order of suites decides. */
  readonly ordered: boolean;
}

export type ReadPriority = (priority: string) => readonly PriorityReading[];

/**
 * Evaluates under every allowed build, but no more often than needed: most strings mean the same
 * everywhere, and most hosts of a fleet have the same string. Lists that no rule asks for (the
 * signatures of newer builds) may be those of the first build alone.
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

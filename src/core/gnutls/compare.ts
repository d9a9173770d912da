import * as algorithms from "./algorithms.ts";
import { nameDialects, type Dialect } from "./dialects.ts";
import { splitElements, type Element } from "./elements.ts";
import type { Evaluate, Evaluation } from "./evaluate.ts";
import { suiteTable } from "./suite-table.ts";

/** The compared parts of an evaluation with their names; suites are compared by TLS version. */
const lists = {
  protocols: "protocol",
  groups: "group",
  signatures: "signature algorithm",
  options: "option",
} as const;

export interface ListChange {
  /** `suite of TLS1.2`, `group`, `signature algorithm`, ... */
  readonly what: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** What both have, if the order differs; undefined otherwise. */
  readonly reordered?: {
    readonly before: readonly string[];
    readonly after: readonly string[];
  };
}

/** What a server enables with `after` but not with `before`, the reverse, and changes of order. */
export function compareEvaluations(before: Evaluation, after: Evaluation): readonly ListChange[] {
  if (!before.ok || !after.ok) return [];
  const versions = new Set([...Object.keys(before.possible), ...Object.keys(after.possible)]);
  const suites = [...versions].toSorted().map((version) => {
    const named = (evaluation: Evaluation): readonly string[] =>
      (evaluation.possible[version] ?? []).map(({ name }) => name);
    return compareLists(`suite of ${version}`, named(before), named(after));
  });
  const others = Object.entries(lists).map(([name, what]) => {
    const list = name as keyof typeof lists;
    return compareLists(what, before[list], after[list]);
  });
  return [...suites, ...others].filter(
    ({ added, removed, reordered }) =>
      added.length > 0 || removed.length > 0 || reordered !== undefined,
  );
}

function compareLists(
  what: string,
  before: readonly string[],
  after: readonly string[],
): ListChange {
  const shared = {
    before: before.filter((name) => after.includes(name)),
    after: after.filter((name) => before.includes(name)),
  };
  // Options are switches, so their order has no effect.
  const isSame =
    what === lists.options || shared.before.every((name, index) => name === shared.after[index]);
  return {
    what,
    added: after.filter((name) => !before.includes(name)),
    removed: before.filter((name) => !after.includes(name)),
    ...(isSame ? {} : { reordered: shared }),
  };
}

/** The names of everything that a string enables. */
export function listEnabled(evaluation: Evaluation): ReadonlySet<string> {
  const { protocols, ciphers, macs, kx, groups, signatures, suites, options } = evaluation;
  return new Set(
    [protocols, ciphers, macs, kx, groups, signatures, suites, options].flatMap((list) => list),
  );
}

export interface Cause {
  readonly isEnabled: boolean;
  /** True if the build refuses the whole string, so that nothing in it has an effect. */
  readonly isRefused: boolean;
  /** The last element that changed it, or the refused one; undefined if no element did. */
  readonly element: Element | undefined;
  /** Builds that all give this answer. */
  readonly dialects: readonly Dialect[];
}

/**
 * Finds the element of a priority string that enables a version, suite, algorithm or option, or
 * that disables it last, or the element for which GnuTLS refuses the whole string. Takes a byte
 * string. Evaluates each prefix of the elements to see the effect of one; an invalid prefix
 * enables nothing.
 */
export function findCauses(
  priority: string,
  name: string,
  evaluators: ReadonlyMap<Dialect, Evaluate>,
): readonly Cause[] {
  const causes: Cause[] = [];
  for (const [dialect, evaluate] of evaluators) {
    const { isEnabled, isRefused, element } = findCause(priority, name, evaluate);
    const same = causes.findIndex(
      (cause) =>
        cause.isEnabled === isEnabled &&
        cause.isRefused === isRefused &&
        cause.element?.trueOffset === element?.trueOffset,
    );
    const { dialects = [] } = causes[same] ?? {};
    const cause = { isEnabled, isRefused, element, dialects: [...dialects, dialect] };
    if (same < 0) causes.push(cause);
    else causes[same] = cause;
  }
  return causes;
}

function findCause(priority: string, name: string, evaluate: Evaluate): Omit<Cause, "dialects"> {
  const elements = splitElements(priority);
  const { error } = evaluate(priority);
  if (error !== null) {
    const refused = elements.findLast(({ trueOffset }) => trueOffset <= error.trueOffset);
    return { isEnabled: false, isRefused: true, element: refused };
  }
  let isEnabled = false;
  let element: Element | undefined;
  for (const next of elements) {
    const start = priority.slice(0, next.trueOffset + next.text.length);
    const isNow = listEnabled(evaluate(start)).has(name);
    if (isNow !== isEnabled) element = next;
    isEnabled = isNow;
  }
  return { isEnabled, isRefused: false, element };
}

/** Groups builds by result; the builds are named like `GnuTLS 3.6, 3.7`. */
export function groupDialects<Answer>(
  dialects: readonly Dialect[],
  answerOf: (dialect: Dialect) => Answer,
): readonly { readonly name: string; readonly answer: Answer }[] {
  const groups = new Map<string, { answer: Answer; dialects: Dialect[] }>();
  for (const dialect of dialects) {
    const answer = answerOf(dialect);
    const key = JSON.stringify(answer);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { answer, dialects: [dialect] });
    else group.dialects.push(dialect);
  }
  return [...groups.values()].map(({ answer, dialects: some }) => ({
    name: nameDialects(some),
    answer,
  }));
}

/** All names that findCauses() accepts. */
export function listEnableable(): readonly string[] {
  const { ciphers, groups, keyExchanges, macs, options, signatures, versions } = algorithms;
  const suites = Object.values(suiteTable).flatMap((text) =>
    text
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[1] ?? ""),
  );
  return [
    versions,
    ciphers,
    keyExchanges,
    macs,
    groups,
    Object.values(signatures).flat(),
    options.map((name) => `%${name}`),
    suites,
  ].flat();
}

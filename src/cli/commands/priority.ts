import {
  defaultDialect,
  dialects,
  dialectsOf,
  releaseLines,
  type Dialect,
} from "../../core/gnutls/dialects.ts";
import { createEvaluator, type Evaluate, type Evaluation } from "../../core/gnutls/evaluate.ts";
import type { SuitesByVersion } from "../../core/gnutls/effective.ts";
import { checkPriority, type ProfileVerdict } from "../../core/check/check-priority.ts";
import {
  compareEvaluations,
  findCauses,
  groupDialects,
  listEnableable,
} from "../../core/gnutls/compare.ts";
import { renderCauses, renderChanges, renderVerdicts } from "../../core/report/priority.ts";
import { decodeBytes, encodeBytes, makeVisible, startSafely } from "../../core/base/text.ts";
import { chooseWord, usage } from "../../shell/options.ts";
import { parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { printJson } from "../../core/formats/json/print.ts";

/** Exit code 0 if all strings are valid, else 1. */
export function runPriority(args: readonly string[], { terminal }: Shell): number {
  const { positionals, one } = parseCommand(args, "priority");
  const format = chooseWord("--format", one("--format"), ["text", "json"], "text");
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0) {
    throw usage("expected one priority string in quotes, or - to read one per line");
  }
  const why = one("--why");
  const other = one("--diff");
  if (why !== undefined && other !== undefined) {
    throw usage("--why and --diff cannot be combined");
  }
  if ((why !== undefined || other !== undefined) && (given === "-" || format === "json")) {
    throw usage("--why and --diff need one string and --format text");
  }
  const builds = openBuilds(one("--gnutls"));
  if (why !== undefined) return showCauses(given, why, builds, terminal);
  if (other !== undefined) return showDifference(given, other, builds, terminal);
  const strings = given === "-" ? readLines(terminal.input()) : [given];
  const lines: string[] = [];
  let ok = true;
  for (const priority of strings) {
    const answer = answerFor(priority, builds);
    ok &&= answer.evaluation.ok;
    lines.push(format === "json" ? printJson(describe(priority, answer)) : draw(priority, answer));
  }
  terminal.out(lines.join(format === "json" ? "" : "\n"));
  return ok ? 0 : 1;
}

/** The GnuTLS builds to evaluate. */
interface Builds {
  readonly evaluators: ReadonlyMap<Dialect, Evaluate>;
  /** The build whose result is shown in full. */
  readonly shown: Dialect;
  readonly isOne: boolean;
}

function openBuilds(version: string | undefined): Builds {
  const asked = version === undefined ? dialects : dialectsOf(version);
  const shown = version === undefined ? defaultDialect : asked.at(-1);
  if (shown === undefined) {
    const known = [...releaseLines, ...dialects];
    throw usage(
      `unknown GnuTLS version '${makeVisible(version ?? "")}' (expected ${known.join(", ")})`,
    );
  }
  const evaluators = new Map(asked.map((name) => [name, createEvaluator(name)] as const));
  return { evaluators, shown, isOne: asked.length === 1 };
}

interface Answer {
  readonly evaluation: Evaluation;
  readonly dialect: Dialect;
  readonly verdicts: readonly ProfileVerdict[] | undefined;
  /** Builds with a different result; absent if only one build is evaluated. */
  readonly differs: ReadonlyMap<Dialect, Evaluation> | undefined;
}

function answerFor(priority: string, { evaluators, shown, isOne }: Builds): Answer {
  const bytes = encodeBytes(priority);
  const evaluate = (dialect: Dialect): Evaluation => evaluationOf(bytes, dialect, evaluators);
  const evaluation = evaluate(shown);
  const same = JSON.stringify(answerOf(evaluation));
  const others = [...evaluators.keys()]
    .map((dialect) => [dialect, evaluate(dialect)] as const)
    .filter(([, other]) => JSON.stringify(answerOf(other)) !== same);
  return {
    evaluation,
    dialect: shown,
    verdicts: checkPriority(bytes, [...evaluators.keys()]),
    differs: isOne ? undefined : new Map(others),
  };
}

function evaluationOf(
  bytes: string,
  dialect: Dialect,
  evaluators: Builds["evaluators"],
): Evaluation {
  const evaluate = evaluators.get(dialect) ?? createEvaluator(dialect);
  return evaluate(bytes);
}

/** The part that `differs` compares: the output of gnutls-cli. */
function answerOf(evaluation: Evaluation): unknown {
  const { warnings: _, possible: __, options: ___, ...answer } = evaluation;
  return answer;
}

/** Exit code 0 if a build enables it, else 1. */
function showCauses(
  priority: string,
  asked: string,
  { evaluators }: Builds,
  terminal: Shell["terminal"],
): number {
  const known = listEnableable();
  const wanted = asked.toUpperCase().replace(/^[-+!]?(VERS-|GROUP-|CURVE-|SIGN-)?/, "");
  const name = known.find((candidate) =>
    [wanted, asked.toUpperCase()].includes(candidate.toUpperCase()),
  );
  if (name === undefined) {
    const what = `'${makeVisible(asked)}' is not a TLS version, cipher, suite, group, signature algorithm or option of GnuTLS`;
    throw usage(what, wanted, known);
  }
  const causes = findCauses(encodeBytes(priority), name, evaluators);
  terminal.out(`${renderCauses(name, causes).join("\n")}\n`);
  return causes.some(({ isEnabled }) => isEnabled) ? 0 : 1;
}

/** Exit code 0 if both strings are valid and enable the same in one order under each build, else 1. */
function showDifference(
  before: string,
  after: string,
  { evaluators }: Builds,
  terminal: Shell["terminal"],
): number {
  let isSame = true;
  const groups = groupDialects([...evaluators.keys()], (dialect) => {
    const [left, right] = [before, after].map((priority) =>
      evaluationOf(encodeBytes(priority), dialect, evaluators),
    );
    if (left === undefined || right === undefined) return [];
    const invalid = [
      ...(left.ok ? [] : ["  the first string is not valid"]),
      ...(right.ok ? [] : ["  the second string is not valid"]),
    ];
    return [...invalid, ...renderChanges(compareEvaluations(left, right))];
  });
  for (const { name, answer } of groups) {
    isSame &&= answer.length === 0;
    terminal.out(`${name}${answer.length === 0 ? ": no difference" : ":"}\n`);
    for (const line of answer) terminal.out(`${line}\n`);
  }
  return isSame ? 0 : 1;
}

/** A line that starts with a double quote is a JSON string; the last line may lack its ending. */
function readLines(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line, index) => {
    if (!line.startsWith('"')) return line;
    try {
      return String(JSON.parse(line));
    } catch (error) {
      throw usage(
        `line ${index + 1} starts with a double quote but is not a JSON string: ${String(error)}`,
      );
    }
  });
}

function describe(priority: string, { evaluation, differs, verdicts }: Answer): unknown {
  const { ok, error, protocols, ciphers, macs, kx, groups, signatures, suites } = evaluation;
  const { effective, possible, warnings } = evaluation;
  const answer = { priority, ok, error, protocols, ciphers, macs, kx, groups, signatures, suites };
  const shown = warnings.map((warning) => ({ ...warning, token: decodeBytes(warning.token) }));
  return {
    ...answer,
    effective: namesOf(effective),
    possible: namesOf(possible),
    warnings: shown,
    ...(differs === undefined ? {} : { differs: [...differs.keys()] }),
    profiles:
      verdicts?.map(({ suggestion, ...verdict }) => ({
        ...verdict,
        suggestion: suggestion === undefined ? null : decodeBytes(suggestion),
      })) ?? null,
  };
}

function namesOf(suites: SuitesByVersion): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(suites).map(([version, list]) => [version, list.map(({ name }) => name)]),
  );
}

function draw(priority: string, { evaluation, dialect, differs, verdicts }: Answer): string {
  const { ok, error, effective, warnings } = evaluation;
  const lines = [makeVisible(startSafely(priority)), ...renderVerdicts(verdicts)];
  if (error !== null) {
    const bytes = encodeBytes(priority);
    const rest = makeVisible(decodeBytes(bytes.slice(error.trueOffset)));
    lines.push(
      error.kind === "syntax"
        ? `GnuTLS ${dialect}: syntax error at byte ${error.trueOffset}: ${rest === "" ? "(end)" : rest}`
        : `GnuTLS ${dialect}: no algorithms are left to negotiate`,
    );
  }
  if (ok) {
    lines.push(`GnuTLS ${dialect}: valid`);
    for (const [version, suites] of Object.entries(effective)) {
      lines.push(`  ${version}: ${suites.length === 0 ? "no usable suite" : ""}`.trimEnd());
      lines.push(...suites.map(({ name }) => `    ${name}`));
    }
    if (Object.keys(effective).length === 0) lines.push("  no TLS version is enabled");
  }
  for (const { token, message } of warnings) {
    lines.push(`  note: ${makeVisible(decodeBytes(token))} ${message}`);
  }
  const others = [...(differs ?? [])].map(([name]) => name);
  const answers = groupDialects(others, (name) => {
    const other = differs?.get(name);
    if (other === undefined || other.ok !== ok)
      return [other?.ok === true ? "  valid" : "  not valid"];
    return renderChanges(compareEvaluations(evaluation, other));
  });
  for (const { name, answer } of answers) {
    lines.push(
      `${name} compared with ${dialect}:`,
      ...(answer.length === 0 ? ["  differs only in what no suite uses"] : answer),
    );
  }
  return `${lines.join("\n")}\n`;
}

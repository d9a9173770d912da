import {
  defaultDialect,
  dialects,
  dialectsOf,
  releaseLines,
  type Dialect,
} from "../../core/gnutls/dialects.ts";
import { createEvaluator, type Evaluate, type Evaluation } from "../../core/gnutls/evaluate.ts";
import type { SuitesByVersion } from "../../core/gnutls/effective.ts";
import { decodeBytes, encodeBytes, makeVisible } from "../../core/base/text.ts";
import { chooseWord, usage } from "../../shell/options.ts";
import { parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { printJson } from "../../core/formats/json/print.ts";

/** Exit code 0 if all strings are fine, else 1. */
export function runPriority(args: readonly string[], { terminal }: Shell): number {
  const { positionals, one } = parseCommand(args, "priority");
  const format = chooseWord("--format", one("--format"), ["text", "json"], "text");
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0) {
    throw usage("priority wants one priority string in quotes, or - to read lines");
  }
  const ask = createAnswers(one("--gnutls"));
  const strings = given === "-" ? readLines(terminal.input()) : [given];
  const lines: string[] = [];
  let ok = true;
  for (const priority of strings) {
    const answer = ask(priority);
    ok &&= answer.evaluation.ok;
    lines.push(format === "json" ? printJson(describe(priority, answer)) : draw(priority, answer));
  }
  terminal.out(lines.join(format === "json" ? "" : "\n"));
  return ok ? 0 : 1;
}

interface Answer {
  readonly evaluation: Evaluation;
  readonly dialect: Dialect;
  /** Builds that were asked as well and answer otherwise; absent where one build was named. */
  readonly differs: readonly Dialect[] | undefined;
}

function createAnswers(version: string | undefined): (priority: string) => Answer {
  const asked = version === undefined ? dialects : dialectsOf(version);
  const dialect = version === undefined ? defaultDialect : asked.at(-1);
  if (dialect === undefined) {
    const known = [...releaseLines, ...dialects];
    throw usage(`--gnutls: ${makeVisible(version ?? "")} is none of ${known.join(", ")}`);
  }
  const evaluators = new Map<Dialect, Evaluate>(asked.map((name) => [name, createEvaluator(name)]));
  return (priority) => {
    const bytes = encodeBytes(priority);
    const evaluations = new Map(asked.map((name) => [name, evaluators.get(name)?.(bytes)]));
    const evaluation = evaluations.get(dialect);
    if (evaluation === undefined) throw usage(`--gnutls: ${dialect} is not known`);
    const same = JSON.stringify(answerOf(evaluation));
    const others = asked.filter((name) => {
      const other = evaluations.get(name);
      return other !== undefined && JSON.stringify(answerOf(other)) !== same;
    });
    return { evaluation, dialect, differs: asked.length === 1 ? undefined : others };
  };
}

/** What `differs` compares: the answer of gnutls-cli. */
function answerOf(evaluation: Evaluation): unknown {
  const { warnings: _, possible: __, options: ___, ...answer } = evaluation;
  return answer;
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
        `line ${index + 1} starts with a double quote and is no JSON string: ${String(error)}`,
      );
    }
  });
}

function describe(priority: string, { evaluation, differs }: Answer): unknown {
  const { ok, error, protocols, ciphers, macs, kx, groups, signatures, suites } = evaluation;
  const { effective, possible, warnings } = evaluation;
  const answer = { priority, ok, error, protocols, ciphers, macs, kx, groups, signatures, suites };
  const shown = warnings.map((warning) => ({ ...warning, token: decodeBytes(warning.token) }));
  return {
    ...answer,
    effective: namesOf(effective),
    possible: namesOf(possible),
    warnings: shown,
    ...(differs === undefined ? {} : { differs }),
  };
}

function namesOf(suites: SuitesByVersion): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(suites).map(([version, list]) => [version, list.map(({ name }) => name)]),
  );
}

function draw(priority: string, { evaluation, dialect, differs }: Answer): string {
  const { ok, error, effective, warnings } = evaluation;
  const lines = [makeVisible(priority)];
  if (error !== null) {
    const bytes = encodeBytes(priority);
    const rest = makeVisible(decodeBytes(bytes.slice(error.trueOffset)));
    lines.push(
      error.kind === "syntax"
        ? `GnuTLS ${dialect}: syntax error at byte ${error.trueOffset}: ${rest === "" ? "(end)" : rest}`
        : `GnuTLS ${dialect}: nothing is left to negotiate with`,
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
  if (differs !== undefined && differs.length > 0) {
    lines.push(`  answers otherwise: GnuTLS ${differs.join(", ")} (see --gnutls)`);
  }
  return `${lines.join("\n")}\n`;
}

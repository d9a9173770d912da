import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Contexts of an expression: `github`, `inputs`, `needs` and others. */
export type Contexts = { readonly [name: string]: Json };

/** The status so far, for status functions. */
export type Standing = "success" | "failure" | "cancelled";

const statusNames = ["success", "failure", "cancelled", "always"] as const;

/** Evaluates an expression with GitHub's own library. */
export function evaluate(text: string, contexts: Contexts, standing: Standing = "success"): Json {
  const answer = evaluateRaw(text, contexts, standing);
  return JSON.parse(JSON.stringify(answer, data.replacer) ?? "null");
}

function evaluateRaw(text: string, contexts: Contexts, standing: Standing) {
  const functions = statusNames.map((name) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(name === "always" || name === standing),
  }));
  const { tokens } = new Lexer(text).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const known: data.Dictionary = JSON.parse(JSON.stringify(contexts), data.reviver);
  return new Evaluator(tree, known, new Map(functions.map((one) => [one.name, one]))).evaluate();
}

/** Replaces all expressions of a text with their values. */
export function interpolate(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) =>
    evaluateRaw(expression.trim(), contexts, "success").coerceString(),
  );
}

/** A value that is one expression keeps its type; texts within lists and objects are expanded. */
export function resolve(value: Json, contexts: Contexts): Json {
  if (typeof value === "string") {
    const whole = /^\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*$/s.exec(value)?.[1];
    return whole === undefined ? interpolate(value, contexts) : evaluate(whole.trim(), contexts);
  }
  if (Array.isArray(value)) return value.map((item: Json) => resolve(item, contexts));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, resolve(member, contexts)]),
  );
}

/** Whether a job or step runs: without a status function, only after success. */
export function isDue(
  condition: string | undefined,
  contexts: Contexts,
  standing: Standing,
): boolean {
  const text = (condition ?? "success()").replace(/^\s*\$\{\{(.*)\}\}\s*$/s, "$1");
  const asks = /\b(success|failure|cancelled|always)\s*\(/i.test(text);
  const whole = asks ? text : `success() && (${text})`;
  const answer = evaluate(`!(!(${whole}))`, contexts, standing);
  return answer === true;
}

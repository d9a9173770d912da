import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dialects } from "../../../src/core/gnutls/dialects.ts";
import { createEvaluator } from "../../../src/core/gnutls/evaluate.ts";
import { toBytes } from "../../support/harness/gnutls-answers.ts";

const matrix: {
  readonly versions: readonly string[];
  readonly accepted: Readonly<Record<string, string>>;
} = JSON.parse(
  readFileSync(new URL("../../fixtures/gnutls/token-matrix.json", import.meta.url), "utf8"),
);

test.each(dialects)("GnuTLS %s accepts the same words as when it was measured", (dialect) => {
  const evaluate = createEvaluator(dialect);
  const column = matrix.versions.indexOf(dialect);
  expect(column).toBeGreaterThan(0);
  const wrong = Object.entries(matrix.accepted).filter(([token, row]) => {
    const { error } = evaluate(toBytes(`NORMAL:${token}`));
    return (error?.kind !== "syntax") !== (row[column] === "1");
  });
  expect(wrong).toEqual([]);
  expect(Object.keys(matrix.accepted).length).toBeGreaterThan(250);
});

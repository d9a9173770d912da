import { expect, test } from "vitest";
import { listShutOut } from "../../../src/core/gnutls/admission.ts";
import { dialects } from "../../../src/core/gnutls/dialects.ts";
import { createEvaluator, type Evaluation } from "../../../src/core/gnutls/evaluate.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { readRecorded, toBytes } from "../../support/harness/gnutls-answers.ts";
import { makePriority } from "../../support/builders/priority-strings.ts";
import { createRandom } from "../../support/builders/random.ts";
import { couldDiffer } from "../../../src/core/gnutls/reader.ts";

const evaluators = dialects.map((dialect) => createEvaluator(dialect));

/**
 * Everything that a rule checks; lists of signatures differ between builds without effect on it.
 */
function judged(evaluation: Evaluation): string {
  const { ok, error, protocols, suites, effective, possible, warnings } = evaluation;
  const shutOut = listShutOut(evaluation);
  return JSON.stringify({ ok, error, protocols, suites, effective, possible, warnings, shutOut });
}

const verdictsOf = (bytes: string): ReadonlySet<string> =>
  new Set(evaluators.map((evaluate) => judged(evaluate(bytes))));

test("one build represents all if the string contains nothing that builds treat differently", () => {
  const random = createRandom(20_261_125);
  const strings = [
    ...readRecorded("cases-3.7.9.jsonl").map(({ bytes }) => bytes),
    ...readRecorded("fuzz-3.7.9.jsonl").map(({ bytes }) => bytes),
    ...Array.from({ length: 10_000 }, () => toBytes(makePriority(random))),
  ];
  const alike = strings.filter((bytes) => !couldDiffer(bytes));
  expect(alike.length).toBeGreaterThan(4000);
  expect(alike.filter((bytes) => verdictsOf(bytes).size > 1)).toEqual([]);
});

test.each([
  ["NORMAL:-SRP", true],
  ["NORMAL:%NO_STATUS_REQUEST", true],
  [`NORMAL${":-RSA".repeat(63)}:-VERS-TLS1.0`, true],
  ["NORMAL:-SIGN-ALL:+SIGN-ML-DSA-65:+SIGN-ECDSA-SHA256", true],
  [vendorPriority, false],
  ["NORMAL", false],
])("builds disagree about %s: %s", (priority, differs) => {
  expect(verdictsOf(priority).size > 1).toBe(differs);
  expect(couldDiffer(priority)).toBe(differs);
});

import { expect, test } from "vitest";
import { createEvaluator } from "../../../src/core/gnutls/evaluate.ts";
import {
  isSound,
  judgeEvaluation,
  recommend,
  vendorPriority,
} from "../../../src/core/gnutls/policy.ts";

const judge = (priority: string) => judgeEvaluation(createEvaluator("3.7.9")(priority));

test("the vendor's string is sound for the vendor's profile, and not for the strict one", () => {
  const verdict = judge(vendorPriority);
  expect(verdict).toEqual({
    modern: true,
    legacy: [],
    weak: [],
    noSecrecy: ["RSA"],
    noAead: ["SHA1"],
  });
  expect([isSound(verdict, "vendor"), isSound(verdict, "strict")]).toEqual([true, false]);
});

test.each(["SUITEB128", "NORMAL:-VERS-TLS-ALL:+VERS-TLS1.3", "NORMAL:-VERS-TLS1.3"])(
  "one modern version is enough: %s",
  (priority) => {
    expect(judge(priority).modern).toBe(true);
  },
);

test.each(["vendor", "strict"] as const)("what is recommended for %s is sound there", (profile) => {
  expect(isSound(judge(recommend(profile)), profile)).toBe(true);
});

test.each([
  "NORMAL",
  `${vendorPriority}:+3DES-CBC`,
  "NORMAL:-VERS-TLS-ALL",
  "NORMAL:",
  "SUITEB128:-GROUP-ALL",
])("%s is not sound", (priority) => {
  expect(isSound(judge(priority), "vendor")).toBe(false);
});

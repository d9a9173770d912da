import { expect, test } from "vitest";
import type { Profile } from "../../../src/core/base/profile.ts";
import { createEvaluator } from "../../../src/core/gnutls/evaluate.ts";
import { keyKinds, type KeyKind } from "../../../src/core/gnutls/admission.ts";
import { createPriorityReader } from "../../../src/core/gnutls/reader.ts";
import {
  fittingKey,
  judgeEvaluation,
  recommend,
  vendorPriority,
  type PriorityVerdict,
} from "../../../src/core/gnutls/verdict.ts";

const judge = (priority: string) => judgeEvaluation(createEvaluator("3.7.9")(priority));

/** TLS 1.2 or 1.3, and nothing that the profile forbids. */
function isSound(verdict: PriorityVerdict, profile: Profile): boolean {
  const { modern, legacy, weak, noSecrecy, noAead } = verdict;
  const strict = profile === "strict" && [...noSecrecy, ...noAead].length > 0;
  return modern && legacy.length === 0 && weak.length === 0 && !strict;
}

test("the vendor's string is sound for the vendor's profile, and not for the strict one", () => {
  const verdict = judge(vendorPriority);
  expect(verdict).toEqual({
    modern: true,
    shutOut: [],
    legacy: [],
    weak: [],
    noSecrecy: ["RSA"],
    noAead: ["SHA1"],
  });
  expect([isSound(verdict, "vendor"), isSound(verdict, "strict")]).toEqual([true, false]);
});

test.each(["NORMAL:-VERS-TLS-ALL:+VERS-TLS1.3", "NORMAL:-VERS-TLS1.3"])(
  "one modern version is enough: %s",
  (priority) => {
    expect(judge(priority).modern).toBe(true);
  },
);

test.each([
  ["SUITEB128", "ec"],
  ["SECURE256", "rsa"],
  ["NORMAL:-VERS-TLS1.3:-KX-ALL:+ECDHE-RSA", "rsa"],
] as const)("%s works with one kind of key, if that is known: %s", (priority, fitting) => {
  const evaluation = createEvaluator("3.7.9")(priority);
  const verdicts = keyKinds.map((key) => judgeEvaluation(evaluation, [key]));
  expect(verdicts.map(({ modern }) => modern)).toEqual(keyKinds.map((key) => key === fitting));
  expect(judge(priority).modern).toBe(false);
  const fit = (keys: readonly KeyKind[]) =>
    fittingKey(createPriorityReader(["3.6.13", "3.7.9"], keys)(priority), keys);
  expect([fit(["rsa", "ec"]), fit(["rsa"]), fit(["ec"])]).toEqual([fitting, undefined, undefined]);
});

test.each(["NORMAL", "NORMAL:-AEAD", "NORMAL:", "NORMAL:-VERS-TLS1.3:-KX-ALL:+RSA"])(
  "%s is not meant for one kind of key",
  (priority) => {
    expect(fittingKey(createPriorityReader(["3.7.9"], keyKinds)(priority), keyKinds)).toBe(
      undefined,
    );
  },
);

test.each(["vendor", "strict"] as const)(
  "the recommended string for %s is sound there",
  (profile) => {
    expect(isSound(judge(recommend(profile)), profile)).toBe(true);
  },
);

test.each([
  "NORMAL",
  `${vendorPriority}:+3DES-CBC`,
  "NORMAL:-VERS-TLS-ALL",
  "NORMAL:",
  "SUITEB128:-GROUP-ALL",
])("%s is not sound", (priority) => {
  expect(isSound(judge(priority), "vendor")).toBe(false);
});

import { expect, test } from "vitest";
import {
  compareEvaluations,
  findCauses,
  groupDialects,
  listEnableable,
} from "../../../src/core/gnutls/compare.ts";
import { dialects } from "../../../src/core/gnutls/dialects.ts";
import { createEvaluator } from "../../../src/core/gnutls/evaluate.ts";

const evaluators = new Map(dialects.map((name) => [name, createEvaluator(name)]));
const explain = (priority: string, name: string): readonly string[] =>
  findCauses(priority, name, evaluators).map(
    ({ isEnabled, isRefused, element, dialects: some }) =>
      `${isRefused ? "refused" : isEnabled ? "on" : "off"} ${element?.text ?? "-"}@${element?.trueOffset ?? "-"} ${some.length}`,
  );

test.each([
  ["NORMAL:-VERS-TLS1.0", "TLS1.1", ["on NORMAL@0 7"]],
  ["NORMAL:-VERS-TLS1.0", "TLS1.0", ["off -VERS-TLS1.0@7 7"]],
  ["NORMAL:-VERS-ALL:+VERS-TLS1.2", "TLS1.2", ["on +VERS-TLS1.2@17 7"]],
  ["NORMAL:-VERS-ALL:+VERS-TLS1.2", "SSL3.0", ["off -@- 7"]],
  ["NORMAL:%SERVER_PRECEDENCE", "%SERVER_PRECEDENCE", ["on %SERVER_PRECEDENCE@7 7"]],
  ["NORMAL", "TLS_RSA_AES_128_CBC_SHA1", ["on NORMAL@0 7"]],
  ["NORMAL:-RSA", "TLS_RSA_AES_128_CBC_SHA1", ["off -RSA@7 7"]],
  // Only the newest build enables ML-DSA with a keyword.
  ["NORMAL", "ML-DSA-44", ["off -@- 6", "on NORMAL@0 1"]],
  // GnuTLS refuses the whole string for an element that is not valid, or if nothing is left.
  ["NORMAL:+NOPE", "TLS1.2", ["refused +NOPE@7 7"]],
  ["NORMAL:+NOPE:-VERS-TLS1.1", "TLS1.1", ["refused +NOPE@7 7"]],
  ["NORMAL:+NOPE", "SSL3.0", ["refused +NOPE@7 7"]],
  ["NORMAL:", "TLS1.2", ["refused @7 7"]],
  ["NORMAL:-CIPHER-ALL:-VERS-TLS1.1", "TLS1.1", ["refused -CIPHER-ALL@7 7"]],
])("%s: the element that decides about %s", (priority, name, answers) => {
  expect(explain(priority, name)).toEqual(answers);
});

test("every name that an evaluation enables can be queried", () => {
  const known = new Set(listEnableable());
  for (const evaluate of evaluators.values()) {
    for (const keyword of ["NORMAL", "LEGACY", "SECURE256", "SUITEB128", "NORMAL:+GOST"]) {
      const { ok, protocols, ciphers, macs, kx, signatures, suites } = evaluate(keyword);
      expect(ok, keyword).toBe(true);
      const names = [protocols, ciphers, macs, kx, signatures, suites].flat();
      expect(names.filter((name) => !known.has(name))).toEqual([]);
    }
  }
});

test("compares two strings by suites of each version, groups, signatures and options", () => {
  const evaluate = createEvaluator("3.7.9");
  const before = evaluate("NORMAL:-VERS-ALL:+VERS-TLS1.3");
  const after = evaluate(
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-AES-128-CCM:-GROUP-X448:%SERVER_PRECEDENCE",
  );
  expect(compareEvaluations(before, after)).toEqual([
    { what: "suite of TLS1.3", added: [], removed: ["TLS_AES_128_CCM_SHA256"] },
    { what: "group", added: [], removed: ["X448"] },
    { what: "option", added: ["%SERVER_PRECEDENCE"], removed: [] },
  ]);
  expect(compareEvaluations(after, before)[2]).toEqual({
    what: "option",
    added: [],
    removed: ["%SERVER_PRECEDENCE"],
  });
  expect(compareEvaluations(before, before)).toEqual([]);
});

test.each([
  [
    "protocol",
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
    "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3",
    ["TLS1.3", "TLS1.2"],
  ],
  [
    "group",
    "NORMAL:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1",
    "NORMAL:-GROUP-ALL:+GROUP-SECP256R1:+GROUP-X25519",
    ["X25519", "SECP256R1"],
  ],
  [
    "suite of TLS1.3",
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM",
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM",
    ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"],
  ],
])("a different order of the same elements is a change: %s", (what, left, right, order) => {
  const evaluate = createEvaluator("3.7.9");
  const reordered = { before: order, after: order.toReversed() };
  expect(compareEvaluations(evaluate(left), evaluate(right))).toEqual([
    { what, added: [], removed: [], reordered },
  ]);
});

test("the order of options has no effect", () => {
  const evaluate = createEvaluator("3.7.9");
  const [left, right] = ["%COMPAT:%SERVER_PRECEDENCE", "%SERVER_PRECEDENCE:%COMPAT"].map(
    (options) => evaluate(`NORMAL:${options}`),
  );
  expect(left && right && compareEvaluations(left, right)).toEqual([]);
});

test("groups builds with the same answer", () => {
  expect(groupDialects(dialects, (name) => name.startsWith("3.8"))).toEqual([
    { name: "GnuTLS 3.6, 3.7", answer: false },
    { name: "GnuTLS 3.8", answer: true },
  ]);
});

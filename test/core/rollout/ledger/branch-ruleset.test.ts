import { expect, test } from "vitest";
import {
  findMissingRulesets,
  ledgerRulesets,
} from "../../../../src/core/rollout/ledger/branch-ruleset.ts";

const [history, writer] = ledgerRulesets(7);
const historyTypes = history?.rules.map(({ type }) => type) ?? [];
const writerTypes = writer?.rules.map(({ type }) => type) ?? [];
const rulesOf = (ruleset: number, types: readonly string[]) =>
  types.map((type) => ({ type, ruleset }));
const lacksHistory = { name: history?.name, types: historyTypes };
const lacksWriter = { name: writer?.name, types: writerTypes };

test.each([
  { name: "both", rules: [...rulesOf(1, historyTypes), ...rulesOf(2, writerTypes)], lacks: [] },
  { name: "none", rules: [], lacks: [lacksHistory, lacksWriter] },
  { name: "the history", rules: rulesOf(1, historyTypes), lacks: [lacksWriter] },
  { name: "the writer", rules: rulesOf(1, writerTypes), lacks: [lacksHistory] },
  {
    name: "both as one, which the App may bypass",
    rules: rulesOf(1, [...historyTypes, ...writerTypes]),
    lacks: [lacksHistory],
  },
  {
    name: "both, with others",
    rules: [
      ...rulesOf(1, ["deletion", "required_signatures"]),
      ...rulesOf(2, ["non_fast_forward", "required_linear_history"]),
      ...rulesOf(3, [...writerTypes, "deletion"]),
    ],
    lacks: [],
  },
  {
    name: "a part of each",
    rules: [...rulesOf(1, historyTypes.slice(1)), ...rulesOf(2, writerTypes.slice(1))],
    lacks: [
      { ...lacksHistory, types: ["deletion"] },
      { ...lacksWriter, types: ["creation"] },
    ],
  },
])("detects the missing rulesets: $name", ({ rules, lacks }) => {
  expect(findMissingRulesets(rules)).toEqual(lacks);
});

import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { dialects, type Dialect } from "../../../src/core/gnutls/dialects.ts";
import { createEvaluator } from "../../../src/core/gnutls/evaluate.ts";
import { askCli, readRecorded, toAnswer, toBytes } from "../../support/harness/gnutls-answers.ts";
import { hasPeer } from "../../support/harness/peers.ts";
import { makePriority } from "../../support/builders/priority-strings.ts";
import { createRandom } from "../../support/builders/random.ts";

test.each([
  ["cases-3.7.9.jsonl", "3.7.9", 215],
  ["fuzz-3.7.9.jsonl", "3.7.9", 3000],
  ["fuzz-3.6.13.jsonl", "3.6.13", 3000],
  ["fuzz-3.8.13.jsonl", "3.8.13", 3000],
  ["fuzz-3.7.1.jsonl", "3.7.1", 1000],
  ["fuzz-3.8.9.jsonl", "3.8.9", 1000],
] as const)("agrees with all of %s", (file, dialect, count) => {
  const evaluate = createEvaluator(dialect);
  const recorded = readRecorded(file);
  expect(recorded.length).toBe(count);
  for (const { bytes, answer } of recorded) {
    expect(toAnswer(evaluate(bytes), bytes), JSON.stringify(bytes)).toEqual(answer);
  }
});

const installed = hasPeer("gnutls-cli", "--version");

test.skipIf(!installed)("agrees with the installed gnutls-cli on 5,000 fresh strings", async () => {
  const { stdout } = spawnSync("gnutls-cli", ["--version"], { encoding: "utf8" });
  const version = /^gnutls-cli (\S+)/.exec(stdout)?.[1] as Dialect;
  expect(dialects, "a build whose dialect was measured").toContain(version);
  const evaluate = createEvaluator(version);
  const seed = Date.now();
  const random = createRandom(seed);
  const strings = new Set<string>();
  while (strings.size < 5000) strings.add(toBytes(makePriority(random)));
  const queue = [...strings];
  const work = async (): Promise<void> => {
    for (let bytes = queue.pop(); bytes !== undefined; bytes = queue.pop()) {
      const answer = await askCli("gnutls-cli", bytes);
      expect(toAnswer(evaluate(bytes), bytes), `seed ${seed}: ${JSON.stringify(bytes)}`).toEqual(
        answer,
      );
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
});

test.each([
  ["NORMAL:  -RSA:+FOO", { kind: "syntax", offset: 12, trueOffset: 14 }],
  [" NORMAL:+FOO", { kind: "syntax", offset: 0, trueOffset: 8 }],
  ["NORMAL:\u00c3\u00a4", { kind: "syntax", offset: 7, trueOffset: 7 }],
  ["NORMAL:", { kind: "syntax", offset: 7, trueOffset: 7 }],
  ["NORMAL:-RSA:-VERS-ALL", { kind: "no-priorities", offset: 0, trueOffset: 12 }],
  ["NORMAL:-GOST:%COMPAT", { kind: "no-priorities", offset: 0, trueOffset: 7 }],
])("reports where %j is wrong, and where GnuTLS says so", (priority, error) => {
  expect(createEvaluator("3.7.9")(priority).error).toEqual(error);
});

test("warns of elements without effect, and of those that depend on the host", () => {
  const kinds = (priority: string): readonly string[] =>
    createEvaluator("3.7.9")(priority).warnings.map(({ kind, token }) => `${kind} ${token}`);
  expect(kinds("NORMAL:-CIPHER-3DES:+COMP-NULL")).toEqual([
    "ignored -CIPHER-3DES",
    "ignored +COMP-NULL",
  ]);
  expect(kinds(`NORMAL${":-RSA".repeat(128)}`)).toEqual(["past-limit -RSA"]);
  expect(kinds("@SYSTEM")).toEqual(["system-keyword @SYSTEM"]);
  expect(kinds("NORMAL:%UNSAFE_RENEGOTIATION")).toEqual(["option %UNSAFE_RENEGOTIATION"]);
  expect(kinds("NORMAL:-3DES-CBC:-VERS-SSL3.0:%SERVER_PRECEDENCE")).toEqual([]);
});

test("a string ends at the NUL, as in C", () => {
  const evaluate = createEvaluator("3.7.9");
  expect(evaluate("NORMAL\0:+FOO")).toEqual(evaluate("NORMAL"));
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findRegressions, readRatios } from "../bench/notice.ts";

const table = `
| ratio | goal | what | against | ours | peer |
| ----: | ---: | ---- | ------- | ---: | ---: |
|  1.55 | 1.25 | start (Node) | an empty script | 62.0 ms | 40.0 ms |
|     - |    - | evaluator | (nothing) | 1 | - |
| 0.0016 | - | evaluator (150,000 strings/s) | one start | 0.01 ms | 4 ms |
`;

test("a row is identified by its name, whatever it measured", () => {
  const known = readRatios(table);
  expect([...known]).toEqual([
    ["start", 1.55],
    ["evaluator", 0.0016],
  ]);
  const rows = [
    { what: "start (Node)", ratio: 1.55 * 1.5 },
    { what: "evaluator (140,000 strings/s)", ratio: 0.003 },
    { what: "new", ratio: 99 },
    { what: "start (Node)", ratio: Number.NaN },
  ];
  expect(findRegressions(rows, known)).toEqual(["evaluator: ratio 0.00300, was 0.00160"]);
  expect(findRegressions([{ what: "start", ratio: 2.4 }], known)).toEqual([
    "start: ratio 2.40, was 1.55",
  ]);
});

test("docs/performance.md contains a comparable table, and its command", () => {
  const text = readFileSync(new URL("../docs/performance.md", import.meta.url), "utf8");
  expect(readRatios(text).size).toBeGreaterThan(10);
  expect(text).toContain("npm run bench");
});

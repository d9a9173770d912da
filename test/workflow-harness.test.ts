import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isDue, resolve, type Contexts } from "./support/harness/workflow/expressions.ts";
import { runWorkflow, type WorkflowRan } from "./support/harness/workflow/run.ts";

/** Runs a workflow of a few scripts. */
async function play(text: string, offline: readonly string[] = []): Promise<WorkflowRan> {
  const folder = mkdtempSync(join(tmpdir(), "workflow-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  return runWorkflow({
    text,
    inputs: { name: "$(echo no)" },
    vars: {},
    repository: 1,
    site: { origin: "file:///nowhere", artifacts: new Map() },
    findMachine: (labels) => {
      if (labels.some((label) => offline.includes(label))) return undefined;
      const own = join(folder, String(count++));
      const machine = { workspace: join(own, "work"), temp: join(own, "temp") };
      mkdirSync(machine.temp, { recursive: true });
      return { ...machine, path: process.env["PATH"] ?? "" };
    },
  });
}

const show = ({ conclusion, jobs }: WorkflowRan): string =>
  [conclusion, ...jobs.map(({ id, result }) => `${id} ${result}`)].join(", ");

const job = (lines: string, script = "true"): string =>
  `{ runs-on: ubuntu-latest, ${lines}steps: [{ run: ${JSON.stringify(script)} }] }`;

test.each([
  { name: "one that fails", jobs: `a: ${job("", "false")}`, shows: "failure, a failure" },
  {
    name: "one that needs it",
    jobs: `a: ${job("", "false")}\n  b: ${job("needs: a, ")}`,
    shows: "failure, a failure, b skipped",
  },
  {
    name: "one that always runs",
    jobs: `b: ${job("needs: a, if: always(), ")}\n  a: ${job("", "false")}`,
    shows: "failure, a failure, b success",
  },
  {
    name: "one that runs after a failure",
    jobs: `a: ${job("", "false")}\n  b: ${job("needs: a, if: \"failure() && needs.a.result == 'failure'\", ")}`,
    shows: "failure, a failure, b success",
  },
  {
    name: "an empty matrix",
    jobs: `a: ${job('strategy: { matrix: "${{ fromJSON(\'{\\"include\\":[]}\') }}" }, ')}`,
    shows: "failure, a failure",
  },
  {
    name: "a matrix of two, one of which fails",
    jobs: `a: { runs-on: ubuntu-latest, strategy: { matrix: { include: [{ x: 0 }, { x: 1 }] } }, steps: [{ run: exit $X, env: { X: "\${{ matrix.x }}" } }] }`,
    shows: "failure, a success, a failure",
  },
])("$name: $shows", async ({ jobs, shows }) => {
  expect(show(await play(`jobs:\n  ${jobs}\n`))).toBe(shows);
});

test("a step sees the results of earlier steps, and values are not part of its script", async () => {
  const text = `jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: test "$NAME" = '$(echo no)'
        env: { NAME: "\${{ inputs.name }}" }
      - run: "false"
      - run: echo never
      - if: failure()
        run: echo after
      - if: always()
        run: echo always
`;
  const { jobs } = await play(text);
  expect(jobs[0]?.result).toBe("failure");
  expect(jobs[0]?.log).not.toContain("echo never");
  expect(jobs[0]?.log).toContain("echo after\nafter");
  expect(jobs[0]?.log).toContain("echo always\nalways");
});

test("a runner that does not come cancels the job", async () => {
  expect(show(await play(`jobs:\n  a: ${job("")}\n`, ["ubuntu-latest"]))).toBe(
    "cancelled, a cancelled",
  );
});

test("fails on anything that it does not support", async () => {
  const using = "jobs:\n  a: { runs-on: x, steps: [{ uses: someone/else@v1 }] }\n";
  await expect(play(using)).rejects.toThrow("does not support someone/else@v1");
  const product = `jobs:\n  a: ${job("strategy: { matrix: { x: [1, 2] } }, ")}\n`;
  await expect(play(product)).rejects.toThrow("only supports matrices of include");
  const circle = `jobs:\n  a: ${job("needs: b, ")}\n  b: ${job("needs: a, ")}\n`;
  await expect(play(circle)).rejects.toThrow("the jobs need each other in a cycle");
});

test("expressions are GitHub's", () => {
  const contexts: Contexts = { needs: { a: { outputs: { list: '{"x":[1]}' } } } };
  expect(resolve("${{ fromJSON(needs.a.outputs.list) }}", contexts)).toEqual({ x: [1] });
  expect(resolve(["a-${{ fromJSON(needs.a.outputs.list).x[0] }}"], contexts)).toEqual(["a-1"]);
  expect(() => resolve("${{ need.a }}", contexts)).toThrow("need");
  expect(isDue("needs.a.outputs.list != ''", contexts, "success")).toBe(true);
  expect(isDue("needs.a.outputs.list != ''", contexts, "failure")).toBe(false);
  expect(isDue("always() && needs.a.outputs.list == ''", contexts, "success")).toBe(false);
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  applyStep,
  hasApplied,
  isStuck,
  isUntouched,
  type JobSight,
} from "../../../../src/core/rollout/dispatch/workflow-port.ts";

const job = (change: Partial<JobSight> = {}): JobSight => ({
  name: "rds1",
  attempt: 1,
  state: "done",
  touched: false,
  applied: false,
  rehearsal: "none",
  ...change,
});

test.each([
  { name: "its job never reached the step", jobs: [job()], is: true },
  { name: "it has no job, since the gate refused", jobs: [job({ name: "gate" })], is: true },
  { name: "its job reached the step", jobs: [job({ touched: true })], is: false },
  { name: "one of two jobs reached the step", jobs: [job(), job({ touched: true })], is: false },
  {
    name: "another host's job reached the step",
    jobs: [job({ name: "rds2", touched: true })],
    is: true,
  },
])("a host is untouched, or not: $name", ({ jobs, is }) => {
  expect(isUntouched(jobs, "rds1")).toBe(is);
});

const applied = job({ touched: true, applied: true });

test.each([
  {
    name: "its job ended that step with success",
    jobs: [job({ name: "gate" }), applied],
    is: true,
  },
  { name: "a job with another purpose has its name", jobs: [job(), applied], is: true },
  {
    name: "it was restarted, and refused that",
    jobs: [applied, job({ attempt: 2 })],
    is: true,
  },
  { name: "there is no job", jobs: [], is: false },
  { name: "its job never reached that step", jobs: [job()], is: false },
  { name: "that step failed", jobs: [job({ touched: true })], is: false },
  { name: "another host's job did", jobs: [{ ...applied, name: "rds2" }], is: false },
  { name: "two jobs of its name did", jobs: [applied, applied], is: false },
  { name: "two reached it, and one failed", jobs: [applied, job({ touched: true })], is: false },
  { name: "only a later attempt did", jobs: [job(), { ...applied, attempt: 2 }], is: false },
  { name: "GitHub does not say which attempt", jobs: [{ ...applied, attempt: 0 }], is: false },
])("a host has applied, or not: $name", ({ jobs, is }) => {
  expect(hasApplied(jobs, "rds1")).toBe(is);
});

test.each<{ states: readonly JobSight["state"][]; is: boolean }>([
  { states: [], is: false },
  { states: ["done"], is: false },
  { states: ["working"], is: false },
  { states: ["waiting"], is: true },
  { states: ["done", "waiting"], is: true },
  { states: ["working", "waiting"], is: false },
])("a run is stuck, or not: $states", ({ states, is }) => {
  expect(isStuck(states.map((state) => job({ state })))).toBe(is);
});

test("the step that applies has its name in the workflow, and a host's job has the host's", () => {
  const file = "../../../../examples/config-repo/.github/workflows/sesam-rollout.yml";
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  const steps = text.split(/^ {6}- name: /m).filter((step) => step.includes(" apply --from-job"));
  expect(steps.map((step) => step.split("\n")[0])).toEqual([applyStep]);
  expect(text).toContain("    name: ${{ matrix.host }}\n");
});

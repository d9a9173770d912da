import { expect, test } from "vitest";
import { createGithubJobs } from "../../../src/adapters/github/workflow-jobs.ts";
import { type PeerJob } from "../../support/fakes/github/actions-peer.ts";
import { clientOf } from "../../support/fakes/github/github-access.ts";
import { startActions } from "../../support/harness/started.ts";

async function open() {
  const peer = await startActions();
  return { peer, jobs: createGithubJobs(clientOf(peer)) };
}

const steps = (status: string, conclusion: string | null): NonNullable<PeerJob["steps"]> => [
  { name: "Set up job", status: "completed", conclusion: "success" },
  { name: "Apply", status, conclusion },
];

/** A job of a rehearsal, in which no job reaches the step that applies. */
const asked = (status: string, conclusion: string | null): NonNullable<PeerJob["steps"]> => [
  ...steps("completed", "skipped"),
  { name: "Rehearse", status, conclusion },
];

test.each<{ name: string; job: Omit<PeerJob, "name">; is: object }>([
  { name: "waits for its runner", job: { status: "queued" }, is: { state: "waiting" } },
  { name: "waits for other jobs", job: { status: "pending" }, is: { state: "waiting" } },
  { name: "is running", job: { status: "in_progress", steps: [] }, is: { state: "working" } },
  {
    name: "applies",
    job: { status: "in_progress", steps: steps("in_progress", null) },
    is: { state: "working", touched: true },
  },
  {
    name: "has applied",
    job: { status: "completed", steps: steps("completed", "success") },
    is: { state: "done", touched: true, applied: true },
  },
  {
    name: "was cancelled during the step",
    job: { status: "completed", steps: steps("completed", "cancelled") },
    is: { state: "done", touched: true },
  },
  {
    name: "failed to apply",
    job: { status: "completed", steps: steps("completed", "failure") },
    is: { state: "done", touched: true },
  },
  {
    name: "stopped before the step",
    job: { status: "completed", steps: steps("completed", "skipped") },
    is: { state: "done" },
  },
  {
    name: "was cancelled before the step",
    job: { status: "completed", steps: steps("queued", null) },
    is: { state: "done" },
  },
  {
    name: "answered that it is ready",
    job: { status: "completed", steps: asked("completed", "success") },
    is: { state: "done", rehearsal: "passed" },
  },
  {
    name: "answered that it is not ready",
    job: { status: "completed", steps: asked("completed", "failure") },
    is: { state: "done", rehearsal: "failed" },
  },
  {
    name: "is being asked",
    job: { status: "in_progress", steps: asked("in_progress", null) },
    is: { state: "working", rehearsal: "failed" },
  },
  {
    name: "has not been asked yet",
    job: { status: "in_progress", steps: asked("queued", null) },
    is: { state: "working" },
  },
  { name: "never started", job: { status: "completed", steps: [] }, is: { state: "done" } },
])("a job that $name", async ({ job, is }) => {
  const { peer, jobs } = await open();
  const { id } = peer.start({ jobs: [{ name: "rds1", ...job }] });
  expect(await jobs.read(id)).toEqual([
    { name: "rds1", attempt: 1, touched: false, applied: false, rehearsal: "none", ...is },
  ]);
  expect(peer.problems).toEqual([]);
});

test("reads all jobs of the largest wave", async () => {
  const { peer, jobs } = await open();
  const all = Array.from({ length: 258 }, (_, index) => ({ name: `h${index}`, status: "queued" }));
  const { id } = peer.start({ jobs: all });
  expect((await jobs.read(id)).map(({ name }) => name)).toEqual(all.map(({ name }) => name));
});

test("keeps jobs of earlier attempts when a run is restarted", async () => {
  const { peer, jobs } = await open();
  const applied = { name: "rds1", status: "completed", steps: steps("completed", "success") };
  const again = { name: "rds1", status: "completed", run_attempt: 2, steps: [] };
  const { id } = peer.start({ jobs: [applied, again] });
  expect((await jobs.read(id)).map(({ attempt, touched }) => [attempt, touched])).toEqual([
    [1, true],
    [2, false],
  ]);
  expect(peer.problems).toEqual([]);
});

test("cancels a run once", async () => {
  const { peer, jobs } = await open();
  const run = peer.start();
  await jobs.end(run.id);
  expect(run.status).toBe("completed");
  await jobs.end(run.id);
  peer.hide();
  await expect(jobs.read(run.id)).rejects.toThrow(/404/);
  expect(peer.problems).toEqual([]);
});

import { expect, test } from "vitest";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import {
  printHostReport,
  type HostReport,
} from "../../../../src/core/rollout/dispatch/host-report.ts";
import { readResults } from "../../../../src/core/rollout/dispatch/read-results.ts";
import type { RunText, JobSight } from "../../../../src/core/rollout/dispatch/workflow-port.ts";
import { planOf } from "../../../support/builders/rollout.ts";
import { makeRollout } from "../../../support/builders/rollout-states.ts";

const { plan, digest } = planOf({ rds1: {}, rds2: {} });
const rollout = makeRollout({
  id: "2026-11-1",
  environment: "production",
  phase: "open",
  plan: digest,
  waves: [["rds1", "rds2"]],
  done: [],
});
const dispatch = { wave: 1, sequence: 4, at: 0, digest: "e".repeat(64) };
const fileOf = (host: string): string => plan.hosts.find(({ name }) => name === host)?.file ?? "";

const job = (name: string, change: Partial<JobSight> = {}): JobSight => {
  return {
    name,
    attempt: 1,
    state: "done",
    touched: true,
    applied: true,
    rehearsal: "none",
    ...change,
  };
};

/** The report of a host that verified a file. */
const report = (
  host: string,
  file: string | null,
  change: Partial<HostReport> = {},
): readonly [string, string] => [
  host,
  printHostReport({
    schemaVersion: 1,
    host,
    phase: "open",
    rollout: rollout.id,
    wave: 1,
    sequence: 4,
    outcome: "good",
    code: "confirmed",
    message: "the file is in place",
    file,
    ...change,
  }),
];

type Texts = readonly (readonly [string, RunText])[];

const read = (texts: Texts, jobs: readonly JobSight[] = [job("rds1"), job("rds2")]) =>
  readResults(
    { rollout, plan, dispatch, texts: new Map(texts), jobs, keys: new Map() },
    { verifySignature },
  );

test("only a host that verified the planned file is good", async () => {
  const other = "f".repeat(64);
  for (const file of [other, null, fileOf("rds1").toUpperCase(), fileOf("rds1").slice(1)]) {
    const { results, proven } = await read([
      report("rds1", fileOf("rds1")),
      // The file of another plan is also wrong.
      ["rds2", report("rds2", file)[1]],
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["good", "unknown"]);
    expect(proven).toEqual([{ host: "rds1", file: fileOf("rds1") }]);
  }
  const { results } = await read([report("rds1", other), report("rds2", fileOf("rds2"))]);
  expect(results[0]).toEqual({ host: "rds1", outcome: "unknown", reason: "file-not-planned" });
  expect(results[1]).toMatchObject({ host: "rds2", outcome: "good" });
});

const rds1 = report("rds1", fileOf("rds1"));
const rds2 = report("rds2", fileOf("rds2"));
const undone = { outcome: "bad", code: "undone", file: null } as const;

/** An attacker holds the runner of rds1, and leaves any reports for rds2. */
test.each<{ name: string; text?: RunText; jobs: readonly JobSight[]; is: string }>([
  {
    name: "a report for a host whose runner never came",
    jobs: [job("rds2", { state: "waiting", touched: false, applied: false })],
    is: "unknown report-without-job",
  },
  { name: "a report for a host without a job", jobs: [], is: "unknown report-without-job" },
  {
    name: "a bad report for a host whose runner never came",
    text: report("rds2", null, undone)[1],
    jobs: [job("rds2", { touched: false, applied: false })],
    is: "unknown report-without-job",
  },
  {
    name: "a good report although the host's job failed",
    jobs: [job("rds2", { applied: false })],
    is: "unknown apply-failed",
  },
  {
    name: "a second report next to the host's own",
    text: { kind: "several" },
    jobs: [job("rds2")],
    is: "unknown report-twice",
  },
  {
    name: "a report for a host that applied in another attempt of the run",
    jobs: [job("rds2", { attempt: 2 })],
    is: "unknown apply-failed",
  },
  {
    name: "an older report of the host",
    text: report("rds2", fileOf("rds2"), { sequence: 3 })[1],
    jobs: [job("rds2")],
    is: "unknown report-foreign",
  },
  { name: "nothing wrong", jobs: [job("rds2")], is: "good unsigned" },
  {
    name: "what the host reports about its failure",
    text: report("rds2", null, undone)[1],
    jobs: [job("rds2", { applied: false })],
    is: "bad undone",
  },
])("another job leaves $name: $is", async ({ text = rds2[1], jobs, is }) => {
  const { results, proven } = await read([rds1, ["rds2", text]], [job("rds1"), ...jobs]);
  expect(results.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
    "good unsigned",
    is,
  ]);
  expect(proven.map(({ host }) => host)).toEqual(
    is === "good unsigned" ? ["rds1", "rds2"] : ["rds1"],
  );
});

const untouched = job("rds2", { touched: false, applied: false });

test.each<{ name: string; texts: Texts; jobs: readonly JobSight[]; is: string }>([
  {
    name: "nothing, and never reached the step",
    texts: [],
    jobs: [untouched],
    is: "not-started no-report",
  },
  {
    name: "nothing, and reached the step",
    texts: [],
    jobs: [job("rds2", { applied: false })],
    is: "unknown no-report",
  },
  {
    name: "an unreadable report, and never reached the step",
    texts: [["rds2", null]],
    jobs: [untouched],
    is: "unknown report-unreadable",
  },
])("a host that left $name: $is", async ({ texts, jobs, is }) => {
  const { results } = await read([rds1, ...texts], [job("rds1"), ...jobs]);
  expect(results.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
    "good unsigned",
    is,
  ]);
});

import { expect, test } from "vitest";
import { printHostReport } from "../../../../src/core/rollout/dispatch/host-report.ts";
import { readResults } from "../../../../src/core/rollout/dispatch/read-results.ts";
import { planOf } from "../../../support/rollout.ts";
import { makeRollout } from "../../../support/rollout-states.ts";

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

/** What a host says that proved a file. */
const report = (host: string, file: string | null): readonly [string, string] => [
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
  }),
];

const read = (...texts: readonly (readonly [string, string])[]) =>
  readResults({ rollout, plan, dispatch, texts: new Map(texts), jobs: [] });

test("good is a host that proved the file of the plan, and nothing else", () => {
  const other = "f".repeat(64);
  for (const file of [other, null, fileOf("rds1").toUpperCase(), fileOf("rds1").slice(1)]) {
    const { results, proven } = read(
      report("rds1", fileOf("rds1")),
      // The one of another host's plan is as wrong as any.
      ["rds2", report("rds2", file)[1]],
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(["good", "unknown"]);
    expect(proven).toEqual([{ host: "rds1", file: fileOf("rds1") }]);
  }
  const { results } = read(report("rds1", other), report("rds2", fileOf("rds2")));
  expect(results[0]).toEqual({ host: "rds1", outcome: "unknown", reason: "file-not-planned" });
  expect(results[1]).toMatchObject({ host: "rds2", outcome: "good" });
});

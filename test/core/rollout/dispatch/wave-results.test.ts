import { expect, test } from "vitest";
import { renderRunMarkdown, renderRunText } from "../../../../src/core/report/wave-run.ts";
import {
  printHostReport,
  type HostReport,
} from "../../../../src/core/rollout/dispatch/host-report.ts";
import { isGood, evaluateWave } from "../../../../src/core/rollout/dispatch/wave-results.ts";
import type { WaveRun } from "../../../../src/core/rollout/dispatch/wave-run.ts";
import { collectReports } from "../../../../src/core/rollout/dispatch/collect-reports.ts";
import { createMemoryFiles, type Placed } from "../../../support/builders/fleet.ts";
import { parseCommand } from "../../../support/harness/runner.ts";

const run: WaveRun = {
  schemaVersion: 1,
  rollout: "2026-11-17",
  wave: 2,
  sequence: 21,
  phase: "open",
  environment: "production",
  commit: "c".repeat(40),
  plan: "d".repeat(64),
  hosts: ["rds1", "rds2"],
};

const reportOf = (host: string, change: Partial<HostReport> = {}): HostReport => ({
  schemaVersion: 1,
  host,
  phase: "open",
  rollout: "2026-11-17",
  wave: 2,
  sequence: 21,
  outcome: "good",
  code: "confirmed",
  message: "the file is in place",
  file: "a".repeat(64),
  ...change,
});

/** Evaluates the files in the directory of artifacts. */
const judge = (artifacts: Readonly<Record<string, Placed>>) =>
  evaluateWave(run, collectReports("results", createMemoryFiles(artifacts)));

const placeOf = (host: string): string => `results/sesam-harden-${host}/sesam-harden-${host}.json`;
const good = { [placeOf("rds1")]: printHostReport(reportOf("rds1")) };

test("all were verified", () => {
  const judged = judge({ ...good, [placeOf("rds2")]: printHostReport(reportOf("rds2")) });
  expect(judged.counts).toEqual({ good: 2, bad: 0, unknown: 0, "no-report": 0 });
  expect(isGood(judged)).toBe(true);
});

test.each<{ name: string; placed: Placed | undefined; result: string }>([
  { name: "a host that never started", placed: undefined, result: "no-report no-report" },
  { name: "an invalid report", placed: "{}", result: "unknown report-unreadable" },
  {
    name: "an unreadable file",
    placed: { unreadable: "no" },
    result: "unknown report-unreadable",
  },
  {
    name: "a host that was rolled back",
    placed: printHostReport(reportOf("rds2", { outcome: "bad", code: "undone" })),
    result: "bad undone",
  },
  {
    name: "a host that refused the ticket",
    placed: printHostReport(
      reportOf("rds2", {
        outcome: "bad",
        code: "ticket-sequence",
        rollout: null,
        wave: null,
        sequence: null,
      }),
    ),
    result: "bad ticket-sequence",
  },
  {
    name: "a host in an unknown state",
    placed: printHostReport(reportOf("rds2", { outcome: "unknown", code: "overtaken" })),
    result: "unknown overtaken",
  },
  {
    name: "another host's report",
    placed: printHostReport(reportOf("rds1")),
    result: "unknown report-foreign",
  },
  {
    name: "an old report",
    placed: printHostReport(reportOf("rds2", { sequence: 20 })),
    result: "unknown report-foreign",
  },
  {
    name: "a report of another wave",
    placed: printHostReport(reportOf("rds2", { wave: 1 })),
    result: "unknown report-foreign",
  },
  {
    name: "a report of another rollout",
    placed: printHostReport(reportOf("rds2", { rollout: "2026-11-1" })),
    result: "unknown report-foreign",
  },
  {
    name: "a report of the other phase",
    placed: printHostReport(reportOf("rds2", { phase: "close" })),
    result: "unknown report-foreign",
  },
  {
    name: "good without a ticket",
    placed: printHostReport(reportOf("rds2", { rollout: null, wave: null, sequence: null })),
    result: "unknown report-foreign",
  },
])("$name is not good: $result", ({ placed, result }) => {
  const judged = judge(placed === undefined ? good : { ...good, [placeOf("rds2")]: placed });
  expect(isGood(judged)).toBe(false);
  expect(judged.results.map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
    "good ",
    result,
  ]);
});

test("reports of other hosts do not count, and are listed", () => {
  const judged = judge({ ...good, [placeOf("rds9")]: printHostReport(reportOf("rds9")) });
  expect(judged.strays).toEqual(["rds9"]);
  expect(judged.counts).toEqual({ good: 1, bad: 0, unknown: 0, "no-report": 1 });
  expect(renderRunText(run, judged)).toContain("1 reportfrom hosts outside the wave");
});

test("a single artifact is not in a subdirectory", () => {
  const canary = { ...run, hosts: ["rds1"] };
  const flat = { "results/sesam-harden-rds1.json": printHostReport(reportOf("rds1")) };
  const reports = collectReports("results", createMemoryFiles(flat));
  expect(isGood(evaluateWave(canary, reports))).toBe(true);
  const more = { ...flat, "results/sesam-harden-rds2.json": printHostReport(reportOf("rds2")) };
  expect(judge(more).counts).toMatchObject({ good: 1, "no-report": 1 });
  expect(judge({ ...flat, [placeOf("rds2")]: printHostReport(reportOf("rds2")) }).counts).toEqual({
    good: 1,
    bad: 0,
    unknown: 0,
    "no-report": 1,
  });
});

test("no artifact at all is a failure, not an empty success", () => {
  expect(isGood(judge({}))).toBe(false);
  expect(isGood(evaluateWave({ ...run, hosts: [] }, new Map()))).toBe(false);
});

test("the summary lists problems first, and contains no workflow command", () => {
  const evil = "::error::x\n::error::y ##[error]z <b>";
  const judged = judge({
    ...good,
    [placeOf("rds2")]: printHostReport(
      reportOf("rds2", { outcome: "bad", code: evil, message: evil }),
    ),
  });
  const text = renderRunText(run, judged);
  expect(text.split("\n").filter((line) => parseCommand(line) !== undefined)).toEqual([]);
  const markdown = renderRunMarkdown(run, judged);
  expect(markdown).toContain("**Not good.** 1 of 2 hosts verified, 1 not hardened.");
  expect(markdown.indexOf("| rds2 |")).toBeLessThan(markdown.indexOf("| rds1 |"));
  expect(markdown).not.toContain("<b>");
});

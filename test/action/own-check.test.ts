import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { commitAll, runGit, writeRepository } from "../support/harness/git.ts";
import { priorityIni } from "../support/builders/rules.ts";
import { runStep } from "../support/harness/runner.ts";

const old = `${priorityIni(vendorPriority)}STPD_HTTP_PORT=11000\n`;
const base = {
  "config/sesam-harden.ini": "profile = strict\n",
  "config/known.json": '{"schemaVersion":1,"findings":[]}\n',
  "config/hosts/rds1/stpd.ini": old,
  "config/hosts/rds1/host.ini": "environment = production\n",
  "config/other/rds2/stpd.ini": priorityIni(vendorPriority),
};

/** Checks GitHub's merge commit of a pull request. */
function checkPull(
  change: (config: string) => void,
  inputs: Readonly<Record<string, string>> = {},
) {
  const { folder } = writeRepository(base);
  runGit(folder, "checkout", "--quiet", "-b", "change");
  change(join(folder, "config"));
  commitAll(folder);
  runGit(folder, "checkout", "--quiet", "main");
  runGit(folder, "merge", "--quiet", "--no-ff", "-m", "merge", "change");
  const merge = runGit(folder, "rev-parse", "HEAD");
  const event = { GITHUB_EVENT_NAME: "pull_request", GITHUB_SHA: merge };
  const step = runStep({ paths: "config", "fail-on": "error", ...inputs }, folder, event);
  const report = JSON.parse(readFileSync(step.outputs["report"] ?? "", "utf8"));
  const note = step.commands.find(({ properties }) => properties["title"] === "sesam-harden");
  return { ...step, note, report };
}

test("a pull request that disables a rule for itself says so in the log, the summary and a notice", () => {
  const { status, note, summary, log, report } = checkPull((config) =>
    writeFileSync(join(config, "sesam-harden.ini"), "[rules]\nhttp-port-open = off\n"),
  );
  expect(status).toBe(0);
  expect(note).toMatchObject({ name: "notice", properties: { file: "config/sesam-harden.ini" } });
  expect(note?.message).toContain(
    "changes files that its own check uses: config/sesam-harden.ini.",
  );
  expect(summary).toContain("Rules turned off&#58; http-port-open.");
  expect(summary).toContain("changes files that its own check uses&#58; config/sesam-harden.ini.");
  expect(log).toContain("Rules turned off: http-port-open.");
  expect(report.ownChanges).toEqual(["config/sesam-harden.ini"]);
});

test("names a host that a pull request excludes from the check", () => {
  const { status, log, report } = checkPull(
    (config) => writeFileSync(join(config, "sesam-harden.ini"), "include = other/*/stpd.ini\n"),
    { format: "github" },
  );
  expect(status).toBe(0);
  expect(log).toContain("Files excluded by include: hosts/rds1/stpd.ini.");
  expect(report.relaxed.notIncluded).toEqual(["hosts/rds1/stpd.ini"]);
});

test("deleted settings, a new baseline and other facts also count as changes of the check", () => {
  const { report } = checkPull(
    (config) => {
      rmSync(join(config, "sesam-harden.ini"));
      appendFileSync(join(config, "known.json"), "\n");
      appendFileSync(join(config, "hosts/rds1/host.ini"), "version = 5.0.0\n");
      appendFileSync(join(config, "hosts/rds1/stpd.ini"), "\n");
    },
    { baseline: "config/known.json" },
  );
  expect(report.ownChanges).toEqual([
    "config/sesam-harden.ini",
    "config/known.json",
    "config/hosts/rds1/host.ini",
  ]);
});

test("a pull request that changes only hosts gets no notice", () => {
  const { note, report } = checkPull((config) =>
    appendFileSync(join(config, "hosts/rds1/stpd.ini"), "\n"),
  );
  expect(note).toBeUndefined();
  expect(report.ownChanges).toEqual([]);
});

test("says so if the checkout does not show what a pull request changes", () => {
  const { folder, commit } = writeRepository(base);
  const event = { GITHUB_EVENT_NAME: "pull_request", GITHUB_SHA: commit };
  const { commands, summary, outputs } = runStep({ paths: "config" }, folder, event);
  const note = commands.find(({ properties }) => properties["title"] === "sesam-harden");
  expect(note).toMatchObject({ name: "notice" });
  expect(note?.message).toContain("fetch-depth: 2");
  expect(summary).toContain("- Unknown&#58; whether this pull request changes");
  expect(JSON.parse(readFileSync(outputs["report"] ?? "", "utf8")).ownChanges).toBeNull();
});

test("does not check own changes on other events", () => {
  const { folder } = writeRepository(base);
  const { commands, outputs } = runStep({ paths: "config" }, folder, {});
  expect(commands.filter(({ name }) => name === "notice")).toEqual([]);
  expect(JSON.parse(readFileSync(outputs["report"] ?? "", "utf8"))).not.toHaveProperty(
    "ownChanges",
  );
});

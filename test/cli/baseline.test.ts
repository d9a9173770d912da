import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { findDeno, runNode, distFile } from "../support/harness/programs.ts";
import { priorityIni } from "../support/builders/rules.ts";
import { spawnSync } from "node:child_process";

const hard = priorityIni(vendorPriority);
const soft = `${hard}STPD_PORT=11001\nX=\u00fc\n`;

const openFleet = () => {
  const folder = writeFleet({ "a/stpd.ini": soft, "b/stpd.ini": `${hard}STPD_HTTP_PORT=1\n` });
  const run = (...args: readonly string[]) => {
    const { status, stdout, stderr } = runNode(["check", "--format", "json", ...args], {
      cwd: folder,
    });
    const rules =
      stdout === "" ? [] : JSON.parse(stdout).findings.map((one: { rule: string }) => one.rule);
    return { status, rules, stderr };
  };
  return {
    folder,
    run,
    write: (file: string, text: string) => writeFileSync(join(folder, file), text, "latin1"),
  };
};

test("known findings do not fail the check, even after they move", () => {
  const { run, write } = openFleet();
  expect(run("--write-baseline", "known.json").status).toBe(0);
  expect(run("--baseline", "known.json")).toEqual({
    status: 0,
    rules: [],
    stderr: "4 findings hidden by the baseline\n",
  });
  write("a/stpd.ini", `# a new line\n\n${soft}`);
  expect(run("--baseline", "known.json").rules).toEqual([]);
});

test("new findings fail, and so does a known key with another value", () => {
  const { run, write } = openFleet();
  run("--write-baseline", "known.json");
  write("a/stpd.ini", soft.replace("=11001", "=21"));
  write("b/stpd.ini", `${hard}STPD_HTTP_PORT=1\nSTPD_HTTP_PORT=1\n`);
  const { status, rules, stderr } = run("--baseline", "known.json");
  expect(status).toBe(1);
  expect(rules).toEqual(["ftp-port-open", "duplicate-key", "http-port-open"]);
  expect(stderr).toBe(
    "3 findings hidden by the baseline; 1 of its entries no longer occur: update it with --write-baseline\n",
  );
});

test("rewriting a baseline with itself drops fixed findings and adds none", () => {
  const { folder, run, write } = openFleet();
  run("--write-baseline", "known.json");
  write("b/stpd.ini", `${hard}STPD_PORT=7\n`);
  const { status, rules } = run("--baseline", "known.json", "--write-baseline", "known.json");
  expect([status, rules]).toEqual([
    1,
    ["fleet-disagreement", "ftp-port-open"].filter((rule) => rules.includes(rule)),
  ]);
  const { findings } = JSON.parse(readFileSync(join(folder, "known.json"), "utf8"));
  expect(
    findings.map(({ host, rule }: { host: string; rule: string }) => `${host} ${rule}`),
  ).toEqual(["a ftp-port-open", "a unknown-key"]);
});

test("findings that protect from a lockout are never added to a baseline", () => {
  const { run, write } = openFleet();
  write("a/stpd.ini", "STPD_PORT=1\n");
  expect(run("--write-baseline", "known.json").status).toBe(1);
  expect(run("--baseline", "known.json").rules).toEqual(["https-port-missing", "misplaced-key"]);
});

test("Deno writes the same bytes", () => {
  const { folder, run } = openFleet();
  run("--write-baseline", "node.json");
  const args = [
    "run",
    "--no-prompt",
    "--allow-read",
    "--allow-write",
    distFile,
    "check",
    "--write-baseline",
    "deno.json",
  ];
  expect(spawnSync(findDeno(), args, { cwd: folder, encoding: "utf8" }).stderr).toContain(
    "hidden by the baseline",
  );
  expect(readFileSync(join(folder, "deno.json"), "utf8")).toBe(
    readFileSync(join(folder, "node.json"), "utf8"),
  );
});

test.each([
  { name: "does not exist", content: undefined, message: "cannot read baseline" },
  { name: "is not JSON", content: "{", message: "is not valid JSON" },
  {
    name: "has another format",
    content: '{"schemaVersion":1,"findings":[{}]}',
    message: "is not a baseline file of this version",
  },
])("refuses a baseline that $name", ({ content, message }) => {
  const { run, write } = openFleet();
  if (content !== undefined) write("known.json", content);
  const { status, stderr } = run("--baseline", "known.json");
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});

test("names findings that a baseline cannot hold, since the check fails for them", () => {
  const { run, write } = openFleet();
  write("b/stpd.ini", "[STPD_Server]\nSTPD_HTTP_PORT=1\n");
  const { status, rules, stderr } = run("--write-baseline", "known.json");
  expect(status).toBe(1);
  expect(rules).toEqual(["https-port-missing"]);
  expect(stderr).toMatch(
    /^\d findings hidden by the baseline; 1 finding cannot be in a baseline because the rule cannot be suppressed: https-port-missing\n$/,
  );
});

test("reports a missing baseline as missing", () => {
  const { status, stderr } = openFleet().run("--baseline", "nosuch.json");
  expect(status).toBe(2);
  expect(stderr).toContain("cannot read baseline nosuch.json: it does not exist\n");
});

test.each([
  ["Node", process.execPath, []],
  ["Deno", findDeno(), ["run", "--no-prompt", "--allow-read", "--allow-write"]],
])("a report creates its directory, under %s", (_, program, flags) => {
  const folder = writeFleet({ "a/stpd.ini": hard });
  const args = [...flags, distFile, "check", "--output", "json=new/deep/report.json"];
  const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  const report = readFileSync(join(folder, "new/deep/report.json"), "utf8");
  expect(JSON.parse(report).hosts.length).toBe(1);
});

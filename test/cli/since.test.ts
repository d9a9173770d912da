import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { priorityIni } from "../support/builders/rules.ts";
import { runNode } from "../support/harness/programs.ts";

const hard = priorityIni(vendorPriority);
const ftp = `${hard}STPD_PORT=11001\n`;

const openFleet = () => {
  const folder = writeFleet({ "a/stpd.ini": ftp, "b/stpd.ini": ftp, "c/stpd.ini": ftp });
  const run = (...args: readonly string[]) => runNode(["check", ...args], { cwd: folder });
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  run("--output", "json=last.json");
  return { folder, run, write };
};

test("every report for people says what is new, fixed and not fixed", () => {
  const { run, write, folder } = openFleet();
  write("a/stpd.ini", hard);
  write("b/stpd.ini", `${ftp}STPD_HTTP_PORT=11000\n`);
  write("c/stpd.ini", "<<<<<<< HEAD\n");
  const args = ["--since", "last.json", "--output", "html=page.html"];
  const lines = [
    /^Since the earlier report: \d new; 1 fixed; 1 not reported for another reason\.$/m,
    /^New: .*http-port-open on b.*\.$/m,
    /^Fixed: ftp-port-open on a\.$/m,
    /^Not fixed: a host is unknown now: ftp-port-open on c\.$/m,
    /^Other verdict: a: hardened, was partial; c: unknown, was partial\.$/m,
  ];
  for (const format of ["text", "concise", "markdown", "github"]) {
    const { stdout, status } = run("--format", format, ...args);
    expect(status).toBe(1);
    const plain = stdout
      .replaceAll(/^- /gm, "")
      .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    for (const line of lines) expect(plain, format).toMatch(line);
  }
  const page = readFileSync(join(folder, "page.html"), "utf8");
  expect(page).toContain("Since last time");
  expect(page).toContain("Not fixed: a host is unknown now");
});

test("JSON contains the comparison as its schema says, and the report can replace the earlier one", () => {
  const { run, write, folder } = openFleet();
  write("a/stpd.ini", hard);
  const args = ["--since", "last.json", "--output", "json=last.json"];
  run(...args);
  const report = JSON.parse(readFileSync(join(folder, "last.json"), "utf8"));
  const path = new URL("../../docs/schema/check.schema.json", import.meta.url);
  const ajv = new Ajv2020.default({ strict: true, allowUnionTypes: true });
  expect(ajv.validate(JSON.parse(readFileSync(path, "utf8")), report), ajv.errorsText()).toBe(true);
  expect(report.since.fixed.map(({ host }: { host: string }) => host)).toEqual(["a"]);
  expect(run(...args).stdout).toContain("Since the earlier report: 0 new; 0 fixed.");
});

test("without the option nothing is compared, and the result is the same", () => {
  const { run } = openFleet();
  const { since, ...compared } = JSON.parse(run("--format", "json", "--since", "last.json").stdout);
  expect(since.new).toEqual([]);
  const plain = run("--format", "json").stdout;
  expect(JSON.parse(plain)).toEqual(compared);
  expect(plain).not.toContain("since");
});

test("a missing, truncated or foreign report is an error", () => {
  const { run, write, folder } = openFleet();
  const whole = readFileSync(join(folder, "last.json"), "utf8");
  write("cut.json", whole.slice(0, -20));
  write("old.json", whole.replace('"schemaVersion": 2', '"schemaVersion": 1'));
  run("--write-baseline", "known.json");
  for (const [file, message] of [
    ["none.json", "cannot read earlier report none.json: it does not exist"],
    ["cut.json", "cannot compare with cut.json: it is not complete JSON"],
    ["old.json", "cannot compare with old.json: it has schemaVersion 1, and this version writes 2"],
    ["known.json", "cannot compare with known.json: it has schemaVersion 1"],
    ["a/stpd.ini", "cannot compare with a/stpd.ini: it is not complete JSON"],
  ] as const) {
    const { status, stdout, stderr } = run("--since", file);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).toContain("check --output json=FILE");
  }
});

test("findings that a baseline hides are neither new nor fixed", () => {
  const { run, write } = openFleet();
  run("--write-baseline", "known.json");
  const { stdout } = run("--baseline", "known.json", "--since", "last.json");
  expect(stdout).toContain("Since the earlier report: 0 new; 0 fixed.");
  run("--baseline", "known.json", "--output", "json=less.json");
  write("a/stpd.ini", hard);
  expect(run("--since", "less.json").stdout).toContain(
    "Hidden by a baseline in the earlier report, so possibly listed as new: 3.",
  );
});

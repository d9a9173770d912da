import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inputs, outputs } from "../../src/action/inputs.ts";
import { docsUrl } from "../../src/core/base/docs-url.ts";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { priorityIni } from "../support/builders/rules.ts";
import { runNode } from "../support/harness/programs.ts";
import { parseCommand, readActionFile, runStep, token } from "../support/harness/runner.ts";

const example = fileURLToPath(new URL("../../examples/config-repo", import.meta.url));
const hard = priorityIni(vendorPriority);
test("inputs and outputs are the same in code and action.yml", () => {
  const action = readActionFile();
  const defaults = Object.entries(action.inputs).map(([name, { default: value }]) => [name, value]);
  expect(Object.fromEntries(defaults)).toEqual(inputs);
  expect(Object.keys(action.outputs)).toEqual(outputs);
  expect(action.runs).toEqual({ using: "node24", main: "dist/index.js" });
});

test.each(["gate", "judge"])(
  "%s is a separate action, and the program knows its inputs",
  (name) => {
    const action = readActionFile(`${name}/action.yml`);
    const { command, ...own } = action.inputs;
    expect(command?.default).toBe(name);
    for (const [input, { default: value }] of Object.entries(own)) {
      expect(inputs, input).toHaveProperty(input, value);
    }
    expect(outputs).toEqual(expect.arrayContaining(Object.keys(action.outputs)));
    expect(action.runs).toEqual({ using: "node24", main: "../dist/index.js" });
    // In the main action these inputs still work, and the runner warns where one is set.
    const main = readActionFile().inputs;
    const only = Object.keys(own).filter((input) => input !== "paths");
    for (const input of only) expect(main[input]?.deprecationMessage, input).toContain(`/${name}`);
  },
);

test("checks the example fleet as a step of a workflow", () => {
  const { status, commands, outputs: written, log, raw, summary } = runStep({}, example);
  expect(status).toBe(1);
  expect(written).toMatchObject({
    findings: "19",
    errors: "12",
    warnings: "6",
    hosts: "5",
    hardened: "2",
    fixable: "5",
  });
  expect(JSON.parse(readFileSync(written["report"] ?? "", "utf8")).findings.length).toBe(20);
  expect(commands.map(({ name }) => name)).toEqual([
    ...Array.from({ length: 10 }, () => "error"),
    ...Array.from({ length: 6 }, () => "warning"),
    "notice",
  ]);
  const munich = commands.find(({ message }) => message.includes("TLS1.1 (GnuTLS"));
  expect(munich?.properties).toEqual({
    title: "sesam-harden tls-legacy-protocol",
    file: "hosts/rds-munich/stpd.ini",
    line: "5",
    endLine: "5",
    col: "29",
    endColumn: "61",
  });
  expect(log).toContain(
    "2 more findings not shown as annotations (GitHub's limit is 10 per level): all are listed above.",
  );
  expect(summary).toMatch(/^## sesam-harden\n\n5 hosts: 2 hardened, 2 partial, 1 plaintext\./);
  expect(summary.indexOf("| rds-legacy |")).toBeLessThan(summary.indexOf("| rds-munich |"));
  expect(raw).not.toContain(token);
});

test("wrong settings are annotated at their lines, and nothing is checked", () => {
  const workspace = writeFleet({
    "fleet/sesam-harden.ini": "profil = strict\nfail_on = eror\n",
    "fleet/a/stpd.ini": hard,
    "fleet/a/host.ini": "role = sever\n",
  });
  const { status, commands, outputs: written, summary } = runStep({ paths: "fleet" }, workspace);
  expect([status, written]).toEqual([2, {}]);
  expect(summary).toMatch(/^## sesam-harden\n\n\*\*Failed&?.*3 problems/);
  expect(summary.match(/^- fleet\//gm)?.length).toBe(3);
  expect(
    commands.map(({ properties: { file, line, col } }) => [file, line, col].join(":")),
  ).toEqual([
    "fleet/a/host.ini:1:8",
    "fleet/sesam-harden.ini:1:1",
    "fleet/sesam-harden.ini:2:11",
    "::",
  ]);
  expect(commands.at(-1)?.message).toMatch(/^3 problems in the settings, so nothing was checked/);
});

test("a truncated summary of settings errors names no report, since none was written", () => {
  const settings = Array.from({ length: 4000 }, (_, index) => `key${index} = x\n`).join("");
  const workspace = writeFleet({ "sesam-harden.ini": settings, "a/stpd.ini": hard });
  const { outputs: written, summary } = runStep({}, workspace);
  expect(written).toEqual({});
  expect(summary).toMatch(
    /\n\d+ problems more left out; fix these first, and run the check again\.\n/,
  );
  expect(summary).not.toContain("report");
});

test("known findings of a baseline are hidden and do not fail the step", () => {
  const workspace = writeFleet({ "a/stpd.ini": `${hard}STPD_PORT=1\n` });
  runNode(["check", "--write-baseline", "known.json"], { cwd: workspace });
  const { status, commands, log } = runStep({ baseline: "known.json" }, workspace);
  expect([status, commands]).toEqual([0, []]);
  expect(log).toContain("1 finding hidden by the baseline");
});

test("names files relative to the repository root, regardless of where the fleet is", () => {
  const workspace = writeFleet({ "a/b/hosts/x/stpd.ini": "", "a/b/sesam-harden.ini": "" });
  const { commands } = runStep({ paths: "a/b/hosts" }, workspace);
  expect(commands.map(({ properties }) => properties["file"])).toEqual([
    "a/b/hosts/x/stpd.ini",
    "a/b/hosts/x/stpd.ini",
  ]);
});

test("accepts several paths, one per line, and writes reports in addition to the log", () => {
  const workspace = writeFleet({
    "one/stpd.ini": hard,
    "two/stpd.ini": hard,
    "three/stpd.ini": "",
  });
  const { status, log, commands } = runStep(
    { paths: "one\ntwo\n", output: "json=report.json\ntext=report.txt" },
    workspace,
  );
  expect([status, commands]).toEqual([0, []]);
  expect(log.map((line) => line.replace(/: .*/, ""))).toEqual([
    `Assumptions (see ${docsUrl}settings.md#what-a-verdict-assumes):`,
    "  absent-port (2 hosts)",
    "  gnutls-release (2 hosts)",
    "  sesam-version (2 hosts)",
    "  windows-avx (2 hosts)",
    "2 hosts",
  ]);
  const report = JSON.parse(readFileSync(join(workspace, "report.json"), "utf8"));
  expect(report.hosts.map(({ name }: { name: string }) => name)).toEqual(["one", "two"]);
  expect(readFileSync(join(workspace, "report.txt"), "utf8")).toContain("No findings");
});

test("shows at most ten annotations per level, with the number and location of the rest", () => {
  const fleet = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      `h${index}/stpd.ini`,
      `${priorityIni("NORMAL:-VERS-TLS1.0:-VERS-TLS1.1")}X=1\n${index === 7 ? "STPD_PORT=1\n" : ""}`,
    ]),
  );
  const workspace = writeFleet(fleet);
  const { commands, log } = runStep({ format: "github" }, workspace);
  expect(commands.map(({ name }) => name)).toEqual([
    "error",
    ...Array.from({ length: 10 }, () => "warning"),
    ...Array.from({ length: 10 }, () => "notice"),
  ]);
  expect(log[0]).toBe(
    "41 more findings not shown as annotations (GitHub's limit is 10 per level): set the input format to text to list all.",
  );
});

test.each([
  {
    name: "an unknown command",
    inputs: { command: "chekc" },
    code: 2,
    message: /^invalid value 'chekc' for command \(expected check/,
  },
  {
    name: "an unknown format",
    inputs: { format: "xml" },
    code: 2,
    message: /^invalid value 'xml' for format/,
  },
  {
    name: "a wrong limit",
    inputs: { "fail-on": "errors" },
    code: 2,
    message: /Did you mean error\?/,
  },
  {
    name: "a wrong output",
    inputs: { output: "report.json" },
    code: 2,
    message: /expected FORMAT=FILE/,
  },
  {
    name: "a missing path",
    inputs: { paths: "nowhere" },
    code: 2,
    message: /^nowhere: no such file or directory/,
  },
  {
    name: "nothing to check",
    inputs: { paths: "empty" },
    code: 3,
    message: /^no stpd.ini found/,
  },
  {
    name: "a report that cannot be written",
    inputs: { output: "json=a/stpd.ini/report.json" },
    code: 4,
    message: /cannot write the report to .*\nChoose a file that this user may write/,
  },
])("fails with one clear error on $name", ({ inputs: given, code, message }) => {
  const workspace = writeFleet({ "a/stpd.ini": hard, "empty/readme": "" });
  const { status, commands, outputs: written } = runStep(given, workspace);
  expect(status).toBe(code);
  expect(commands.map(({ name }) => name)).toEqual(["error"]);
  expect(commands[0]?.message).toMatch(message);
  expect(written).toEqual({});
});

test.each(["error", "warning", "notice", "never"])("fail-on %s overrides the settings", (limit) => {
  const workspace = writeFleet({ "a/stpd.ini": `${hard}X=1\n` });
  const { status } = runStep({ "fail-on": limit, format: "json" }, workspace);
  expect(status).toBe(limit === "notice" ? 1 : 0);
});

const hostile = [
  "::error::pwned",
  "##[error]pwned",
  "%0A::error::pwned",
  "\r::error::pwned\r",
  "::add-mask::x",
  "##[set-output name=x]y",
  "<img src=x>",
  "\u00e2\u0080\u00aetxt",
];

test.each(["text", "concise", "json", "github"])(
  "no text in a file becomes a workflow command: %s",
  (format) => {
    const lines = hostile.flatMap((evil) => [
      `${evil}=${evil}`,
      `STPD_PORT=${evil}`,
      `STPD_HTTPS_PRIORITY_STRING="NORMAL:${evil}"`,
      `STPD_${evil}`,
    ]);
    const fleet = Object.fromEntries(
      ["::error::x", "##[error]x", "%0A", "a,b:c", "<img>"].map((name) => [
        `${name}/stpd.ini`,
        ["[STPD_Server]", ...lines, ""].join("\n"),
      ]),
    );
    const workspace = writeFleet(fleet);
    const { commands, raw } = runStep({ format }, workspace);
    const titles = commands.map(({ properties }) => properties["title"] ?? "none");
    expect(titles.filter((title) => !title.startsWith("sesam-harden "))).toEqual([]);
    expect(commands.length).toBeGreaterThan(10);
    for (const { properties } of commands) {
      expect(Object.keys(fleet)).toContain(properties["file"]);
      expect(Object.keys(properties)).toEqual([
        "title",
        "file",
        "line",
        "endLine",
        "col",
        "endColumn",
      ]);
    }
    const bare = raw.split("\n").filter((line) => parseCommand(line) === undefined);
    expect(bare.filter((line) => line.includes("##[") || /^\s*::/.test(line))).toEqual([]);
  },
);

test("a pull request from a fork works: no request goes to GitHub", () => {
  const workspace = writeFleet({ "a/stpd.ini": hard });
  const { status } = runStep({ token: "" }, workspace, {
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_API_URL: "http://127.0.0.1:9",
    GITHUB_TOKEN: "",
  });
  expect(status).toBe(0);
});

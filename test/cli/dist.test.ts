import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { formats } from "../../src/core/report/render.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { distFile, runDeno, runNode } from "../support/harness/programs.ts";
import { priorityIni } from "../support/builders/rules.ts";

const example = fileURLToPath(new URL("../../examples/config-repo", import.meta.url));
const hard = priorityIni(vendorPriority);
const runtimes = [
  ["Node", runNode],
  ["Deno", runDeno],
] as const;

test("dist is the build of the sources", () => {
  const built = spawnSync(
    process.execPath,
    [
      fileURLToPath(new URL("../../node_modules/rolldown/bin/cli.mjs", import.meta.url)),
      "-c",
      "test/support/harness/rolldown-copy.config.mjs",
    ],
    { cwd: fileURLToPath(new URL("../..", import.meta.url)), encoding: "utf8" },
  );
  expect(built.status, built.stderr).toBe(0);
  const copy = new URL("../../node_modules/.cache/dist-copy/index.js", import.meta.url);
  expect(readFileSync(copy, "utf8") === readFileSync(distFile, "utf8"), "run npm run build").toBe(
    true,
  );
});

test("dist is within its size limit, and imports nothing when it starts", () => {
  expect(statSync(distFile).size).toBeLessThan(800_000);
  expect(readFileSync(distFile, "utf8")).not.toMatch(/^import\b/m);
  expect(readFileSync(distFile, "utf8")).not.toMatch(/[^\0-\x7f]/);
});

test("a check loads only the Node modules that it uses", () => {
  // Reports each builtin that the program loads; one costs up to a tenth of the start time.
  const hook = `const { getBuiltinModule } = process;
    process.getBuiltinModule = (name) => (process._rawDebug(name), getBuiltinModule(name));`;
  const args = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`, distFile];
  const fleet = writeFleet({ "rds1/stpd.ini": hard });
  const { stderr } = spawnSync(process.execPath, [...args, "check", fleet], {
    encoding: "utf8",
    env: {},
  });
  expect([...new Set(stderr.trim().split("\n"))]).toEqual(["node:fs"]);
});

test.each(formats)("Node and Deno print the same bytes as %s", (format) => {
  const [node, deno] = [runNode, runDeno].map((run) => run(["check", "--format", format, example]));
  expect(node?.stdout).toBe(deno?.stdout);
  expect(node?.stderr).toBe("");
  expect([node?.status, deno?.status]).toEqual([1, 1]);
  expect(node?.stdout).not.toContain("\u001b");
});

test.each(runtimes)("checks the example fleet under %s", (_, run) => {
  const { stdout } = run(["check", "--format", "json"], { cwd: example });
  const report = JSON.parse(stdout);
  const fields = ["schemaVersion", "findings", "hosts", "knownHosts", "relaxed"];
  expect(Object.keys(report)).toEqual(fields);
  const production = { role: "rds", environment: "production" };
  const hosts: readonly { assumptions: readonly string[] }[] = report.hosts;
  expect(hosts[0]?.assumptions).toEqual(["gnutls-release"]);
  expect(hosts.map(({ assumptions: _assumed, ...host }) => host)).toEqual([
    { name: "rds-berlin", ...production, verdict: "hardened" },
    { name: "rds-legacy", role: "rds", environment: "lab", verdict: "plaintext" },
    { name: "rds-munich", ...production, verdict: "partial" },
    { name: "rds-vienna", ...production, verdict: "partial" },
    { name: "sesam-server", ...production, role: "server", verdict: "hardened" },
  ]);
  expect(report.findings[1]).toEqual({
    rule: "avx-lockout",
    severity: "error",
    host: "rds-legacy",
    file: "hosts/rds-legacy/host.ini",
    line: 4,
    column: 1,
    endColumn: 9,
    message:
      "STPD has no HTTPS on Windows without AVX; closing the plain ports would lock backups out",
    help: "Keep a plain port open on this host until its processor has AVX.",
    fixable: "no",
    suppressed: null,
  });
});

test.each(runtimes)("has the exit codes of the contract under %s", (_, run) => {
  const folder = writeFleet({ "ok/stpd.ini": hard, "warn/stpd.ini": `${hard}X=1\n`, "none/x": "" });
  const code = (...args: readonly string[]) => run(args, { cwd: folder }).status;
  expect(code("check", "ok")).toBe(0);
  expect(code("check", "warn")).toBe(0);
  expect(code("check", "warn", "--fail-on", "notice")).toBe(1);
  expect(code("check", "warn", "--fail-on=never")).toBe(0);
  expect(code("check", "nowhere")).toBe(2);
  expect(code("check", "--nonsense")).toBe(2);
  expect(code("check", "none")).toBe(3);
  expect(code("priority", "NORMAL")).toBe(0);
  expect(code("priority", "NORMAL:")).toBe(1);
  expect(code("explain", "http-port-open")).toBe(0);
  expect(code("explain", "nonsense")).toBe(2);
  expect(code()).toBe(2);
  expect(code("--help")).toBe(0);
});

test("a report that cannot be written is a failure", () => {
  const folder = writeFleet({ "ok/stpd.ini": hard });
  const { status, stderr } = runNode(["check", "--output", "json=ok/stpd.ini/file.json"], {
    cwd: folder,
  });
  expect(status).toBe(4);
  expect(stderr).toContain("ok/stpd.ini/file.json");
  expect(stderr).not.toContain("    at ");
});

test("Deno needs no permission beyond reading", () => {
  const folder = writeFleet({ "ok/stpd.ini": hard });
  const { status, stderr } = runDeno(["check", join(folder, "ok")], { env: { NO_COLOR: "1" } });
  expect([status, stderr]).toEqual([0, ""]);
});

test("a reader that closes the pipe is not a failure", () => {
  const { status, stderr } = spawnSync(
    "sh",
    [
      "-c",
      `"${process.execPath}" "${distFile}" rules | head -n 1; "${process.execPath}" "${distFile}" check "${example}" --format json | true`,
    ],
    { encoding: "utf8" },
  );
  expect([status, stderr]).toEqual([0, ""]);
});

test("starts as the CLI in a run step, regardless of the environment", () => {
  const env = { GITHUB_ACTIONS: "true", INPUT_COMMAND: "check" };
  expect(runNode(["--version"], { env }).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.skipIf(process.platform !== "linux")(
  "prints colours only on a terminal, and never with NO_COLOR",
  () => {
    const command = `${process.execPath} ${distFile} check ${example}`;
    const onTerminal = (env: Readonly<Record<string, string>>): string =>
      spawnSync("script", ["-qec", command, "/dev/null"], {
        encoding: "utf8",
        env: { PATH: process.env["PATH"] ?? "", ...env },
      }).stdout;
    expect(onTerminal({})).toContain("\u001b[31merror\u001b[0m");
    expect(onTerminal({ NO_COLOR: "1" })).not.toContain("\u001b[31m");
    const piped = (env: Readonly<Record<string, string>>, ...args: readonly string[]): string =>
      runNode(["check", example, ...args], { env }).stdout;
    expect(piped({})).not.toContain("\u001b[31m");
    expect(piped({ FORCE_COLOR: "1" })).toContain("\u001b[31m");
    expect(piped({ FORCE_COLOR: "true", NO_COLOR: "" })).toContain("\u001b[31m");
    for (const off of ["0", "false"]) {
      expect(piped({ FORCE_COLOR: off }), off).not.toContain("\u001b[31m");
      expect(onTerminal({ FORCE_COLOR: off }), off).not.toContain("\u001b[31m");
    }
    expect(onTerminal({ FORCE_COLOR: "" })).toContain("\u001b[31m");
    const onDeno = (env: Readonly<Record<string, string>>, ...args: readonly string[]): string =>
      runDeno(["check", example, ...args], { env }).stdout;
    expect(onDeno({ FORCE_COLOR: "1" })).not.toContain("\u001b[31m");
    expect(onDeno({ NO_COLOR: "1" }, "--color", "always")).toContain("\u001b[31m");
    expect(piped({ FORCE_COLOR: "1", NO_COLOR: "1" })).not.toContain("\u001b[31m");
    expect(piped({ NO_COLOR: "1" }, "--color", "always")).toContain("\u001b[31m");
    expect(piped({ FORCE_COLOR: "1" }, "--color=never")).not.toContain("\u001b[31m");
  },
);

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { vendorPriority } from "../src/core/gnutls/verdict.ts";
import { version } from "../src/core/base/version.ts";
import { writeFleet } from "./support/builders/fleet.ts";
import { priorityIni } from "./support/builders/rules.ts";

const top = fileURLToPath(new URL("../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "package-"));
const tarball = join(folder, `sesam-harden-${version}.tgz`);
const good = { "hosts/a/stpd.ini": priorityIni(vendorPriority) };
const bad = { "hosts/a/stpd.ini": `${priorityIni(vendorPriority)}STPD_PORT=11001\n` };

/** With an empty cache and no network, so that everything to download is missing. */
function run(program: string, args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    env: {
      HOME: folder,
      PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
      npm_config_cache: join(folder, "cache"),
      npm_config_offline: "true",
      npm_config_update_notifier: "false",
    },
  });
  return { status, stdout, stderr };
}

let packed: readonly { readonly path: string; readonly mode: number }[] = [];

beforeAll(() => {
  const { status, stdout, stderr } = run(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", folder],
    top,
  );
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
  packed = JSON.parse(stdout)[0].files;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package contains the program, its licences and its schemas, and nothing else", () => {
  const schemas = ["baseline", "check", "interfaces", "priority", "probe", "rules"];
  const names = packed.map(({ path }) => path);
  const rest = names.filter((name) => !name.startsWith("docs/schema/"));
  expect(rest.toSorted()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "action.yml",
    "bin/sesam-harden.js",
    "dist/index.js",
    "dist/licenses.txt",
    "package.json",
  ]);
  expect(names).toEqual(
    expect.arrayContaining(schemas.map((name) => `docs/schema/${name}.schema.json`)),
  );
  const starter = packed.find(({ path }) => path === "bin/sesam-harden.js");
  expect((starter?.mode ?? 0) & 0o111).toBe(0o111);
});

test("the installation runs no program, and needs no other package", () => {
  const file = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));
  expect(Object.keys(file)).not.toContain("dependencies");
  const hooks = Object.keys(file.scripts).filter((name) =>
    /^(pre|post)?(install|prepare|pack|publish)/.test(name),
  );
  expect(hooks).toEqual([]);
});

test("npx runs the command from the packed file, without a project", () => {
  const fleet = writeFleet(bad);
  const npx = ["--yes", "--package", tarball, "sesam-harden"];
  expect(run("npx", [...npx, "--version"], fleet)).toMatchObject({
    status: 0,
    stdout: `${version}\n`,
  });
  const { status, stdout } = run("npx", [...npx, "check", "hosts"], fleet);
  expect(status).toBe(1);
  expect(stdout).toContain("ftp-port-open");
});

test("the command runs after an installation from the packed file", () => {
  const project = join(folder, "project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), "{}\n");
  const installed = run("npm", ["install", "--no-audit", "--no-fund", tarball], project);
  expect(installed.status, installed.stderr).toBe(0);
  const command = join(project, "node_modules/.bin/sesam-harden");
  expect(run(command, ["check", "hosts"], writeFleet(good)).status).toBe(0);
  expect(run(command, ["check", "hosts"], writeFleet(bad)).status).toBe(1);
  expect(run(command, ["check"], project).status).toBe(3);
});

test.each(["bin/sesam-harden.js", "dist/index.js"])("%s reports an outdated Node", (file) => {
  const older = `Object.defineProperty(process, "versions", { value: { node: "22.9.0" } })`;
  const { status, stdout, stderr } = run(
    process.execPath,
    ["--import", `data:text/javascript,${older}`, file, "--version"],
    top,
  );
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toContain("needs Node 24 or newer");
});

test("the pre-commit hook checks the whole repository", () => {
  const [hook, ...others] = parseYaml(readFileSync(join(top, ".pre-commit-hooks.yaml"), "utf8"));
  expect(others).toEqual([]);
  expect(hook).toMatchObject({ id: "sesam-harden", language: "script", pass_filenames: false });
  // Like pre-commit: the first word is a file of this repository, the directory is the user's.
  const [program, ...args] = hook.entry.split(" ");
  expect(statSync(join(top, program)).mode & 0o111).toBe(0o111);
  const start = (files: Readonly<Record<string, string>>) =>
    run(join(top, program), args, writeFleet(files));
  expect(start(good).status).toBe(0);
  const found = start(bad);
  expect(found.status).toBe(1);
  expect(found.stdout).toContain("hosts/a/stpd.ini:");
});

test("the hook runs only if a file changes that a check reads", () => {
  const [{ files }] = parseYaml(readFileSync(join(top, ".pre-commit-hooks.yaml"), "utf8"));
  const names = ["stpd.ini", "host.ini", "globals.ini", "interfaces.json", "sesam-harden.ini"];
  for (const name of names) {
    expect(name).toMatch(new RegExp(files));
    expect(`hosts/a/${name}`).toMatch(new RegExp(files));
    expect(`hosts/a/${name}.orig`).not.toMatch(new RegExp(files));
    expect(`hosts/a/my${name}`).not.toMatch(new RegExp(files));
  }
});

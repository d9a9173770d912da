import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";
import { distFile, findDeno, runNode } from "../support/programs.ts";

const isRoot = process.geteuid?.() === 0;
const key = `2026-a:${"A".repeat(43)}`;
const deno = ["run", "--no-config", "--no-lock", "--no-prompt", "--allow-all"];

function makeRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "root-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

const install = (root: string, ...more: readonly string[]): readonly string[] => [
  "host",
  "install",
  ...Object.entries({
    "--root": root,
    "--host": "rds1",
    "--repository": "7",
    "--address": "rds1",
    "--key": key,
    "--runner-user": "actions-runner",
  }).flat(),
  ...more,
];

const programOf = (root: string): string => join(root, "usr/local/lib/sesam-harden/index.js");

test.runIf(isRoot).each(["node", "deno"])(
  "installs, tells and uninstalls itself under %s",
  (runtime) => {
    const root = makeRoot();
    const [program, words] = runtime === "node" ? [process.execPath, []] : [findDeno(), deno];
    const run = (file: string, args: readonly string[]) =>
      spawnSync(program, [...words, file, ...args], { encoding: "utf8" });
    const first = run(distFile, install(root));
    expect(first.stderr).toBe("");
    expect(first.status).toBe(0);
    expect(readFileSync(programOf(root))).toEqual(readFileSync(distFile));
    const pins = join(root, "etc/sesam-harden/rds1.ini");
    expect(readFileSync(pins, "utf8")).toMatch(/^host = rds1\nrepository = 7$/m);
    const sudoers = join(root, "etc/sudoers.d/sesam-harden");
    expect(statSync(sudoers).mode & 0o777).toBe(0o440);
    expect(readFileSync(sudoers, "utf8")).toMatch(
      /^actions-runner ALL=\(root\) NOPASSWD:NOSETENV: \/.* apply --from-job \*$/m,
    );
    expect(
      readFileSync(join(root, "etc/systemd/system/sesam-harden-recover.service"), "utf8"),
    ).toMatch(/^ExecStart=.*index\.js recover --cause boot$/m);
    // A person's pins stay as they are.
    writeFileSync(pins, readFileSync(pins, "utf8").replace("watchdog = 900", "watchdog = 901"));
    expect(run(distFile, install(root)).stdout).toContain(`left ${pins} as it is`);
    expect(readFileSync(pins, "utf8")).toContain("watchdog = 901");
    const status = run(programOf(root), ["host", "status"]);
    expect(status.stdout).toMatch(/^ {2}keys {9}2026-a$/m);
    expect(status.stdout).toMatch(/after 901 s$/m);
    expect(status.status).toBe(0);
    expect(run(programOf(root), ["recover"]).stdout).toBe("rds1: no change is under way\n");
    expect(run(programOf(root), ["host", "uninstall", "--root", root]).status).toBe(0);
    expect([programOf(root), sudoers].filter((path) => existsSync(path))).toEqual([]);
    expect(existsSync(pins)).toBe(true);
  },
);

test.runIf(isRoot)("a change that is not finished keeps the program", () => {
  const root = makeRoot();
  expect(runNode(install(root)).status).toBe(0);
  const state = join(root, "var/lib/sesam-harden/rds1");
  spawnSync(process.execPath, [programOf(root), "host", "status"]);
  writeFileSync(join(state, "journal.json"), "{}");
  const refused = runNode(["host", "uninstall", "--root", root]);
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain("a change of rds1 is not finished");
  expect(existsSync(programOf(root))).toBe(true);
  const status = spawnSync(process.execPath, [programOf(root), "host", "status"], {
    encoding: "utf8",
  });
  expect(status.status).toBe(4);
  expect(status.stdout).toContain("NOT KNOWN");
});

test.runIf(isRoot)("what others can write is not run", () => {
  const root = makeRoot();
  expect(runNode(install(root)).status).toBe(0);
  chmodSync(join(root, "usr/local/lib/sesam-harden"), 0o777);
  const { status, stderr } = spawnSync(process.execPath, [programOf(root), "host", "status"], {
    encoding: "utf8",
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/sesam-harden can be written by others/);
});

test.each([
  {
    name: "no repository",
    args: ["host", "install", "--host", "a", "--address", "a"],
    says: /--repository/,
  },
  {
    name: "no address",
    args: ["host", "install", "--host", "a", "--repository", "7"],
    says: /--address/,
  },
  {
    name: "a host that climbs",
    args: install("/nowhere", "--environment", "../x"),
    says: /pins would be wrong/,
  },
  {
    name: "a key that is none",
    args: ["host", "install", "--host", "a", "--repository", "7", "--address", "a", "--key", "x"],
    says: /KID:X/,
  },
  { name: "no verb", args: ["host"], says: /one of install, status, records, uninstall/ },
  { name: "apply without a phase", args: ["apply", "--repo", "."], says: /--phase/ },
  {
    name: "apply that is not installed",
    args: ["apply", "--phase", "open", "--repo", ".", "--plan", "p"],
    says: /not installed on this host/,
  },
  { name: "recover that is not installed", args: ["recover"], says: /not installed on this host/ },
  { name: "globals without a repo", args: ["globals"], says: /--repo/ },
])("refuses $name, and does nothing", ({ args, says }) => {
  const { status, stderr } = runNode(args);
  expect(status).toBe(2);
  expect(stderr).toMatch(isRoot || args[1] !== "install" ? says : /wants root/);
});

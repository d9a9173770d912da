import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  canStandInSudoers,
  printLauncher,
  printSudoers,
  readSudoers,
} from "../../../../src/core/host/pins/sudoers.ts";
import { hasPeer } from "../../../support/harness/peers.ts";

test.runIf(hasPeer("/usr/sbin/visudo", "--version"))(
  "visudo accepts the line for the runner",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "sudoers-"));
    const text = printSudoers("actions-runner", "/usr/local/my lib/a,b:c=d/sesam-harden");
    writeFileSync(join(folder, "line"), text, { mode: 0o440 });
    const { status, stderr } = spawnSync("/usr/sbin/visudo", ["-c", "-f", join(folder, "line")], {
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  },
);

test("the sudoers file is recognized as written, and nothing else is", () => {
  const launcher = "/usr/local/my lib/a,b:c=d/sesam-harden";
  const text = printSudoers("actions-runner", launcher);
  expect(readSudoers(text, launcher)).toEqual({ kind: "exact", user: "actions-runner" });
  const [comment, apply, check, globals, ...rest] = text.split("\n");
  expect([apply, check].join("\n").match(/^actions-runner .*--from-job \*$/gm)).toHaveLength(2);
  // It accepts nothing else, so that a job cannot write the settings.
  expect([globals?.split("/sesam-harden ")[1], ...rest]).toEqual([
    "globals --read --format json",
    "",
  ]);
  for (const other of [
    "",
    `${text}#\n`,
    text.replace("NOSETENV", "SETENV"),
    `${apply}\n`,
    `${comment}\n${apply}\n${check}\n`,
    text.replace("globals --read --format json", "globals *"),
  ]) {
    expect(readSudoers(other, launcher)).toEqual({ kind: "other" });
  }
  expect(readSudoers(text, "/usr/local/lib/sesam-harden")).toEqual({ kind: "other" });
});

// sudo compares arguments as one string, so the runtime could be given another program.
test("a sudoers file that names the runtime and a program is not safe", () => {
  const launcher = "/usr/local/lib/sesam-harden/sesam-harden";
  const text = printSudoers("actions-runner", launcher);
  for (const command of [
    "/usr/bin/node /usr/local/lib/sesam-harden/index.js",
    "/opt/node\\ js/deno run --allow-all /usr/local/lib/sesam-harden/index.js",
  ]) {
    const before = text.replaceAll(launcher, command);
    expect(readSudoers(before, launcher)).toEqual({ kind: "unsafe" });
    const [comment, apply] = before.split("\n");
    expect(readSudoers(`${comment}\n${apply}\n`, launcher)).toEqual({ kind: "unsafe" });
  }
});

test("the launcher passes its arguments unchanged, for any path", () => {
  const folder = mkdtempSync(join(tmpdir(), "launcher-"));
  const [program, launcher] = [join(folder, "it's $HOME.mjs"), join(folder, "launcher")];
  writeFileSync(program, "console.log(JSON.stringify(process.argv.slice(2)))");
  writeFileSync(launcher, printLauncher([process.execPath, program]), { mode: 0o755 });
  const args = ["apply --from-job /x", "$(id)", "", "*", "-e"];
  const { stdout } = spawnSync(launcher, args, { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect(JSON.parse(stdout)).toEqual(args);
});

test.each(["/opt/lab#blue", "/opt/a*", "/opt/a?", "/opt/[a]", "/opt/a\\b"])(
  "sudoers would read %s differently, so it is not written",
  (path) => {
    expect(canStandInSudoers(`${path}/sesam-harden`)).toBe(false);
    expect(canStandInSudoers("/usr/local/my lib/a,b:c=d/sesam-harden")).toBe(true);
  },
);

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createNodeFiles } from "../../src/adapters/runtime/node-files.ts";
import { runFix } from "../../src/cli/commands/fix.ts";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import type { Replacement } from "../../src/core/config-repo/files-port.ts";
import { fleets } from "../support/builders/fleets.ts";
import { createMemoryFiles, writeFleet } from "../support/builders/fleet.ts";
import { distFile, findDeno, runDeno, runNode } from "../support/harness/programs.ts";
import { priorityIni } from "../support/builders/rules.ts";

const hard = priorityIni(vendorPriority);
const open = `${hard}STPD_PORT=11001\n`;
const closed = `${hard}# STPD_PORT=11001\n`;

const git = (folder: string, ...args: readonly string[]) =>
  spawnSync("git", args, { cwd: folder, encoding: "utf8" });

const readBytes = (...parts: readonly string[]): string => readFileSync(join(...parts), "latin1");

/** The diff as bytes, since it contains any bytes of the files. */
function diffOf(folder: string): Buffer {
  const { stdout } = spawnSync(process.execPath, [distFile, "fix", "--diff"], { cwd: folder });
  return stdout;
}

test.each([
  { name: "LF", path: "a/stpd.ini", text: open },
  { name: "CRLF", path: "a/stpd.ini", text: open.replaceAll("\n", "\r\n") },
  { name: "no final newline", path: "a/stpd.ini", text: open.trimEnd() },
  {
    name: "CRLF and no final newline",
    path: "a/stpd.ini",
    text: open.replaceAll("\n", "\r\n").trimEnd(),
  },
  {
    name: "latin1 and a CR at the end of the file",
    path: "a/stpd.ini",
    text: `# Gr\u00fc\u00dfe\n${open.trimEnd()}\r`,
  },
  { name: "a byte order mark", path: "a/stpd.ini", text: `\u00ef\u00bb\u00bf${open}` },
  { name: "a blank in the path", path: "a b/stpd.ini", text: open },
  { name: "a workflow command in the path", path: "x##[error]y/stpd.ini", text: open },
  { name: "quotes, a backslash and a tab in the path", path: 'q"\\\t/stpd.ini', text: open },
  { name: "non-ASCII letters in the path", path: "h\u00fc\u20ac/stpd.ini", text: open },
  {
    name: "an insertion at the end of a file without newline",
    path: "a/stpd.ini",
    text: "[STPD_Server]",
  },
])("git apply accepts the diff: $name", ({ path, text }) => {
  const folder = writeFleet({
    [path]: text,
    // Some of these hosts could not be reached over HTTPS by the names of their directories.
    [path.replace("stpd.ini", "host.ini")]: "address = a.example\n",
    "server/stpd.ini": hard,
    "server/host.ini": "role = server\n",
  });
  git(folder, "init", "-q");
  git(folder, "config", "core.autocrlf", "false");
  const diff = diffOf(folder);
  writeFileSync(join(folder, "fix.diff"), diff);
  const { status, stderr } = git(folder, "apply", "fix.diff");
  expect([
    status,
    stderr.replaceAll(/.*(trailing whitespace|whitespace errors|STPD).*\n/g, ""),
  ]).toEqual([0, ""]);
  const applied = readBytes(folder, path);
  writeFileSync(join(folder, path), text, "latin1");
  expect(runNode(["fix", "--write"], { cwd: folder }).status).toBe(0);
  expect(readBytes(folder, path)).toBe(applied);
  expect(applied).not.toBe(text);
  expect(readBytes(folder, "server/globals.ini")).toMatch(/^\[sesam\]\n/);
  expect(diffOf(folder).toString()).toBe("");
});

test.each(["# ##[error]all is well", "  ::error::x"])(
  "refuses to show a diff that a runner would read as the command %j",
  (line) => {
    const folder = writeFleet({
      "sesam-harden.ini": "fail_on = never\n",
      "a/stpd.ini": `[STPD_Server]\n${line}\nSTPD_PORT=11001\nSTPD_HTTPS_PORT=11443\n`,
      "b/stpd.ini": open,
    });
    const fix = ["fix", "--rule", "ftp-port-open", "--rule", "tls-priority-missing"];
    const { status, stdout, stderr } = runNode(fix, { cwd: folder });
    expect([status, stdout.match(/^diff.*/gm)]).toEqual([
      1,
      ["diff --git a/b/stpd.ini b/b/stpd.ini"],
    ]);
    expect(stderr).toContain("not shown: a/stpd.ini: a GitHub runner would take a line of its");
    expect(runNode([...fix, "--write"], { cwd: folder }).status).toBe(0);
    expect(readFileSync(join(folder, "a/stpd.ini"), "utf8")).toContain("\n# STPD_PORT=11001\n");
  },
);

test("for any fleet, git apply results in the same files as --write", () => {
  for (const fleet of fc.sample(fleets, { numRuns: 12, seed: 11 })) {
    const [one, other] = [writeFleet(fleet), writeFleet(fleet)];
    git(one, "init", "-q");
    const diff = diffOf(one);
    if (diff.length > 0) {
      const { status, stderr } = spawnSync("git", ["apply", "-"], {
        cwd: one,
        input: diff,
        encoding: "utf8",
      });
      expect(status, stderr).toBe(0);
    }
    runNode(["fix", "--write"], { cwd: other });
    const paths = readdirSync(other, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ini"),
    );
    for (const path of paths) expect(readBytes(one, path), path).toBe(readBytes(other, path));
  }
});

test("leaves the ports of a host unchanged if its global settings cannot be written", () => {
  const tried: string[] = [];
  const files = {
    ...createMemoryFiles({
      "a/stpd.ini": open,
      "a/host.ini": "role = server\n",
      "b/stpd.ini": open,
    }),
    replace: (path: string): Replacement => {
      tried.push(path);
      return path.endsWith("globals.ini")
        ? { kind: "refused", reason: "no space left on the device" }
        : { kind: "replaced" };
    },
  };
  let said = "";
  const ignore = (): void => {};
  const shell = {
    files,
    terminal: {
      out: ignore,
      outBytes: ignore,
      write: ignore,
      append: ignore,
      err: (text: string) => void (said += text),
      input: () => new Uint8Array(),
    },
    colour: false,
    today: () => "2026-11-25",
    now: () => new Date("2026-11-25T00:00:00Z"),
    hash: (text: string) => text,
    progress: { show: ignore, tell: ignore, clear: ignore },
    environment: () => undefined,
  };
  expect(runFix(["--write", "."], shell)).toBe(4);
  expect(tried).toEqual(["/repo/a/globals.ini", "/repo/b/stpd.ini"]);
  expect(said).toContain("a/globals.ini was not changed: no space left on the device");
});

test("prints the directory for git apply if the root is not the top of the repository", () => {
  const folder = writeFleet({ "some hosts/a/stpd.ini": open });
  git(folder, "init", "-q");
  const { stdout, stderr } = runNode(["fix", "some hosts"], { cwd: folder });
  expect(stderr).toBe('to apply this: git apply --directory="some hosts"\n');
  writeFileSync(join(folder, "fix.diff"), stdout);
  git(folder, "apply", "--directory=some hosts", "fix.diff");
  const again = runNode(["fix", "some hosts"], { cwd: folder });
  expect([again.stdout, again.stderr]).toEqual(["", "nothing to fix\n"]);
});

test("withheld fixes are printed on standard error, and nothing else on standard output", () => {
  const folder = writeFleet({
    "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=x\nSTPD_PORT=1\n${hard.split("\n")[2]}\n`,
  });
  const { status, stdout, stderr } = runNode(["fix"], { cwd: folder });
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toBe(
    "withheld: a/stpd.ini:3 ftp-port-open: the HTTPS port might not be open\nno fixes available (2 findings left: see sesam-harden check)\n",
  );
});

test("--write changes only what is needed and keeps modes and links", () => {
  const folder = writeFleet({ "a/stpd.ini": open, "b/stpd.ini": hard });
  chmodSync(join(folder, "a/stpd.ini"), 0o640);
  const inode = statSync(join(folder, "b/stpd.ini")).ino;
  symlinkSync("../a", join(folder, "b/up"));
  const { status, stderr, stdout } = runNode(["fix", "--write"], { cwd: folder });
  expect([status, stdout]).toEqual([0, ""]);
  expect(stderr).toBe(
    "changed: a/stpd.ini (ftp-port-open)\n1 file written, 1 finding fixed, none left\n",
  );
  expect(readBytes(folder, "a/stpd.ini")).toBe(closed);
  expect(statSync(join(folder, "a/stpd.ini")).mode & 0o777).toBe(0o640);
  expect(statSync(join(folder, "b/stpd.ini")).ino).toBe(inode);
  expect(readdirSync(join(folder, "a"))).toEqual(["stpd.ini"]);
});

test("a link inside the tree stays a link, and its target is fixed once", () => {
  const folder = writeFleet({ "a/stpd.ini": open, "b/host.ini": "role = rds\n" });
  symlinkSync("../a/stpd.ini", join(folder, "b/stpd.ini"));
  expect(runNode(["fix", "--write"], { cwd: folder }).status).toBe(0);
  expect(lstatSync(join(folder, "b/stpd.ini")).isSymbolicLink()).toBe(true);
  expect(readBytes(folder, "a/stpd.ini")).toBe(closed);
});

test("refuses a file that changed since it was read, and leaves nothing behind", () => {
  const folder = writeFleet({ "a/stpd.ini": open });
  const path = join(folder, "a/stpd.ini");
  const { replace } = createNodeFiles();
  expect(replace(path, `${open}# more\n`, closed)).toEqual({
    kind: "refused",
    reason: "it has changed since it was read",
  });
  expect(replace(path, undefined, closed)).toEqual({
    kind: "refused",
    reason: "it has changed since it was read",
  });
  expect(replace(join(folder, "no/stpd.ini"), open, closed)).toEqual({
    kind: "refused",
    reason: "it does not exist",
  });
  expect([readBytes(path), readdirSync(join(folder, "a"))]).toEqual([open, ["stpd.ini"]]);
  expect(replace(path, open, closed)).toEqual({ kind: "replaced" });
});

test("Deno prints the same diff with --allow-read, and writes the same bytes with --allow-write", () => {
  const fleet = {
    "a/stpd.ini": `# \u00fc\r\n${open}`,
    "s/stpd.ini": hard,
    "s/host.ini": "role = server\n",
  };
  const [one, other] = [writeFleet(fleet), writeFleet(fleet)];
  const [node, deno] = [runNode(["fix"], { cwd: one }), runDeno(["fix"], { cwd: one })];
  expect([deno.stdout, deno.stderr, deno.status]).toEqual([node.stdout, node.stderr, node.status]);
  const args = ["run", "--no-prompt", "--allow-read", "--allow-write", distFile, "fix", "--write"];
  const written = spawnSync(findDeno(), args, { cwd: other, encoding: "utf8" });
  expect(written.status).toBe(0);
  expect(written.stderr).toMatch(/^2 files written, \d+ findings fixed, none left\n$/m);
  runNode(["fix", "--write"], { cwd: one });
  for (const path of ["a/stpd.ini", "s/globals.ini"])
    expect(readBytes(other, path)).toBe(readBytes(one, path));
});

test.each([
  [["--diff", "--write"], "--diff and --write cannot be combined"],
  [["--rule", "ftp-port-opn"], "Did you mean ftp-port-open?"],
])("refuses %j", (args, message) => {
  const { status, stderr } = runNode(["fix", ...args], { cwd: writeFleet({ "a/stpd.ini": open }) });
  expect([status, stderr.includes(message)]).toEqual([2, true]);
});

test("exit codes are those of a check: before the fix for a diff, after it for --write", () => {
  const folder = writeFleet({ "a/stpd.ini": open });
  expect(runNode(["fix"], { cwd: folder }).status).toBe(1);
  expect(runNode(["fix", "--fail-on", "never"], { cwd: folder }).status).toBe(0);
  expect(runNode(["fix", "--write"], { cwd: folder }).status).toBe(0);
  expect(runNode(["fix"], { cwd: folder }).status).toBe(0);
});

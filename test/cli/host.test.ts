import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";
import { writeFleet } from "../support/builders/fleet.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { distFile, findDeno, runNode } from "../support/harness/programs.ts";

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
  "installs, reports and uninstalls itself under %s",
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
    const launcher = join(dirname(programOf(root)), "sesam-harden");
    expect(readFileSync(sudoers, "utf8")).toContain(
      `\nactions-runner ALL=(root) NOPASSWD:NOSETENV: ${launcher} apply --from-job *\n`,
    );
    expect(spawnSync(launcher, ["version"], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stdout: run(distFile, ["version"]).stdout,
    });
    expect(
      readFileSync(join(root, "etc/systemd/system/sesam-harden-recover.service"), "utf8"),
    ).toMatch(/^ExecStart=.*index\.js recover --cause boot$/m);
    const safe = readFileSync(sudoers, "utf8");
    writeFileSync(sudoers, safe.replaceAll(launcher, `${program} ${programOf(root)}`));
    const again = ["host", "install", "--root", root];
    expect(run(distFile, again).stdout).toContain(`WARNING: ${sudoers} is from an older release`);
    writeFileSync(sudoers, safe);
    expect(run(distFile, again).stdout).not.toContain("WARNING");
    // Pins edited by a person stay unchanged.
    writeFileSync(pins, readFileSync(pins, "utf8").replace("watchdog = 900", "watchdog = 901"));
    expect(run(distFile, install(root)).stdout).toContain(`kept ${pins}`);
    expect(readFileSync(pins, "utf8")).toContain("watchdog = 901");
    // The report key, which only root can read, also stays unchanged.
    const reportKey = join(root, "var/lib/sesam-harden/rds1/report-key");
    expect(first.stdout).toContain("created the report key of rds1");
    expect(statSync(reportKey).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, "var/lib/sesam-harden/rds1")).mode & 0o777).toBe(0o700);
    const secret = readFileSync(reportKey, "utf8");
    expect(run(distFile, install(root)).stdout).not.toContain("created the report key");
    expect(readFileSync(reportKey, "utf8")).toBe(secret);
    const status = run(programOf(root), ["host", "status"]);
    expect(status.stdout).toMatch(/^ {2}keys {9}2026-a$/m);
    expect(status.stdout).toMatch(/after 901 s$/m);
    expect(status.stdout).toMatch(/^ {2}signs with {3}[A-Za-z0-9_-]{43}$/m);
    chmodSync(reportKey, 0o644);
    expect(run(programOf(root), ["host", "status"]).stdout).toMatch(
      /^ {2}signs with {3}NOT USABLE: .*report-key: others can read it$/m,
    );
    // SEP sesam is not installed here.
    expect(status.stdout).toMatch(/^rds1: stpd\.ini cannot be read: /);
    expect(status.status).toBe(4);
    expect(run(programOf(root), ["recover"]).stdout).toBe("rds1: no change is under way\n");
    expect(run(programOf(root), ["host", "uninstall", "--root", root]).status).toBe(0);
    expect([programOf(root), launcher, sudoers].filter((path) => existsSync(path))).toEqual([]);
    expect(existsSync(pins)).toBe(true);
  },
);

test.runIf(isRoot)("does not write through what a killed install left next to a file", () => {
  const root = makeRoot();
  const unit = join(root, "etc/systemd/system/sesam-harden-recover.service");
  const other = join(root, "other");
  expect(runNode(install(root)).status).toBe(0);
  writeFileSync(other, "mine");
  const placed = [programOf(root), join(programOf(root), "../installation.json"), unit];
  for (const path of placed) symlinkSync(other, `${path}.new`);
  expect(runNode(install(root)).status).toBe(0);
  expect(readFileSync(other, "utf8").slice(0, 20)).toBe("mine");
  for (const path of placed) {
    expect(lstatSync(path).isFile(), path).toBe(true);
    expect(existsSync(`${path}.new`), path).toBe(false);
  }
  expect(readFileSync(programOf(root))).toEqual(readFileSync(distFile));
});

test.runIf(isRoot)("says what is missing before a first change, until it is there", () => {
  const root = makeRoot();
  const at = (name: string): string => join(root, name);
  const args = ["host", "install", "--root", root, "--host", "rds1", "--repository", "1123456789"];
  const more = ["--address", "rds1", "--stpd-ini", at("stpd.ini"), "--sm-main", at("sm_main")];
  const first = runNode([...args, ...more]).stdout;
  expect(first).toContain("role = rds, since --role was not given: a Server needs --role server");
  expect(first).toContain(`missing before a first change:
  stpd_ini: ${at("stpd.ini")} does not exist
  [command.restart]: ${at("sm_main")} does not exist
  [command.busy]: missing, so running transfers cannot be detected
  [key.KID]: missing, so no ticket is accepted
`);
  writeFileSync(at("stpd.ini"), "");
  writeFileSync(at("sm_main"), "");
  const pins = at("etc/sesam-harden/rds1.ini");
  const text = readFileSync(pins, "utf8");
  expect(text).toContain("repository = 1123456789");
  writeFileSync(pins, `${text}[command.busy]\nprogram = /bin/true\n`);
  const status = (): string =>
    spawnSync(process.execPath, [programOf(root), "host", "status"], { encoding: "utf8" }).stdout;
  expect(status()).toContain(
    "  missing before a first change:\n    [key.KID]: missing, so no ticket is accepted\n",
  );
  writeFileSync(
    pins,
    `${text}[command.busy]\nprogram = /bin/true\n[key.a]\npublic = ${"A".repeat(43)}\n`,
  );
  expect(status()).toContain("  nothing is missing in the pins for a first change\n");
  expect(runNode([...args, ...more]).stdout).toContain("nothing is missing in the pins");
  // Wrong pins do not prevent another installation.
  writeFileSync(pins, `${text}nonsense = 1\n`);
  const again = runNode([...args, ...more]);
  expect(again.status).toBe(0);
  expect(again.stdout).toContain("the pins of rds1 are invalid; host status shows why");
});

test.runIf(isRoot)("the recovery at boot runs after the unit that the pins restart", () => {
  const root = makeRoot();
  runNode(install(root));
  const unit = join(root, "etc/systemd/system/sesam-harden-recover.service");
  expect(readFileSync(unit, "utf8")).toMatch(/^After=network-online\.target$/m);
  const pins = join(root, "etc/sesam-harden/rds1.ini");
  const text = readFileSync(pins, "utf8");
  writeFileSync(
    pins,
    text.replace(
      /program = .*\narguments = restart\n/,
      "program = /usr/bin/systemctl\narguments = restart sesam\n",
    ),
  );
  runNode(install(root));
  expect(readFileSync(unit, "utf8")).toMatch(/^After=network-online\.target sesam\.service$/m);
});

test.runIf(isRoot)(
  "accepts keys in every form that ticket keygen prints, and shows no other",
  () => {
    const folder = makeRoot();
    const keygen = (name: string, format: string): string =>
      runNode(["ticket", "keygen", "--out", join(folder, name), "--format", format]).stdout.trim();
    const [jwk, other, typed] = [keygen("a", "jwk"), keygen("b", "key"), keygen("c", "jwk")];
    const file = join(folder, "keys.txt");
    writeFileSync(file, `${jwk}\n\n${other}\n`);
    const args = ["host", "install", "--host", "rds1", "--repository", "7", "--address", "a"];
    const root = makeRoot();
    const { stderr } = runNode([...args, "--root", root, "--keys", file, "--key", typed]);
    expect(stderr).toBe("");
    const pins = readFileSync(join(root, "etc/sesam-harden/rds1.ini"), "utf8");
    const { x } = JSON.parse(jwk) as { x: string };
    expect(pins.match(/^public = .*$/gm)).toHaveLength(3);
    expect(pins).toContain(`public = ${x}`);
    for (const [option, value] of [
      ["--keys", join(folder, "a")],
      ["--keys", join(folder, "none")],
      ["--key", readFileSync(join(folder, "a"), "utf8")],
    ] as const) {
      const refused = runNode([...args, "--root", makeRoot(), option, value]);
      expect(refused.status).toBe(2);
      expect(refused.stderr).not.toContain(
        (JSON.parse(readFileSync(join(folder, "a"), "utf8")) as { d: string }).d,
      );
    }
  },
);

test.runIf(isRoot).each([
  ["of a host with pins", true],
  ["of a host whose pins were removed", false],
])("an unfinished change %s keeps the program installed", (_, hasPins) => {
  const root = makeRoot();
  expect(runNode(install(root)).status).toBe(0);
  const state = join(root, "var/lib/sesam-harden/rds1");
  spawnSync(process.execPath, [programOf(root), "host", "status"]);
  writeFileSync(join(state, "journal.json"), "{}");
  if (!hasPins) rmSync(join(root, "etc/sesam-harden/rds1.ini"));
  const refused = runNode(["host", "uninstall", "--root", root]);
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain("a change of rds1 is unfinished");
  expect(existsSync(programOf(root))).toBe(true);
  const status = spawnSync(process.execPath, [programOf(root), "host", "status"], {
    encoding: "utf8",
  });
  expect(status.status).toBe(4);
  expect(status.stdout).toContain(hasPins ? "NOT KNOWN" : "rds1: unknown: ");
});

test.runIf(isRoot).each(["node", "deno"])(
  "refuses a FIFO or a device as a plan or a ticket at once, under %s",
  (runtime) => {
    const root = makeRoot();
    expect(runNode(install(root)).status).toBe(0);
    const [program, words] = runtime === "node" ? [process.execPath, []] : [findDeno(), deno];
    const fifo = join(root, "fifo");
    spawnSync("mkfifo", [fifo]);
    const plan = join(root, "plan.json");
    writeFileSync(plan, "{}");
    const repo = writeFleet({ "hosts/rds1/stpd.ini": "[STPD_Server]\n" });
    for (const given of [
      ["--plan", fifo, "--ticket", plan],
      ["--plan", plan, "--ticket", fifo],
      ["--plan", "/dev/zero", "--ticket", plan],
      ["--plan", plan, "--ticket", "/dev/zero"],
    ]) {
      const args = ["apply", "--from-job", "--phase", "open", "--repo", repo, ...given];
      const { status, stderr } = spawnSync(program, [...words, programOf(root), ...args], {
        encoding: "utf8",
      });
      expect(stderr).toContain("it is not a regular file");
      expect(status).toBe(2);
    }
  },
);

test.runIf(isRoot)("does not run what others can write", () => {
  const root = makeRoot();
  expect(runNode(install(root)).status).toBe(0);
  chmodSync(join(root, "usr/local/lib/sesam-harden"), 0o777);
  const { status, stderr } = spawnSync(process.execPath, [programOf(root), "host", "status"], {
    encoding: "utf8",
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(/sesam-harden is writable by others/);
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
    says: /invalid options/,
  },
  {
    name: "an invalid key",
    args: ["host", "install", "--host", "a", "--repository", "7", "--address", "a", "--key", "x"],
    says: /KID:X/,
  },
  { name: "no verb", args: ["host"], says: /one of install, status, check, records, uninstall/ },
  { name: "apply without a phase", args: ["apply", "--repo", "."], says: /--phase/ },
  {
    name: "apply without an installation",
    args: ["apply", "--phase", "open", "--repo", ".", "--plan", "p"],
    says: /not installed on this host/,
  },
  {
    name: "recover without an installation",
    args: ["recover"],
    says: /not installed on this host/,
  },
  { name: "globals without a repo", args: ["globals"], says: /--repo/ },
])("refuses $name, and does nothing", ({ args, says }) => {
  const { status, stderr } = runNode(args);
  expect(status).toBe(2);
  expect(stderr).toMatch(isRoot || args[1] !== "install" ? says : /must be run as root/);
});

/** Runs each command with the real sudo as a job would, and returns exit codes and output. */
function runAsJob(sudoers: string, commands: readonly (readonly string[])[]): readonly string[] {
  const script = `set -e
mount -t tmpfs -o mode=755 tmpfs /etc/sudoers.d
cp "$1" /etc/sudoers.d/job
exec "$2" -e '${asJob}' "$3"`;
  const words = ["-c", script, "sh", sudoers, process.execPath, JSON.stringify(commands)];
  const ended = spawnSync("unshare", ["--mount", "sh", ...words], { encoding: "utf8" });
  if (ended.status !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout);
}

const asJob = `
const { spawnSync } = require("node:child_process");
const nobody = ["--reuid", "nobody", "--clear-groups", "sudo", "-n"];
console.log(JSON.stringify(JSON.parse(process.argv[1]).map((words) => {
  const { status, stdout, stderr } = spawnSync("setpriv", [...nobody, ...words], { encoding: "utf8" });
  return status + " " + stdout + stderr;
})));`;

test.runIf(isRoot && hasPeer("sudo", "--version") && hasPeer("unshare", "--mount", "true"))(
  "sudo lets a job run the program, and no other program",
  () => {
    const root = makeRoot();
    const other = join(root, "other.mjs");
    writeFileSync(other, 'console.log("another program")');
    const args = ["host", "install", "--root", root, "--runner-user", "nobody"];
    expect(spawnSync(process.execPath, [distFile, ...args], { encoding: "utf8" }).stderr).toBe("");
    const launcher = join(dirname(programOf(root)), "sesam-harden");
    const climb = `/../../../../../../../../../../../..${other}`;
    const seen = runAsJob(join(root, "etc/sudoers.d/sesam-harden"), [
      [launcher, "apply", "--from-job", "--host", "x y"],
      [launcher, "host", "check", "--from-job", "--colour"],
      [launcher, "globals", "--read", "--format", "json"],
      [launcher, `apply --from-job ${climb}`],
      [launcher, "globals", "--read", "--format", "json", "--host", "rds1"],
      [launcher, "apply", "--break-glass", "why"],
      [launcher, "recover"],
      [process.execPath, programOf(root), "apply", "--from-job", "--host", "rds1"],
      [process.execPath, `${programOf(root)} apply --from-job ${climb}`],
    ]);
    const refused = /^1 sudo: /;
    expect(seen[0]).toMatch(/^2 .*apply needs --phase/s);
    expect(seen[1]).toMatch(/^2 .*--colour/s);
    expect(seen[2]).toMatch(/^2 .*pins/s);
    expect(seen[3]).toMatch(/^2 .*unknown command/s);
    for (const answer of seen.slice(4)) expect(answer).toMatch(refused);
  },
);

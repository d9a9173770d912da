import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { runProcess } from "../../../src/adapters/host-ssh/local-process.ts";
import { openConnection } from "../../../src/adapters/host-ssh/connection.ts";
import { basics } from "../../../src/adapters/host-ssh/shell/basics.ts";
import { copies } from "../../../src/adapters/host-ssh/shell/copies.ts";
import { undoScript } from "../../../src/adapters/host-ssh/shell/undo-script.ts";
import { showCommand } from "../../../src/adapters/host-local/spawn.ts";
import { sshArguments, printRemoteCommand } from "../../../src/adapters/host-ssh/ssh-arguments.ts";
import { checkTarget, type SshTarget } from "../../../src/adapters/host-ssh/target.ts";
import { hashSha256 as hash } from "../../../src/adapters/runtime/crypto.ts";
import { HardenError } from "../../../src/core/base/errors.ts";
import { quoteWord } from "../../../src/core/base/text.ts";
import { listListeners } from "../../../src/core/host/proc-net.ts";
import { findRemoteStart } from "../../../src/adapters/host-ssh/listening.ts";

const shells = ["dash", "bash"].filter((name) => spawnSync(name, ["-c", ":"]).status === 0);

const target: SshTarget = {
  name: "rds1",
  address: "192.0.2.7",
  port: 22,
  user: "root",
  identityFile: "/etc/sesam-harden/id",
  knownHosts: "/etc/sesam-harden/known_hosts",
  controlFolder: "/run/sesam-harden",
  stateFolder: "/var/lib/sesam-harden",
  stpdIni: "/var/opt/sesam/var/ini/stpd.ini",
  owner: undefined,
  addresses: ["192.0.2.7"],
  restart: { program: "/opt/sesam/restart", arguments: [], limitMs: 1000 },
  status: undefined,
  busy: undefined,
  timer: "auto",
  backups: 20,
  limits: {
    watchdogMs: 900_000,
    proveForMs: 1000,
    settleMs: 1000,
    quietForMs: 1000,
    leaseMs: 120_000,
    reconnectForMs: 1000,
  },
};

const quoted = {
  "for the target": (words: readonly string[]) => words.map(quoteWord).join(" "),
  "for people": ([program = "", ...rest]: readonly string[]) =>
    showCommand({ program, arguments: rest }),
} as const;

test.each(
  shells.flatMap((shell) =>
    Object.entries(quoted).map(([name, print]) => ({ shell, name, print })),
  ),
)("a word quoted $name stays one word with any content, in $shell", ({ shell, print }) => {
  const word = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", ""));
  const words = fc.array(word, { minLength: 1 });
  fc.assert(
    fc.property(words, (list) => {
      // Node cannot pass bytes that are not UTF-8 as a word.
      const clean = list.map((text) => Buffer.from(text, "utf8").toString("utf8"));
      const script = `for word in ${print(clean)}; do printf '%s\\0' "$word"; done`;
      const { stdout } = spawnSync(shell, ["-c", script], { encoding: "utf8" });
      expect(stdout.split("\0").slice(0, -1)).toEqual(clean);
    }),
    { numRuns: 150 },
  );
});

test.each(shells)("a remote command passes its parameters to the script, in %s", (shell) => {
  const odd = ["$(id)", "`id`", "';id;'", "a b", "", "\n", '"', "\\", "*", "-n", "é"];
  const script = `printf '%s\\0' "$0" "$@"`;
  const command = printRemoteCommand(script, odd, 1.2);
  expect(command.startsWith("exec timeout -k 10 2 'sh' '-c' ")).toBe(true);
  const { stdout } = spawnSync(shell, ["-c", command], { encoding: "utf8" });
  expect(stdout.split("\0").slice(0, -1)).toEqual(["sh", ...odd]);
});

test.each(shells)("%s accepts the undo script", (shell) => {
  const args = shell === "bash" ? ["--posix", "-n"] : ["-n"];
  const { status, stderr } = spawnSync(shell, args, { input: undoScript, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test.each([
  ["save", "", 'save "$1/live" "$2"'],
  ["stage", copies, 'name_copies "$1/live"\nstage "$2" && place "$fresh"'],
])("rejects truncated bytes: %s", (_, more, act) => {
  const folder = mkdtempSync(join(tmpdir(), "cut-"));
  const file = join(folder, "live");
  writeFileSync(file, "before");
  const write = (input: string) =>
    spawnSync("sh", ["-c", `${basics}${more}${act}`, "sh", folder, hash("whole")], { input });
  expect(write("who").status).not.toBe(0);
  expect(readFileSync(file, "utf8")).toBe("before");
  expect(write("whole").status).toBe(0);
  expect(readFileSync(file, "utf8")).toBe("whole");
  expect(readdirSync(folder)).toEqual(["live"]);
  rmSync(folder, { recursive: true });
});

test("no settings file, agent or prompt comes between the pins and the host", () => {
  const words = sshArguments(target);
  expect(words.slice(0, 2)).toEqual(["-F", "none"]);
  for (const option of [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "HostKeyAlias=rds1",
    "UserKnownHostsFile=/etc/sesam-harden/known_hosts",
    "GlobalKnownHostsFile=none",
    "IdentityAgent=none",
    "UpdateHostKeys=no",
  ]) {
    expect(words).toContain(option);
  }
});

test("OpenSSH understands every option", () => {
  const args = [...sshArguments(target), "-G", "--", target.address];
  const { status, stdout, stderr } = spawnSync("ssh", args, { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout).toContain("\nstricthostkeychecking true\n");
  expect(stdout).toContain("\nhostkeyalias rds1\n");
});

test.each<Partial<SshTarget>>([
  { address: "-oProxyCommand=id" },
  { user: "-oProxyCommand=id" },
  { user: "a b" },
  { name: "a/b" },
  { knownHosts: "/etc/known hosts" },
  { knownHosts: "known_hosts" },
  { identityFile: "/etc/%h" },
  { identityFile: "/etc/${HOME}" },
  { stateFolder: "/var/lib/$x" },
  { stateFolder: "/var/lib/../etc" },
  { stateFolder: "/" },
  { controlFolder: `/run/${"x".repeat(60)}` },
  { stpdIni: "stpd.ini" },
  { stpdIni: "/var/a\nb" },
  { restart: { program: "/bin/a", arguments: ["one\ntwo"], limitMs: 1 } },
])("refuses what would arrive changed: %j", (part) => {
  expect(() => checkTarget({ ...target, ...part })).toThrow(HardenError);
});

test("accepts a target of plain words", () => {
  expect(() => checkTarget(target)).not.toThrow();
  expect(() => checkTarget({ ...target, address: "2001:db8::7" })).not.toThrow();
});

test("refuses a directory for sockets that others can read", () => {
  const folder = mkdtempSync(join(tmpdir(), "control-"));
  spawnSync("chmod", ["755", folder]);
  expect(() => openConnection({ ...target, controlFolder: folder })).toThrow(/others can/);
  rmSync(folder, { recursive: true });
});

test("kills a program that takes too long, or prints too much", async () => {
  const request = { program: "sh", input: undefined, limitMs: 30_000, most: 100 };
  const run = (script: string, part = {}) =>
    runProcess({ ...request, arguments: ["-c", script], ...part });
  expect(await run("sleep 600", { limitMs: 100 })).toMatchObject({ kind: "too-long" });
  expect(await run("while :; do echo y; done")).toMatchObject({ kind: "too-much" });
  expect(await run("echo y; echo n >&2; exit 3")).toEqual({
    kind: "ended",
    code: 3,
    output: "y\n",
    complaint: "n\n",
  });
  expect(await run("cat", { input: "\xff\0\n" })).toMatchObject({ output: "\xff\0\n" });
  expect(await run("kill -KILL $$")).toMatchObject({ kind: "ended", code: undefined });
  expect(await run("", { program: "/none" })).toMatchObject({ kind: "not-started" });
  // Ends without reading its input.
  expect(await run("exit 4", { input: "x".repeat(1_000_000) })).toMatchObject({ code: 4 });
});

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2CB3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 71 1
   1: 00000000:2AF8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 72 1
   2: 070200C0:2AF9 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 73 1
   3: 0100007F:2CB3 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 74 1
   4: B80D0120000000000000000007000000:0016 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 75 1
   5: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 76 1
`;

test("the tables of /proc show which ports listen, and at which addresses", () => {
  expect(listListeners(table)).toEqual([
    { port: 11_443, address: "127.0.0.1", inode: "71" },
    { port: 11_000, address: "127.0.0.1", inode: "72" },
    { port: 11_001, address: "192.0.2.7", inode: "73" },
    { port: 22, address: "[2001:0db8:0000:0000:0000:0000:0000:0007]", inode: "75" },
    { port: 80, address: "127.0.0.1", inode: "76" },
  ]);
});

test("the earliest process that listens on a port shows when the service started", () => {
  const text = `1000.5\n100.25 7\n${table}\n2000 [71]\n9000 [72]\n10 [99]\n`;
  const at = (...ports: readonly number[]) => findRemoteStart(text, new Set(ports));
  const start = (startTick: number) => ({
    startedAtMs: 1_000_500 - 100_250 + 10 * startTick,
    startTick,
  });
  const unknown = { startedAtMs: undefined, startTick: undefined };
  expect(at(11_443, 11_000)).toEqual(start(2000));
  expect(at(11_000)).toEqual(start(9000));
  expect(at(11_001)).toEqual(unknown);
  expect(findRemoteStart("", new Set([11_443]))).toEqual(unknown);
});

import { expect, test } from "vitest";
import { checkSetup, type SetupSeen } from "../../../../src/core/host/check/check-setup.ts";
import { printSudoers } from "../../../../src/core/host/pins/sudoers.ts";

const launcher = "/usr/local/lib/sesam-harden/sesam-harden";
const line = printSudoers("runner", launcher);
const nowMs = Date.UTC(2026, 10, 30, 6);
const done = <Value>(value: Value) => ({ kind: "done", value }) as const;
const failed = { kind: "failed", reason: "EACCES" } as const;
const room = { path: "/state", bytes: 2 ** 30, files: 1000, isWritable: true };
const folder = { ...room, path: "/ini" };
const account = (uid: number, ...groups: readonly string[]) => ({
  findAccount: async () => done({ uid, groups }),
});
const sudoers = (text: string, distrust = "") => ({ sudoers: done({ text, distrust }) });

const fine: SetupSeen = {
  space: done([room, folder]),
  fileSize: 1000,
  undo: done({ by: "a systemd timer", atBoot: "enabled" }),
  watchdogSeconds: 900,
  server: undefined,
  ...sudoers(line),
  otherSudoers: done(new Map([["/etc/sudoers", "# runner ALL\nrunner2 ALL=(ALL) ALL\n"]])),
  launcher,
  called: [launcher, "/usr/bin/node", "/etc/sesam-harden"],
  distrust: () => undefined,
  ...account(1001, "runner"),
  acceptedKeys: ["KID"],
  reportKey: done("OWN"),
  clock: { nowMs, hostMs: done(nowMs), changedAtMs: nowMs - 1000, recordedAtMs: nowMs - 1000 },
};

/** Checks that are not ok, as `CHECK STATE CODE`. */
async function check(change: Partial<SetupSeen>): Promise<string> {
  const all = await checkSetup({ ...fine, ...change });
  return all
    .filter(({ state }) => state !== "ok")
    .map((one) => `${one.check} ${one.state} ${one.code}`)
    .join(", ");
}

const least = 4 * 1000 + 1024 * 1024;
const noRunner = "runner unknown not-read";
const [second, clock] = [1000, fine.clock];

test.each<{ name: string; change: Partial<SetupSeen>; found: string }>([
  { name: "everything is in order", change: {}, found: "" },
  { name: "just enough space", change: { space: done([{ ...room, bytes: least }]) }, found: "" },
  {
    name: "too little space for the copies",
    change: { space: done([{ ...room, bytes: least - 1 }]) },
    found: "space failed disk-full",
  },
  {
    name: "too little space next to stpd.ini",
    change: { space: done([room, { ...folder, bytes: 1024 }]) },
    found: "space failed disk-full",
  },
  {
    name: "no file can be created",
    change: { space: done([room, { ...folder, files: 31 }]) },
    found: "space failed disk-full",
  },
  {
    name: "a file system without an inode count",
    change: { space: done([{ ...room, files: undefined }]) },
    found: "",
  },
  {
    name: "a read-only directory",
    change: { space: done([room, { ...folder, isWritable: false }]) },
    found: "space failed not-written",
  },
  { name: "unreadable disk usage", change: { space: failed }, found: "space unknown not-read" },
  { name: "no timer", change: { undo: failed }, found: "undo failed no-timer" },
  {
    name: "a timer behind a login that failed",
    change: { undo: { ...failed, isUnreached: true } },
    found: "undo unknown ssh-failed",
  },
  {
    name: "no recovery at boot",
    change: { undo: done({ by: "a systemd timer", atBoot: "disabled" }) },
    found: "undo warning boot-recovery-off",
  },
  { name: "a Server without jobs", change: { server: { kind: "no" } }, found: "" },
  {
    name: "a Server with a job",
    change: { server: { kind: "yes", detail: "" } },
    found: "server warning busy",
  },
  {
    name: "a Server that does not answer",
    change: { server: { kind: "unknown", detail: "" } },
    found: "server unknown busy-unknown",
  },
  {
    name: "no sudoers file",
    change: { sudoers: done(undefined) },
    found: `sudo failed sudo-missing, ${noRunner}`,
  },
  {
    name: "a sudoers file that others can write",
    change: sudoers(line, "it is writable by others"),
    found: `sudo failed sudo-untrusted, ${noRunner}`,
  },
  {
    name: "a sudoers file with one more line",
    change: sudoers(`${line}runner ALL=(ALL) NOPASSWD: ALL\n`),
    found: `sudo failed sudo-differs, ${noRunner}`,
  },
  {
    name: "a sudoers file for another program",
    change: sudoers(printSudoers("runner", "/tmp/sesam-harden")),
    found: `sudo failed sudo-differs, ${noRunner}`,
  },
  {
    name: "a sudoers file that names the runtime",
    change: sudoers(line.replaceAll(launcher, "/opt/node\\ js/node /usr/local/lib/index.js")),
    found: `sudo failed sudo-unsafe, ${noRunner}`,
  },
  {
    name: "unreadable sudoers",
    change: { sudoers: failed },
    found: `sudo unknown not-read, ${noRunner}`,
  },
  {
    name: "a missing account",
    change: { findAccount: async () => done(undefined) },
    found: "runner failed runner-missing",
  },
  { name: "a runner that is root", change: account(0), found: "runner failed runner-root" },
  {
    name: "a runner in a group with full sudo rights",
    change: account(1001, "runner", "docker"),
    found: "runner warning runner-powerful",
  },
  {
    name: "a runner with more rights in another sudoers file",
    change: { otherSudoers: done(new Map([["/etc/sudoers.d/ci", "User_Alias CI=a, runner\n"]])) },
    found: "runner warning runner-powerful",
  },
  {
    name: "another sudoers file that is unreadable",
    change: { otherSudoers: failed },
    found: "runner unknown not-read",
  },
  {
    name: "a runtime that others can write",
    change: { distrust: (path) => (path === "/usr/bin/node" ? "by others" : undefined) },
    found: "runner failed runner-writes",
  },
  {
    name: "pins that others can write",
    change: { distrust: (path) => (path === "/etc/sesam-harden" ? "by others" : undefined) },
    found: "runner failed runner-writes",
  },
  { name: "no key for tickets", change: { acceptedKeys: [] }, found: "key failed key-missing" },
  { name: "an invalid report key", change: { reportKey: failed }, found: "key failed report-key" },
  {
    name: "no key for reports",
    change: { reportKey: done(undefined) },
    found: "key warning report-key-missing",
  },
  {
    name: "a host whose clock is a minute off",
    change: { clock: { ...clock, hostMs: done(nowMs - 60 * second) } },
    found: "",
  },
  {
    name: "a host whose clock is further off",
    change: { clock: { ...clock, hostMs: done(nowMs - 61 * second) } },
    found: "clock failed clock-wrong",
  },
  {
    name: "a file with a future time",
    change: { clock: { ...clock, changedAtMs: nowMs + 61 * second } },
    found: "clock failed clock-wrong",
  },
  {
    name: "a record with a future time",
    change: { clock: { ...clock, recordedAtMs: nowMs + 61 * second } },
    found: "clock failed clock-wrong",
  },
  {
    name: "an unreadable clock",
    change: { clock: { ...clock, hostMs: failed } },
    found: "clock unknown not-read",
  },
])("$name: $found", async ({ change, found }) => {
  expect(await check(change)).toBe(found);
});

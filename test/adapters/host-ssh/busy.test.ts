import { spawn, spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Journal } from "../../../src/core/host/journal.ts";
import type { HostPort } from "../../../src/core/host/ports.ts";
import { hash } from "../../support/fakes/host/model-host.ts";
import { filesOf } from "../../support/builders/ssh-change.ts";
import { hasPeer } from "../../support/harness/peers.ts";
import { hasSshd, startSshd, type Sshd } from "../../support/fakes/host/sshd.ts";
import { createTarget, type TestTarget } from "../../support/fakes/host/ssh-target.ts";
import { compileStpd } from "../../support/fakes/host/stand-in-stpd.ts";

const stpd = compileStpd();
const live = hasSshd() && stpd !== undefined && hasPeer("pgrep", "--version");
const top = mkdtempSync(join(tmpdir(), "ssh-"));
let sshd: Sshd;
let peer: TestTarget;

beforeAll(async () => {
  if (!live || stpd === undefined) return;
  sshd = await startSshd(top);
  peer = await createTarget(sshd, { folder: join(top, "t"), stpd });
});

afterAll(async () => {
  if (!live) return;
  peer.stop();
  await sshd.stop();
  rmSync(top, { recursive: true });
});

/** A process name that only a test uses. */
const word = `sm_sms_backup_${process.pid}`;
const pgrep = {
  program: "/usr/bin/pgrep",
  arguments: ["-f", word],
  limitMs: 20_000,
  idleExit: 1,
  busyExit: 0,
};
const tell = (script: string) => ({ ...pgrep, program: "/bin/sh", arguments: ["-c", script] });

function startBackup(): () => void {
  const child = spawn("sleep", ["600"], { argv0: word, stdio: "ignore" });
  onTestFinished(() => void child.kill());
  return () => void child.kill();
}

test.skipIf(!live)("pgrep does not find the process that carries its own arguments", async () => {
  const host = peer.connect({}, { busy: pgrep });
  expect(await host.service.askBusy()).toEqual({ kind: "no" });
  startBackup();
  expect(await host.service.askBusy()).toMatchObject({ kind: "yes" });
});

test.skipIf(!live)("arguments arrive as pinned, and so does the output of a command", async () => {
  const odd = ["a b", "$(id)", "'", '"', "\\n", "-n", "*", "é", ""];
  const script = 'printf "%s|" "$@"; cat; exit 3';
  const busy = { ...pgrep, program: "/bin/sh", arguments: ["-c", script, "sh", ...odd] };
  const answer = await peer.connect({}, { busy }).service.askBusy();
  // Messages omit characters that are not ASCII.
  expect(answer).toEqual({
    kind: "unknown",
    detail: `exit code 3: ${odd.map((one) => (one === "é" ? " " : one)).join("|")}|`,
  });
});

test.skipIf(!live)("an exit code with an error message never means idle", async () => {
  for (const [script, kind] of [
    ["echo 'pgrep: write error' >&2; exit 1", "unknown"],
    ["exit 2", "unknown"],
    ["kill -KILL $$", "unknown"],
    ["echo all is quiet; exit 1", "no"],
  ] as const) {
    const answer = await peer.connect({}, { busy: tell(script) }).service.askBusy();
    expect(answer, script).toMatchObject({ kind });
  }
});

/** A change of the phase close that a run left with the new file in place and loaded. */
async function leaveChange(busy: typeof pgrep): Promise<HostPort> {
  rmSync(peer.target.stateFolder, { recursive: true, force: true });
  const { before, after } = filesOf(peer, "close");
  peer.write(before);
  peer.restart();
  const limits = { ...peer.target.limits, watchdogMs: 600_000, leaseMs: 1000, proveForMs: 2000 };
  const host = peer.connect({}, { limits, busy });
  const id = "change-1";
  const digests = { before: hash(before), after: hash(after), bridge: hash(before) };
  const rest = { schemaVersion: 1, host: "rds1", phase: "close", authority: "a test" } as const;
  const journal: Journal = { ...rest, ...digests, id, stage: "replacing", startedAt: "" };
  await host.lock.take();
  await host.journals.write(journal);
  expect(await host.timer.arm(id)).toMatchObject({ kind: "done" });
  for (const bytes of [before, after]) await host.backups.keep(bytes);
  await host.copies.stage(after);
  await host.copies.keep();
  await host.copies.activate("fresh");
  await host.folder.sync();
  expect(await host.service.restart()).toMatchObject({ kind: "done" });
  // Until its holder was silent for too long.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return host;
}

const undo = () => {
  const args = [join(peer.target.stateFolder, "undo.sh"), peer.target.stateFolder, "person"];
  return spawnSync("sh", args, { encoding: "utf8" });
};

test.skipIf(!live)("the undo on the host runs pgrep, which does not find the undo", async () => {
  await leaveChange(pgrep);
  const end = startBackup();
  expect(undo()).toMatchObject({
    status: 1,
    stdout: expect.stringContaining("transfers are running"),
  });
  expect(peer.restarts()).toBe(1);
  end();
  await expect.poll(() => undo().stdout).toContain("restored: the old file");
  expect(peer.live()).toBe(filesOf(peer, "close").before);
});

test.skipIf(!live)("the undo on the host does not treat an error as idle", async () => {
  const flag = join(peer.folder, "broken");
  writeFileSync(flag, "");
  await leaveChange(tell(`[ ! -e ${flag} ] || echo "write error" >&2; exit 1`));
  expect(undo()).toMatchObject({ status: 1, stdout: expect.stringContaining("transfers") });
  expect(peer.restarts()).toBe(1);
  rmSync(flag);
  expect(undo().stdout).toContain("restored: the old file");
});

test.skipIf(!live)("a failed restart does not count as one that read the old file", async () => {
  await leaveChange(tell("exit 1"));
  // It does not touch the service, which keeps serving only HTTPS.
  writeFileSync(join(peer.folder, "kept"), readFileSync(peer.target.restart.program));
  writeFileSync(peer.target.restart.program, "#!/bin/sh\nexit 7\n");
  const failed = undo();
  writeFileSync(peer.target.restart.program, readFileSync(join(peer.folder, "kept")));
  expect(failed).toMatchObject({ status: 1, stdout: expect.stringContaining("tried again") });
  expect(failed.stdout).not.toContain("restored");
  expect(peer.live()).toBe(filesOf(peer, "close").before);
  expect(undo().stdout).toContain("restored: the old file");
});

test.skipIf(!live)("the lock of a jump host has a text that needs no block", async () => {
  rmSync(peer.target.stateFolder, { recursive: true, force: true });
  const first = peer.connect({ who: "recover (person)" });
  expect(await first.lock.take()).toEqual({ kind: "done", value: undefined });
  const text = readlinkSync(join(peer.target.stateFolder, "lock-1"));
  expect(text).toMatch(/ recover$/);
  expect(text.length).toBeLessThan(60);
  expect(await peer.connect().lock.take()).toMatchObject({
    value: { who: "recover of a jump host", alive: "yes" },
  });
  await first.lock.release();
});

test.skipIf(!live)("a decision needs no block, and is read as 0.1.0 wrote it", async () => {
  const host = await leaveChange(tell("exit 1"));
  expect(await host.decisions.look("change-1")).toEqual({ kind: "done", value: undefined });
  expect(await host.decisions.claim("change-1", "undo")).toEqual({ kind: "done", value: "undo" });
  expect(await host.decisions.claim("change-1", "confirm")).toMatchObject({ value: "undo" });
  const path = join(peer.target.stateFolder, "decision-change-1");
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  rmSync(path);
  writeFileSync(path, "confirm");
  expect(await host.decisions.look("change-1")).toEqual({ kind: "done", value: "confirm" });
  expect(await host.decisions.claim("change-1", "undo")).toMatchObject({ value: "confirm" });
  expect(undo().stdout).toContain("it stays");
});

import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import type { Journal, Stage } from "../../../src/core/host/journal.ts";
import type { HostPort } from "../../../src/core/host/ports.ts";
import { recoverHost } from "../../../src/core/host/recover.ts";
import { hash } from "../../support/fakes/host/model-host.ts";
import { filesOf, requestRecovery } from "../../support/builders/ssh-change.ts";
import { hasSshd, startSshd, type Sshd } from "../../support/fakes/host/sshd.ts";
import { createTarget, type TestTarget } from "../../support/fakes/host/ssh-target.ts";
import { compileStpd } from "../../support/fakes/host/stand-in-stpd.ts";

const stpd = compileStpd();
const live = hasSshd() && stpd !== undefined;
const top = mkdtempSync(join(tmpdir(), "ssh-"));
const id = "change-1";
let sshd: Sshd;
let peer: TestTarget;

beforeAll(async () => {
  if (!live || stpd === undefined) return;
  sshd = await startSshd(top);
  peer = await createTarget(sshd, { folder: join(top, "t"), stpd });
});

beforeEach(() => {
  if (!live) return;
  rmSync(peer.target.stateFolder, { recursive: true, force: true });
  rmSync(join(peer.folder, "always"), { force: true });
  rmSync(join(peer.folder, "transfers"), { force: true });
  peer.write(peer.plain);
  peer.restart();
});

afterAll(async () => {
  if (!live) return;
  peer.stop();
  await sshd.stop();
  rmSync(top, { recursive: true });
});

const path = (name: string): string => join(peer.target.stateFolder, name);
const log = (): string => readFileSync(path("undo.log"), "utf8");

/**
 * A change of the phase close up to its restart, by a run that then stops reporting. The watchdog
 * must leave a busy machine enough time for all of its steps.
 */
async function leaveChange(stage: Stage, watchdogMs: number, leaseMs = 1000): Promise<HostPort> {
  const { before, after } = filesOf(peer, "close");
  peer.write(before);
  peer.restart();
  const limits = { ...peer.target.limits, watchdogMs, leaseMs, proveForMs: 2000 };
  const host = peer.connect({}, { limits });
  const journal: Journal = {
    schemaVersion: 1,
    id,
    host: "rds1",
    phase: "close",
    stage,
    startedAt: "2026-03-01T00:00:00.000Z",
    before: hash(before),
    after: hash(after),
    bridge: hash(before),
    authority: 'root: " "stage": "prepared", \\ $(id)',
  };
  await host.lock.take();
  await host.journals.write(journal);
  expect(await host.timer.arm(id)).toMatchObject({ kind: "done" });
  for (const bytes of [before, after]) await host.backups.keep(bytes);
  await host.copies.stage(after);
  await host.copies.keep();
  await host.folder.sync();
  if (stage === "prepared") return host;
  await host.copies.activate("fresh");
  await host.folder.sync();
  expect(await host.service.restart()).toMatchObject({ kind: "done" });
  return host;
}

async function isOver(): Promise<void> {
  while (existsSync(path("journal.json"))) await wait(50);
  while (!/^free$/.test(readHighest())) await wait(50);
}

function readHighest(): string {
  const locks = readdirSync(peer.target.stateFolder).filter((name) => name.startsWith("lock-"));
  const best = Math.max(...locks.map((name) => Number(name.slice("lock-".length))));
  return readlinkSync(path(`lock-${best}`));
}

async function stateOf(port: number): Promise<string> {
  const network = createNetwork({ sockets: 1, timeoutMs: 2000 });
  return (await network.connect({ address: "127.0.0.1", port })).state;
}

async function expectOld(): Promise<void> {
  expect(peer.live()).toBe(filesOf(peer, "close").before);
  expect(await stateOf(peer.ports.http)).toBe("open");
  expect(await stateOf(peer.ports.https)).toBe("open");
  expect(readdirSync(dirname(peer.target.stpdIni))).toEqual(["stpd.ini"]);
  const names = readdirSync(peer.target.stateFolder);
  expect(names.filter((name) => /^(journal|decision|armed|change)/.test(name))).toEqual([]);
}

/** Like the unit at a start of the host, or a person. */
const boot = (cause: "boot" | "person" = "boot") =>
  spawnSync("sh", [path("undo.sh"), peer.target.stateFolder, cause], { encoding: "utf8" });

test.skipIf(!live)("the timer restores the old file", async () => {
  await leaveChange("replacing", 10_000);
  await isOver();
  await expectOld();
  expect(log()).toContain("restored: the old file");
});

test.skipIf(!live)("the timer does not touch an unchanged host", async () => {
  await leaveChange("prepared", 10_000);
  const restarts = peer.restarts();
  await isOver();
  await expectOld();
  expect(peer.restarts()).toBe(restarts);
});

test.skipIf(!live)("the timer leaves a confirmed change, and ends it", async () => {
  const host = await leaveChange("replacing", 10_000);
  await host.decisions.claim(id, "confirm");
  await isOver();
  expect(peer.live()).toBe(peer.desired);
  expect(readdirSync(dirname(peer.target.stpdIni))).toEqual(["stpd.ini"]);
  expect(log()).toContain("it stays");
});

test.skipIf(!live)("a timer that was disarmed does nothing", async () => {
  const host = await leaveChange("replacing", 10_000);
  expect(await host.timer.isArmed(id)).toBe(true);
  expect(await host.timer.disarm(id)).toMatchObject({ kind: "done" });
  expect(await host.timer.isArmed(id)).toBe(false);
  await wait(11_000);
  expect(peer.live()).toBe(peer.desired);
  expect(existsSync(path("undo.log"))).toBe(false);
  // A start of the host then finds no settings of the change, and reports it.
  expect(boot()).toMatchObject({ status: 1, stdout: expect.stringContaining("not there") });
});

test.skipIf(!live)("a start of the host restores an interrupted change", async () => {
  await leaveChange("replacing", 600_000, 5000);
  expect(boot("person")).toMatchObject({ status: 1, stdout: expect.stringContaining("at work") });
  expect(peer.live()).toBe(peer.desired);
  // A start waits for the holder of the lock, here until that was silent for too long.
  const { status, stdout, stderr } = boot();
  expect(stdout + stderr).toContain("restored: the old file");
  expect(status).toBe(0);
  await expectOld();
  expect(boot().status).toBe(0);
});

test.skipIf(!live)(
  "without the second name the backup is restored, with the rights of the file",
  async () => {
    await leaveChange("replacing", 600_000);
    rmSync(join(dirname(peer.target.stpdIni), ".stpd.ini.sesam-harden-old"));
    spawnSync("chmod", ["604", peer.target.stpdIni]);
    await wait(2000);
    expect(boot().stdout).toContain("restored: the old file");
    await expectOld();
    expect(statSync(peer.target.stpdIni).mode & 0o777).toBe(0o604);
  },
);

test.skipIf(!live)("another person's file stays as long as one of its ports opens", async () => {
  await leaveChange("replacing", 600_000);
  const foreign = `[STPD_Server]\n STPD_HTTPS_PORT = "${peer.ports.https}"\r\n`;
  peer.write(foreign);
  await wait(2000);
  expect(boot().stdout).toContain("it stays");
  expect(peer.live()).toBe(foreign);
  expect(existsSync(path(`backups/${hash(foreign)}.ini`))).toBe(true);
});

test.skipIf(!live)("another person's file is replaced if none of its ports opens", async () => {
  await leaveChange("replacing", 600_000);
  const foreign = `[STPD_Server]\n#STPD_HTTPS_PORT=${peer.ports.https}\nSTPD_PORT=1\n[Other]\nSTPD_HTTP_PORT=${peer.ports.https}\n`;
  peer.write(foreign);
  await wait(2000);
  expect(boot().stdout).toContain("restored: the old file");
  await expectOld();
  expect(readFileSync(path(`backups/${hash(foreign)}.ini`), "utf8")).toBe(foreign);
});

test.skipIf(!live)("does not cut running transfers; the restart waits for their end", async () => {
  await leaveChange("replacing", 10_000);
  writeFileSync(join(peer.folder, "transfers"), "");
  while (!existsSync(path("undo.log")) || !log().includes("transfers are running")) await wait(100);
  expect(peer.live()).toBe(filesOf(peer, "close").before);
  expect(peer.restarts()).toBe(1);
  rmSync(join(peer.folder, "transfers"));
  await isOver();
  await expectOld();
  expect(peer.restarts()).toBe(2);
});

test.skipIf(!live)(
  "a host that no file restores says so, and is fixed from the jump host",
  async () => {
    await leaveChange("replacing", 600_000);
    writeFileSync(join(peer.folder, "always"), "fail");
    await wait(2000);
    expect(boot("person")).toMatchObject({ status: 1, stdout: expect.stringContaining("STUCK") });
    const host = peer.connect();
    expect(await host.journals.read()).toMatchObject({ value: { stage: "stuck" } });
    expect(peer.live()).toBe(filesOf(peer, "close").before);
    rmSync(join(peer.folder, "always"));
    const result = await recoverHost(requestRecovery("person"), host);
    expect(result).toMatchObject({ kind: "restored", file: "old" });
    await expectOld();
  },
);

test.skipIf(!live)("of two concurrent undos one waits, and then finds nothing to do", async () => {
  await leaveChange("replacing", 600_000);
  await wait(2000);
  const args = [path("undo.sh"), peer.target.stateFolder, "timer", id];
  const runs = [spawn("sh", args), spawn("sh", args), spawn("sh", args)].map(
    (child) => new Promise((done) => child.once("close", done)),
  );
  const restarts = peer.restarts();
  expect(await Promise.all(runs)).toEqual([0, 0, 0]);
  expect(peer.restarts()).toBe(restarts + 1);
  await expectOld();
});

test.skipIf(!live)("the jump host waits for a host that is undoing a change", async () => {
  await leaveChange("replacing", 600_000);
  await wait(2000);
  const child = spawn("sh", [path("undo.sh"), peer.target.stateFolder, "timer", id]);
  const ended = new Promise((done) => child.once("close", done));
  while (!readHighest().includes(" host ")) await wait(10);
  const result = await recoverHost(requestRecovery("person"), peer.connect());
  expect(result).toMatchObject({
    kind: "refused",
    refusal: { message: expect.stringContaining("the undo timer of the host") },
  });
  expect(await ended).toBe(0);
  await expectOld();
});

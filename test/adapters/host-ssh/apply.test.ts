import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { applyChange } from "../../../src/core/host/apply.ts";
import { filesOf, requestChange } from "../../support/builders/ssh-change.ts";
import { hasSshd, startSshd, type Sshd } from "../../support/fakes/host/sshd.ts";
import { createTarget, type TestTarget } from "../../support/fakes/host/ssh-target.ts";
import { compileStpd } from "../../support/fakes/host/stand-in-stpd.ts";

const stpd = compileStpd();
const live = hasSshd() && stpd !== undefined;
const top = mkdtempSync(join(tmpdir(), "ssh-"));
let sshd: Sshd;
let peer: TestTarget;

beforeAll(async () => {
  if (!live || stpd === undefined) return;
  sshd = await startSshd(top);
  peer = await createTarget(sshd, { folder: join(top, "t"), stpd });
});

beforeEach(() => {
  if (!live) return;
  peer.write(peer.plain);
  peer.restart();
});

afterAll(async () => {
  if (!live) return;
  peer.stop();
  await sshd.stop();
  rmSync(top, { recursive: true });
});

/** Nothing of a change is left on the host. */
function expectTidy(): void {
  const { stpdIni, stateFolder } = peer.target;
  expect(readdirSync(dirname(stpdIni))).toEqual(["stpd.ini"]);
  const state = readdirSync(stateFolder);
  expect(state.filter((name) => /^(journal|decision|armed|change)/.test(name))).toEqual([]);
}

test.skipIf(!live)("a change is confirmed in both phases, and may be sent twice", async () => {
  for (const phase of ["open", "close"] as const) {
    const { after } = filesOf(peer, phase);
    const request = requestChange(peer, phase, `${phase}-1`);
    const told: string[] = [];
    const host = peer.connect({ tell: (line) => void told.push(line) });
    const result = await applyChange(request, host);
    expect(result, told.join("\n")).toMatchObject({ kind: "confirmed", already: false });
    expect(peer.live()).toBe(after);
    expectTidy();
    const again = await applyChange(request, peer.connect());
    expect(again).toMatchObject({ kind: "confirmed", already: true });
  }
  expect(peer.restarts()).toBe(2);
});

test.skipIf(!live)("a service that fails or hangs during its restart is restored", async () => {
  const { before } = filesOf(peer, "open");
  for (const fault of ["fail", "hang"]) {
    writeFileSync(join(peer.folder, "fault"), fault);
    const restart = { ...peer.target.restart, limitMs: 4000 };
    const host = peer.connect({}, { restart });
    const result = await applyChange(requestChange(peer, "open", `fault-${fault}`), host);
    expect(result).toMatchObject({ kind: "undone", result: { kind: "restored", file: "old" } });
    expect(peer.live()).toBe(before);
    expectTidy();
  }
});

/** Cuts every connection when the run says so, and allows new ones later, or never. */
function cutAt(line: string, after: number, back: number | undefined) {
  const cuts: Promise<void>[] = [];
  const cut = async (): Promise<void> => {
    await wait(after);
    await sshd.stop();
    if (back === undefined) return;
    await wait(back);
    await sshd.start();
  };
  const tell = (told: string): void => {
    if (told.startsWith(line)) cuts.push(cut());
  };
  const over = async (): Promise<void> => {
    // Without this, a line that is never printed would hide an error from the test.
    expect(cuts.length, line).toBeGreaterThan(0);
    await Promise.all(cuts);
  };
  return { tell, over };
}

test.skipIf(!live)("a lost connection is reopened, and nothing is done twice", async () => {
  const lines = ["", "replacing", "restarting", "checking"];
  for (const [turn, line] of lines.entries()) {
    peer.write(peer.plain);
    peer.restart();
    const { tell, over } = cutAt(line, 60, 1000);
    const result = await applyChange(
      requestChange(peer, "open", `cut-${turn}`),
      peer.connect({ tell }),
    );
    await over();
    expect(result, line).toMatchObject({ kind: "confirmed", already: false });
    expect(peer.restarts(), line).toBe(1);
    expect(peer.live(), line).toBe(filesOf(peer, "open").after);
    expectTidy();
  }
});

test.skipIf(!live)("a host that is never reached again restores itself", async () => {
  const { before } = filesOf(peer, "open");
  const limits = { ...peer.target.limits, watchdogMs: 12_000, leaseMs: 3000, reconnectForMs: 2000 };
  const { tell, over } = cutAt("checking", 0, undefined);
  const host = peer.connect({ tell }, { limits });
  const result = await applyChange(requestChange(peer, "open", "lost"), host);
  await over();
  expect(result).toEqual({ kind: "overtaken" });
  const journal = join(peer.target.stateFolder, "journal.json");
  while (existsSync(journal)) await wait(100);
  expect(peer.live()).toBe(before);
  expect(peer.restarts()).toBe(2);
  await sshd.start();
  expectTidy();
  expect(await applyChange(requestChange(peer, "open", "again"), peer.connect())).toMatchObject({
    kind: "confirmed",
  });
});

test.skipIf(!live)("the host overtakes a run that hangs", async () => {
  const limits = { ...peer.target.limits, watchdogMs: 12_000, leaseMs: 3000 };
  const host = peer.connect({}, { limits });
  const observer: typeof host.observer = { observe: async () => new Promise<never>(() => {}) };
  const hanging = { ...host, observer: { ...host.observer } };
  const tell = (line: string): void => {
    if (line.startsWith("checking")) Object.assign(hanging.observer, observer);
  };
  void applyChange(requestChange(peer, "open", "hangs"), { ...hanging, tell });
  const journal = join(peer.target.stateFolder, "journal.json");
  while (!existsSync(journal)) await wait(100);
  while (existsSync(journal)) await wait(100);
  expect(peer.live()).toBe(filesOf(peer, "open").before);
  expect(await host.lock.isOurs()).toBe(false);
  expectTidy();
});

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Journal } from "../../../src/core/host/journal.ts";
import type { HostPort } from "../../../src/core/host/ports.ts";
import { watchConnections } from "../../../src/core/host/idle-service.ts";
import { hash, parse } from "../../support/fakes/host/model-host.ts";
import { hasSshd, startSshd, type Sshd } from "../../support/fakes/host/sshd.ts";
import { createTarget, oddName, type TestTarget } from "../../support/fakes/host/ssh-target.ts";
import { compileStpd } from "../../support/fakes/host/stand-in-stpd.ts";

const stpd = compileStpd();
const live = hasSshd() && stpd !== undefined;
const top = mkdtempSync(join(tmpdir(), "ssh-"));
let sshd: Sshd;
let peer: TestTarget;
let host: HostPort;

beforeAll(async () => {
  if (!live || stpd === undefined) return;
  sshd = await startSshd(top);
  peer = await createTarget(sshd, { folder: join(top, "t"), stpd });
  peer.write(peer.plain);
  peer.restart();
  host = peer.connect();
  await host.lock.take();
});

afterAll(async () => {
  if (!live) return;
  peer.stop();
  await sshd.stop();
  rmSync(top, { recursive: true });
});

const journal: Journal = {
  schemaVersion: 1,
  id: "change-1",
  host: "rds1",
  phase: "open",
  stage: "prepared",
  startedAt: "2026-03-01T00:00:00.000Z",
  before: "a".repeat(64),
  after: "b".repeat(64),
  bridge: null,
  authority: 'root: $(id) `id` "quoted" \\ é',
};

test.skipIf(!live)("every byte of a file is read and written unchanged", async () => {
  const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code)).repeat(50);
  expect(await host.copies.stage(bytes)).toEqual({ kind: "done", value: undefined });
  expect(await host.copies.read("fresh")).toMatchObject({ value: { bytes, objection: "" } });
  expect(await host.copies.stage("")).toMatchObject({ kind: "done" });
  expect(await host.copies.read("fresh")).toMatchObject({ value: { bytes: "" } });
  expect(await host.folder.cleanUp()).toMatchObject({ kind: "done" });
  expect(await host.copies.read("fresh")).toEqual({ kind: "done", value: undefined });
});

test.skipIf(!live)(
  "the copies are next to the file, whatever its directory is called",
  async () => {
    await host.copies.stage(peer.desired);
    await host.copies.keep();
    const names = readdirSync(join(peer.folder, oddName));
    expect(names.toSorted()).toEqual([
      ".stpd.ini.sesam-harden-fresh",
      ".stpd.ini.sesam-harden-old",
      "stpd.ini",
    ]);
    // Its own second name is allowed, one of another file is not.
    expect(await host.copies.read("live")).toMatchObject({ value: { objection: "" } });
    const other = join(peer.folder, "other");
    linkSync(peer.target.stpdIni, other);
    expect(await host.copies.read("live")).toMatchObject({
      value: { objection: expect.stringContaining("second hard link") },
    });
    rmSync(other);
    expect(await host.copies.activate("fresh")).toMatchObject({ kind: "done" });
    expect(await host.folder.sync()).toMatchObject({ kind: "done" });
    expect(peer.live()).toBe(peer.desired);
    expect(await host.copies.activate("fresh")).toMatchObject({ kind: "failed" });
    expect(await host.copies.activate("old")).toMatchObject({ kind: "done" });
    expect(peer.live()).toBe(peer.plain);
    // Two names of one file: the copy's name is removed afterwards as well.
    await host.copies.keep();
    expect(await host.copies.activate("old")).toMatchObject({ kind: "done" });
    expect(readdirSync(join(peer.folder, oddName))).toEqual(["stpd.ini"]);
  },
);

test.skipIf(!live)("type and owner of a file are kept and checked", async () => {
  chmodSync(peer.target.stpdIni, 0o640);
  await host.copies.stage(peer.desired);
  await host.copies.activate("fresh");
  expect(statSync(peer.target.stpdIni).mode & 0o7777).toBe(0o640);
  const stranger = peer.connect({}, { owner: { user: 4711, group: 4712 } });
  expect(await stranger.copies.read("live")).toMatchObject({
    value: { objection: expect.stringContaining("the pinned owner is 4711:4712") },
  });
  const link = peer.connect({}, { stpdIni: join(peer.folder, "link") });
  expect(await link.copies.read("live")).toEqual({ kind: "done", value: undefined });
  symlinkSync(peer.target.stpdIni, join(peer.folder, "link"));
  expect(await link.copies.read("live")).toMatchObject({
    value: { bytes: "", objection: "it is not a regular file" },
  });
  const folder = peer.connect({}, { stpdIni: peer.folder });
  expect(await folder.copies.read("live")).toMatchObject({
    value: { objection: "it is not a regular file" },
  });
  peer.write(peer.plain);
});

test.skipIf(!live)("does not follow a trap in place of the new file's name", async () => {
  const victim = join(peer.folder, "victim");
  writeFileSync(victim, "precious");
  symlinkSync(victim, join(peer.folder, oddName, ".stpd.ini.sesam-harden-part"));
  symlinkSync(victim, join(peer.folder, oddName, ".stpd.ini.sesam-harden-fresh"));
  expect(await host.copies.stage(peer.desired)).toMatchObject({ kind: "done" });
  expect(readFileSync(victim, "utf8")).toBe("precious");
  expect(await host.copies.read("fresh")).toMatchObject({ value: { bytes: peer.desired } });
  await host.folder.cleanUp();
});

test.skipIf(!live)(
  "an RDS behind ssh is idle unless its own tables show a connection",
  async () => {
    const rds = watchConnections(host, { parse, intervalMs: 100 });
    expect(await rds.askBusy()).toEqual({ kind: "no" });
    // The connection that our check through the tunnel leaves is gone by the time it counts.
    const file = parse(peer.plain);
    if (file.kind !== "file") throw new Error("no file");
    await host.observer.observe(file, undefined);
    expect(await rds.askBusy()).toEqual({ kind: "no" });
    const client = connect(peer.ports.http, "127.0.0.1");
    await new Promise((connected) => client.once("connect", connected));
    expect(await rds.askBusy()).toEqual({
      kind: "yes",
      detail: `connections to the data ports: 127.0.0.1 to port ${peer.ports.http}`,
    });
    client.destroy();
    expect(await rds.askBusy()).toEqual({ kind: "no" });
  },
);

test.skipIf(!live)("journal, decision and backups are stored on the target", async () => {
  expect(await host.journals.read()).toEqual({ kind: "done", value: undefined });
  await host.journals.write(journal);
  expect(await host.journals.read()).toEqual({ kind: "done", value: journal });
  const claims = (["confirm", "undo", "confirm"] as const).map((decision) =>
    peer.connect().decisions.claim(journal.id, decision),
  );
  const decided = await Promise.all(claims);
  expect(new Set(decided.map((outcome) => outcome.kind === "done" && outcome.value)).size).toBe(1);
  expect(await host.decisions.look(journal.id)).toEqual(decided[0]);
  await host.journals.clear(journal.id);
  expect(await host.journals.read()).toEqual({ kind: "done", value: undefined });
  expect(await host.decisions.look(journal.id)).toEqual({ kind: "done", value: undefined });
  for (let turn = 0; turn < 8; turn++) await host.backups.keep(`file ${turn}`);
  await host.backups.prune([hash("file 0")]);
  const found = Array.from({ length: 8 }, (_, turn) => host.backups.find(hash(`file ${turn}`)));
  const kept = (await Promise.all(found)).filter((bytes) => bytes !== undefined);
  expect(kept).toEqual(["file 0", "file 3", "file 4", "file 5", "file 6", "file 7"]);
  const torn = join(peer.target.stateFolder, "backups", `${hash("file 7")}.ini`);
  writeFileSync(torn, "fil");
  expect(await host.backups.find(hash("file 7"))).toBeUndefined();
  await host.backups.keep("file 7");
  expect(await host.backups.find(hash("file 7"))).toBe("file 7");
  writeFileSync(join(peer.target.stateFolder, "journal.json"), "{}");
  expect(await host.journals.read()).toMatchObject({ kind: "failed" });
  rmSync(join(peer.target.stateFolder, "journal.json"));
});

test.skipIf(!live)("one run has the lock, and steps of another one have no effect", async () => {
  const other = peer.connect({ who: "recover" });
  expect(await other.lock.take()).toMatchObject({
    value: { who: "test of a jump host", alive: "yes" },
  });
  expect(await other.lock.isOurs()).toBe(false);
  expect(await other.folder.cleanUp()).toEqual({
    kind: "failed",
    reason: "the lock is not held",
  });
  expect(await other.lock.seize()).toMatchObject({ kind: "done" });
  expect(await host.lock.isOurs()).toBe(false);
  expect(await host.copies.stage("late")).toEqual({
    kind: "failed",
    reason: "another run has taken over",
  });
  expect(existsSync(join(peer.folder, oddName, ".stpd.ini.sesam-harden-fresh"))).toBe(false);
  await host.lock.release();
  expect(await other.lock.isOurs()).toBe(true);
  await other.lock.release();
  expect(await host.lock.take()).toEqual({ kind: "done", value: undefined });
});

test.skipIf(!live)("a run of another jump host is dead once its time is over", async () => {
  await host.lock.release();
  const state = peer.target.stateFolder;
  const highest = Math.max(
    ...readdirSync(state).map((name) => Number(/^lock-(\d+)$/.exec(name)?.[1] ?? 0)),
  );
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
  const up = Math.floor(Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]));
  symlinkSync(
    `r1 jump elsewhere:7:9 ${boot} ${up - 100} apply`,
    join(state, `lock-${highest + 1}`),
  );
  expect(await host.lock.take()).toMatchObject({
    value: { ageSeconds: expect.any(Number), alive: "yes" },
  });
  const impatient = peer.connect({}, { limits: { ...peer.target.limits, leaseMs: 50_000 } });
  expect(await impatient.lock.take()).toEqual({ kind: "done", value: undefined });
  await impatient.lock.release();
  symlinkSync(`r2 jump elsewhere:7:9 00000000 ${up} apply`, join(state, `lock-${highest + 4}`));
  expect(await host.lock.take()).toEqual({ kind: "done", value: undefined });
});

test.skipIf(!live)(
  "the pinned commands report the state of the service, and restart it",
  async () => {
    expect(await host.service.askBusy()).toEqual({ kind: "no" });
    writeFileSync(join(peer.folder, "transfers"), "");
    expect(await host.service.askBusy()).toEqual({ kind: "yes", detail: "a backup" });
    rmSync(join(peer.folder, "transfers"));
    const blind = peer.connect({}, { busy: undefined });
    expect(await blind.service.askBusy()).toMatchObject({ kind: "unknown" });
    const asked = peer.connect({ askServer: async () => ({ kind: "yes", detail: "a job" }) });
    expect(await asked.service.askBusy()).toEqual({ kind: "yes", detail: "a job" });
    const file = parse(peer.plain);
    if (file.kind !== "file") throw new Error("it is not a file");
    const before = await host.service.look(file);
    expect(await host.service.restart()).toMatchObject({ kind: "done" });
    const after = await host.service.look(file);
    expect(after).toMatchObject({ value: { version: "5.1.0.14" } });
    if (before.kind !== "done" || after.kind !== "done")
      throw new Error("the service was not checked");
    expect(after.value.startedAtMs).toBeGreaterThan(before.value.startedAtMs ?? Infinity);
    expect(Math.abs((after.value.startedAtMs ?? 0) - Date.now())).toBeLessThan(60_000);
    writeFileSync(join(peer.folder, "fault"), "fail");
    expect(await host.service.restart()).toEqual({
      kind: "failed",
      reason: "exit code 3: the service is broken",
    });
    expect(await host.service.restart()).toMatchObject({ kind: "done" });
  },
);

test.skipIf(!live)("refuses a host whose key is not the pinned one, and never asks", async () => {
  const name = "other";
  writeFileSync(
    join(top, "known-other"),
    readFileSync(join(top, "user.pub"), "utf8").replace(/^/, "other "),
  );
  const stranger = peer.connect({}, { name, knownHosts: join(top, "known-other") });
  const refused = {
    kind: "failed",
    reason: expect.stringContaining("Host key verification failed"),
  };
  expect(await stranger.copies.read("live")).toMatchObject(refused);
  const unknown = peer.connect({}, { name, knownHosts: "/dev/null" });
  expect(await unknown.copies.read("live")).toMatchObject(refused);
  const keyless = peer.connect({}, { identityFile: join(top, "host") });
  expect(await keyless.copies.read("live")).toMatchObject({
    kind: "failed",
    reason: expect.stringContaining("Permission denied"),
  });
});

test.skipIf(!live)("output of the login shell does not count as an answer", async () => {
  for (const name of [".bashrc", ".profile"])
    writeFileSync(join(top, name), "echo welcome; echo 1\n");
  expect(await host.copies.read("live")).toMatchObject({ value: { bytes: peer.plain } });
  expect(await host.lock.isOurs()).toBe(true);
  expect(await host.service.askBusy()).toEqual({ kind: "no" });
  for (const name of [".bashrc", ".profile"]) rmSync(join(top, name));
});

test.skipIf(!live)("refuses a state directory that others can access", async () => {
  const stateFolder = join(peer.folder, "open");
  mkdirSync(stateFolder, { mode: 0o755 });
  expect(await peer.connect({}, { stateFolder }).lock.take()).toMatchObject({
    kind: "failed",
    reason: expect.stringContaining("others can"),
  });
});

test.skipIf(!live)("no shell took a name for a command", () => {
  const { stdout } = spawnSync("find", [top, "/", "-maxdepth", "3", "-name", "pwned"], {
    encoding: "utf8",
  });
  expect(stdout).toBe("");
});

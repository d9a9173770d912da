import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import {
  createHostLock,
  readHolder,
  removeStale,
} from "../../../src/adapters/host-local/host-lock.ts";
import { readBootId, startOf } from "../../../src/adapters/host-local/proc.ts";
import { createDecisions } from "../../../src/adapters/host-local/state-folder.ts";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const open = (folder: string, who = "apply open") =>
  createHostLock({ folder, who, nowMs: () => 90_000 });

const free = { kind: "done", value: undefined };

/** A process that lives until the test is over. */
function startOther(): number {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child.pid ?? 0;
}

interface Left {
  readonly pid: number;
  readonly start?: string;
  readonly boot?: string;
}

const boot = readBootId();

/** The lock as this version and the first one write it. */
const writers = {
  "this version": (folder: string, { pid, start = startOf(pid) ?? "1", boot: of = boot }: Left) =>
    symlinkSync(`${pid} ${start} ${of.slice(0, 8)} 1 apply close`, join(folder, "lock")),
  "0.1.0": (folder: string, { pid, start = startOf(pid) ?? "1", boot: of = boot }: Left) =>
    writeFileSync(
      join(folder, "lock"),
      JSON.stringify({ who: "apply close", pid, since: 1, start, boot: of }),
    ),
} as const;

const versions = Object.entries(writers);

test("one run at a time holds it, names itself, and releases it", async () => {
  const folder = makeFolder();
  const lock = open(folder);
  expect(await lock.isOurs()).toBe(false);
  expect(await lock.take()).toEqual(free);
  expect(await lock.take()).toEqual(free);
  expect(await lock.isOurs()).toBe(true);
  const who = `apply open (process ${process.pid})`;
  expect(readHolder(folder, 100_000)).toEqual({ who, ageSeconds: 10, alive: "yes" });
  await lock.release();
  expect(readdirSync(folder)).toEqual([]);
  expect(readHolder(folder, 0)).toBeUndefined();
});

test("it needs no free block: it is a link whose text is in the inode", async () => {
  const folder = makeFolder();
  await open(folder, "recover (person)").take();
  expect(lstatSync(join(folder, "lock")).isSymbolicLink()).toBe(true);
  // 60 bytes of ext4's inode hold a text and its end; pid_max and a year of ticks are longer here.
  expect(readlinkSync(join(folder, "lock")).length).toBeLessThan(50);
});

test.each(versions)("a live holder of %s keeps it", async (_, write) => {
  const folder = makeFolder();
  const pid = startOther();
  write(folder, { pid });
  const lock = open(folder);
  expect(await lock.take()).toEqual({
    kind: "done",
    value: { who: `apply close (process ${pid})`, ageSeconds: 90, alive: "yes" },
  });
  expect(await lock.isOurs()).toBe(false);
  // A lock that is not ours is not released.
  await lock.release();
  expect(readHolder(folder, 0)).toBeDefined();
});

test.each(
  versions.flatMap(([name, write]) =>
    (["ended", "another start", "another boot"] as const).map((how) => [how, name, write] as const),
  ),
)("a dead holder loses it: %s, %s", async (how, _, write) => {
  const folder = makeFolder();
  const ended = spawnSync("true").pid;
  if (how === "ended") write(folder, { pid: ended });
  // The process ID is reused by a process that lives.
  if (how === "another start") write(folder, { pid: startOther(), start: "12" });
  if (how === "another boot") write(folder, { pid: startOther(), boot: `0${"0".repeat(35)}` });
  expect(readHolder(folder, 0)).toMatchObject({ alive: "no" });
  const lock = open(folder);
  expect(await lock.take()).toEqual(free);
  expect(await lock.isOurs()).toBe(true);
  expect(readdirSync(folder)).toEqual(["lock"]);
});

test("an unknown lock is left, since nothing is known of it", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "lock"), "what?");
  expect(await open(folder).take()).toMatchObject({ value: { alive: "unknown" } });
  expect(readFileSync(join(folder, "lock"), "utf8")).toBe("what?");
});

test.each(versions)("a holder of %s that exceeds its time is killed", async (_, write) => {
  const folder = makeFolder();
  const pid = startOther();
  write(folder, { pid });
  const lock = open(folder);
  expect(await lock.seize()).toEqual(free);
  expect(await lock.isOurs()).toBe(true);
  while (startOf(pid) !== undefined) await wait(10);
});

test("a lock that another run took meanwhile is returned to it", () => {
  const folder = makeFolder();
  const path = join(folder, "lock");
  symlinkSync("of another run", path);
  removeStale(path, "of a dead run");
  expect(readlinkSync(path)).toBe("of another run");
  removeStale(path, "of another run");
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
  removeStale(path, "of another run");
});

test("reports a lock that cannot be created", async () => {
  expect(await open("/nowhere").take()).toMatchObject({ kind: "failed" });
  expect(await open("/nowhere").seize()).toMatchObject({ kind: "failed" });
});

test("a decision is made once, needs no block, and is read as 0.1.0 wrote it", async () => {
  const folder = makeFolder();
  const decisions = createDecisions(folder);
  expect(await decisions.look("a")).toEqual(free);
  expect(await decisions.claim("a", "confirm")).toEqual({ kind: "done", value: "confirm" });
  expect(await decisions.claim("a", "undo")).toEqual({ kind: "done", value: "confirm" });
  expect(await decisions.look("a")).toEqual({ kind: "done", value: "confirm" });
  expect(lstatSync(join(folder, "decision-a")).isSymbolicLink()).toBe(true);
  writeFileSync(join(folder, "decision-b"), "confirm");
  expect(await decisions.look("b")).toEqual({ kind: "done", value: "confirm" });
  expect(await decisions.claim("b", "undo")).toEqual({ kind: "done", value: "confirm" });
  writeFileSync(join(folder, "decision-c"), "conf");
  expect(await decisions.look("c")).toEqual({ kind: "done", value: "undo" });
});

import { spawn, spawnSync } from "node:child_process";
import {
  mkdirSync,
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
import { basics } from "../../../src/adapters/host-ssh/shell/basics.ts";
import { fence } from "../../../src/adapters/host-ssh/shell/fence.ts";

const live = process.platform === "linux";
const boot = live ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8) : "";

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
}

/** Runs a script as a target does, which has the state directory as `$1`. */
function run(state: string, script: string, ...more: readonly string[]): Promise<Ended> {
  const child = spawn("sh", ["-c", `${basics}${fence}${script}`, "sh", state, ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => void (stdout += chunk.toString()));
  return new Promise((done) => child.once("close", (status) => done({ status, stdout })));
}

function makeState(): string {
  const state = mkdtempSync(join(tmpdir(), "fence-"));
  onTestFinished(() => rmSync(state, { recursive: true }));
  return state;
}

/** A process in a group of its own, and the name of its step. */
function startStep(state: string, name: string): () => boolean {
  const child = spawn("sh", ["-c", "while :; do sleep 1; done"], {
    detached: true,
    stdio: "ignore",
  });
  const ended = { is: false };
  child.once("close", () => void (ended.is = true));
  onTestFinished(() => void (ended.is || process.kill(-(child.pid ?? 0), "SIGKILL")));
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
  const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  symlinkSync(`${child.pid} ${start} ${boot}`, join(state, name));
  return () => ended.is;
}

const takeOnce = `
highest "$1"
next_lock "$1" "$2" && echo "$mine"
`;

test.skipIf(!live)("many concurrent lock requests get one number each", async () => {
  const state = makeState();
  const numbers: string[] = [];
  for (let round = 0; round < 8; round++) {
    const runs = Array.from({ length: 20 }, (_, turn) => run(state, takeOnce, `run${turn} jump`));
    const taken = (await Promise.all(runs)).map(({ stdout }) => stdout.trim());
    numbers.push(...taken.filter(Boolean));
  }
  expect(numbers.length).toBeGreaterThan(20);
  expect(new Set(numbers).size).toBe(numbers.length);
  const highest = Math.max(...numbers.map(Number));
  expect(readdirSync(state)).toContain(`lock-${highest}`);
  expect(readdirSync(state).length).toBeLessThan(25);
});

test.skipIf(!live)("a run that takes over waits for a running step, then kills it", async () => {
  const state = makeState();
  const isEnded = startStep(state, "step-1-4");
  const settled = run(state, `settle_steps "$1" 2 0 2 0 && echo settled`);
  await wait(500);
  expect(isEnded()).toBe(false);
  expect((await settled).stdout).toBe("settled\n");
  while (!isEnded()) await wait(20);
  expect(readdirSync(state)).toEqual([]);
});

test.skipIf(!live)("a reused process number is not a step", async () => {
  const state = makeState();
  symlinkSync(`${process.pid} 1 ${boot}`, join(state, "step-1-1"));
  symlinkSync(`${process.pid} 1 00000000`, join(state, "step-1-2"));
  symlinkSync(`999999999 1 ${boot}`, join(state, "step-1-3"));
  expect((await run(state, `settle_steps "$1" 2 0 60 0 && echo settled`)).stdout).toBe("settled\n");
});

const step = `enter "$1" "$2" "$3" "$4" 60\necho "at work, \${prior:-new}"\nleave 7\n`;

test.skipIf(!live)("a step that arrives too late does nothing", async () => {
  const state = makeState();
  symlinkSync("run1 jump", join(state, "lock-3"));
  expect(await run(state, step, "3", "1", "1")).toEqual({ status: 0, stdout: "at work, new\n" });
  // A later step of the same run, then an earlier one that its connection had delayed.
  expect(await run(state, step, "3", "5", "5")).toMatchObject({ status: 0 });
  expect(await run(state, step, "3", "4", "4")).toEqual({ status: 79, stdout: "" });
  // The lock was passed to another run, or was released.
  symlinkSync("run2 jump", join(state, "lock-4"));
  expect(await run(state, step, "3", "6", "6")).toEqual({ status: 79, stdout: "" });
  symlinkSync("free", join(state, "lock-5"));
  expect(await run(state, step, "5", "1", "1")).toEqual({ status: 79, stdout: "" });
  expect(readdirSync(state).filter((name) => name.startsWith("step"))).toEqual(["step-3-5"]);
});

test.skipIf(!live)("a repeated step gets its earlier result", async () => {
  const state = makeState();
  symlinkSync("run1 jump", join(state, "lock-1"));
  await run(state, step, "1", "1", "1");
  const isEnded = startStep(state, "step-1-2");
  const again = run(state, step, "1", "3", "2");
  await wait(500);
  // The step to repeat is still running, and now ends successfully.
  symlinkSync("done 3", join(state, "mark"));
  spawnSync("mv", ["-fT", join(state, "mark"), join(state, "step-1-2")]);
  expect(await again).toEqual({ status: 0, stdout: "at work, 3\n" });
  expect(isEnded()).toBe(false);
  expect(await run(state, step, "1", "4", "4")).toEqual({ status: 0, stdout: "at work, new\n" });
  expect(readlinkSync(join(state, "step-1-4"))).toBe("done 7");
});

test.skipIf(!live)("a holder lives as long as it reports, or as its process does", async () => {
  const state = makeState();
  const held = `highest "$1"\nif is_held "$1" 30; then echo held; else echo dead; fi`;
  const ask = async (): Promise<string> => (await run(state, held)).stdout;
  const up = Math.floor(Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]));
  expect(await ask()).toBe("dead\n");
  symlinkSync(`r jump a:1:1 ${boot} ${up - 20} apply`, join(state, "lock-1"));
  expect(await ask()).toBe("held\n");
  symlinkSync(`r jump a:1:1 ${boot} ${up - 90} apply`, join(state, "lock-2"));
  expect(await ask()).toBe("dead\n");
  symlinkSync(`${boot} ${up - 5}`, join(state, "lease-2"));
  expect(await ask()).toBe("held\n");
  symlinkSync(`r jump a:1:1 00000000 ${up} apply`, join(state, "lock-3"));
  expect(await ask()).toBe("dead\n");
  symlinkSync(`r jump a:1:1 ${boot} ${up - 90} apply`, join(state, "lock-4"));
  const isEnded = startStep(state, "step-4-1");
  expect(await ask()).toBe("held\n");
  expect(isEnded()).toBe(false);
  symlinkSync(`- host 999999999:1 ${boot} ${up} timer`, join(state, "lock-5"));
  expect(await ask()).toBe("dead\n");
});

test.skipIf(!live)(
  "leftovers of killed scripts are removed, and files of a live one stay",
  async () => {
    const state = makeState();
    mkdirSync(join(state, "backups"));
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    onTestFinished(() => void child.kill("SIGKILL"));
    const dead = spawnSync("true").pid;
    const names = ["journal.json.PID.new", "backups/a.ini.PID.new", "undo.log.PID", "journal.PID"];
    for (const name of names) {
      for (const pid of [child.pid, dead])
        writeFileSync(join(state, name.replace("PID", `${pid}`)), "");
    }
    for (const name of ["armed", "beat", "mark"]) symlinkSync("x", join(state, `${name}.${dead}`));
    const kept = ["journal.json", "undo.log", "undo.sh", "armed-change-1", "x.new"];
    for (const name of kept) writeFileSync(join(state, name), "");
    expect((await run(state, 'remove_leftovers "$1"')).status).toBe(0);
    const alive = names.map((name) => name.replace("PID", `${child.pid}`));
    expect(readdirSync(state, { recursive: true }).toSorted()).toEqual(
      [...alive, ...kept, "backups"].toSorted(),
    );
  },
);

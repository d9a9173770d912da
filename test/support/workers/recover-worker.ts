import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { printJournal } from "../../../src/core/host/journal.ts";
import { hash, installHost, type InstalledHost } from "../harness/installed-host.ts";
import { bridge, desired, plain } from "../fakes/host/model-change.ts";
import { createStandInHost, type StandInHost } from "../fakes/host/stand-in-host.ts";

/**
 * Runs inside a namespace: leaves a change of the phase open as a run does that is ended after it
 * replaced the file, makes something worse, and recovers with the built program.
 */
export interface RecoverSeen {
  readonly code: number | null;
  readonly said: string;
  readonly file: "plain" | "bridge" | "other";
  /** Ports that are open at the address of clients. */
  readonly open: string;
  /** Leftovers of journal, lock, decisions, pins and copies. */
  readonly left: readonly string[];
}

interface World {
  readonly host: StandInHost;
  readonly installed: InstalledHost;
}

const ports = { https: 11443, http: 11000, ftp: 11001 };
const network = createNetwork({ sockets: 8, timeoutMs: 2000 });

async function listOpen(): Promise<string> {
  const seen = await Promise.all(
    Object.entries(ports).map(async ([name, port]) => {
      const { state } = await network.connect({ address: "127.0.0.2", port });
      return state === "open" ? [name] : [];
    }),
  );
  return seen.flat().join(" ");
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 900; turn++) {
    if (await isSo()) return;
    await wait(100);
  }
  throw new Error("it never came to that");
}

const mounted: string[] = [];

/** A separate disk that exists only in this namespace, with the existing files. */
function mountSmall(folder: string): void {
  const script = `cp -a "$1" "$1.kept" && mount -t tmpfs -o size=256k,mode=700 none "$1" &&
    cp -a "$1.kept/." "$1" && rm -r "$1.kept"`;
  const { status } = spawnSync("sh", ["-ec", script, "sh", folder], { stdio: "inherit" });
  if (status !== 0) throw new Error("no file system could be mounted");
  mounted.push(folder);
}

/** Fills the disk to the last byte. */
function fill(folder: string): void {
  spawnSync("dd", ["if=/dev/zero", `of=${join(folder, "filler")}`, "bs=1024"], { stdio: "ignore" });
  const { status } = spawnSync("sh", ["-c", `echo x >'${folder}/more'`], { stdio: "ignore" });
  if (status === 0) throw new Error("the disk is not full");
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}

const live = ({ host }: World): string => readFileSync(host.stpdIni, "latin1");

/**
 * Runs apply until the file is replaced and its restart has done what was planned; kills its group.
 */
async function leaveChange(
  world: World,
  fault: "hangs-down" | "hangs" | "works",
  isThere: () => Promise<boolean>,
  beforeKill: () => void = () => {},
): Promise<void> {
  world.host.plan({ kind: fault });
  const child = world.installed.start(world.installed.planPhase("open"));
  await until(async () => live(world) === bridge && (await isThere()));
  beforeKill();
  killGroup(child);
}

const isDown = async (): Promise<boolean> => (await listOpen()) === "";
const isBefore = async (): Promise<boolean> => (await listOpen()) === "http ftp";
const isBridged = async (): Promise<boolean> => (await listOpen()) === "https http ftp";

/** The machine went down, and the watchdog with it. */
function endWatchdog({ installed }: World): void {
  for (const name of readdirSync(installed.state)) {
    if (!name.startsWith("watchdog-")) continue;
    process.kill(
      Number(readFileSync(join(installed.state, name), "utf8").split(" ")[0]),
      "SIGKILL",
    );
  }
}

function editPins({ installed }: World, edit: (text: string) => string): void {
  writeFileSync(installed.pinsFile, edit(readFileSync(installed.pinsFile, "utf8")));
}

const spoil = (text: string): string => `${text.replace(/^watchdog = .*$/m, "watchdog = 50s")}`;

async function recover(
  { installed }: World,
  ...words: readonly string[]
): Promise<Pick<RecoverSeen, "code" | "said">> {
  const { status, stdout, stderr } = await installed.run(["recover", ...words]);
  const said = /^host1: ([a-z -]+)/m.exec(stdout)?.[1] ?? stderr;
  return { code: status, said };
}

const nothing = { code: null, said: "" };

/** Both disks are full, that of stpd.ini and that of the state. */
async function loseSpace(world: World): Promise<void> {
  const { host, installed } = world;
  const folders = [dirname(host.stpdIni), dirname(installed.state)];
  folders.forEach(mountSmall);
  await leaveChange(world, "hangs-down", isDown, () => folders.forEach(fill));
}

type Case = (world: World) => Promise<Pick<RecoverSeen, "code" | "said">>;

const cases: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  watchdog: {
    "a full disk, and the watchdog": async (world) => {
      await loseSpace(world);
      await until(() => listLeft(world).length === 0);
      return nothing;
    },
  },
  space: {
    "a full disk, and a boot": async (world) => {
      await loseSpace(world);
      endWatchdog(world);
      return recover(world, "--cause", "boot");
    },
    "a full disk, by hand": async (world) => {
      await loseSpace(world);
      return recover(world);
    },
    "a full disk while a backup runs": async (world) => {
      const busy =
        "[command.busy]\nprogram = /usr/bin/pgrep\narguments = -f sm_sms_backup\nidle_exit = 1\nbusy_exit = 0\n";
      editPins(world, (text) => text.replace(/\[command\.busy\]\n[^[]*/, busy));
      mountSmall(dirname(world.installed.state));
      await leaveChange(world, "works", isBridged, () => fill(dirname(world.installed.state)));
      const backup = spawn("sleep", ["600"], { argv0: "sm_sms_backup", stdio: "ignore" });
      const seen = await recover(world);
      backup.kill();
      return seen;
    },
  },
  pins: {
    "a typo since the start, and a boot": async (world) => {
      await leaveChange(world, "hangs-down", isDown);
      endWatchdog(world);
      editPins(world, spoil);
      return recover(world, "--cause", "boot");
    },
    "pins that others can write since the start, by hand": async (world) => {
      await leaveChange(world, "hangs-down", isDown);
      chmodSync(world.installed.pinsFile, 0o666);
      return recover(world, "--host", "host1");
    },
    "missing pins, by the timer": async (world) => {
      await leaveChange(world, "hangs-down", isDown);
      const { id } = JSON.parse(readFileSync(join(world.installed.state, "journal.json"), "utf8"));
      rmSync(world.installed.pinsFile);
      return recover(world, "--host", "host1", "--cause", "timer", "--id", id);
    },
    "an undo that waits because the state is unknown": async (world) => {
      const busy = "[command.busy]\nprogram = /bin/false\nidle_exit = 0\nbusy_exit = 2\n";
      await leaveChange(world, "works", isBridged);
      const path = join(world.installed.state, "pins.json");
      const kept = JSON.parse(readFileSync(path, "utf8"));
      kept.pins.busy.program = "/bin/false";
      kept.pins.busy.busyExit = 2;
      writeFileSync(path, JSON.stringify(kept));
      editPins(world, (text) => text.replace(/\[command\.busy\]\n[^[]*/, busy));
      const waits = await recover(world);
      const ends = await recover(world, "--idle-seen-by", "Anna, GUI");
      return { code: ends.code, said: `${waits.code} ${waits.said}, ${ends.said}` };
    },
    "an unreadable journal, by hand": async (world) => {
      await leaveChange(world, "hangs", isBefore);
      writeFileSync(join(world.installed.state, "journal.json"), "{}");
      return recover(world);
    },
    "a change of 0.1.0, and a typo": async (world) => {
      await leaveChange(world, "hangs-down", isDown);
      endWatchdog(world);
      becomeFirstRelease(world);
      editPins(world, spoil);
      return recover(world, "--cause", "boot");
    },
    "other hosts with wrong pins, or an undo that waits": async (world) => {
      await leaveChange(world, "hangs-down", isDown);
      endWatchdog(world);
      placeOthers(world);
      const child = world.installed.start(["recover", "--cause", "boot"]);
      await until(() => listLeft(world).length === 0);
      const isAlive = child.exitCode === null;
      killGroup(child);
      return { code: null, said: isAlive ? "the others are waited for" : "it ended" };
    },
  },
};

/** As the first version left it: files in place of links, and no stored pins. */
function becomeFirstRelease({ installed }: World): void {
  rmSync(join(installed.state, "pins.json"));
  rmSync(join(installed.state, "lock"));
  const holder = { who: "apply open", pid: 999_999, since: 1, start: "1", boot: "" };
  const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  writeFileSync(join(installed.state, "lock"), JSON.stringify({ ...holder, boot }));
}

/**
 * Hosts sorted before host1: with a typo, with pins that others can write, with an undo that must
 * wait.
 */
function placeOthers({ host, installed }: World): void {
  const folder = dirname(installed.pinsFile);
  const pins = readFileSync(installed.pinsFile, "utf8");
  const rename = (name: string): string => pins.replace("host = host1", `host = ${name}`);
  writeFileSync(join(folder, "a.ini"), spoil(rename("a")));
  writeFileSync(join(folder, "b.ini"), rename("b"), { mode: 0o666 });
  chmodSync(join(folder, "b.ini"), 0o666);
  const ini = join(installed.root, "other.ini");
  writeFileSync(ini, plain);
  const busy = "[command.busy]\nprogram = /bin/false\nidle_exit = 0\nbusy_exit = 1\n";
  const waiting = rename("c").replace(host.stpdIni, ini);
  writeFileSync(join(folder, "c.ini"), waiting.replace(/\[command\.busy\]\n[^[]*/, busy));
  const state = join(dirname(installed.state), "c");
  mkdirSync(join(state, "backups"), { recursive: true, mode: 0o700 });
  const digests = { before: hash(plain), after: hash(bridge), bridge: hash(bridge) };
  const change = { schemaVersion: 1, id: "c-1", host: "c", phase: "open", ...digests } as const;
  const rest = { stage: "replacing", startedAt: "", authority: "a test" } as const;
  writeFileSync(join(state, "journal.json"), printJournal({ ...change, ...rest }));
}

function listLeft({ host, installed }: World): readonly string[] {
  const names = [...readdirSync(installed.state), ...readdirSync(dirname(host.stpdIni))];
  return names.filter((name) => /^(journal|lock|decision|pins)|sesam-harden/.test(name)).toSorted();
}

async function look(
  { host, installed }: World,
  said: Pick<RecoverSeen, "code" | "said">,
): Promise<RecoverSeen> {
  const bytes = readFileSync(host.stpdIni, "latin1");
  const file = bytes === plain ? "plain" : bytes === bridge ? "bridge" : "other";
  return { ...said, file, open: await listOpen(), left: listLeft({ host, installed }) };
}

async function runCase(act: Case): Promise<RecoverSeen> {
  const addresses = ["127.0.0.1", "127.0.0.2"] as const;
  const host = createStandInHost({ flavour: "microhttpd", stpdIni: plain, addresses });
  const limits = { watchdog: 41, prove: 3, settle: 1, quiet: 2 };
  const installed = await installHost({ host, desired, addresses: ["127.0.0.2"], limits });
  const world = { host, installed };
  try {
    await host.run("restart");
    // Creates the state directory, on which the separate disk is mounted.
    await installed.run(["host", "status"]);
    return await look(world, await act(world));
  } finally {
    await host.run("stop");
    for (const folder of mounted.splice(0)) spawnSync("umount", ["--lazy", folder]);
    await host.remove();
    installed.remove();
  }
}

const [kind = ""] = process.argv.slice(2);
const seen: Record<string, RecoverSeen> = {};
for (const [name, act] of Object.entries(cases[kind] ?? {})) seen[name] = await runCase(act);
process.stdout.write(JSON.stringify(seen));

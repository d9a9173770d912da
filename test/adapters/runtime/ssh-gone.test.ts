import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { hashSha256 as hash } from "../../../src/adapters/runtime/crypto.ts";
import { basics, commands } from "../../../src/adapters/host-ssh/shell/basics.ts";
import { undoScript } from "../../../src/adapters/host-ssh/shell/undo-script.ts";

const live = process.platform === "linux";
const before = "[STPD_Server]\nSTPD_PORT=39999\n";
const after = "[STPD_Server]\nSTPD_HTTPS_PORT=39998\n";

interface Watch {
  readonly top: string;
  readonly state: string;
  readonly ini: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

function makeTop(): string {
  const top = mkdtempSync(join(tmpdir(), "gone-"));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  return top;
}

/** A watchdog over an unfinished change; its clock runs fifty times as fast where it sleeps. */
function watch(seconds: number, restart: string): Watch {
  const top = makeTop();
  const [state, ini, bin] = [join(top, "state"), join(top, "stpd.ini"), join(top, "bin")];
  mkdirSync(join(state, "backups"), { recursive: true });
  mkdirSync(bin);
  writeFileSync(join(bin, "sleep"), '#!/bin/sh\nexec /bin/sleep "0.0$((2 * ${1%%.*} + 1))"\n');
  chmodSync(join(bin, "sleep"), 0o755);
  writeFileSync(ini, after);
  for (const text of [before, after]) {
    writeFileSync(join(state, "backups", `${hash(text)}.ini`), text);
  }
  const journal = { id: "c1", stage: "replaced", before: hash(before), after: hash(after) };
  writeFileSync(join(state, "journal.json"), `${JSON.stringify(journal, null, 1)}\n`);
  const words = ["/bin/sh", "-c", restart];
  const times = [1, 0, 5, 20, 5];
  const lines = [ini, ...times, 0, 10, words.length, ...words, 0, 0];
  writeFileSync(join(state, "change-c1"), lines.map((line) => `${line}\n`).join(""));
  writeFileSync(join(state, "undo.sh"), undoScript);
  const child = spawn("sh", [join(state, "undo.sh"), state, "watchdog", "c1", String(seconds)], {
    stdio: "ignore",
    detached: true,
    env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}` },
  });
  const ended = new Promise<number | null>((done) => child.once("close", done));
  onTestFinished(() => void (child.exitCode ?? process.kill(-(child.pid ?? 0), "SIGKILL")));
  return { top, state, ini, child, ended };
}

/** Processes of its group, with their command lines. */
function listGroup({ child }: Watch): string {
  const { stdout } = spawnSync("ps", ["-eo", "pgid=,stat=,args="], { encoding: "utf8" });
  const lines = stdout.split("\n").map((line) => line.trim());
  return lines.filter((line) => line.startsWith(`${child.pid} `)).join("\n");
}

async function until(look: () => boolean): Promise<void> {
  while (!look()) await wait(10);
}

const isArmed = ({ state }: Watch): boolean =>
  lstatSync(join(state, "armed-c1"), { throwIfNoEntry: false }) !== undefined;

const logOf = ({ state }: Watch): string =>
  existsSync(join(state, "undo.log")) ? readFileSync(join(state, "undo.log"), "utf8") : "";

test.skipIf(!live).each([
  { name: "while it waits", seconds: 600, until: isArmed },
  {
    name: "while the service restarts",
    restart: "/bin/sleep 1",
    until: (one: Watch) => existsSync(join(one.state, "said-restart.pipe")),
  },
  {
    name: "while it waits for the service",
    until: (one: Watch) => logOf(one).includes("the old file is in place"),
  },
  {
    name: "while it is stuck",
    restart: "exit 1",
    until: (one: Watch) => logOf(one).includes("STUCK"),
  },
])(
  "a watchdog whose state directory was removed ends: $name",
  async ({ seconds = 1, restart = "exit 0", until: isThere }) => {
    const one = watch(seconds, restart);
    await until(() => isThere(one));
    renameSync(one.state, `${one.state}-removed`);
    expect([0, 1]).toContain(await one.ended);
    expect(listGroup(one)).toBe("");
  },
);

test.skipIf(!live)("a watchdog whose state directory comes back undoes the change", async () => {
  const one = watch(2, "exit 0");
  await until(() => isArmed(one));
  renameSync(one.state, `${one.state}-away`);
  await wait(300);
  expect(one.child.exitCode).toBeNull();
  renameSync(`${one.state}-away`, one.state);
  await until(() => readFileSync(one.ini, "utf8") === before);
});

test.skipIf(!live)("a disarmed watchdog ends at once", async () => {
  const one = watch(600, "exit 0");
  await until(() => isArmed(one));
  rmSync(join(one.state, "armed-c1"));
  expect(await one.ended).toBe(0);
});

test.skipIf(!live)("runs a command even if its pipe cannot be opened", () => {
  const top = makeTop();
  writeFileSync(join(top, "mkfifo"), "#!/bin/sh\nexit 0\n");
  chmodSync(join(top, "mkfifo"), 0o755);
  const script = `${basics}${commands}pinned "$1/none/said" 5 sh -c 'echo ran >"$0"; exit 7' "$1/out"; echo "$code"`;
  const { stdout } = spawnSync("sh", ["-c", script, "sh", top], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${top}:${process.env["PATH"]}` },
  });
  expect(stdout).toBe("7\n");
  expect(readFileSync(join(top, "out"), "utf8")).toBe("ran\n");
});

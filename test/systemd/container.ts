import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmdirSync, rmSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const project = fileURLToPath(new URL("../..", import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A systemd as PID 1 in its own namespaces; see boot.sh for what it shares with the machine. */
export interface Container {
  /** Runs a command in it as root, for at most this many seconds. */
  readonly run: (words: readonly string[], seconds?: number) => Promise<Ended>;
  /** Kills everything in it at once and keeps the disk, like a power cut. */
  readonly cutPower: () => Promise<void>;
}

/** Why no container can be created here; undefined if it can be tried. */
export function refuseMachine(): string | undefined {
  if (process.geteuid?.() !== 0) return "root is needed";
  if (!existsSync("/lib/systemd/systemd")) return "systemd is not installed";
  if (cgroupMount() === undefined) return "no cgroup 2 hierarchy is mounted";
  if (!/^nodev\toverlay$/m.test(readFileSync("/proc/filesystems", "utf8"))) {
    return "the kernel has no overlay file system";
  }
  return undefined;
}

function cgroupMount(): string | undefined {
  const mounts = readFileSync("/proc/mounts", "utf8").split("\n");
  return mounts.map((line) => line.split(" ")).find(([, , kind]) => kind === "cgroup2")?.[1];
}

/** Starts a command and waits for its end; keeps its output. */
export function start(words: readonly string[], seconds: number): Promise<Ended> {
  const [program = "", ...args] = words;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
    const limit = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    child.on("error", (error) => resolve({ status: null, stdout, stderr: error.message }));
    child.on("close", (status) => {
      clearTimeout(limit);
      resolve({ status, stdout, stderr });
    });
  });
}

/** Waits until a condition holds, for at most this many seconds; false if it never did. */
export async function holds(
  claim: () => Promise<boolean> | boolean,
  seconds: number,
): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  do {
    if (await claim()) return true;
    await new Promise((done) => setTimeout(done, 250));
  } while (performance.now() < end);
  return false;
}

export async function boot(name: string, disk: string): Promise<Container> {
  const pidFile = join(disk, "pid");
  rmSync(pidFile, { force: true });
  const booting = spawn(
    "bash",
    [join(project, "test/systemd/boot.sh"), name, disk, pidFile, project],
    {
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    booting.on("close", () => {
      hasEnded = true;
      resolve();
    });
  });
  const run: Container["run"] = (words, seconds = 30) => {
    const pid = readFileSync(pidFile, "utf8").trim();
    const inside = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", ...words];
    return start(
      ["nsenter", "-t", pid, ..."-m -n -p -i -u -C -r -w".split(" "), ...inside],
      seconds,
    );
  };
  const isUp = async (): Promise<boolean> => {
    if (hasEnded || !existsSync(pidFile)) return hasEnded;
    const { stdout } = await run(["systemctl", "is-system-running"]);
    return /^(running|degraded)$/m.test(stdout);
  };
  if (!(await holds(isUp, 60)) || hasEnded) {
    booting.kill("SIGKILL");
    await ended;
    removeLeaf(name);
    throw new Error("systemd did not come up");
  }
  return {
    run,
    cutPower: async () => {
      // unshare ends its child with itself, and a pid namespace ends with its first process.
      booting.kill("SIGKILL");
      await ended;
      await holds(() => removeLeaf(name), 10);
    },
  };
}

/** True once the cgroup leaf is gone. */
export function removeLeaf(name: string): boolean {
  const leaf = join(cgroupMount() ?? "", name);
  if (!existsSync(leaf)) return true;
  try {
    for (const entry of readdirSync(leaf, { withFileTypes: true, recursive: true })
      .filter((one) => one.isDirectory())
      .map((one) => join(one.parentPath, one.name))
      .toSorted((left, right) => right.length - left.length)) {
      rmdirSync(entry);
    }
    rmdirSync(leaf);
    return true;
  } catch {
    return false;
  }
}

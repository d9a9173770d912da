import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { hash, installHost, type InstalledHost } from "../harness/installed-host.ts";
import { desired, plain } from "../fakes/host/model-change.ts";
import { printSshPins, startSshd, type Sshd } from "../fakes/host/sshd.ts";
import { createStandInHost, type StandInHost } from "../fakes/host/stand-in-host.ts";

/**
 * Runs inside a namespace: what `host status`, `recover --show` and `recover` say of a host, before
 * a change, after a run that was killed in it, and after the lines that were shown were run.
 */
export interface StatusSeen {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StatusReport {
  readonly seen: Readonly<Record<string, StatusSeen>>;
  /** SHA-256 of the files of the change. */
  readonly digests: { readonly plain: string };
  readonly folder: string;
  /** Where journal and backups are. */
  readonly state: string;
  /** Digest of the file in place, at the end. */
  readonly isPlain: boolean;
  readonly isJournalGone: boolean;
}

const transport = process.argv[2] === "ssh" ? "ssh" : "local";
const seen: Record<string, StatusSeen> = {};

interface World {
  readonly host: StandInHost;
  readonly installed: InstalledHost;
  readonly sshd: Sshd | undefined;
  /** Where journal and backups are. */
  readonly state: string;
}

async function ask(name: string, { installed }: World, ...args: readonly string[]): Promise<void> {
  const { status: code, stdout, stderr } = await installed.run(args);
  seen[name] = { code, stdout, stderr };
}

/** Kills a run with its whole group, once the new file is in place and the service hangs. */
async function killWithinChange({ host, installed, state }: World): Promise<void> {
  host.plan({ kind: "hangs" });
  const run = installed.start(installed.planPhase("open"));
  const journal = join(state, "journal.json");
  let said = "";
  for (const stream of [run.stdout, run.stderr]) stream?.on("data", (text) => (said += text));
  const ended = new Promise((resolve) => run.on("exit", resolve));
  while (!existsSync(journal) || readFileSync(host.stpdIni, "latin1") === plain) {
    if (run.exitCode !== null) throw new Error(`it ended too early: ${said}`);
    await wait(50);
  }
  process.kill(-(run.pid ?? 0), "SIGKILL");
  await ended;
  // It may have been killed before the restart.
  for (const fault of readdirSync(join(host.folder, "faults"))) {
    rmSync(join(host.folder, "faults", fault));
  }
}

/** Like a person who copies the lines into a shell. */
function runShell(text: string): Promise<StatusSeen> {
  const child = spawn("sh", ["-e"], { stdio: ["pipe", "pipe", "pipe"] });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => (texts[name] += chunk));
  }
  child.stdin.end(text);
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...texts })));
}

/** Output of a dry run, even if the change would be refused. */
async function askDryRuns(world: World): Promise<void> {
  const { host, installed } = world;
  const dryRun = [...installed.planPhase("open"), "--dry-run"];
  await ask("dry run before", world, ...dryRun);
  host.setBusy("2 transfers");
  await ask("dry run while busy", world, ...dryRun);
  host.setBusy(undefined);
  writeFileSync(host.stpdIni, plain.replace("11001", "11002"));
  await ask("dry run after a change by hand", world, ...dryRun);
  await ask("applied after a change by hand", world, ...dryRun.slice(0, -1));
  writeFileSync(host.stpdIni, plain);
  await host.run("restart");
}

/** Goes back after a verified change. */
async function regret(world: World): Promise<void> {
  await ask("opened", world, ...world.installed.planPhase("open"));
  await ask("opened, shown", world, "recover", "--show");
  seen["opened, by hand"] = await runShell(seen["opened, shown"]?.stdout ?? "");
  await ask("opened, after", world, "host", "status");
}

async function tell(world: World): Promise<void> {
  await ask("before", world, "host", "status");
  await ask("shown before", world, "recover", "--show");
  await killWithinChange(world);
  await ask("killed", world, "host", "status");
  await ask("dry run", world, ...world.installed.planPhase("open"), "--dry-run");
  await ask("shown", world, "recover", "--show");
  seen["by hand"] = await runShell(seen["shown"]?.stdout ?? "");
  await ask("after", world, "host", "status");
  await ask("recovered", world, "recover");
  await askDryRuns(world);
  await regret(world);
  if (world.sshd === undefined) return;
  await world.sshd.stop();
  await ask("unreached", world, "host", "status");
  await ask("unreached, shown", world, "recover", "--show");
  await world.sshd.start();
  writeFileSync(join(world.host.folder, "authorized"), "");
  await wait(200);
  await ask("refused", world, "host", "status");
  await ask("refused, recovered", world, "recover");
  await ask("refused, records", world, "host", "records");
  await ask("refused, applied", world, ...world.installed.planPhase("open"));
}

const addresses = ["127.0.0.1", "127.0.0.2"] as const;
const host = createStandInHost({ flavour: "microhttpd", stpdIni: plain, addresses });
const sshd = transport === "ssh" ? await startSshd(host.folder) : undefined;
const installed = await installHost({
  host,
  desired,
  addresses: ["127.0.0.2"],
  limits: { watchdog: 600, prove: 5, settle: 1, quiet: 2 },
  more: sshd === undefined ? "" : printSshPins(sshd, join(host.folder, "state")),
});
const state = sshd === undefined ? installed.state : join(host.folder, "state/host1");
try {
  await host.run("restart");
  await tell({ host, installed, sshd, state });
  const report: StatusReport = {
    seen,
    digests: { plain: hash(plain) },
    folder: host.folder,
    state,
    isPlain: readFileSync(host.stpdIni, "latin1") === plain,
    isJournalGone: !existsSync(join(state, "journal.json")),
  };
  process.stdout.write(JSON.stringify(report));
} finally {
  await sshd?.stop();
  await host.remove();
  installed.remove();
}

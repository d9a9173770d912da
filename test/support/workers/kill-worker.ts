import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { hash, installHost, type InstalledHost } from "../harness/installed-host.ts";
import { desired, filesOf } from "../fakes/host/model-change.ts";
import { createStandInHost, type StandInHost } from "../fakes/host/stand-in-host.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

/**
 * Runs inside a namespace: kills the process that changes a host, with its whole group, before or
 * after each of its steps; then the watchdog undoes, or recovery as at boot.
 */
export interface KillSeen {
  readonly kills: number;
  /** Each with its number, as `service.restart#1`. */
  readonly steps: readonly string[];
  /** Repeated checks that a faster run did not need: nothing was killed there. */
  readonly skipped: readonly string[];
  /** Violated invariants; empty if all is well. */
  readonly wrong: readonly string[];
  readonly ends: Readonly<Record<string, number>>;
}

/** Each step once, alternately before or after it; with `all` both. */
const [phase, how] = process.argv.slice(2) as [Phase, "once" | "all"];
const victim = fileURLToPath(new URL("kill-victim.ts", import.meta.url));
const { before, after } = filesOf[phase];
const network = createNetwork({ sockets: 8, timeoutMs: 2000 });

interface World {
  readonly host: StandInHost;
  readonly installed: InstalledHost;
  readonly plan: string;
}

interface Cut {
  readonly at: string | null;
  readonly when: "before" | "after";
  /** Milliseconds: it must not fire before the kill, however busy the machine is. */
  readonly watchdog: number;
}

/** Runs the victim to its end, or to the kill at a step; returns the names of its steps. */
async function runVictim(
  { installed, plan }: World,
  { at, when, watchdog }: Cut,
): Promise<readonly string[]> {
  const { repo, root } = installed;
  const settings = { phase, at, when, watchdog, plan, repo, root };
  const child = spawn(process.execPath, [victim, JSON.stringify(settings)], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await new Promise((resolve) => child.on("exit", resolve));
  // Processes that the step had started, such as a restart, are in the group and die with it, or
  // end by themselves.
  return text.split("\n").filter((line) => line !== "");
}

async function hasDataPort(): Promise<boolean> {
  const states = [11443, 11000, 11001].map(
    async (port) => (await network.connect({ address: "127.0.0.2", port })).state,
  );
  return (await Promise.all(states)).includes("open");
}

function watchdogs({ installed }: World): readonly string[] {
  return readdirSync(installed.state).filter((name) => name.startsWith("watchdog-"));
}

const isOpenChange = ({ installed }: World): boolean =>
  existsSync(join(installed.state, "journal.json"));

/** Runs the watchdog, if one was armed, otherwise the recovery at boot; returns which one. */
async function recover(world: World, byTimer: boolean): Promise<string> {
  const { installed } = world;
  const isArmed = watchdogs(world).length > 0;
  if (byTimer && isArmed) {
    for (let turn = 0; turn < 900 && (isOpenChange(world) || watchdogs(world).length > 0); turn++) {
      await wait(100);
    }
    return "the watchdog";
  }
  for (const name of watchdogs(world)) {
    // The machine went down, and the watchdog with it.
    const pid = Number(readFileSync(join(installed.state, name), "utf8").split(" ")[0]);
    process.kill(pid, "SIGKILL");
  }
  const { status, stdout, stderr } = await installed.run(["recover", "--cause", "boot"]);
  return status === 0 ? "recovery" : `recovery ended with ${status}: ${stdout}${stderr}`;
}

/** Violated invariants in the end. */
async function judge(world: World, where: string): Promise<readonly string[]> {
  const { host, installed } = world;
  const live = existsSync(host.stpdIni) ? readFileSync(host.stpdIni, "latin1") : undefined;
  const wrong: string[] = [];
  if (live !== before && live !== after) wrong.push("the file is torn or gone");
  if (!(await hasDataPort())) wrong.push("no data port is open");
  const backup = join(installed.state, "backups", `${hash(before)}.ini`);
  if (live === after && (!existsSync(backup) || readFileSync(backup, "latin1") !== before)) {
    wrong.push("the old file is lost");
  }
  if (isOpenChange(world)) wrong.push("the change is still open");
  for (const name of ["old", "new"]) {
    if (existsSync(`${host.stpdIni}.sesam-harden-${name}`)) wrong.push(`the ${name} copy is left`);
  }
  return wrong.map((what) => `${where}: ${what}`);
}

async function reset({ host, installed }: World): Promise<void> {
  // A watchdog that was armed just before the kill may still be writing its mark.
  rmSync(installed.state, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  if (!existsSync(host.stpdIni) || readFileSync(host.stpdIni, "latin1") !== before) {
    writeFileSync(host.stpdIni, before);
    await host.run("restart");
  }
}

const addresses = ["127.0.0.1", "127.0.0.2"] as const;
const host = createStandInHost({ flavour: "microhttpd", stpdIni: before, addresses });
await host.run("restart");
const limits = { watchdog: 60, prove: 8, settle: 0, quiet: 2 };
const installed = await installHost({ host, desired, addresses: ["127.0.0.2"], limits });
const plan = installed.planPhase(phase)[6] ?? "";
const world = { host, installed, plan };
const wrong: string[] = [];
const skipped: string[] = [];
const ends: Record<string, number> = {};
let kills = 0;
try {
  const start = performance.now();
  const steps = await runVictim(world, { at: null, when: "before", watchdog: 600_000 });
  const watchdog = Math.max(1500, Math.ceil(performance.now() - start));
  wrong.push(...(await judge(world, "uncut")));
  for (const [index, step] of steps.entries()) {
    for (const when of ["before", "after"] as const) {
      const isTurn = (index + (phase === "open" ? 0 : 1)) % 2 === (when === "before" ? 0 : 1);
      if (how === "once" && !isTurn) continue;
      await reset(world);
      const seen = await runVictim(world, { at: step, when, watchdog });
      const where = `${when} ${step}`;
      if (seen.at(-1) !== step && !step.endsWith("#1")) {
        skipped.push(step);
        continue;
      }
      if (seen.at(-1) !== step) wrong.push(`${where}: it was not killed there`);
      kills++;
      const end = await recover(world, kills % 4 < 2);
      ends[end] = (ends[end] ?? 0) + 1;
      wrong.push(...(await judge(world, where)));
    }
  }
  process.stdout.write(JSON.stringify({ kills, steps, skipped, wrong, ends } satisfies KillSeen));
} finally {
  await host.remove();
  installed.remove();
}

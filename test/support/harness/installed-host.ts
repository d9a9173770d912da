import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStpdParser } from "../../../src/core/fleet/stpd-file.ts";
import { defaultPolicy } from "../../../src/core/settings/policy.ts";
import { planBridge } from "../../../src/core/rollout/plan/bridge.ts";
import { distFile, findDeno, type Ended } from "./programs.ts";
import { printSmallPlan } from "../builders/small-plan.ts";
import type { StandInHost } from "../fakes/host/stand-in-host.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

export const hash = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest("hex");

export type Runtime = "node" | "deno";

export interface InstalledOptions {
  readonly host: StandInHost;
  /** The file in the config repo. */
  readonly desired: string;
  readonly addresses: readonly string[];
  /** Seconds. */
  readonly limits?: Partial<Record<"watchdog" | "prove" | "settle" | "quiet", number>>;
  readonly runtime?: Runtime;
  readonly role?: "server" | "rds";
  /** Sections of the pins. */
  readonly more?: string;
}

/** The program, installed with pins for a stand-in host, and a config repo with it. */
export interface InstalledHost {
  readonly root: string;
  readonly repo: string;
  /** State directory of the host. */
  readonly state: string;
  readonly pinsFile: string;
  /** Writes a plan for the current file of the host, and returns the arguments of `apply`. */
  readonly planPhase: (phase: Phase) => readonly string[];
  readonly run: (args: readonly string[]) => Promise<Ended>;
  /** Starts it, in its own process group. */
  readonly start: (args: readonly string[]) => ReturnType<typeof spawn>;
  readonly remove: () => void;
}

export async function installHost(options: InstalledOptions): Promise<InstalledHost> {
  const { host, desired, runtime = "node" } = options;
  const root = mkdtempSync(join(tmpdir(), "installed-"));
  const own =
    runtime === "node"
      ? [process.execPath]
      : [findDeno(), "run", "--no-config", "--no-lock", "--no-prompt", "--allow-all"];
  const call = (file: string, args: readonly string[]): ReturnType<typeof spawn> => {
    const [program = "", ...words] = [...own, file, ...args];
    return spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  };
  const setUp = await collect(call(distFile, ["host", "install", "--root", root]));
  if (setUp.status !== 0) throw new Error(setUp.stderr);
  const pinsFile = join(root, "etc/sesam-harden/host1.ini");
  writeFileSync(pinsFile, printPins(options));
  const repo = join(root, "repo");
  mkdirSync(join(repo, "hosts/host1"), { recursive: true });
  writeFileSync(join(repo, "sesam-harden.ini"), "profile = vendor\n");
  writeFileSync(join(repo, "hosts/host1/stpd.ini"), desired, "latin1");
  writeFileSync(join(repo, "hosts/host1/host.ini"), "role = server\nenvironment = lab\n");
  const inventory = {
    schemaVersion: 1,
    exportedAt: new Date().toISOString(),
    server: "host1",
    clients: [],
    usage: [],
  };
  writeFileSync(join(repo, "hosts/host1/interfaces.json"), JSON.stringify(inventory));
  const program = join(root, "usr/local/lib/sesam-harden/index.js");
  return {
    root,
    repo,
    state: join(root, "var/lib/sesam-harden/host1"),
    pinsFile,
    planPhase: (phase) => {
      const plan = join(root, `${phase}.json`);
      writeFileSync(plan, planFor(phase, readFileSync(host.stpdIni, "latin1"), desired));
      return ["apply", "--phase", phase, "--repo", repo, "--plan", plan, "--break-glass", "a test"];
    },
    run: (args) => collect(call(program, args)),
    start: (args) => call(program, args),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function printPins({
  host,
  addresses,
  limits = {},
  role = "server",
  more = "",
}: InstalledOptions): string {
  const { watchdog = 90, prove = 20, settle = 1, quiet = 5 } = limits;
  const command = (name: "restart" | "status" | "busy", limit: number): string => {
    const [program, ...args] = host.commands[name];
    return `[command.${name}]\nprogram = ${program}\narguments = ${args.join(" ")}\nlimit = ${limit}\n`;
  };
  return `host = host1
repository = 7
environment = lab
role = ${role}
stpd_ini = ${host.stpdIni}
owner = ${process.geteuid?.() ?? 0}:${process.getegid?.() ?? 0}
addresses = ${addresses.join(" ")}
timer = watchdog
watchdog = ${watchdog}
prove = ${prove}
settle = ${settle}
quiet = ${quiet}
${command("restart", 5)}${command("status", 10)}${command("busy", 10)}${more}`;
}

function planFor(phase: Phase, before: string, desired: string): string {
  const parse = createStpdParser(defaultPolicy);
  const bridge = planBridge({ desired, current: before, parse });
  if (bridge.kind === "refused") throw new Error(bridge.refusal.message);
  const file = phase === "open" ? bridge.bytes : desired;
  const host = { name: "host1", before: hash(before), file: hash(file), desired: hash(desired) };
  return printSmallPlan([host], { phase, repository: 7 });
}

export function collect(child: ReturnType<typeof spawn>): Promise<Ended> {
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...texts }));
  });
}

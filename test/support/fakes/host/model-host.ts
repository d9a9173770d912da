import { createHash } from "node:crypto";
import {
  createStpdParser,
  entriesOf,
  readPort,
  type StpdFile,
} from "../../../../src/core/fleet/stpd-file.ts";
import { worksOverHttps } from "../../../../src/core/fleet/verdict.ts";
import { judgeAddress, type AddressProbe } from "../../../../src/core/probe/address-probe.ts";
import { defaultPolicy } from "../../../../src/core/settings/policy.ts";
import type { Decision, Journal } from "../../../../src/core/host/journal.ts";
import { portsToProve } from "../../../../src/core/host/health-check.ts";
import type { HostPort, Outcome } from "../../../../src/core/host/ports.ts";
import { createModelDisk, type ModelDisk } from "./model-disk.ts";
import { certificate, hardened, now as today } from "../../builders/observations.ts";
import type { Failure } from "../../../../src/core/base/reasons.ts";

export const parse = createStpdParser(defaultPolicy);
export const hash = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest("hex");

/** Thrown by every effect of a killed process, which can do nothing any more. */
export class Killed extends Error {}

/** What the next restarts do, in order; afterwards they work. */
export type RestartFault = "fails" | "hangs" | "old-config" | "dies-later" | "stays-down";

export interface World {
  readonly disk: ModelDisk;
  journal: Journal | undefined;
  decisions: Map<string, Decision>;
  backups: Map<string, string>;
  holder: { readonly process: number; alive: boolean } | undefined;
  /** Id and the time at which it fires. */
  timer: { readonly id: string; readonly at: number } | undefined;
  /** The file that the service has read; undefined while it is down. */
  running: StpdFile | undefined;
  startedAt: number;
  starts: number;
  dies: number | undefined;
  restarts: RestartFault[];
  busyUntil: number;
  /** A machine that answers at the host's address instead. */
  neighbour: boolean;
  elapsed: number;
  timeOfDay: number;
  effects: string[];
  processes: number;
}

export function createWorld(live: string): World {
  return {
    disk: createModelDisk(live),
    journal: undefined,
    decisions: new Map(),
    backups: new Map(),
    holder: undefined,
    timer: undefined,
    running: readService(live),
    startedAt: today,
    starts: 1,
    dies: undefined,
    restarts: [],
    busyUntil: -1,
    neighbour: false,
    elapsed: 0,
    timeOfDay: today + 1000,
    effects: [],
    processes: 0,
  };
}

/** Like the stand-in: it does not start with an invalid file. */
export function readService(bytes: string | undefined): StpdFile | undefined {
  const file = bytes === undefined ? undefined : parse(bytes);
  if (file?.kind !== "file") return undefined;
  const isHttps = entriesOf(file, "STPD_HTTPS_PORT").length > 0;
  return isHttps && !worksOverHttps(file) ? undefined : file;
}

export function portOf(file: StpdFile | undefined, key: string): number | undefined {
  return file === undefined ? undefined : readPort(entriesOf(file, key)[0]?.value ?? "");
}

/** The fate of one effect: it is cut before, within or after it, or it fails. */
export type Fate =
  | { readonly kind: "works" | "cut-before" | "cut-within" | "cut-after" }
  | ({ readonly kind: "fails" } & Failure);

/** The effect by name, and how many this process had before it. */
export type Fates = (effect: string, index: number) => Fate;

export const alive: Fates = () => ({ kind: "works" });

/** Called in each wait, so that a test can do something meanwhile. */
export type OnWait = (milliseconds: number) => Promise<void>;

/** The ports of a process on a modelled host. */
export function createModelHost(world: World, fates: Fates = alive, onWait?: OnWait): HostPort {
  const process = ++world.processes;
  let isDead = false;
  let index = 0;
  const die = (): never => {
    isDead = true;
    if (world.holder?.process === process) world.holder.alive = false;
    throw new Killed();
  };
  const run = async <Value>(
    name: string,
    act: (isWhole: boolean) => Value,
  ): Promise<Outcome<Value>> => {
    if (isDead) throw new Killed();
    const fate = fates(name, index++);
    world.effects.push(name);
    if (fate.kind === "cut-before") die();
    if (fate.kind === "fails") return { ...fate, kind: "failed" };
    const value = act(fate.kind !== "cut-within");
    if (fate.kind === "cut-within" || fate.kind === "cut-after") die();
    return { kind: "done", value };
  };
  const ask = async <Value>(name: string, act: () => Value, otherwise: Value): Promise<Value> => {
    const outcome = await run(name, act);
    return outcome.kind === "done" ? outcome.value : otherwise;
  };
  const { disk } = world;
  return {
    copies: {
      read: (name) =>
        run(`read ${name}`, () => {
          const bytes = disk.read(name);
          return bytes === undefined
            ? undefined
            : { bytes, objection: "", changedAtMs: today - 1000 };
        }),
      stage: (bytes) =>
        run("stage", (isWhole) =>
          disk.write("fresh", isWhole ? bytes : bytes.slice(0, 20), isWhole),
        ),
      keep: () => run("keep", () => disk.link("live", "old")),
      activate: (name) => run(`place ${name}`, () => disk.rename(name, "live")),
    },
    folder: {
      sync: () => run("sync", () => disk.sync()),
      cleanUp: () =>
        run("tidy", () => {
          disk.remove("fresh");
          disk.remove("old");
        }),
    },
    journals: {
      read: () => run("read journal", () => world.journal),
      write: (journal) => run(`journal ${journal.stage}`, () => void (world.journal = journal)),
      clear: (id) =>
        run("clear journal", (isWhole) => {
          world.journal = undefined;
          if (isWhole) world.decisions.delete(id);
        }),
    },
    decisions: {
      claim: (id, decision) =>
        run(`claim ${decision}`, () => {
          const earlier = world.decisions.get(id);
          if (earlier === undefined) world.decisions.set(id, decision);
          return earlier ?? decision;
        }),
      look: (id) => run("look", () => world.decisions.get(id)),
    },
    backups: {
      keep: (bytes) =>
        run("backup", (isWhole) => void (isWhole && world.backups.set(hash(bytes), bytes))),
      find: (digest) => ask("find backup", () => world.backups.get(digest), undefined),
      prune: () => run("prune", () => undefined),
    },
    lock: {
      isNeeded: false,
      take: () =>
        run("take lock", () => {
          const { holder } = world;
          if (holder?.alive === true && holder.process !== process) {
            return { who: `process ${holder.process}`, ageSeconds: 1, alive: "yes" as const };
          }
          world.holder = { process, alive: true };
          return undefined;
        }),
      isOurs: () => ask("own lock", () => world.holder?.process === process, false),
      seize: () => run("seize", () => void (world.holder = { process, alive: true })),
      release: async () => {
        await run("release", () => {
          if (world.holder?.process === process) world.holder = undefined;
        });
      },
    },
    timer: {
      arm: (id) =>
        run("arm", () => {
          world.timer = { id, at: world.elapsed + 900_000 };
          return "a modelled timer";
        }),
      isArmed: (id) => ask("is armed", () => world.timer?.id === id, false),
      disarm: (id) =>
        run("disarm", () => {
          if (world.timer?.id === id) world.timer = undefined;
        }),
    },
    service: {
      askBusy: async () => {
        const busy = await run("ask busy", () => world.elapsed < world.busyUntil);
        if (busy.kind === "failed") return { ...busy, kind: "unknown", detail: busy.reason };
        return busy.value ? { kind: "yes", detail: "a backup" } : { kind: "no" };
      },
      restart: async () => {
        const outcome = await run("restart", (isWhole) =>
          isWhole ? restart(world) : ((world.running = undefined), undefined),
        );
        if (outcome.kind === "failed") return outcome;
        return outcome.value === undefined
          ? { kind: "done", value: undefined }
          : { kind: "failed", reason: outcome.value };
      },
      look: () =>
        run("look at service", () => ({
          version: "5.1.0.14",
          startedAtMs: world.running === undefined ? undefined : world.startedAt,
          startTick: world.running === undefined ? undefined : world.starts,
          seenAtMs: world.timeOfDay,
        })),
    },
    readTcpTables: async () => ({ kind: "done", value: "" }),
    observer: {
      observe: async (file, before) => {
        const looked = await run("see", () => undefined);
        const ports = portsToProve(file, before);
        if (looked.kind === "failed")
          return { inside: undefined, outside: [], listening: undefined };
        const outside = show(world, ports);
        const probes = world.neighbour ? [show(world, ports, "1")] : [outside];
        return { inside: outside, outside: probes, listening: listening(world) };
      },
    },
    clock: {
      wait: async (milliseconds) => {
        await run("wait", () => undefined);
        if (onWait !== undefined) await onWait(milliseconds);
        else pass(world, milliseconds);
        if (isDead) throw new Killed();
      },
      elapsedMs: () => world.elapsed,
      nowMs: () => world.timeOfDay,
    },
    hash,
    tell: () => undefined,
  };
}

export function pass(world: World, milliseconds: number): void {
  world.elapsed += milliseconds;
  world.timeOfDay += milliseconds;
  if (world.dies !== undefined && world.elapsed >= world.dies) {
    world.running = undefined;
    world.dies = undefined;
  }
}

function restart(world: World): string | undefined {
  const fault = world.restarts.shift();
  world.dies = undefined;
  if (fault === "hangs") return "it did not end in time";
  if (fault === "old-config") return undefined;
  world.running =
    fault === "fails" || fault === "stays-down" ? undefined : readService(world.disk.read("live"));
  world.startedAt = world.timeOfDay;
  world.starts++;
  if (fault === "dies-later") world.dies = world.elapsed + 2000;
  return fault === "fails" ? "it ended with exit code 1" : undefined;
}

const plainKeys = { http: "STPD_HTTP_PORT", ftp: "STPD_PORT" } as const;

function listening({ running }: World): ReadonlySet<number> {
  const keys = [...Object.values(plainKeys), "STPD_HTTPS_PORT"];
  return new Set(keys.flatMap((key) => portOf(running, key) ?? []));
}

/** Results of a scan of the running service. */
function show(world: World, ports: ReturnType<typeof portsToProve>, key = "0"): AddressProbe {
  const open = listening(world);
  const stateOf = (port: number) => ({
    port,
    state: open.has(port) ? ("open" as const) : ("closed" as const),
  });
  const https = stateOf(ports.https);
  const isHttps =
    https.state === "open" && portOf(world.running, "STPD_HTTPS_PORT") === ports.https;
  const shown = { ...certificate, spkiSha256: key.repeat(64) };
  return judgeAddress(
    {
      ...hardened,
      ports: { https, http: stateOf(ports.http), ftp: stateOf(ports.ftp) },
      tls: isHttps ? hardened.tls : undefined,
      handshake: isHttps ? { kind: "answered", certificate: shown } : undefined,
    },
    { profile: "vendor", filteredPort: "closed", nowMs: world.timeOfDay },
  );
}

/** The machine loses power and boots again: the service reads the file in place. */
export function cutPower(world: World, kept: number): void {
  world.disk.cutPower(kept);
  world.timer = undefined;
  if (world.holder !== undefined) world.holder.alive = false;
  world.running = readService(world.disk.read("live"));
  world.dies = undefined;
}

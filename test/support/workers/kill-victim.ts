import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createLocalHost } from "../../../src/adapters/host-local/local-host.ts";
import { loadPins } from "../../../src/adapters/host-local/installation.ts";
import { prepareState } from "../../../src/adapters/host-local/state.ts";
import { placesBelow } from "../../../src/adapters/host-local/install.ts";
import { hashSha256, randomHello } from "../../../src/adapters/runtime/crypto.ts";
import { createNodeFiles } from "../../../src/adapters/runtime/node-files.ts";
import { createNetwork } from "../../../src/adapters/network/network.ts";
import { applyChange } from "../../../src/core/host/apply.ts";
import type { HostPort } from "../../../src/core/host/ports.ts";
import { loadChange } from "../../../src/core/host/load-change.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

/** Changes a host with the real adapters, and kills itself with its group at one of the steps. */
interface Settings {
  readonly phase: Phase;
  /** Name and number of a step, as `observer.look#2`; null: it runs to its end. */
  readonly at: string | null;
  /** Milliseconds until the watchdog. */
  readonly watchdog: number;
  readonly when: "before" | "after";
  readonly plan: string;
  readonly repo: string;
  readonly root: string;
}

const settings = JSON.parse(process.argv[2] ?? "") as Settings;
const places = placesBelow(settings.root);
const pinned = loadPins(places, "host1");
// Shorter than pins allow, so that the tests do not wait for a hanging restart.
const pins = { ...pinned, limits: { ...pinned.limits, watchdogMs: settings.watchdog } };
const state = prepareState(places, "host1");
const probe = { network: createNetwork({ sockets: 16, timeoutMs: 2000 }), random: randomHello };
const options = { pins, program: places.program, state, who: "apply", probe, askServer: undefined };
const host = createLocalHost({ ...options, tell: () => {} });

/** How often each step has run so far, by name. */
const turns = new Map<string, number>();

function die(): never {
  process.kill(-process.pid, "SIGKILL");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

/** Wraps every method of a port: reports its name, and kills before or after it. */
function wrap<Part extends object>(name: string, part: Part): Part {
  const wrapped = Object.entries(part).map(([key, method]) => {
    if (typeof method !== "function") return [key, method];
    const step = async (...args: readonly unknown[]): Promise<unknown> => {
      const label = `${name}.${key}`;
      const turn = (turns.get(label) ?? 0) + 1;
      turns.set(label, turn);
      const isLast = `${label}#${turn}` === settings.at;
      writeSync(1, `${label}#${turn}\n`);
      if (isLast && settings.when === "before") die();
      const value: unknown = await method(...args);
      if (isLast) die();
      return value;
    };
    return [key, step];
  });
  return { ...part, ...Object.fromEntries(wrapped) };
}

const cut: HostPort = {
  ...host,
  ...Object.fromEntries(
    (
      ["copies", "folder", "journals", "decisions", "backups", "lock", "timer", "service"] as const
    ).map((name) => [name, wrap(name, host[name])]),
  ),
  observer: wrap("eyes", host.observer),
};

const change = loadChange(
  {
    repo: settings.repo,
    host: "host1",
    phase: settings.phase,
    plan: readFileSync(settings.plan, "utf8"),
  },
  { files: createNodeFiles(), hash: hashSha256 },
);
const { repository, os, avx, version, limits } = pins;
const result = await applyChange(
  {
    id: `kill-${process.pid}`,
    host: "host1",
    change,
    pins: { repository, os, avx, expect: undefined },
    preflight: { phase: settings.phase, role: "server", version },
    limits,
    authority: "a test",
    tickets: { check: async () => undefined },
  },
  cut,
);
if (result.kind !== "confirmed") throw new Error(`${join(state)}: ${JSON.stringify(result)}`);

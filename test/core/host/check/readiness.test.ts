import { expect, test } from "vitest";
import { applyChange } from "../../../../src/core/host/apply.ts";
import { checkReadiness, type AskableHost } from "../../../../src/core/host/check/readiness.ts";
import type { HostPort } from "../../../../src/core/host/ports.ts";
import { answerFindings } from "../../../../src/core/rollout/dispatch/rehearsal-report.ts";
import type { Phase } from "../../../../src/core/fleet/phase.ts";
import { printSudoers } from "../../../../src/core/host/pins/sudoers.ts";
import {
  applyRequest,
  bridge,
  desired,
  filesOf,
  plain,
} from "../../../support/fakes/host/model-change.ts";
import {
  createModelHost,
  createWorld,
  hash,
  parse,
  type World,
} from "../../../support/fakes/host/model-host.ts";

const done = <Value>(value: Value) => ({ kind: "done", value }) as const;
const launcher = "/usr/local/lib/sesam-harden/sesam-harden";

/** A machine with no problems of its own. */
const setup = {
  watchdogSeconds: 900,
  sudoers: done({ text: printSudoers("runner", launcher), distrust: "" }),
  otherSudoers: done(new Map<string, string>()),
  launcher,
  called: [launcher],
  distrust: () => undefined,
  findAccount: async () => done({ uid: 1001, groups: ["runner"] }),
  acceptedKeys: ["KID"],
  reportKey: done("OWN"),
};

interface Change {
  readonly phase?: Phase;
  readonly live?: string;
  readonly world?: (world: World) => void;
  readonly request?: Partial<ReturnType<typeof applyRequest>["change"]>;
  readonly host?: (model: HostPort) => Partial<HostPort>;
}

/** Codes of what makes the host not ready, the answer, and the result of `apply`. */
async function play({
  phase = "open",
  live,
  world: alter,
  request = {},
  host = () => ({}),
}: Change) {
  const make = () => {
    const world = createWorld(live ?? filesOf[phase].before);
    alter?.(world);
    const model = createModelHost(world);
    return { world, port: { ...model, ...host(model) } };
  };
  const base = applyRequest(phase);
  const change = { ...base.change, ...request };
  const { world, port } = make();
  const askable: AskableHost = {
    ...port,
    look: {
      holder: async () =>
        done(
          world.holder && { who: "apply", ageSeconds: 1, alive: world.holder.alive ? "yes" : "no" },
        ),
      space: async () => done([{ path: "/", bytes: 2 ** 30, files: 1000, isWritable: true }]),
      undoMeans: async () => done({ by: "a timer", atBoot: "enabled" }),
      nowMs: async () => done(world.timeOfDay),
    },
    askServer: undefined,
  };
  const before = world.disk.read("live");
  const findings = await checkReadiness(
    {
      change: { request: change, pins: base.pins },
      parse,
      preflight: base.preflight,
      lacking: [],
      setup,
      recordedAtMs: undefined,
    },
    askable,
  );
  const reading = /^(read|look|see|ask)\b/;
  expect(world.effects.filter((effect) => !reading.test(effect))).toEqual([]);
  expect(world.disk.read("live")).toBe(before);
  const result = await applyChange({ ...base, change }, make().port);
  return {
    found: findings.flatMap(({ state, code, check }) =>
      state === "ok" ? [] : [`${check} ${state} ${code}`],
    ),
    answer: answerFindings(findings),
    refused: result.kind === "refused" ? result.refusal.code : undefined,
  };
}

const unseen = "certificate warning certificate-unseen";
const isUsed = { findUse: () => "a task" };

test.each<{
  name: string;
  change: Change;
  found: readonly string[];
  answer: string;
  refused?: string;
}>([
  { name: "open", change: {}, found: [unseen], answer: "ready" },
  { name: "close", change: { phase: "close" }, found: [], answer: "ready" },
  {
    name: "the planned file",
    change: { phase: "close", live: desired },
    found: [],
    answer: "ready",
  },
  {
    name: "drift",
    change: { live: `${plain}# by hand\n` },
    found: ["drift failed drift", unseen],
    answer: "not-ready",
    refused: "drift",
  },
  {
    name: "another plan",
    change: { request: { plan: { kind: "absent" } } },
    found: ["plan failed other-plan", unseen],
    answer: "not-ready",
    refused: "other-plan",
  },
  {
    name: "another file in the config repo",
    change: { request: { desired: `${desired}# more\n` } },
    found: ["plan failed file-not-as-planned", unseen],
    answer: "not-ready",
    refused: "file-not-as-planned",
  },
  {
    name: "an old inventory, in close",
    change: { phase: "close", request: { inventoryAtMs: undefined } },
    found: ["phase failed inventory-too-old"],
    answer: "not-ready",
    refused: "inventory-too-old",
  },
  {
    name: "a used port, in close",
    change: { phase: "close", request: isUsed },
    found: ["phase failed interface-in-use"],
    answer: "not-ready",
    refused: "interface-in-use",
  },
  {
    name: "a used port, in open",
    change: { request: isUsed },
    found: [unseen],
    answer: "ready",
  },
  {
    name: "HTTPS that does not work, in close",
    change: {
      phase: "close",
      world: (world) => (world.running = createWorld(plain).running),
    },
    found: [unseen, "https failed https-not-proven"],
    answer: "not-ready",
    refused: "https-not-proven",
  },
  {
    name: "transfers, which end on their own",
    change: { world: (world) => (world.busyUntil = 10) },
    found: ["busy warning busy", unseen],
    answer: "ready",
    refused: "busy",
  },
  {
    name: "transfers of unknown state",
    change: {
      host: ({ service }) => ({
        service: { ...service, askBusy: async () => ({ kind: "unknown", detail: "" }) },
      }),
    },
    found: ["busy unknown busy-unknown", unseen],
    answer: "unknown",
    refused: "busy-unknown",
  },
  {
    name: "a service that is down",
    change: { world: (world) => (world.running = undefined) },
    found: ["loaded unknown service-not-found", unseen, "reachable failed not-reachable"],
    answer: "not-ready",
    refused: "service-not-found",
  },
  {
    name: "another machine at the address",
    change: { phase: "close", world: (world) => (world.neighbour = true) },
    // The plain ports are known to be its own.
    found: ["https failed https-not-proven"],
    answer: "not-ready",
    refused: "https-not-proven",
  },
  {
    name: "an unfinished change",
    change: {
      world: (world) => {
        const digest = hash(plain);
        world.journal = {
          schemaVersion: 1,
          id: "change-0",
          host: "host",
          phase: "open",
          stage: "replacing",
          startedAt: "2026-11-30T05:56:00.000Z",
          before: digest,
          after: hash(bridge),
          bridge: null,
          authority: "ticket",
        };
      },
    },
    found: ["change failed unfinished", unseen],
    answer: "not-ready",
    refused: "unfinished",
  },
  {
    name: "another run in progress",
    change: { world: (world) => (world.holder = { process: -1, alive: true }) },
    found: ["change failed another-apply", unseen],
    answer: "not-ready",
    refused: "another-apply",
  },
  {
    name: "a dead run",
    change: { world: (world) => (world.holder = { process: -1, alive: false }) },
    found: [unseen],
    answer: "ready",
  },
  {
    name: "a failed login",
    change: {
      host: ({ journals }) => ({
        journals: {
          ...journals,
          read: async () => ({ kind: "failed", reason: "refused", isUnreached: true }),
        },
      }),
    },
    found: ["change unknown ssh-failed"],
    answer: "unknown",
    refused: "ssh-failed",
  },
])(
  "$name: $answer, and apply refuses with: $refused",
  async ({ change, found, answer, refused }) => {
    const seen = await play(change);
    expect(seen).toEqual({ found, answer, refused });
    // Every reason for which apply refuses is found before.
    if (refused !== undefined) expect(seen.found.join(" ")).toContain(refused);
  },
);

import { expect, test } from "vitest";
import { applyChange } from "../../../src/core/host/apply.ts";
import type { HostPort, ServiceState } from "../../../src/core/host/ports.ts";
import {
  checkPreconditions,
  inspectHost,
  type PreflightRequest,
} from "../../../src/core/host/preflight.ts";
import type { PreparedChange } from "../../../src/core/host/prepare-change.ts";
import { applyRequest, bridge, filesOf, plain } from "../../support/fakes/host/model-change.ts";
import { createModelHost, createWorld, parse } from "../../support/fakes/host/model-host.ts";
import type { Refusal } from "../../../src/core/base/reasons.ts";

const fileOf = (bytes: string): PreparedChange["oldFile"] => {
  const file = parse(bytes);
  if (file.kind !== "file") throw new Error("no file");
  return file;
};

/** Input for a host without problems, except for the given change. */
async function inspect({
  service = {},
  request = {},
  changedAtMs = 100,
}: {
  service?: Partial<ServiceState>;
  request?: Partial<PreflightRequest>;
  changedAtMs?: number;
}): Promise<{
  readonly code: string;
  readonly refusal: Refusal | undefined;
  readonly all: readonly Refusal[];
}> {
  const world = createWorld(plain);
  const model = createModelHost(world);
  const state = { version: "5.1.0.14", startedAtMs: 200, startTick: 7, seenAtMs: 1000, ...service };
  const host: HostPort = {
    ...model,
    service: { ...model.service, look: async () => ({ kind: "done", value: state }) },
  };
  const { before, after } = filesOf.open;
  const change = {
    kind: "prepared",
    before,
    after,
    bridge: after,
    oldFile: fileOf(before),
    newFile: fileOf(after),
  } as const;
  const asked = { phase: "open", role: "server", version: undefined, ...request } as const;
  const live = { bytes: before, objection: "", changedAtMs };
  const refusal = await inspectHost(asked, change, live, host);
  const lines = await checkPreconditions(asked, change, live, host);
  const all = lines.flatMap(({ refusal: reason }) => reason ?? []);
  // Both ask the same: the first problem is the reason of the refusal.
  expect(all[0]).toEqual(refusal);
  return { code: refusal?.code ?? "nothing", refusal, all };
}

const unknown = { version: undefined };

test.each<{ name: string; given: Parameters<typeof inspect>[0]; code: string }>([
  { name: "a host without problems", given: {}, code: "nothing" },
  { name: "5.0", given: { service: { version: "5.0.0.15" } }, code: "version-too-old" },
  { name: "a service pack", given: { service: { version: "5.1.0.14 SP1" } }, code: "nothing" },
  {
    name: "a version name",
    given: { service: { version: "Jaglion V2" } },
    code: "version-too-old",
  },
  { name: "no version", given: { service: { version: "soon" } }, code: "version-unknown" },
  { name: "4.4", given: { service: { version: "4.4.3.86" } }, code: "version-too-old" },
  { name: "5.1.0", given: { service: { version: "5.1.0" } }, code: "nothing" },
  { name: "5.2", given: { service: { version: "5.2.0.1" } }, code: "nothing" },
  { name: "6.0", given: { service: { version: "6.0.0.1" } }, code: "nothing" },
  { name: "a Server of unknown version", given: { service: unknown }, code: "version-unknown" },
  {
    name: "an RDS of unknown version",
    given: { service: unknown, request: { role: "rds" } },
    code: "nothing",
  },
  {
    name: "the version of the pins, if the service reports none",
    given: { service: unknown, request: { version: "5.0.0.4" } },
    code: "version-too-old",
  },
  {
    name: "an unknown start time",
    given: { service: { startedAtMs: undefined } },
    code: "service-not-found",
  },
  { name: "a start before the change", given: { changedAtMs: 201 }, code: "not-loaded" },
  { name: "a start at the time of the change", given: { changedAtMs: 200 }, code: "nothing" },
])("$name: $code", async ({ given, code }) => {
  expect((await inspect(given)).code).toBe(code);
});

test("lists everything that prevents a change", async () => {
  const service = { version: "5.0.0.15", startedAtMs: undefined };
  const { all } = await inspect({ service });
  expect(all.map(({ code }) => code)).toEqual(["version-too-old", "service-not-found"]);
});

test("a service that has not read its file reports both times", async () => {
  const [changedAtMs, startedAtMs] = [Date.UTC(2026, 0, 2, 3, 4, 5), Date.UTC(2026, 0, 2, 3, 0, 0)];
  const service = { startedAtMs, seenAtMs: Date.UTC(2026, 0, 2, 4) };
  const { refusal } = await inspect({ service, changedAtMs });
  expect(refusal?.message).toMatch(
    /changed at 2026-01-02 03:04:05 UTC, after the service started at 2026-01-02 03:00:00 UTC$/,
  );
  expect(refusal?.next).toMatch(/^Restart SEP sesam/);
});

test("a restart does not fix a file time in the future", async () => {
  const [changedAtMs, seenAtMs] = [Date.UTC(2026, 0, 2, 5), Date.UTC(2026, 0, 2, 3)];
  const service = { startedAtMs: seenAtMs - 1000, seenAtMs };
  const { refusal } = await inspect({ service, changedAtMs });
  expect(refusal?.code).toBe("not-loaded");
  expect(refusal?.message).toMatch(
    /changed at 2026-01-02 05:00:00 UTC, which is in the future: .*says 2026-01-02 03:00:00 UTC$/,
  );
  expect(refusal?.next).toMatch(/touch stpd\.ini.*restart/);
});

test.each([
  { kind: "yes", code: "busy" },
  { kind: "unknown", code: "busy-unknown" },
] as const)("refuses if transfers start during the preparation: $kind", async ({ kind, code }) => {
  const world = createWorld(bridge);
  const model = createModelHost(world);
  let asked = 0;
  const service: HostPort["service"] = {
    ...model.service,
    askBusy: async () => (++asked > 1 ? { kind, detail: "a backup" } : { kind: "no" }),
  };
  const result = await applyChange(applyRequest("close"), { ...model, service });
  expect(result).toMatchObject({ kind: "refused", refusal: { code } });
  expect(world.disk.read("live")).toBe(bridge);
  expect([world.journal, world.timer]).toEqual([undefined, undefined]);
});

test.each([
  { isFull: true, code: "disk-full" },
  { isFull: false, code: "not-written" },
])("a failed write says whether the disk is full: $isFull", async ({ isFull, code }) => {
  const model = createModelHost(createWorld(bridge));
  const keep = async () => ({ kind: "failed", reason: "no", isFull }) as const;
  const host = { ...model, backups: { ...model.backups, keep } };
  expect(await applyChange(applyRequest("close"), host)).toMatchObject({
    kind: "refused",
    refusal: { code },
  });
});

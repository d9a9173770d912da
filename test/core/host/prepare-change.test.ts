import { expect, test } from "vitest";
import { readFacts } from "../../../src/core/fleet/facts.ts";
import type { HostFolder } from "../../../src/core/fleet/host-folder.ts";
import {
  prepareChange,
  type ChangePins,
  type ChangeRequest,
} from "../../../src/core/host/prepare-change.ts";
import type { PlannedChange } from "../../../src/core/rollout/plan/planned-host.ts";
import {
  applyRequest,
  bridge,
  desired,
  filesOf,
  plain,
} from "../../support/fakes/host/model-change.ts";
import { hash, parse } from "../../support/fakes/host/model-host.ts";
import { now } from "../../support/builders/observations.ts";
import { folderOf } from "../../support/builders/rules.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

interface Row {
  readonly phase?: Phase;
  readonly current?: string;
  readonly request?: Partial<ChangeRequest>;
  readonly planned?: Partial<PlannedChange>;
  readonly pins?: Partial<ChangePins>;
}

function prepare({ phase = "open", current, request = {}, planned = {}, pins = {} }: Row) {
  const { change, pins: usual } = applyRequest(phase);
  if (change.plan.kind !== "planned") throw new Error("there is no plan");
  const plan = { kind: "planned", change: { ...change.plan.change, ...planned } } as const;
  return prepareChange(
    { ...change, plan, ...request },
    current ?? filesOf[phase].before,
    { ...usual, ...pins },
    { hash, nowMs: now },
  );
}

/** The code of a refusal with its detail, or the files to write. */
function tell(row: Row): string {
  const prepared = prepare(row);
  if (prepared.kind === "refused") return `${prepared.refusal.code}: ${prepared.refusal.message}`;
  const names = new Map([
    [plain, "plain"],
    [bridge, "bridge"],
    [desired, "desired"],
  ]);
  const { before, after, bridge: between } = prepared;
  return [before, after, between ?? "none"].map((bytes) => names.get(bytes) ?? bytes).join(" ");
}

test.each<readonly [string, Row, string]>([
  ["opens", {}, "plain bridge bridge"],
  ["closes", { phase: "close" }, "bridge desired bridge"],
  ["opens what is already open", { current: bridge }, "bridge bridge bridge"],
  [
    "closes what is already closed",
    { phase: "close", current: desired },
    "desired desired desired",
  ],
])("%s", (_, row, told) => {
  expect(tell(row)).toBe(told);
});

const otherHash = "f".repeat(64);
const windows: HostFolder = {
  ...folderOf(parse(desired)),
  facts: readFacts("host.ini", "os = windows\navx = no\n"),
};
const soft = desired.replace(/PRIORITY_STRING=.*/, 'PRIORITY_STRING="NORMAL:-VERS-ALL"');

test.each<readonly [string, Row, string]>([
  [
    "an invalid plan",
    { request: { plan: { kind: "unreadable", reason: "x" } } },
    "plan-unreadable",
  ],
  ["a plan without the host", { request: { plan: { kind: "absent" } } }, "other-plan"],
  ["a plan of the other phase", { planned: { phase: "close" } }, "other-plan"],
  ["a plan for another config repo", { planned: { repository: 8 } }, "other-plan"],
  ["another file in the config repo", { planned: { desired: otherHash } }, "file-not-as-planned"],
  ["another file of this phase", { planned: { file: otherHash } }, "file-not-as-planned"],
  ["Windows, where AVX is not known", { pins: { os: "windows" } }, "no-avx"],
  ["Windows without AVX", { pins: { os: "windows", avx: "no" } }, "no-avx"],
  ["host.ini that says so", { request: { folder: windows } }, "no-avx"],
  ["a file on the host that is not text", { current: "\0" }, "current-unreadable"],
  ["an unexpected file on the host", { current: `${plain}# x\n` }, "drift"],
  [
    "HTTPS that would not come up",
    { request: { desired: soft }, planned: { desired: hash(soft) } },
    "https-not-sure",
  ],
  [
    "no inventory, where a port closes",
    { phase: "close", request: { inventoryAtMs: undefined } },
    "inventory-too-old",
  ],
  [
    "an inventory older than a day",
    { phase: "close", request: { inventoryAtMs: now - 86_400_001 } },
    "inventory-too-old",
  ],
  [
    "an inventory from the future",
    { phase: "close", request: { inventoryAtMs: now + 300_001 } },
    "inventory-too-old",
  ],
  [
    "an interface in use",
    { phase: "close", request: { findUse: () => "the event nightly" } },
    "interface-in-use",
  ],
])("refuses %s", (_, row, code) => {
  expect(tell(row)).toMatch(new RegExp(`^${code}: `));
});

test("an inventory is valid for a day, and a clock may be five minutes ahead", () => {
  for (const inventoryAtMs of [now - 86_400_000, now + 300_000]) {
    expect(tell({ phase: "close", request: { inventoryAtMs } })).toBe("bridge desired bridge");
  }
});

test("opening takes nothing away, so it needs no inventory", () => {
  const request = { inventoryAtMs: undefined, findUse: () => "the event nightly" };
  expect(tell({ request })).toBe("plain bridge bridge");
});

test("with another expected file only its bridge is written", () => {
  const current = `${plain}# by hand\n`;
  const expected = { current, pins: { expect: hash(current) } };
  const prepared = prepare(expected);
  expect(prepared).toMatchObject({ kind: "prepared", before: current });
  if (prepared.kind === "prepared") expect(prepared.after).toContain("STPD_HTTPS_PORT=11443");
  // The file in the plan is no longer the expected one.
  expect(tell({ pins: { expect: hash(current) } })).toMatch(/^drift: /);
  // In the phase close the file is the plan's, regardless of the old one.
  const close = { phase: "close", current, pins: { expect: hash(current) } } as const;
  expect(tell({ ...close, planned: { file: otherHash } })).toMatch(/^file-not-as-planned: /);
  expect(tell(close)).toMatch(/ desired /);
});

test.each<readonly [string, Row, string]>([
  ["the earlier file, which opens the old ports again", {}, "desired bridge bridge"],
  ["it is already in place", { current: bridge }, "bridge bridge bridge"],
  [
    "without an inventory, since opening takes nothing away",
    { request: { inventoryAtMs: undefined } },
    "desired bridge bridge",
  ],
  ["another file", { request: { restored: plain } }, "file-not-as-planned"],
  ["none was given", { request: { restored: undefined } }, "no-restored-file"],
  ["the plan restores none", { planned: { isRestored: false } }, "file-not-as-planned"],
  [
    "a file without HTTPS",
    { request: { restored: plain }, planned: { file: hash(plain) } },
    "https-not-sure",
  ],
  [
    "a file that lacks a currently open port",
    {
      current: bridge,
      request: { restored: desired },
      planned: { before: hash(bridge), file: hash(desired) },
    },
    "file-not-as-planned",
  ],
  ["an edit on the host", { current: `${desired}# by hand\n` }, "drift"],
])("restores an earlier file of the ledger, or refuses: %s", (_, row, says) => {
  const { request = {}, planned = {} } = row;
  const told = tell({
    current: desired,
    ...row,
    request: { restored: bridge, ...request },
    planned: { before: hash(desired), file: hash(bridge), isRestored: true, ...planned },
  });
  expect(told.startsWith(says)).toBe(true);
});

import { expect, test } from "vitest";
import type { Journal } from "../../../../src/core/host/journal.ts";
import { printWayBack, type WayBack } from "../../../../src/core/host/status/way-back.ts";
import { bridge, desired, plain } from "../../../support/fakes/host/model-change.ts";
import { hash, parse } from "../../../support/fakes/host/model-host.ts";

const keptAtMs = Date.UTC(2026, 10, 30, 5, 56);
const journal: Journal = {
  schemaVersion: 1,
  id: "change-1",
  host: "rds1",
  phase: "close",
  stage: "stuck",
  startedAt: "2026-11-30T05:56:00.000Z",
  before: hash(bridge),
  after: hash(desired),
  bridge: hash(bridge),
  authority: "ticket",
};
const keep = (bytes: string) => ({ digest: hash(bytes), keptAtMs, bytes });
const way: WayBack = {
  host: "rds1",
  address: "rds1.example.com",
  journal: undefined,
  live: { digest: hash(desired) },
  kept: [keep(desired), keep(bridge), keep(plain)],
  previous: undefined,
  verified: new Map([[hash(bridge), "2026-11-30 05:00:00 UTC"]]),
  parse,
  commands: {
    putBack: (digest) => `put ${digest}`,
    restart: "restart",
    forget: (id) => `forget ${id}`,
  },
};
const commandsOf = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => !line.startsWith("#"));

test("an unfinished change returns to the previous file, and nothing is undone later", () => {
  const lines = printWayBack({ ...way, journal });
  expect(commandsOf(lines)).toEqual([`put ${hash(bridge)}`, "restart", "forget change-1"]);
  expect(lines.join("\n")).toContain(`In place: ${hash(desired)}, the new file`);
  expect(lines.join("\n")).toContain("which opens https 11443, http 11000, ftp 11001:");
  expect(lines).toContain(`#   put ${hash(plain)}`);
});

test("without an open change it returns to the file before the last one", () => {
  const lines = printWayBack({ ...way, previous: hash(bridge) });
  expect(commandsOf(lines)).toEqual([`put ${hash(bridge)}`, "restart"]);
});

test("if the previous file is not recorded, no line can be run unchanged", () => {
  const lines = printWayBack(way);
  expect(commandsOf(lines)).toEqual([]);
  expect(lines).toContain(`#   put ${hash(bridge)}`);
  expect(lines.join("\n")).toContain("verified at 2026-11-30 05:00:00 UTC");
  expect(lines.join("\n")).toContain("opens http 11000, ftp 11001, not verified here");
  // The file in place is not a way back.
  expect(lines).not.toContain(`#   put ${hash(desired)}`);
});

test.each([
  ["gone", [keep(desired)]],
  ["damaged", [{ ...keep(bridge), bytes: undefined }]],
])("reports a backup that is %s, and keeps the journal", (_, kept) => {
  const lines = printWayBack({ ...way, journal, kept });
  expect(commandsOf(lines)).toEqual([]);
  expect(lines.join("\n")).toContain(`${hash(bridge)}, is missing or damaged`);
});

test("a missing file says what to check", () => {
  const lines = printWayBack({ ...way, journal, live: { reason: "it does not exist" } });
  expect(lines.join("\n")).toContain("In place: cannot be read: it does not exist");
  expect(lines.join("\n")).toContain("Afterwards check that SEP sesam's user can read the file.");
  expect(commandsOf(lines).length).toBe(3);
});

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  isChanged,
  keepPins,
  listChanged,
  readKept,
} from "../../../src/adapters/host-local/kept-pins.ts";
import { createJournalStore } from "../../../src/adapters/host-local/state-folder.ts";
import { readKeptPins } from "../../../src/core/host/pins/kept-pins.ts";
import { readPins } from "../../../src/core/host/pins/pins.ts";
import type { Journal } from "../../../src/core/host/journal.ts";

const text = `host = rds1
repository = 7
addresses = rds1.example.com
stpd_ini = /var/opt/sesam/var/ini/stpd.ini
owner = 0:0
watchdog = 400
[command.restart]
program = /opt/sesam/bin/sesam/sm_main
arguments = restart
[command.busy]
program = /usr/bin/pgrep
arguments = -f sm_sms_backup
idle_exit = 1
busy_exit = 0
[ssh]
address = 192.0.2.7
identity = /etc/sesam-harden/id
known_hosts = /etc/sesam-harden/known_hosts
[key.2026-a]
public = ${"A".repeat(43)}
`;

function readAll(bytes: string) {
  const { pins } = readPins("rds1.ini", bytes);
  if (pins === undefined) throw new Error("the pins are wrong");
  return pins;
}

const pins = readAll(text);

const journal: Journal = {
  schemaVersion: 1,
  id: "change-1",
  host: "rds1",
  phase: "open",
  stage: "prepared",
  startedAt: "",
  before: "a".repeat(64),
  after: "b".repeat(64),
  bridge: null,
  authority: "a test",
};

function open() {
  const top = mkdtempSync(join(tmpdir(), "kept-"));
  onTestFinished(() => rmSync(top, { recursive: true }));
  const folder = join(top, "rds1");
  mkdirSync(folder);
  return { top, folder, journals: keepPins(createJournalStore(folder), folder, pins) };
}

test("a change keeps its initial pins, without the keys, until it is over", async () => {
  const { top, folder, journals } = open();
  expect(isChanged(folder)).toBe(false);
  expect(await journals.write(journal)).toMatchObject({ kind: "done" });
  expect(readKept(folder)).toEqual({ id: "change-1", pins: { ...pins, keys: new Map() } });
  expect(listChanged({ state: top })).toEqual(["rds1"]);
  // Pins that recovery writes do not replace them.
  const { journals: later } = { journals: keepPins(journals, folder, { ...pins, host: "other" }) };
  await later.write({ ...journal, stage: "undoing" });
  expect(readKept(folder)?.pins.host).toBe("rds1");
  // Pins of another change stay.
  await journals.clear("change-0");
  expect(readKept(folder)?.id).toBe("change-1");
  await journals.write(journal);
  expect(await journals.clear("change-1")).toMatchObject({ kind: "done" });
  expect(isChanged(folder)).toBe(false);
  expect(listChanged({ state: top })).toEqual([]);
});

test("a change whose pins cannot be stored does not start", async () => {
  const { folder, journals } = open();
  mkdirSync(join(folder, "pins.json"));
  expect(await journals.write(journal)).toMatchObject({ kind: "failed" });
  expect(existsSync(join(folder, "journal.json"))).toBe(false);
});

test("the journal also marks a host as changed, and rejects what is not a host", () => {
  const { top, folder } = open();
  writeFileSync(join(folder, "journal.json"), "{}");
  mkdirSync(join(top, "ssh"));
  expect(listChanged({ state: top })).toEqual(["rds1"]);
  expect(listChanged({ state: join(top, "nowhere") })).toEqual([]);
});

const kept = { host: "a", stpdIni: "/a", addresses: ["a"], restart: { program: "/b" }, limits: {} };

test.each<[string, unknown]>([
  ["no JSON", "{"],
  ["nothing", {}],
  ["another version", { schemaVersion: 2, id: "a", pins: kept }],
  ["no id", { schemaVersion: 1, pins: kept }],
  ["an id that climbs", { schemaVersion: 1, id: "../a", pins: kept }],
  ["no pins", { schemaVersion: 1, id: "a", pins: null }],
  ...(["host", "stpdIni", "addresses", "restart", "limits"] as const).map(
    (key): [string, unknown] => [
      `no ${key}`,
      { schemaVersion: 1, id: "a", pins: { ...kept, [key]: undefined } },
    ],
  ),
  ["no program", { schemaVersion: 1, id: "a", pins: { ...kept, restart: {} } }],
])("ignores unreliable stored pins: %s", (_, content) => {
  const bytes = typeof content === "string" ? content : JSON.stringify(content);
  expect(readKeptPins(bytes)).toBeUndefined();
  expect(readKeptPins(JSON.stringify({ schemaVersion: 1, id: "a", pins: kept }))?.id).toBe("a");
});

test.each([
  ["an unknown key", "restrat = x\n", true],
  ["a value that is wrong", "quiet = soon\n", true],
  ["a watchdog that is too short", "watchdog = 5\n", true],
  ["no repository", "", true],
  ["an [ssh] that cannot be read", "[ssh]\naddress = 192.0.2.7\n", false],
  ["a restart that cannot be read", "[command.restart]\nprogram = sm_main\n", false],
])("an undo uses what is valid in pins with %s", (_, more, isEnough) => {
  const base = "host = rds1\naddresses = a\nstpd_ini = /a/stpd.ini\n";
  const restart = more.includes("[command.restart]") ? "" : "[command.restart]\nprogram = /bin/a\n";
  const bytes = more.startsWith("[") ? `${base}${restart}${more}` : `${base}${more}${restart}`;
  const { pins: whole, rough } = readPins("rds1.ini", bytes);
  expect(whole).toBeUndefined();
  if (isEnough) expect(rough).toMatchObject({ host: "rds1", restart: { program: "/bin/a" } });
  else expect(rough).toBeUndefined();
});

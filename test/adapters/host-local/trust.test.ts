import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  findInstallation,
  installationFile,
  listPinned,
  loadPins,
} from "../../../src/adapters/host-local/installation.ts";
import {
  appendRecord,
  createSequenceStore,
  prepareState,
} from "../../../src/adapters/host-local/state.ts";
import { refuseTrust } from "../../../src/adapters/host-local/file-trust.ts";

const isRoot = process.geteuid?.() === 0;
const other = 65_534;

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "trust-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A file two directories below a directory of its own. */
function makeFile() {
  const top = makeFolder();
  const middle = join(top, "middle");
  const folder = join(middle, "folder");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "file");
  writeFileSync(file, "x");
  chmodSync(file, 0o644);
  return { top, middle, folder, file };
}

test("a file that only its user can change is trusted, through links too", () => {
  const { top, file } = makeFile();
  expect(refuseTrust(file)).toBeUndefined();
  symlinkSync(file, join(top, "link"));
  expect(refuseTrust(join(top, "link"))).toBeUndefined();
});

test.each(["file", "folder", "middle", "top"] as const)(
  "does not trust what others can write: %s",
  (name) => {
    const places = makeFile();
    for (const bit of [0o020, 0o002]) {
      chmodSync(places[name], (name === "file" ? 0o644 : 0o755) | bit);
      expect(refuseTrust(places.file)).toBe(`${places[name]} is writable by others`);
    }
  },
);

test("trusts a sticky directory above, but not one that will hold files", () => {
  const { folder, file } = makeFile();
  chmodSync(folder, 0o1777);
  expect(refuseTrust(file)).toBeUndefined();
  expect(refuseTrust(folder)).toBe(`${folder} is writable by others`);
});

test.skipIf(!isRoot).each(["file", "folder", "middle", "top"] as const)(
  "does not trust what belongs to another account: %s",
  (name) => {
    const places = makeFile();
    chownSync(places[name], other, 0);
    expect(refuseTrust(places.file)).toBe(`${places[name]} belongs to user ${other}`);
  },
);

test("does not trust a missing file", () => {
  expect(refuseTrust(join(makeFolder(), "none"))).toBe("finding it: it does not exist");
});

test("the state directory of a host is created for its user only", () => {
  const state = join(makeFolder(), "state");
  const folder = prepareState({ program: "", pins: "", state }, "rds1");
  expect(folder).toBe(join(state, "rds1"));
  for (const path of [state, folder, join(folder, "backups")]) {
    expect(statSync(path).mode & 0o7777).toBe(0o700);
  }
  expect(prepareState({ program: "", pins: "", state }, "rds1")).toBe(folder);
});

test("refuses a state directory that others can write, or that cannot be created", () => {
  const state = makeFolder();
  const prepare = (host: string) => () => prepareState({ program: "", pins: "", state }, host);
  mkdirSync(join(state, "rds1"));
  chmodSync(join(state, "rds1"), 0o777);
  expect(prepare("rds1")).toThrow(`${state}/rds1 is writable by others`);
  writeFileSync(join(state, "file"), "");
  expect(prepare("file/rds2")).toThrow("cannot use the state directory");
});

test("records are added and never removed, regardless of their text", () => {
  const folder = makeFolder();
  expect(appendRecord(folder, { reason: "Grüße" })).toBeUndefined();
  expect(appendRecord(folder, { reason: "second" })).toBeUndefined();
  const path = join(folder, "records.jsonl");
  expect(readFileSync(path, "utf8")).toBe('{"reason":"Grüße"}\n{"reason":"second"}\n');
  expect(statSync(path).mode & 0o7777).toBe(0o600);
  expect(appendRecord(join(folder, "none"), {})).toContain("writing the record");
});

test("keeps the last sequence, and does not take a broken one for none", async () => {
  const folder = makeFolder();
  const store = createSequenceStore(folder);
  expect(await store.read()).toEqual({ kind: "done", value: 0 });
  for (const sequence of [1, 1_100_000_000, Number.MAX_SAFE_INTEGER]) {
    expect(await store.write(sequence)).toMatchObject({ kind: "done" });
    expect(await store.read()).toEqual({ kind: "done", value: sequence });
  }
  for (const text of ["", "x", "-1", "01", "1.5", "1e3", "9007199254740992", "1\n2\n"]) {
    writeFileSync(join(folder, "sequence"), text);
    expect(await store.read(), text).toMatchObject({ kind: "failed" });
  }
  rmSync(join(folder, "sequence"));
  mkdirSync(join(folder, "sequence"));
  expect(await store.read()).toMatchObject({ kind: "failed" });
});

const pinsText = `host = rds1
repository = 7
addresses = 127.0.0.1
stpd_ini = /var/opt/sesam/var/ini/stpd.ini
[command.restart]
program = /bin/true
`;

function makeInstallation() {
  const top = makeFolder();
  const installed = { program: join(top, "index.js"), pins: join(top, "pins"), state: top };
  mkdirSync(installed.pins);
  writeFileSync(installed.program, "");
  const write = (name: string, text: string): string => {
    const path = join(installed.pins, name);
    writeFileSync(path, text, { mode: 0o644 });
    chmodSync(path, 0o644);
    return path;
  };
  const describe = (content: object): void =>
    writeFileSync(join(top, installationFile), JSON.stringify(content), { mode: 0o644 });
  describe({ schemaVersion: 1, pins: installed.pins, state: top });
  return { top, installed, write, describe };
}

test("a program finds its installation next to it", () => {
  const { installed, describe } = makeInstallation();
  expect(findInstallation(installed.program)).toEqual(installed);
  for (const content of [
    { schemaVersion: 2, pins: "/p", state: "/s" },
    { schemaVersion: 1, pins: 1, state: "/s" },
    { schemaVersion: 1, pins: "/p" },
    [],
  ]) {
    describe(content);
    expect(() => findInstallation(installed.program)).toThrow("was written by another version");
  }
  expect(() => findInstallation(join(makeFolder(), "index.js"))).toThrow("is not installed");
});

test("refuses a program, or a file next to it, that others can write", () => {
  for (const name of ["index.js", installationFile]) {
    const { top, installed } = makeInstallation();
    chmodSync(join(top, name), 0o666);
    expect(() => findInstallation(installed.program)).toThrow(
      `others can change the program or pins of this host: ${join(top, name)}`,
    );
  }
});

test("pins are read for the host that they name, from a file that only root can change", () => {
  const { installed, write } = makeInstallation();
  expect(listPinned(installed)).toEqual([]);
  expect(() => loadPins(installed, "rds1")).toThrow("no pins for host rds1");
  const path = write("rds1.ini", pinsText);
  write("notes.txt", "");
  expect(listPinned(installed)).toEqual(["rds1"]);
  expect(loadPins(installed, "rds1")).toMatchObject({ host: "rds1", repository: 7 });
  write("rds2.ini", pinsText);
  expect(() => loadPins(installed, "rds2")).toThrow("is for another host: rds1");
  expect(() => loadPins(installed, "../pins/rds1")).toThrow("no pins for host");
  write("rds3.ini", "host = rds3\n");
  expect(() => loadPins(installed, "rds3")).toThrow("the pins are invalid");
  chmodSync(path, 0o666);
  expect(() => loadPins(installed, "rds1")).toThrow(`${path} is writable by others`);
  rmSync(installed.pins, { recursive: true });
  expect(existsSync(installed.pins)).toBe(false);
  expect(() => listPinned(installed)).toThrow("it does not exist");
});

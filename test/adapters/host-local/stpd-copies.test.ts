import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  createStpdCopies,
  createStpdFolder,
} from "../../../src/adapters/host-local/stpd-copies.ts";
import type { CopyName, StpdCopies, StpdFolder } from "../../../src/core/host/ports.ts";

const isRoot = process.geteuid?.() === 0;
/** The account that STPD runs as, and that plants traps for root. */
const other = 65_534;

type RunCommand = Parameters<typeof createStpdCopies>[1];

const runHere: RunCommand = async ({ program, arguments: words }) => {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: "utf8" });
  const end = { kind: "ended", code: status ?? -1, output: stdout + stderr, complained: false };
  return { ...end, kind: "ended" };
};

interface Scene {
  /** Owned by root. */
  readonly base: string;
  /** Owned by the other account, with everything below. */
  readonly home: string;
  readonly folder: string;
  readonly stpdIni: string;
  readonly old: string;
  readonly fresh: string;
  /** A file that only root may change. */
  readonly precious: string;
  readonly copies: StpdCopies;
  readonly directory: StpdFolder;
  /** Runs just before or after the program that copies the attributes. */
  readonly hooks: { before?: () => void; after?: () => void };
}

function makeScene(owner = other): Scene {
  const base = mkdtempSync(join(tmpdir(), "copies-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const home = join(base, "home");
  const folder = join(home, "ini");
  mkdirSync(folder, { recursive: true });
  const stpdIni = join(folder, "stpd.ini");
  writeFileSync(stpdIni, "before", { mode: 0o640 });
  if (isRoot) for (const path of [home, folder, stpdIni]) chownSync(path, owner, owner);
  const precious = join(base, "precious");
  writeFileSync(precious, "precious", { mode: 0o600 });
  const hooks: Scene["hooks"] = {};
  const run: RunCommand = async (command) => {
    hooks.before?.();
    const end = await runHere(command);
    hooks.after?.();
    return end;
  };
  const place = { stpdIni, owner: undefined };
  return {
    base,
    home,
    folder,
    stpdIni,
    old: `${stpdIni}.sesam-harden-old`,
    fresh: `${stpdIni}.sesam-harden-new`,
    precious,
    copies: createStpdCopies(place, run),
    directory: createStpdFolder(place),
    hooks,
  };
}

function plantLink(target: string, path: string): void {
  symlinkSync(target, path);
  lchownSync(path, other, other);
}

function holdPrecious({ precious }: Scene): void {
  const { uid, mode, nlink } = lstatSync(precious);
  expect({ uid, mode: mode & 0o7777 }).toEqual({ uid: process.geteuid?.(), mode: 0o600 });
  expect(nlink).toBeLessThanOrEqual(2);
  expect(readFileSync(precious, "utf8")).toBe("precious");
}

const objectionTo = async ({ copies }: Scene, name: CopyName): Promise<string | undefined> => {
  const seen = await copies.read(name);
  return seen.kind === "done" ? seen.value?.objection : seen.reason;
};

test("a change replaces the whole file, with mode and owner, and can be undone", async () => {
  const { copies, directory, stpdIni, folder } = makeScene(isRoot ? other : process.geteuid?.());
  chmodSync(stpdIni, 0o604);
  const before = lstatSync(stpdIni);
  expect(await copies.read("live")).toEqual({
    kind: "done",
    value: { bytes: "before", objection: "", changedAtMs: before.mtimeMs },
  });
  expect(await copies.read("old")).toEqual({ kind: "done", value: undefined });
  expect(await copies.stage("after, and longer than before")).toMatchObject({ kind: "done" });
  expect(await copies.keep()).toMatchObject({ kind: "done" });
  // The second name is its own copy, which is allowed.
  expect(await copies.read("live")).toMatchObject({ value: { bytes: "before", objection: "" } });
  expect(await copies.activate("fresh")).toMatchObject({ kind: "done" });
  expect(await directory.sync()).toMatchObject({ kind: "done" });
  const after = lstatSync(stpdIni);
  expect(readFileSync(stpdIni, "utf8")).toBe("after, and longer than before");
  expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
  expect(await copies.read("old")).toMatchObject({ value: { bytes: "before" } });
  expect(await copies.activate("old")).toMatchObject({ kind: "done" });
  expect(readFileSync(stpdIni, "utf8")).toBe("before");
  expect(lstatSync(stpdIni).ino).toBe(before.ino);
  await copies.keep();
  expect(await directory.cleanUp()).toMatchObject({ kind: "done" });
  expect(spawnSync("ls", ["-A", folder], { encoding: "utf8" }).stdout).toBe("stpd.ini\n");
});

test("refuses anything except a plain file of the pinned owner", async () => {
  const scene = makeScene(process.geteuid?.());
  const { stpdIni, base, precious } = scene;
  const { uid, gid } = lstatSync(stpdIni);
  const read = async (owner: { user: number; group: number }): Promise<unknown> =>
    createStpdCopies({ stpdIni, owner }, runHere).read("live");
  expect(await read({ user: uid, group: gid })).toMatchObject({ value: { objection: "" } });
  for (const owner of [
    { user: uid + 1, group: gid },
    { user: uid, group: gid + 1 },
  ]) {
    const objection = `it belongs to ${uid}:${gid}, but the pinned owner is ${owner.user}:${owner.group}`;
    expect(await read(owner)).toMatchObject({ value: { objection } });
  }
  linkSync(stpdIni, join(base, "second"));
  expect(await objectionTo(scene, "live")).toContain("it has 2 hard links");
  // Another file with the name of the copy does not count as its second name.
  writeFileSync(scene.old, "before");
  expect(await objectionTo(scene, "live")).toContain("it has 2 hard links");
  rmSync(stpdIni);
  symlinkSync(precious, stpdIni);
  expect(await objectionTo(scene, "live")).toBe("stpd.ini is a symbolic link");
  rmSync(stpdIni);
  mkdirSync(stpdIni);
  expect(await objectionTo(scene, "live")).toBe("stpd.ini is not a regular file");
  rmSync(stpdIni, { recursive: true });
  spawnSync("mkfifo", [stpdIni]);
  expect(await objectionTo(scene, "live")).toBe("stpd.ini is not a regular file");
  expect(await scene.copies.stage("after")).toEqual({
    kind: "failed",
    reason: "the file in place is not a regular file",
  });
  rmSync(stpdIni);
  const server = createServer().listen(stpdIni);
  await new Promise((listening) => server.once("listening", listening));
  expect(await objectionTo(scene, "live")).toBe("stpd.ini is not a regular file");
  await new Promise((closed) => server.close(closed));
  writeFileSync(stpdIni, "x".repeat(1024 * 1024 + 1));
  expect(await objectionTo(scene, "live")).toBe("stpd.ini is larger than 1 MiB");
});

test.skipIf(!isRoot)("removes what another account put in place of the new file", async () => {
  for (const plant of [
    (scene: Scene) => plantLink(scene.precious, scene.fresh),
    (scene: Scene) => linkSync(scene.precious, scene.fresh),
    (scene: Scene) => spawnSync("mkfifo", [scene.fresh]),
    (scene: Scene) => spawnSync("mknod", [scene.fresh, "c", "1", "5"]),
  ]) {
    const scene = makeScene();
    plant(scene);
    expect(await scene.copies.stage("after")).toMatchObject({ kind: "done" });
    expect(readFileSync(scene.fresh, "utf8")).toBe("after");
    expect(lstatSync(scene.fresh)).toMatchObject({ uid: other, nlink: 1 });
    holdPrecious(scene);
  }
});

test.skipIf(!isRoot)("refuses a directory in place of the new file", async () => {
  const scene = makeScene();
  mkdirSync(scene.fresh);
  expect(await scene.copies.stage("after")).toMatchObject({ kind: "failed" });
});

function plantFile(path: string, { mode = 0o640, user = other, group = other } = {}): void {
  writeFileSync(path, "theirs");
  chownSync(path, user, group);
  chmodSync(path, mode);
}

const traps: Readonly<Record<string, (scene: Scene) => void>> = {
  "a symbolic link": ({ precious, fresh }) => plantLink(precious, fresh),
  "a hard link": ({ precious, fresh }) => linkSync(precious, fresh),
  "a FIFO": ({ fresh }) => void spawnSync("mkfifo", [fresh]),
  "a device": ({ fresh }) => void spawnSync("mknod", [fresh, "c", "1", "5"]),
  "a directory": ({ fresh }) => mkdirSync(fresh),
  "a link to a directory": ({ base, fresh }) => plantLink(base, fresh),
  "a link to a file that is alike": ({ home, fresh }) => {
    plantFile(join(home, "alike"));
    plantLink(join(home, "alike"), fresh);
  },
  "a file of another mode": ({ fresh }) => plantFile(fresh, { mode: 0o600 }),
  "a file of another user": ({ fresh }) => plantFile(fresh, { user: 0 }),
  "a file of another group": ({ fresh }) => plantFile(fresh, { group: 0 }),
  "another file": ({ fresh }) => writeFileSync(fresh, "theirs", { mode: 0o777 }),
};

test.skipIf(!isRoot).each(Object.keys(traps))(
  "does not write the new file if %s takes its place, before or after cp",
  async (name) => {
    const before = makeScene();
    before.hooks.before = () => traps[name]?.(before);
    const staged = await before.copies.stage("after");
    // Regardless of cp, only a new file was written.
    if (staged.kind === "done") {
      expect(lstatSync(before.fresh)).toMatchObject({ uid: other, nlink: 1 });
      expect(lstatSync(before.fresh).isFile()).toBe(true);
    }
    holdPrecious(before);
    expect(existsSync(join(before.base, "stpd.ini"))).toBe(false);
    expect(existsSync(join(before.fresh, "stpd.ini"))).toBe(false);

    const after = makeScene();
    after.hooks.after = () => {
      rmSync(after.fresh, { force: true });
      traps[name]?.(after);
    };
    expect(await after.copies.stage("after")).toMatchObject({ kind: "failed" });
    holdPrecious(after);
    const planted = lstatSync(after.fresh);
    if (planted.isFile() && planted.nlink === 1) {
      expect(readFileSync(after.fresh, "utf8")).toBe("theirs");
    }
    const alike = join(after.home, "alike");
    if (existsSync(alike)) expect(readFileSync(alike, "utf8")).toBe("theirs");
  },
);

test.skipIf(!isRoot)("a second name does not change owner with the file", async () => {
  const scene = makeScene();
  scene.hooks.after = () => {
    rmSync(scene.fresh);
    linkSync(scene.stpdIni, scene.fresh);
  };
  expect(await scene.copies.stage("after")).toMatchObject({ kind: "failed" });
  expect(readFileSync(scene.stpdIni, "utf8")).toBe("before");
});

test.skipIf(!isRoot)(
  "a live file that becomes a link passes its attributes to nothing",
  async () => {
    const scene = makeScene();
    scene.hooks.before = () => {
      rmSync(scene.stpdIni);
      plantLink(scene.precious, scene.stpdIni);
    };
    expect(await scene.copies.stage("after")).toMatchObject({ kind: "failed" });
    holdPrecious(scene);
    expect(await objectionTo(scene, "live")).toBe("stpd.ini is a symbolic link");
  },
);

/**
 * Every operation, with the directory above it or its parent turned into a link of the other
 * account.
 */
test.skipIf(!isRoot).each(["folder", "home"] as const)(
  "does not follow a link that another account put in place of the %s",
  async (which) => {
    const scene = makeScene();
    const target = join(scene.base, "system");
    const inside = which === "home" ? join(target, "ini") : target;
    mkdirSync(inside, { recursive: true });
    for (const { stpdIni, old, fresh } of [scene]) {
      for (const path of [stpdIni, old, fresh])
        writeFileSync(join(inside, basename(path)), "root's");
    }
    // The directory that holds the link also belongs to the other account.
    chownSync(dirname(scene[which]), other, other);
    renameSync(scene[which], `${scene[which]}.moved`);
    plantLink(target, scene[which]);
    const failed = {
      kind: "failed",
      reason: `${basename(scene[which])} is a link that another account can change`,
    };
    const { copies, directory } = scene;
    expect(await copies.read("live")).toEqual(failed);
    expect(await copies.stage("after")).toEqual(failed);
    expect(await copies.keep()).toEqual(failed);
    expect(await copies.activate("fresh")).toEqual(failed);
    expect(await directory.cleanUp()).toEqual(failed);
    expect(await directory.sync()).toEqual(failed);
    expect(readFileSync(join(inside, "stpd.ini.sesam-harden-new"), "utf8")).toBe("root's");
    expect(readFileSync(join(inside, "stpd.ini"), "utf8")).toBe("root's");
  },
);

test.skipIf(!isRoot)("a link counts as root's only if only root can have created it", async () => {
  const scene = makeScene();
  const linked = (name: string): Promise<unknown> =>
    createStpdCopies({ stpdIni: join(name, "stpd.ini"), owner: undefined }, runHere).read("live");
  const seen = { value: { bytes: "before" } };
  const refused = { kind: "failed", reason: expect.stringContaining("another account can change") };
  const link = join(scene.base, "link");
  symlinkSync("home/../home/./ini", link);
  expect(await linked(link)).toMatchObject(seen);
  symlinkSync(scene.folder, `${link}-absolute`);
  expect(await linked(`${link}-absolute`)).toMatchObject(seen);
  // Others can replace it.
  chmodSync(scene.base, 0o777);
  expect(await linked(link)).toMatchObject(refused);
  // In a sticky directory they can replace only their own files.
  chmodSync(scene.base, 0o1777);
  expect(await linked(link)).toMatchObject(seen);
  lchownSync(link, other, other);
  expect(await linked(link)).toMatchObject(refused);
  lchownSync(link, 0, 0);
  chownSync(scene.base, other, other);
  expect(await linked(link)).toMatchObject(refused);
  const circle = join(scene.home, "circle");
  chownSync(scene.home, 0, 0);
  symlinkSync("circle", circle);
  expect(await linked(circle)).toEqual({
    kind: "failed",
    reason: "it has too many symbolic links",
  });
});

test.skipIf(!isRoot)("a directory replaced during an operation does not redirect it", async () => {
  const scene = makeScene();
  const target = join(scene.base, "system");
  mkdirSync(target);
  scene.hooks.before = () => {
    renameSync(scene.folder, `${scene.folder}.moved`);
    plantLink(target, scene.folder);
  };
  expect(await scene.copies.stage("after")).toMatchObject({ kind: "done" });
  expect(readFileSync(`${scene.folder}.moved/stpd.ini.sesam-harden-new`, "utf8")).toBe("after");
  expect(existsSync(join(target, "stpd.ini.sesam-harden-new"))).toBe(false);
  expect(readlinkSync(scene.folder)).toBe(target);
});

test("leaves no directory open", async () => {
  const { copies, directory, stpdIni, base } = makeScene(process.geteuid?.());
  const count = (): number =>
    Number(
      spawnSync("sh", ["-c", `ls /proc/${process.pid}/fd | wc -l`], { encoding: "utf8" }).stdout,
    );
  const missing = createStpdCopies(
    { stpdIni: join(base, "none/at/all/stpd.ini"), owner: undefined },
    runHere,
  );
  const acts = async (): Promise<void> => {
    await copies.read("live");
    await copies.stage("after");
    await copies.keep();
    await copies.activate("fresh");
    await directory.sync();
    await directory.cleanUp();
    await missing.read("live");
  };
  await acts();
  const before = count();
  for (let turn = 0; turn < 5; turn++) await acts();
  expect(count()).toBeLessThanOrEqual(before);
  expect(existsSync(stpdIni)).toBe(true);
});

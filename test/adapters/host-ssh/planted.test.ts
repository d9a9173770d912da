import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { basics } from "../../../src/adapters/host-ssh/shell/basics.ts";
import { copies } from "../../../src/adapters/host-ssh/shell/copies.ts";

const isRoot = process.geteuid?.() === 0;
/** The account that STPD runs as, and that plants traps for root. */
const other = 65_534;

function makeScene() {
  const base = mkdtempSync(join(tmpdir(), "planted-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  const home = join(base, "home");
  const folder = join(home, "ini");
  mkdirSync(folder, { recursive: true });
  const stpdIni = join(folder, "stpd.ini");
  writeFileSync(stpdIni, "before", { mode: 0o640 });
  for (const path of [home, folder, stpdIni]) chownSync(path, other, other);
  const precious = join(base, "precious");
  writeFileSync(precious, "precious", { mode: 0o600 });
  return { base, home, folder, stpdIni, precious };
}

/** Runs a part of the scripts; `hooks` replaces programs, to plant a trap at that moment. */
function run(stpdIni: string, act: string, hooks = ""): { status: number | null; said: string } {
  const script = `${basics}${copies}${hooks}\nname_copies "$1"\n${act}`;
  const words = ["-c", script, "sh", stpdIni, hashSha256("after")];
  const { status, stdout, stderr } = spawnSync("sh", words, { input: "after", encoding: "utf8" });
  return { status, said: stdout + stderr };
}

const stage = 'stage "$2"';

test.skipIf(!isRoot)(
  "a new file has the mode and owner of the current one, and leaves nothing",
  () => {
    const { stpdIni, folder } = makeScene();
    expect(run(stpdIni, `${stage} && keep && place "$fresh"`)).toEqual({ status: 0, said: "" });
    expect(readFileSync(stpdIni, "utf8")).toBe("after");
    const { mode, uid, gid } = lstatSync(stpdIni);
    expect([mode & 0o7777, uid, gid]).toEqual([0o640, other, other]);
    expect(readdirSync(folder)).toEqual([".stpd.ini.sesam-harden-old", "stpd.ini"]);
    expect(run(stpdIni, 'place "$old" && tidy')).toEqual({ status: 0, said: "" });
    expect(readFileSync(stpdIni, "utf8")).toBe("before");
    expect(readdirSync(folder)).toEqual(["stpd.ini"]);
  },
);

test.skipIf(!isRoot).each(["link", "hard link", "directory"])(
  "removes a planted %s, and writes nothing through it",
  (what) => {
    const { stpdIni, folder, precious } = makeScene();
    for (const name of ["part", "fresh"]) {
      const trap = join(folder, `.stpd.ini.sesam-harden-${name}`);
      if (what === "link") symlinkSync(precious, trap);
      else if (what === "hard link") linkSync(precious, trap);
      else if (name === "part") {
        mkdirSync(trap);
        symlinkSync(precious, join(trap, "new"));
      }
    }
    expect(run(stpdIni, stage)).toEqual({ status: 0, said: "" });
    expect(readFileSync(precious, "utf8")).toBe("precious");
    expect(lstatSync(precious)).toMatchObject({ uid: process.geteuid?.() });
  },
);

test.skipIf(!isRoot).each([
  ["a link", 'ln -s "$PRECIOUS_DIR" "$part"'],
  ["a directory of its own", 'command mkdir "$part" && chown 65534 "$part"'],
])("does not enter %s in place of the new directory", (_, plant) => {
  const { stpdIni, base } = makeScene();
  const target = join(base, "private");
  mkdirSync(target, { mode: 0o700 });
  const hook = `PRECIOUS_DIR=${target}\nmkdir() { ${plant}; }`;
  expect(run(stpdIni, stage, hook).status).toBe(1);
  expect(readdirSync(target)).toEqual([]);
});

test.skipIf(!isRoot)("a live file that is a link passes its attributes to nothing", () => {
  const { stpdIni, precious, folder } = makeScene();
  rmSync(stpdIni);
  symlinkSync(precious, stpdIni);
  expect(run(stpdIni, stage).status).toBe(1);
  expect(readdirSync(folder)).not.toContain(".stpd.ini.sesam-harden-fresh");
});

test.skipIf(!isRoot).each(["folder", "home"] as const)(
  "does not follow a link that another account put in place of the %s",
  (which) => {
    const scene = makeScene();
    const target = join(scene.base, "system");
    const inside = which === "home" ? join(target, "ini") : target;
    mkdirSync(inside, { recursive: true });
    for (const name of ["stpd.ini", ".stpd.ini.sesam-harden-old", ".stpd.ini.sesam-harden-fresh"]) {
      writeFileSync(join(inside, name), "root's");
    }
    chownSync(dirname(scene[which]), other, other);
    renameSync(scene[which], `${scene[which]}.moved`);
    symlinkSync(target, scene[which]);
    lchownSync(scene[which], other, other);
    const said = `${basename(scene[which])} is a link that another account can change\n`;
    for (const act of [stage, "keep", 'place "$fresh"', "tidy"]) {
      expect(run(scene.stpdIni, act)).toEqual({ status: 1, said });
    }
    expect(readdirSync(inside)).toHaveLength(3);
    expect(readFileSync(join(inside, "stpd.ini"), "utf8")).toBe("root's");
  },
);

test.skipIf(!isRoot)("a link counts as root's only if only root can have created it", () => {
  const { base, folder } = makeScene();
  const link = join(base, "link");
  const goTo = (path: string): number | null => run(join(path, "stpd.ini"), "hold").status;
  symlinkSync("home/../home/./ini", link);
  expect(goTo(link)).toBe(0);
  symlinkSync(folder, `${link}-absolute`);
  expect(goTo(`${link}-absolute`)).toBe(0);
  for (const mode of [0o777, 0o770, 0o720, 0o702]) {
    chmodSync(base, mode);
    expect(goTo(link), mode.toString(8)).toBe(1);
  }
  for (const mode of [0o1777, 0o755, 0o700]) {
    chmodSync(base, mode);
    expect(goTo(link), mode.toString(8)).toBe(0);
  }
  lchownSync(link, other, other);
  expect(goTo(link)).toBe(1);
  lchownSync(link, 0, 0);
  chownSync(base, other, other);
  expect(goTo(link)).toBe(1);
  chownSync(base, 0, 0);
  symlinkSync("circle", join(base, "circle"));
  expect(goTo(join(base, "circle"))).toBe(1);
});

test.skipIf(!isRoot)("does not enter a directory that is replaced at the same time", () => {
  const { base, home, folder } = makeScene();
  const target = join(base, "system");
  mkdirSync(target);
  // The path contains a link of root's own.
  symlinkSync(home, join(base, "link"));
  const stpdIni = join(base, "link/ini/stpd.ini");
  // Between the check of the name and entering it.
  const hook = `stat() {
    command stat "$@" || return
    case $* in *./ini) mv "${folder}" "${folder}.moved" && ln -s "${target}" "${folder}" ;; esac
  }`;
  const { status, said } = run(stpdIni, stage, hook);
  expect([status, said]).toEqual([1, "ini was replaced at the same time\n"]);
  expect(readdirSync(target)).toEqual([]);
});

import { expect, test } from "vitest";
import { isCopyName, nameHost } from "../../../src/core/import/host-name.ts";

const inside = "directory above var/ini";
const drive = (letter: string): string => `directory above ${letter}/ProgramData/SEPsesam/var/ini`;

test.each([
  ["rds1/stpd.ini", "rds1", "its directory", undefined],
  ["./copied/./rds1//./stpd.ini", "rds1", "its directory", undefined],
  ["rds1/STPD.INI", "rds1", "its directory", undefined],
  ["rds1/var/ini/stpd.ini", "rds1", inside, undefined],
  ["site/lab/rds1/var/ini/stpd.ini", "rds1", inside, undefined],
  [
    "rds1/var/opt/sesam/var/ini/stpd.ini",
    "rds1",
    "directory above var/opt/sesam/var/ini",
    undefined,
  ],
  ["rds1/opt/sesam/var/ini/stpd.ini", "rds1", "directory above opt/sesam/var/ini", undefined],
  // A host may have the name of the product, or of one of its directories.
  ["sesam/stpd.ini", "sesam", "its directory", undefined],
  ["sesam/var/ini/stpd.ini", "sesam", inside, undefined],
  ["opt/stpd.ini", "opt", "its directory", undefined],
  ["rds1.ini", "rds1", "file name", undefined],
  ["a/b/rds1.example.INI", "rds1.example", "file name", undefined],
  ["stpd_rds1.ini", "rds1", "file name", undefined],
  ["rds1-stpd.ini", "rds1", "file name", undefined],
  ["win1\\C\\ProgramData\\SEPsesam\\var\\ini\\stpd.ini", "win1", drive("C"), "windows"],
  ["win1/D$/ProgramData/SEPsesam/var/ini/stpd.ini", "win1", drive("D$"), "windows"],
  ["win1/c:/stpd.ini", "win1", "directory above c:", "windows"],
  [
    "win1/E/Program Files (x86)/SEPsesam/var/ini/stpd.ini",
    "win1",
    "directory above E/Program Files (x86)/SEPsesam/var/ini",
    "windows",
  ],
  // Without a drive letter this may be a copy of anything.
  [
    "rds1/ProgramData/SEPsesam/var/ini/stpd.ini",
    "rds1",
    "directory above ProgramData/SEPsesam/var/ini",
    undefined,
  ],
  // A single letter is a name if no Windows path is below it.
  ["c/var/ini/stpd.ini", "c", inside, undefined],
])("%s belongs to %s", (path, name, by, os) => {
  expect(nameHost(path, "/copied")).toEqual({ kind: "named", name, by, os });
});

test("a source of one host names it; its own drive says nothing about the host", () => {
  const named = (path: string, above: string) => nameHost(path, above);
  expect(named("var/ini/stpd.ini", "/home/anna/rds1")).toMatchObject({ name: "rds1", by: inside });
  expect(named("stpd.ini", "C:/copied/rds1")).toMatchObject({ name: "rds1", os: undefined });
  expect(named("stpd.ini", "//win1/c$/ProgramData/SEPsesam/var/ini")).toMatchObject({
    name: "win1",
    os: "windows",
  });
});

test("a name has at most 100 characters", () => {
  expect(nameHost(`${"n".repeat(100)}/stpd.ini`, "")).toMatchObject({ kind: "named" });
});

test.each([
  ["var/ini/stpd.ini", "/opt/sesam"],
  ["stpd.ini", "C:/ProgramData/SEPsesam/var/ini"],
  ["stpd.ini", ""],
  ["rds1/../stpd.ini", "/copied"],
  ["..\\..\\stpd.ini", "/copied"],
  ["r\ufffds1/stpd.ini", "/copied"],
  ["-rf/stpd.ini", "/copied"],
  [".hidden/stpd.ini", "/copied"],
  ["rds1./stpd.ini", "/copied"],
  ["nul/stpd.ini", "/copied"],
  ["a\nb/stpd.ini", "/copied"],
  ['a"b/stpd.ini', "/copied"],
  [`${"n".repeat(101)}/stpd.ini`, "/copied"],
])("%j in %s names no host", (path, above) => {
  expect(nameHost(path, above)).toMatchObject({ kind: "nameless" });
});

test.each([
  ["old/stpd.ini", "its directory"],
  ["rds1/etc/stpd.ini", "its directory"],
  ["TMP/var/ini/stpd.ini", "directory above var/ini"],
  ["stpd_backup/Kopie.ini", "file name"],
  ["config.ini", "file name"],
])("%s is a copy, and belongs to no host", (path, by) => {
  expect(nameHost(path, "/copied")).toEqual({
    kind: "nameless",
    reason: expect.stringMatching(
      new RegExp(`^'\\w+' \\(${by}\\) names no host; rename it to the host's name$`),
    ),
  });
});

test.each([
  ["stpd", true],
  ["stpd.txt", true],
  ["STPD.ini.bak", true],
  ["stpd.ini~", true],
  ["stpd (1).ini", true],
  ["stpd - Copy.ini", true],
  ["Kopie von stpd.ini", true],
  ["stpd_2026-01-31.ini", true],
  ["stpd-20260131.ini", true],
  ["stpd.ini", false],
  ["stpd_rds1.ini", false],
  ["rds1-stpd.ini", false],
  ["stpd_192.0.2.1.ini", false],
  ["2026.ini", false],
  ["mystpd.ini", false],
  ["stpd.log", false],
  ["stpd.pid", false],
])("%s is the name of a copy: %s", (name, is) => {
  expect(isCopyName(name)).toBe(is);
});

import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readChangedFiles, readChangedLines } from "../../src/adapters/git-diff.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { commitAll, runGit } from "../support/harness/git.ts";

test("finds the lines that the newest commit changes, by path, also if a name has spaces", () => {
  const folder = writeFleet({ "hosts/a b/stpd.ini": "one\ntwo\nthree\n", "x.txt": "x\n" });
  runGit(folder, "init", "--quiet");
  commitAll(folder);
  // There is no commit to compare with yet, as with fetch-depth 1.
  expect(readChangedLines(folder)).toBeUndefined();
  writeFileSync(join(folder, "hosts/a b/stpd.ini"), "one\nTWO\nthree\nfour\nfive\n");
  commitAll(folder);
  expect(readChangedLines(folder)).toEqual(new Map([["hosts/a b/stpd.ini", new Set([2, 4, 5])]]));
});

test("returns nothing for a directory without Git", () => {
  const folder = writeFleet({ "a/stpd.ini": "" });
  expect(readChangedLines(folder)).toBeUndefined();
  expect(readChangedFiles(folder, "0".repeat(40))).toBeUndefined();
});

/** A pull request of two commits, and GitHub's merge commit of it, checked out. */
function mergePull(change: (folder: string) => void): { folder: string; merge: string } {
  const files = {
    "sesam-harden.ini": "profile = strict\n",
    "known.json": "{}\n",
    "h/a.txt": "a\n",
  };
  const folder = writeFleet(files);
  runGit(folder, "init", "--quiet", "--initial-branch", "main");
  commitAll(folder);
  runGit(folder, "checkout", "--quiet", "-b", "change");
  change(folder);
  commitAll(folder);
  writeFileSync(join(folder, "last.txt"), "the last commit of the pull request\n");
  commitAll(folder);
  runGit(folder, "checkout", "--quiet", "main");
  writeFileSync(join(folder, "base.txt"), "main went on\n");
  commitAll(folder);
  runGit(folder, ...author, "merge", "--quiet", "--no-ff", "-m", "merge", "change");
  return { folder, merge: runGit(folder, "rev-parse", "HEAD").trim() };
}

const author = ["-c", "user.name=a", "-c", "user.email=a@example.org"];

test("finds all files that a pull request changes, even if it declares them binary", () => {
  const { folder, merge } = mergePull((top) => {
    rmSync(join(top, "sesam-harden.ini"));
    renameSync(join(top, "known.json"), join(top, "other.json"));
    // A diff would not name it: it is binary, and declared so.
    writeFileSync(join(top, ".gitattributes"), "* -diff\n");
    writeFileSync(join(top, 'h/h\u00f6st "1".ini'), "x\0");
    chmodSync(join(top, "h/a.txt"), 0o755);
  });
  expect(readChangedFiles(folder, merge)?.toSorted()).toEqual([
    ".gitattributes",
    "h/a.txt",
    'h/h\u00f6st "1".ini',
    "known.json",
    "last.txt",
    "other.json",
    "sesam-harden.ini",
  ]);
});

test("any commit except the merge commit could hide a part of the pull request", () => {
  const { folder, merge } = mergePull((top) => writeFileSync(join(top, "sesam-harden.ini"), ""));
  const head = runGit(folder, "rev-parse", "HEAD^2").trim();
  expect(readChangedFiles(folder, head)).toBeUndefined();
  runGit(folder, "checkout", "--quiet", "change");
  expect(readChangedFiles(folder, merge)).toBeUndefined();
  // Its parent is a commit of the pull request itself.
  expect(readChangedFiles(folder, head)).toBeUndefined();
  const shallow = writeFleet({});
  runGit(shallow, "clone", "--quiet", "--depth", "1", `file://${folder}`, "--branch", "main", "c");
  expect(readChangedFiles(join(shallow, "c"), merge)).toBeUndefined();
  const deeper = writeFleet({});
  runGit(deeper, "clone", "--quiet", "--depth", "2", `file://${folder}`, "--branch", "main", "c");
  expect(readChangedFiles(join(deeper, "c"), merge)).toEqual(["last.txt", "sesam-harden.ini"]);
});

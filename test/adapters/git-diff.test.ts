import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readChangedLines } from "../../src/adapters/git-diff.ts";
import { writeFleet } from "../support/fleet.ts";
import { commitAll, runGit } from "../support/git.ts";

test("the lines that the newest commit changes, by path, also where a name has blanks", () => {
  const folder = writeFleet({ "hosts/a b/stpd.ini": "one\ntwo\nthree\n", "x.txt": "x\n" });
  runGit(folder, "init", "--quiet");
  commitAll(folder);
  // There is nothing to compare with yet, as with fetch-depth 1.
  expect(readChangedLines(folder)).toBeUndefined();
  writeFileSync(join(folder, "hosts/a b/stpd.ini"), "one\nTWO\nthree\nfour\nfive\n");
  commitAll(folder);
  expect(readChangedLines(folder)).toEqual(new Map([["hosts/a b/stpd.ini", new Set([2, 4, 5])]]));
});

test("a directory without git says nothing", () => {
  expect(readChangedLines(writeFleet({ "a/stpd.ini": "" }))).toBeUndefined();
});

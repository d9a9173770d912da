import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFile } from "../../../src/adapters/runtime/create-files.ts";
import { writeFleet } from "../../support/builders/fleet.ts";

test("writes bytes unchanged, and creates the directories above", () => {
  const folder = writeFleet({});
  const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, index) => index));
  expect(createFile(join(folder, "a/b/c.ini"), bytes)).toEqual({ kind: "created" });
  expect(readFileSync(join(folder, "a/b/c.ini"), "latin1")).toBe(bytes);
});

test("never touches an existing file, also behind a dangling link", () => {
  const folder = writeFleet({ "a.ini": "old" });
  symlinkSync(join(folder, "outside"), join(folder, "link.ini"));
  for (const name of ["a.ini", "link.ini"]) {
    expect(createFile(join(folder, name), "new")).toEqual({
      kind: "refused",
      reason: "it was created in the meantime",
    });
  }
  expect(readFileSync(join(folder, "a.ini"), "latin1")).toBe("old");
  expect(existsSync(join(folder, "outside"))).toBe(false);
});

test("refuses a file in place of a directory", () => {
  const folder = writeFleet({ hosts: "a file" });
  expect(createFile(join(folder, "hosts/a/stpd.ini"), "x")).toMatchObject({ kind: "refused" });
});

import { expect, test } from "vitest";
import { readTar } from "../../../src/adapters/archive/tar.ts";
import { archiveRepository, writeRepository } from "../../support/harness/git.ts";

const files: Readonly<Record<string, string>> = {
  "a.txt": "hello\n",
  empty: "",
  "block.bin": "x".repeat(512),
  "hosts/W\u00f6rms %1/stpd.ini": "[a]\r\nb=\xe4\0\n",
  [`${"deep/".repeat(30)}${"n".repeat(60)}/stpd.ini`]: "deep\n",
  [`${"long".repeat(50)}.ini`]: "long\n",
};

/** As `git archive` writes it. */
const archive = (): string => archiveRepository(writeRepository(files).folder).toString("latin1");

test("reads the output of `git archive`, with any names and bytes", () => {
  const tar = archive();
  const read = [...readTar(tar)].map(([path, bytes]) => [path, bytes]);
  const wanted = Object.entries(files).map(([path, bytes]) => [
    `example-config-c0ffee/${path}`,
    bytes,
  ]);
  expect(Object.fromEntries(read)).toEqual(Object.fromEntries(wanted));
});

test("stops at the end of a truncated archive, and returns no partial file", () => {
  const tar = archive();
  const whole = new Map(readTar(tar));
  for (let length = 0; length < tar.length; length += 97) {
    for (const [path, bytes] of readTar(tar.slice(0, length))) {
      expect(bytes).toBe(whole.get(path));
    }
  }
});

test.each([
  { name: "nothing", bytes: "" },
  { name: "text", bytes: "hello ".repeat(200) },
  { name: "zeros", bytes: "\0".repeat(2048) },
])("returns nothing for $name", ({ bytes }) => {
  expect([...readTar(bytes)]).toEqual([]);
});

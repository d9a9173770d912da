import fc from "fast-check";
import { expect, test } from "vitest";
import { listZipped, readZipped } from "../../../src/adapters/archive/zip.ts";
import { makeZip } from "../../support/builders/zip.ts";

const files = { "a.json": "{}", "b.json": "ä".repeat(1000), empty: "" };
const latin = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

test.each([0, 8] as const)("reads any file of an archive with method %i", (method) => {
  const archive = makeZip(files, method);
  for (const [name, text] of Object.entries(files)) {
    expect(readZipped(archive, name, 2000)).toBe(latin(text));
  }
  expect(readZipped(archive, "c.json", 2000)).toBeUndefined();
  expect(readZipped(archive, "b.json", 1999)).toBeUndefined();
});

test("a file that is larger than declared is not unpacked to its end", () => {
  const archive = makeZip({ a: "a".repeat(100_000) });
  archive.writeUInt32LE(10, archive.indexOf(Buffer.from("504b0102", "hex")) + 24);
  expect(readZipped(archive, "a", 1000)).toBeUndefined();
});

test("returns what was packed or nothing if any byte is changed", () => {
  const archive = makeZip({ "a.json": "the report of a host" });
  fc.assert(
    fc.property(fc.nat(archive.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = Buffer.from(archive);
      damaged.writeUInt8((archive.readUInt8(at) ^ change) & 255, at);
      expect([undefined, "the report of a host"]).toContain(readZipped(damaged, "a.json", 1000));
    }),
  );
});

test("lists every file in its order, with its name as it was packed", () => {
  const zipped = listZipped(makeZip({ "a\\b.ini": "1", "dir/": "", "ä.ini": "2" }));
  const listed = zipped?.map(({ name, read }) => [name, read(10)]);
  expect(listed).toEqual([
    ["a\\b.ini", "1"],
    ["dir/", ""],
    ["ä.ini", "2"],
  ]);
  expect(listZipped(new Uint8Array(100))).toBeUndefined();
});

test("does not guess a name that is not UTF-8", () => {
  const archive = makeZip({ "K_ln.ini": "1" });
  // Windows packs an umlaut in the code page of the machine.
  for (let at = archive.indexOf("K_ln"); at >= 0; at = archive.indexOf("K_ln", at + 1)) {
    archive.writeUInt8(0x94, at + 1);
  }
  expect(listZipped(archive)?.map(({ name }) => name)).toEqual(["K\ufffdln.ini"]);
});

test("rejects everything else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(readZipped(bytes, "a.json", 1000)).toBeUndefined();
    }),
  );
});

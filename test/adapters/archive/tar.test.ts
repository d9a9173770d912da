import { expect, test } from "vitest";
import { gzipSync } from "node:zlib";
import { gunzip, readTar } from "../../../src/adapters/archive/tar.ts";
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
const archive = (): Buffer => archiveRepository(writeRepository(files).folder);

/** In parts of this length, so that headers and files are cut anywhere. */
async function* cut(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function read(bytes: Buffer, length = 1000) {
  const list: (readonly [string, string])[] = [];
  for await (const [path, content] of readTar(cut(bytes, length))) {
    list.push([path, content.toString("latin1")]);
  }
  return list;
}

test("reads the output of `git archive`, with any names and bytes", async () => {
  const tar = archive();
  const wanted = Object.entries(files).map(([path, bytes]) => [
    `example-config-c0ffee/${path}`,
    bytes,
  ]);
  for (const length of [1, 511, 512, 513, 4096, tar.length]) {
    expect(Object.fromEntries(await read(tar, length))).toEqual(Object.fromEntries(wanted));
  }
});

test("stops at the end of a truncated archive, and returns no partial file", async () => {
  const tar = archive();
  const whole = new Map(await read(tar));
  for (let length = 0; length < tar.length; length += 97) {
    for (const [path, bytes] of await read(tar.subarray(0, length))) {
      expect(bytes).toBe(whole.get(path));
    }
  }
});

test.each([
  { name: "nothing", bytes: "" },
  { name: "text", bytes: "hello ".repeat(200) },
  { name: "zeros", bytes: "\0".repeat(2048) },
])("returns nothing for $name", async ({ bytes }) => {
  expect(await read(Buffer.from(bytes))).toEqual([]);
});

async function unpack(packed: Buffer, most: number): Promise<number> {
  let length = 0;
  for await (const part of gunzip(packed, most)) length += part.length;
  return length;
}

test("unpacks up to the limit, and ends where the data is damaged", async () => {
  const packed = gzipSync(Buffer.alloc(3_000_000));
  expect(await unpack(packed, 3_000_000)).toBe(3_000_000);
  expect(await unpack(packed, 2_999_999)).toBeLessThan(2_999_999);
  expect(await unpack(packed.subarray(0, packed.length / 2), 3_000_000)).toBeLessThan(3_000_000);
  expect(await unpack(Buffer.from("no archive"), 1000)).toBe(0);
  expect(await unpack(Buffer.alloc(0), 1000)).toBe(0);
});

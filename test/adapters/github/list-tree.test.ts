import { expect, test } from "vitest";
import { createLister } from "../../../src/adapters/github/list-tree.ts";
import { hashSha1, nameBlob } from "../../../src/adapters/runtime/crypto.ts";
import { createRandom } from "../../support/builders/random.ts";

type Files = ReadonlyMap<string, string>;

/** Trees like GitHub's; no list is longer than `most`. */
function makeTrees(most: number) {
  const trees = new Map<string, Files>();
  const asked: string[] = [];
  const add = (files: Files): string => {
    const name = hashSha1([...files].toSorted().join());
    trees.set(name, files);
    return name;
  };
  const list = (files: Files, isWhole: boolean, above = ""): readonly { path: string }[] => {
    const groups = Map.groupBy(files, ([path]) => path.split("/")[0] ?? "");
    return [...groups].flatMap(([own, inside]) => {
      const path = `${above}${own}`;
      const text = files.get(own);
      if (text !== undefined) {
        return [{ path, type: "blob", sha: nameBlob(text), size: text.length }];
      }
      const inner = new Map(inside.map(([at, bytes]) => [at.slice(own.length + 1), bytes]));
      const item = { path, type: "tree", sha: add(inner) };
      return isWhole ? [...list(inner, true, `${path}/`), item] : [item];
    });
  };
  const ask = async (
    _: string,
    { tree_sha: name, recursive }: Record<string, string>,
  ): Promise<object> => {
    asked.push(recursive === undefined ? "folder" : "whole");
    const tree = list(trees.get(String(name)) ?? new Map(), recursive === "1");
    return { tree: tree.slice(0, most), truncated: tree.length > most };
  };
  const lister = createLister({ request: ask as never });
  const read = async (files: Files): Promise<Files> => {
    asked.length = 0;
    const listed = await lister(add(files));
    return new Map([...listed].map(([path, { name, size }]) => [path, `${name} ${size}`]));
  };
  return { read, asked };
}

const wanted = (files: Files): Files =>
  new Map([...files].map(([path, text]) => [path, `${nameBlob(text)} ${text.length}`]));

const ledgerOf = (count: number): Map<string, string> =>
  new Map(
    Array.from({ length: count }, (_, index) => [
      [`plans/${String(index % 16).padStart(2, "0")}/${index}.json`, `plan ${index}`] as const,
      [`rollouts/2027-0${(index % 4) + 1}/${index}.json`, `rollout ${index}`] as const,
      [`entries/${index}.jws`, `entries ${index}`] as const,
    ]).flat(),
  );

test("a tree within GitHub's limit takes one request, each time", async () => {
  const { read, asked } = makeTrees(1000);
  const files = ledgerOf(20);
  for (const more of ["a", "b"]) {
    files.set("entries/0.jws", more);
    expect(await read(files)).toEqual(wanted(files));
    expect(asked).toEqual(["whole"]);
  }
});

test("a tree over the limit is listed by directory, then only changed directories", async () => {
  const { read, asked } = makeTrees(200);
  const files = ledgerOf(150);
  expect(await read(files)).toEqual(wanted(files));
  // The failed request, the top directory, and three directories.
  expect(asked).toEqual(["whole", "folder", "whole", "whole", "whole"]);
  expect(await read(files)).toEqual(wanted(files));
  expect(asked).toEqual([]);
  files.set("rollouts/2027-02/1.json", "moved on");
  expect(await read(files)).toEqual(wanted(files));
  expect(asked).toEqual(["folder", "folder", "folder"]);
  files.set("rollouts/2027-05/new.json", "a new month");
  files.delete("plans/03/3.json");
  expect(await read(files)).toEqual(wanted(files));
  expect(asked).toEqual(["folder", "folder", "folder", "folder", "whole"]);
});

test("if many directories changed, their common parent is listed at once", async () => {
  const { read, asked } = makeTrees(200);
  const files = ledgerOf(150);
  await read(files);
  for (let index = 0; index < 16; index++) files.set(`plans/0${index % 10}/${index}.json`, "new");
  expect(await read(files)).toEqual(wanted(files));
  expect(asked).toEqual(["folder", "folder", "whole"]);
});

test("a directory with too many subdirectories is listed through them", async () => {
  const { read } = makeTrees(100);
  const files = ledgerOf(90);
  for (let index = 90; index < 150; index++) files.set(`plans/01/${index}.json`, String(index));
  expect(await read(files)).toEqual(wanted(files));
});

test("a truncated directory is an error, not a shorter ledger", async () => {
  const { read } = makeTrees(100);
  await expect(read(ledgerOf(101))).rejects.toThrow(/a directory of the ledger has more files/);
});

test("detects that a directory appears, disappears or becomes a file", async () => {
  const random = createRandom(11);
  const { read } = makeTrees(30);
  const files = ledgerOf(15);
  const names = ["plans", "plans/00", "files", "files/a", "rollouts/2027-01", "x"];
  for (let round = 0; round < 200; round++) {
    const place = `${names[Math.floor(random.next() * names.length)]}/f${Math.floor(random.next() * 4)}`;
    if (random.next() < 0.5) files.delete(place);
    else files.set(place, `round ${round}`);
    if (round % 5 === 0) files.delete("swap");
    for (const path of [...files.keys()].filter((one) => one.startsWith("swap/"))) {
      files.delete(path);
    }
    if (round % 5 === 1) files.set("swap", "a file");
    if (round % 5 === 3) files.delete("swap");
    if (round % 5 === 3) files.set("swap/inner", "a folder");
    expect(await read(files)).toEqual(wanted(files));
  }
});

import { expect, test } from "vitest";
import { rememberFiles } from "../../../../src/core/rollout/ledger/store-port.ts";

function open() {
  const asked: (readonly string[])[] = [];
  const store = rememberFiles({
    read: async (names) => {
      asked.push(names);
      return names.map((name) => `bytes of ${name}`);
    },
  });
  return { asked, store };
}

test("reads each blob once, and returns it for every request", async () => {
  const { asked, store } = open();
  const wanted = ["a", "b", "a"];
  expect(await store.read(wanted)).toEqual(["bytes of a", "bytes of b", "bytes of a"]);
  expect(await store.read(["c", "b"])).toEqual(["bytes of c", "bytes of b"]);
  expect(await store.read(["c", "b"])).toEqual(["bytes of c", "bytes of b"]);
  expect(await store.read([])).toEqual([]);
  expect(asked).toEqual([["a", "b"], ["c"]]);
});

test("has a limited size, and keeps what the current request needs", async () => {
  const { asked, store } = open();
  const all = Array.from({ length: 20_000 }, (_, index) => `${index}`);
  await store.read(all);
  expect(await store.read(["7", "new"])).toEqual(["bytes of 7", "bytes of new"]);
  await store.read(["7", "new"]);
  await store.read(["8"]);
  expect(asked.map(({ length }) => length)).toEqual([20_000, 1, 1]);
  expect(asked.at(-1)).toEqual(["8"]);
});

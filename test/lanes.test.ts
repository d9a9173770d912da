import { createServer } from "node:net";
import { expect, test } from "vitest";
import { lanes, sortIntoLanes } from "./lanes.ts";
import { sortTests } from "./without-peers.ts";

const sorted = sortIntoLanes();

test("each test file is in one project", () => {
  const { portable, left } = sortTests();
  const all = [...portable, ...left].map((name) => `test/${name}`);
  expect(lanes.flatMap((lane) => sorted[lane]).toSorted()).toEqual(all.toSorted());
});

test("a file is in the project of what it reaches", () => {
  expect(sorted.unit).toContain("test/core/fix/plan.test.ts");
  expect(sorted.contract).toContain("test/docs.test.ts");
  expect(sorted.peers).toContain("test/peers/clients.test.ts");
  expect(sorted.e2e).toContain("test/bot/rollout.test.ts");
});

test("unit tests start no process and open no socket", async () => {
  const { Server } = await import("node:net");
  const listen = Server.prototype.listen;
  try {
    await import("./unit-setup.ts");
    expect(() => createServer().listen(0)).toThrow("a unit test must not listen");
  } finally {
    Server.prototype.listen = listen;
  }
});

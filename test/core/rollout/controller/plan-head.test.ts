import { expect, test } from "vitest";
import { readNewestFleet } from "../../../../src/core/rollout/controller/plan-head.ts";
import { filesOf } from "../../../support/builders/rollout.ts";

test("a fleet is read again only where the branch has a newer commit", async () => {
  const files = Object.entries(filesOf({ rds1: {}, rds2: {} }));
  const entries = new Map(files.map(([path, bytes]) => [path, { kind: "file", bytes } as const]));
  const read: string[] = [];
  let head = "1";
  const config = {
    readHead: async () => ({ branch: "main", commit: head }),
    readTree: async (commit: string) => {
      read.push(commit);
      return { top: "/repo", entries };
    },
    isAncestor: async () => true,
  };
  const first = await readNewestFleet(config);
  expect(first.hosts.map(({ folder }) => folder.name)).toEqual(["rds1", "rds2"]);
  expect(await readNewestFleet(config, first)).toBe(first);
  expect(read).toEqual(["1"]);
  head = "2";
  expect((await readNewestFleet(config, first)).head.commit).toBe("2");
  expect(read).toEqual(["1", "2"]);
});

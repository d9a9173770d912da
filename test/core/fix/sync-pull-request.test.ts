import { expect, test } from "vitest";
import { chooseChanges } from "../../../src/core/fix/sync-pull-request.ts";

const none = { applied: [], withheld: [], now: "partial", after: "hardened", assumed: [] } as const;
const latin1 = "# \u00fc\n";

test("the fixes of a host are all in one run, or wait for the next", () => {
  const full = Array.from({ length: 199 }, (_, index) => ({
    ...none,
    name: `h${index}`,
    path: `h${index}/`,
    files: [{ name: "stpd.ini" as const, before: "", after: latin1 }],
  }));
  const server = {
    ...none,
    name: "server",
    path: "server/",
    files: [
      { name: "globals.ini" as const, before: "", after: latin1 },
      { name: "stpd.ini" as const, before: "", after: latin1 },
    ],
  };
  const plain = {
    ...none,
    name: "z",
    path: "z/",
    files: [{ name: "stpd.ini" as const, before: "", after: "[STPD_Server]\n" }],
  };
  const { changes, leftOut } = chooseChanges({ hosts: [...full, server, plain], prefix: "hosts/" });
  expect(leftOut).toEqual(["hosts/server/globals.ini", "hosts/server/stpd.ini"]);
  expect([changes.length, changes.at(-1)?.path]).toEqual([200, "hosts/z/stpd.ini"]);
});

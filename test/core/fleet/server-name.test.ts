import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findNameFault } from "../../../src/core/fleet/server-name.ts";
import { canIsolate, runInNamespace } from "../../support/harness/namespace.ts";
import { hasPeer } from "../../support/harness/peers.ts";

const taken = ["rds1", "rds-1.example.com", "RDS1", "rds1.", "-rds1", "a..b", "xn--kln-sna"];
const refused = ["rds_1", "rds1.my_site.example", "rds1$", "a b", "r@s", "*.example"];

test("detects a fault of a name by its characters", () => {
  expect(taken.filter((name) => findNameFault(name) !== undefined)).toEqual([]);
  expect(refused.filter((name) => findNameFault(name) === undefined)).toEqual([]);
  expect(findNameFault("rds_1")).toBe("an underscore");
  expect(findNameFault("rds1$")).toBe('"$"');
  expect(findNameFault("k\u00f6ln")).toBe("a character that is not a letter, digit or -");
});

test.each(["10.1.2.3", "fe80::1", "[fe80::1]", "fe80::1%eth0_1"])(
  "the address %s is not sent as a server name",
  (address) => {
    expect(findNameFault(address)).toBeUndefined();
  },
);

test.skipIf(!canIsolate() || !hasPeer("gnutls-serv", "--version"))(
  "gnutls-serv rejects only names with a fault",
  async () => {
    const worker = fileURLToPath(
      new URL("../../support/workers/server-name-worker.ts", import.meta.url),
    );
    const input = JSON.stringify([...taken, ...refused]);
    const { stdout, stderr } = await runInNamespace(worker, { input });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual(taken);
  },
);

import { expect, test } from "vitest";
import { globalKeys, type GlobalKey } from "../../../src/core/fleet/globals.ts";
import { unresolvedHost } from "../../../src/core/probe/host-probe.ts";
import { writeGlobals, type GlobalSettings } from "../../../src/core/host/write-globals.ts";
import { hardened, probeOf, withPort } from "../../support/builders/observations.ts";

function createSettings(read?: (key: GlobalKey) => string, broken?: GlobalKey) {
  const written: string[] = [];
  const settings: GlobalSettings = {
    write: async (key, value) => {
      if (key === broken) return { kind: "failed", reason: "exited with code 1" };
      written.push(`${key} ${value}`);
      return { kind: "done", value: undefined };
    },
    read:
      read &&
      (async (key) => {
        const value = read(key);
        return value === "" ? { kind: "failed", reason: "no" } : { kind: "done", value };
      }),
  };
  return { written, settings };
}

const good = probeOf(hardened);
const all = globalKeys.map((key) => `${key} https`);

test.each([
  { name: "no host", probes: [], says: "the environment has no hosts" },
  {
    name: "a name without an address",
    probes: [good, unresolvedHost("rds2", "no")],
    says: "rds2 does not answer over HTTPS: its name has no address",
  },
  {
    name: "one address of several without HTTPS",
    probes: [probeOf(hardened, { ...withPort("https", "closed"), address: "192.0.2.9" })],
    says: "host does not answer over HTTPS: not at 192.0.2.9",
  },
])("writes nothing for $name", async ({ probes, says }) => {
  const { written, settings } = createSettings(() => "https");
  const result = await writeGlobals({ probes, attested: undefined }, settings);
  expect(result).toEqual({ kind: "refused", reasons: [says] });
  expect(written).toEqual([]);
});

test.each([
  { name: "read back", read: () => "https", attested: undefined, seen: "read" },
  { name: "attested", read: undefined, attested: "Anna", seen: "attested" },
  { name: "not observed", read: undefined, attested: undefined, seen: "unread" },
])("all three keys, $name", async ({ read, attested, seen }) => {
  const { written, settings } = createSettings(read);
  const result = await writeGlobals({ probes: [good, good], attested }, settings);
  expect(result).toEqual({ kind: "written", seen });
  expect(written).toEqual(all);
});

test("a failed write, a failed read and a different value are failures", async () => {
  const request = { probes: [good], attested: "Anna" };
  const [first, second] = globalKeys;
  const broken = createSettings(undefined, second);
  expect(await writeGlobals(request, broken.settings)).toEqual({
    kind: "failed",
    written: [first],
    reason: `${second}: exited with code 1`,
  });
  const other = createSettings((key) => (key === second ? "http" : "https"));
  expect(await writeGlobals(request, other.settings)).toMatchObject({
    kind: "failed",
    reason: `${second} is not https after it was written`,
  });
  const silent = createSettings((key) => (key === first ? "" : "https"));
  expect(await writeGlobals(request, silent.settings)).toMatchObject({
    kind: "failed",
    reason: `reading ${first}: no`,
  });
});

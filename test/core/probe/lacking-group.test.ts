import { expect, test } from "vitest";
import { denoTls } from "../../../src/core/tls/runtime-groups.ts";
import type { Reply, TimedReply } from "../../../src/core/probe/hello-client.ts";
import { findLackingGroups } from "../../../src/core/probe/lacking-group.ts";

const refused: Reply = { kind: "refused", what: "suites" };
const accepted: Reply = { kind: "accepted", suite: 0x1301 };
const isOwn = (groups: readonly number[] = []): boolean => groups.includes(0x1d);

/**
 * Returns the answers in turn to hellos with the runtime's groups; SECP521R1 is always accepted.
 */
async function find(own: readonly Reply[], others: Reply = refused) {
  const left = [...own];
  const ask = async ({ groups }: { readonly groups?: readonly number[] }): Promise<TimedReply> => {
    const reply = isOwn(groups) ? left.shift() : groups?.includes(0x19) ? accepted : others;
    return { ...(reply ?? { kind: "closed" }), elapsedMs: 0 };
  };
  return findLackingGroups(["TLS1.0", "TLS1.3"], denoTls, { ask });
}

test.each<{ name: string; own: readonly Reply[]; others?: Reply; found: readonly string[] }>([
  { name: "names the only accepted group", own: [refused], found: ["SECP521R1"] },
  {
    name: "names every accepted group",
    own: [refused],
    others: accepted,
    found: ["SECP521R1", "X448", "FFDHE2048", "FFDHE3072", "FFDHE4096", "FFDHE6144", "FFDHE8192"],
  },
  { name: "is silent if the runtime's groups are accepted", own: [accepted], found: [] },
  { name: "treats a close without an alert as a refusal", own: [], found: ["SECP521R1"] },
  {
    name: "is silent if the runtime's groups were closed on by chance",
    own: [{ kind: "closed" }, { kind: "closed" }, accepted],
    found: [],
  },
  {
    name: "is silent if nothing was answered",
    own: [{ kind: "unknown", reason: "silence" }],
    found: [],
  },
  { name: "is silent if the hello was not read", own: [{ kind: "dropped" }], found: [] },
])("$name", async ({ own, others, found }) => {
  expect(await find(own, others)).toEqual(found);
});

import { expect, test } from "vitest";
import { createObserver } from "../../../src/core/host/observe.ts";
import type { NetworkPort } from "../../../src/core/probe/network-port.ts";
import { bridge } from "../../support/fakes/host/model-change.ts";
import { parse } from "../../support/fakes/host/model-host.ts";

/** A network where every port is closed; records its requests. */
function createNetwork(names: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const network: NetworkPort = {
    resolve: async (name) =>
      name in names
        ? { kind: "addresses", addresses: names[name] ?? [] }
        : { kind: "failed", reason: "no such name is known" },
    connect: async ({ address, port }) => {
      asked.push(`${address}:${port}`);
      return { state: "closed", note: "" };
    },
    exchange: async () => ({ kind: "silent", bytes: new Uint8Array(), elapsedMs: 0 }),
    handshake: async () => ({ kind: "failed", reason: "closed" }),
  };
  return { asked, network };
}

test("checks every address of every pinned name, and an unresolved name is unknown", async () => {
  const outside = createNetwork({ rds1: ["192.0.2.1", "2001:db8::1"], empty: [] });
  const inside = createNetwork({});
  const random = (): Uint8Array => new Uint8Array(32);
  const eyes = createObserver({
    addresses: ["rds1", "lost", "empty"],
    inside: { network: inside.network, random },
    outside: { network: outside.network, random },
    listening: async () => new Set([11443]),
    clock: { nowMs: () => 0 },
  });
  const file = parse(bridge);
  if (file.kind !== "file") throw new Error("no file");
  const sight = await eyes.observe(file, undefined);
  expect(sight.outside.map(({ address, reachable }) => `${address} ${reachable}`)).toEqual([
    "192.0.2.1 bad",
    "2001:db8::1 bad",
    "lost unknown",
    "empty unknown",
  ]);
  expect(sight.outside[2]?.reasons[0]?.message).toBe("no such name is known");
  expect(sight.outside[3]?.reasons[0]?.message).toBe("it has no address");
  expect(new Set(inside.asked)).toEqual(
    new Set(["127.0.0.1:11443", "127.0.0.1:11000", "127.0.0.1:11001"]),
  );
  expect(sight.listening).toEqual(new Set([11443]));
});

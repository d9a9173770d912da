import { expect, test } from "vitest";
import {
  findNews,
  lookAgain,
  refuseCard,
  unseenWire,
  type FleetObservation,
} from "../../../../src/core/rollout/ledger/fleet-observations.ts";
import type { HostWire } from "../../../../src/core/verify/parse-report.ts";

const good = (host: string): HostWire => ({ host, verdict: "hardened", rules: [] });
const bad = (host: string): HostWire => ({ host, verdict: "plaintext", rules: ["wire-port-open"] });

function look(wire: FleetObservation, run: number, seen: readonly HostWire[]): FleetObservation {
  const after = lookAgain(wire, { run, at: run * 100, ...findNews(wire, seen) });
  if (typeof after === "string") throw new Error(after);
  return after;
}

test("records only what changed in a run", () => {
  const first = look(unseenWire, 1, [good("a"), bad("b"), good("c")]);
  expect([...first.hosts.values()]).toEqual([good("a"), bad("b"), good("c")]);
  const seen = [good("a"), { ...bad("b"), rules: ["wire-tls"] }, { ...good("d") }];
  expect(findNews(first, seen)).toEqual({ hosts: [seen[1], seen[2]], gone: ["c"] });
  const second = look(first, 2, seen);
  expect([...second.hosts.values()]).toEqual(seen);
  expect(second.last).toEqual({ run: 2, at: 200 });
  expect(findNews(second, seen)).toEqual({ hosts: [], gone: [] });
  expect(findNews(second, [{ ...good("a"), verdict: "partial" }, ...seen.slice(1)]).hosts).toEqual([
    { ...good("a"), verdict: "partial" },
  ]);
});

test("a run counts once, and never after a newer one", () => {
  const known = look(unseenWire, 5, [good("a")]);
  const sight = { at: 900, hosts: [], gone: [] };
  expect(lookAgain(known, { run: 5, ...sight })).toBe("verified-already");
  expect(lookAgain(known, { run: 4, ...sight })).toBe("verified-already");
  expect(lookAgain(known, { run: 6, ...sight })).toMatchObject({ last: { run: 6, at: 900 } });
});

test("refuses a host that is listed twice", () => {
  const sight = { run: 1, at: 100 };
  const twice = { ...sight, hosts: [good("a"), bad("a")], gone: [] };
  expect(lookAgain(unseenWire, twice)).toBe("name-twice");
  expect(lookAgain(unseenWire, { ...sight, hosts: [good("a")], gone: ["a"] })).toBe("name-twice");
});

test("a rollout has one card, and only a writer that knows it can replace it", () => {
  const move = (replaces: string | null) => ({
    rollout: "2026-11-1",
    channel: "C1",
    message: "2.0",
    replaces,
  });
  const known = { channel: "C1", message: "1.0" };
  expect(refuseCard(undefined, move(null))).toBeUndefined();
  expect(refuseCard(undefined, move("1.0"))).toBe("card-shown");
  expect(refuseCard(known, move(null))).toBe("card-shown");
  expect(refuseCard(known, move("1.0"))).toBeUndefined();
});

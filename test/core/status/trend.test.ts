import { expect, test } from "vitest";
import type { LedgerEvent } from "../../../src/core/rollout/ledger/entry.ts";
import { readTrend } from "../../../src/core/status/trend.ts";
import { renderStatus } from "../../support/builders/pages.ts";
import type { HostWire } from "../../../src/core/verify/parse-report.ts";

const wire = (host: string, verdict: HostWire["verdict"]): HostWire => ({
  host,
  verdict,
  rules: [],
});
const verify = (
  run: number,
  hosts: readonly HostWire[],
  gone: readonly string[] = [],
): { readonly event: LedgerEvent } => ({
  event: { kind: "verify", run, at: run * 100, hosts, gone },
});
const nothing = { hardened: 0, partial: 0, plaintext: 0, "locked-out": 0, unknown: 0 };

test("each run of verify is a point, with the changes up to it", () => {
  const entries = [
    { event: { kind: "see", hosts: [] } } as const,
    verify(1, [wire("a", "plaintext"), wire("b", "partial")]),
    verify(2, [wire("a", "hardened")]),
    // The same run again adds no point.
    verify(2, [wire("b", "hardened")]),
    verify(3, [wire("c", "unknown")], ["b"]),
  ];
  expect(readTrend(entries)).toEqual([
    { at: 100, counts: { ...nothing, plaintext: 1, partial: 1 } },
    { at: 200, counts: { ...nothing, hardened: 1, partial: 1 } },
    { at: 300, counts: { ...nothing, hardened: 1, unknown: 1 } },
  ]);
  expect(readTrend([])).toEqual([]);
});

test("the page of a status has rollouts, wire and trend, and hostile names stay text", () => {
  const page = renderStatus(14, "<script>alert(1)</script>&");
  expect(page).toContain('<section id="rollouts"');
  expect(page).toMatch(
    /aria-label="Hardened hosts: \d+ of 4 at 2026-12-16T08:00:00Z, \d+ of 12 at /,
  );
  expect(page.match(/<polygon /g)).toHaveLength(3);
  expect(page).toContain("ben, carl");
  expect(page).not.toContain("<script>alert");
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { readEarlier } from "../../../src/core/check/earlier-report.ts";
import { compareSince, type Since } from "../../../src/core/check/since.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { renderReport } from "../../../src/core/report/render.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { fleets, type Fleet } from "../../support/builders/fleets.ts";
import { priorityIni } from "../../support/builders/rules.ts";

const check = (fleet: Fleet) =>
  checkFleet({ paths: ["."], overrides: {}, asOf: "2026-12-01" }, createMemoryFiles(fleet));

const report = (fleet: Fleet): string => renderReport("json", check(fleet));

function readReport(text: string): ReturnType<typeof readEarlier> {
  return readEarlier("old.json", { files: createMemoryFiles({ "old.json": text }) });
}

function compare(before: Fleet, now: Fleet): Since {
  const checked = check(now);
  return compareSince(readReport(report(before)), checked, checked.findings);
}

/** The rules of each list, and the text about hosts. */
function summarize(since: Since): unknown {
  const name = ({ rule, host }: { readonly rule: string; readonly host: string | null }): string =>
    `${rule} ${host}`;
  return {
    new: since.new.map(name),
    fixed: since.fixed.map(name),
    unclear: since.unclear.map(({ reason, finding }) => `${name(finding)}: ${reason}`),
    hosts: [since.hostsAdded, since.hostsGone],
    verdicts: since.verdicts.map(({ host, before, now }) => `${host} ${before} ${now}`),
  };
}

const same = { new: [], fixed: [], unclear: [], hosts: [[], []], verdicts: [] };
const hard = priorityIni(vendorPriority);
const ftp = `${hard}STPD_PORT=11001\n`;
const allowed = ftp.replace(
  "STPD_PORT",
  "# sesam-harden: allow ftp-port-open until 2027-01-01 because tests need it\nSTPD_PORT",
);
const expired = allowed.replace("2027-01-01", "2026-01-01");
const two: Fleet = { "a/stpd.ini": ftp, "b/stpd.ini": ftp };
const off = "[rules]\nftp-port-open = off\n";
const broken = "<<<<<<< HEAD\n[STPD_Server]\n";

test.each<[string, Fleet, Fleet, object]>([
  ["nothing", two, two, same],
  [
    "a fix",
    two,
    { ...two, "a/stpd.ini": hard },
    {
      ...same,
      new: ["fleet-disagreement null"],
      fixed: ["ftp-port-open a"],
      verdicts: ["a partial hardened"],
    },
  ],
  [
    "a new port",
    { ...two, "a/stpd.ini": hard },
    two,
    {
      ...same,
      new: ["ftp-port-open a"],
      fixed: ["fleet-disagreement null"],
      verdicts: ["a hardened partial"],
    },
  ],
  ["a line that moved", two, { ...two, "a/stpd.ini": `\n# new\n${ftp}` }, same],
  ["another port", two, { ...two, "a/stpd.ini": ftp.replace("=11001", "=21") }, same],
  ["another directory", two, { "x/a/stpd.ini": ftp, "x/b/stpd.ini": ftp }, same],
  [
    "an exception",
    two,
    { ...two, "a/stpd.ini": allowed },
    {
      ...same,
      unclear: ["ftp-port-open a: suppressed"],
    },
  ],
  [
    "an exception that ended",
    { ...two, "a/stpd.ini": allowed },
    { ...two, "a/stpd.ini": expired },
    {
      ...same,
      new: ["suppression a", "ftp-port-open a"],
    },
  ],
  [
    "a disabled rule",
    two,
    { ...two, "sesam-harden.ini": off },
    {
      ...same,
      unclear: ["ftp-port-open a: rule-off", "ftp-port-open b: rule-off"],
    },
  ],
  [
    "a host that is unknown now",
    two,
    { ...two, "a/stpd.ini": broken },
    {
      ...same,
      new: ["broken-line a", "https-port-missing a", "tls-priority-missing a"],
      unclear: ["ftp-port-open a: host-unknown"],
      verdicts: ["a partial unknown"],
    },
  ],
  [
    "a removed host",
    two,
    { "b/stpd.ini": ftp },
    { ...same, unclear: ["ftp-port-open a: host-gone"], hosts: [[], ["a"]] },
  ],
  [
    "a new host",
    { "b/stpd.ini": ftp },
    two,
    { ...same, new: ["ftp-port-open a"], hosts: [["a"], []] },
  ],
])("since the earlier report: %s", (_, before, now, expected) => {
  expect(summarize(compare(before, now))).toEqual(expected);
});

test("findings of another profile do not count as fixed", () => {
  const weak: Fleet = { "a/stpd.ini": hard, "sesam-harden.ini": "profile = strict\n" };
  const since = compare(weak, { "a/stpd.ini": hard });
  expect(since.fixed).toEqual([]);
  expect(new Set(since.unclear.map(({ reason }) => reason))).toEqual(new Set(["rule-off"]));
});

test("a finding about the fleet counts as fixed only if all its hosts are present and known", () => {
  const mixed: Fleet = { "a/stpd.ini": ftp, "b/stpd.ini": hard };
  const isMixed = (since: Since, list: "fixed" | "unclear"): boolean =>
    JSON.stringify(since[list]).includes("fleet-disagreement");
  expect(isMixed(compare(mixed, { ...mixed, "a/stpd.ini": hard }), "fixed")).toBe(true);
  expect(isMixed(compare(mixed, { ...mixed, "a/stpd.ini": broken }), "unclear")).toBe(true);
  expect(isMixed(compare(mixed, { "b/stpd.ini": hard }), "unclear")).toBe(true);
});

test("no fleet differs from itself, and every finding of two fleets is in one list", () => {
  fc.assert(
    fc.property(fleets, fleets, (before, now) => {
      expect(summarize(compare(now, now))).toEqual(same);
      const since = compare(before, now);
      const names = new Set(check(now).hosts.map(({ name }) => name));
      const unknown = new Set(
        check(now)
          .hosts.filter(({ verdict }) => verdict === "unknown")
          .map(({ name }) => name),
      );
      for (const { host } of since.fixed) {
        expect(host === null ? unknown.size === 0 : names.has(host) && !unknown.has(host)).toBe(
          true,
        );
      }
    }),
    { numRuns: 100 },
  );
});

test("refuses an incomplete report, wherever it ends", () => {
  const whole = report({ "a/stpd.ini": ftp });
  for (let end = 0; end < whole.trimEnd().length; end += 7) {
    expect(() => readReport(whole.slice(0, end))).toThrow("it is not complete JSON");
  }
});

const good = JSON.parse(report({ "a/stpd.ini": ftp }));
test.each<[string, unknown, string]>([
  ["an older format", { ...good, schemaVersion: 1 }, "it has schemaVersion 1"],
  ["a newer format", { ...good, schemaVersion: 3 }, "it has schemaVersion 3"],
  ["a baseline", { findings: [] }, "not a JSON report of check"],
  ["a report of verify", { ...good, knownHosts: undefined, probes: [] }, "not a JSON report"],
  ["no findings", { ...good, findings: undefined }, "not a JSON report"],
  ["no hosts", { ...good, hosts: [] }, "not a JSON report"],
  ["an unknown verdict", { ...good, hosts: [{ name: "a", verdict: "half" }] }, "not a JSON report"],
  ["a finding without a rule", { ...good, findings: [{}] }, "not a JSON report"],
  ["no baseline count", { ...good, relaxed: {} }, "not a JSON report"],
  ["null", null, "not a JSON report"],
  ["a list", [good], "not a JSON report"],
])("refuses %s", (_, content, message) => {
  expect(() => readReport(JSON.stringify(content))).toThrow(message);
});

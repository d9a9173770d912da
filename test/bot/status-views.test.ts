import { expect, test } from "vitest";
import { renderHostStatus } from "../../bot/views/host-status.ts";
import { decodeSubject, encodeSubject } from "../../bot/views/status-buttons.ts";
import { renderEnvironmentStatus, renderFleetStatus } from "../../bot/views/status.ts";
import { newEnvironment } from "../../src/core/rollout/state/records.ts";
import { describeFleet, type FleetStatus } from "../../src/core/status/fleet-status.ts";
import {
  hostile,
  ledgerCommit,
  longName,
  makeHostileFleet,
  makeLedger,
  nowSeconds,
  traceOf,
} from "../support/builders/bot-fleet.ts";
import { holdMessage } from "../support/harness/hold-view.ts";
import { probeOf, withPort } from "../support/builders/observations.ts";
import { makeRollout } from "../support/builders/rollout-states.ts";
import { findingOf } from "../support/builders/status.ts";
import { draw } from "../support/harness/draw-blocks.ts";

const fixUrl = "https://github.com/acme/backup-config/pull/12";

function makeFleet(): FleetStatus {
  const rollout = makeRollout({ waves: [["rds-1"], ["rds-2"]], done: ["rds-1"] });
  return describeFleet({
    checked: {
      hosts: [
        { name: "rds-1", role: "rds", environment: "production", verdict: "hardened" },
        { name: "rds-2", role: "rds", environment: "production", verdict: "partial" },
        { name: "rds-lab", role: "server", environment: null, verdict: "plaintext" },
      ],
      findings: [findingOf({ host: "rds-2", file: "hosts/rds-2/stpd.ini" })],
    },
    repoFiles: new Map(),
    ledger: makeLedger({
      rollouts: new Map([[rollout.id, rollout]]),
      traces: new Map([[rollout.id, traceOf(rollout)]]),
      environments: new Map([
        [
          "production",
          {
            ...newEnvironment("production"),
            frozen: { by: "ben", reason: "end of quarter", until: nowSeconds + 86_400 },
            rollout: { id: rollout.id, replaceable: false },
          },
        ],
      ]),
      wire: {
        last: { run: 5, at: nowSeconds - 1800 },
        hosts: new Map([
          ["rds-1", { host: "rds-1", verdict: "hardened", rules: [] }],
          ["rds-2", { host: "rds-2", verdict: "partial", rules: ["wire-port-open"] }],
        ]),
      },
    }),
    commit: "c0ffee".padEnd(40, "0"),
    ledgerCommit,
    nowSeconds,
    wireLimitSeconds: 86_400,
  });
}

const environmentOf = (status: FleetStatus) => {
  const [first] = status.environments;
  if (first === undefined) throw new Error("no environment");
  return first;
};
const hostOf = (status: FleetStatus, index: number) => {
  const host = environmentOf(status).hosts[index];
  if (host === undefined) throw new Error("no host");
  return host;
};

test("overview of the fleet", () => {
  const message = holdMessage(renderFleetStatus({ status: makeFleet(), fixUrl }));
  expect(draw(message, 96)).toMatchInlineSnapshot(`
    "# Fleet: 1 of 3 hosts hardened
    1 hardened, 1 partial, 1 unknown.
    Environment     Hosts  hardened  partial  unknown  plaintext  drifted  locked-out
    production          2         1        1        0          0        0           0
    no environment      1         0        0        1          0        0           0
      Config repo commit c0ffee000000, ledger commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee, last
      scan 2027-01-15 07:30 UTC (30 minutes ago). As of 2027-01-15 08:00 UTC.
    production is frozen until 2027-01-16 08:00 UTC (in 24 hours), by ben: “end of quarter”
    production: rollout 2026-11-1 (open) is approved, 1 of 2 hosts verified.
    Host rds-lab (no environment) is unknown: it was not scanned recently, or did not answer. Config
    repo: plaintext. Scan: never.
    Host rds-2 (production) is partial: HTTPS works, but a legacy port, protocol or cipher is
    enabled, or an error remains. Config repo: partial, 1 error. Scan: partial, 2027-01-15 07:30 UTC
    (30 minutes ago).
    [Refresh] [Open fix PR https://github.com/acme/backup-config/pull/12]
    "
  `);
  expect(message.text).toMatchInlineSnapshot(`
    "Fleet: 1 of 3 hosts hardened
    1 hardened, 1 partial, 1 unknown.
    production: Hosts 2, hardened 1, partial 1, unknown 0, plaintext 0, drifted 0, locked-out 0
    no environment: Hosts 1, hardened 0, partial 0, unknown 1, plaintext 0, drifted 0, locked-out 0
    Config repo commit c0ffee000000, ledger commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee, last scan 2027-01-15 07:30 UTC (30 minutes ago). As of 2027-01-15 08:00 UTC.
    production is frozen until 2027-01-16 08:00 UTC (in 24 hours), by ben: “end of quarter”
    production: rollout 2026-11-1 (open) is approved, 1 of 2 hosts verified.
    Host rds-lab (no environment) is unknown: it was not scanned recently, or did not answer. Config repo: plaintext. Scan: never.
    Host rds-2 (production) is partial: HTTPS works, but a legacy port, protocol or cipher is enabled, or an error remains. Config repo: partial, 1 error. Scan: partial, 2027-01-15 07:30 UTC (30 minutes ago)."
  `);
});

test("an environment, worst hosts first", () => {
  const status = makeFleet();
  const message = holdMessage(renderEnvironmentStatus({ status, fixUrl }, environmentOf(status)));
  expect(draw(message, 96)).toMatchInlineSnapshot(`
    "# production: 1 of 2 hosts hardened
    1 hardened, 1 partial.
    production is frozen until 2027-01-16 08:00 UTC (in 24 hours), by ben: “end of quarter”
    production: rollout 2026-11-1 (open) is approved, 1 of 2 hosts verified.
    Host   State     Repo      Scan      Rolled out (UTC)
    rds-2  partial   partial   partial   never
    rds-1  hardened  hardened  hardened  open verified, 2027-01-15 07:00
      Config repo commit c0ffee000000, ledger commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee, last
      scan 2027-01-15 07:30 UTC (30 minutes ago). As of 2027-01-15 08:00 UTC.
    [Refresh] [Open fix PR https://github.com/acme/backup-config/pull/12] [Plan open] [Plan close]
    "
  `);
});

test("one host, with its findings and links to their rules", () => {
  const status = makeFleet();
  const findings = [
    findingOf({ host: "rds-2", file: "hosts/rds-2/stpd.ini" }),
    findingOf({ host: "rds-1" }),
  ];
  const host = hostOf(status, 0);
  const probe = probeOf(withPort("http", "open"));
  const message = holdMessage(renderHostStatus({ status, fixUrl, host, findings, probe }));
  expect(draw(message, 96)).toMatchInlineSnapshot(`
    "# rds-2: partial
    The host is partial: HTTPS works, but a legacy port, protocol or cipher is enabled, or an error
    remains.
      Environment: production
      Role: rds
      Config repo: partial, 1 finding
      Scan: partial, 2027-01-15 07:30 UTC (30 minutes ago)
      Last rollout: none
    The scan found: wire-port-open
    (https://github.com/sesam-harden/sesam-harden/blob/main/docs/rules/wire-port-open.md)
      Probed 192.0.2.1: https 11443 open, http 11000 open, ftp 11001 closed. TLS: SSL3.0 refused,
      TLS1.0 refused, TLS1.1 refused, TLS1.2 accepted, TLS1.3 accepted. Certificate valid until
      2027-01-01T00:00:00Z. port 11000 (HTTP) accepts unencrypted connections.
    error: the HTTP port 11000 is open, in hosts/rds-2/stpd.ini line 3. Comment the line out. A safe
    fix is available. http-port-open
    (https://github.com/sesam-harden/sesam-harden/blob/main/docs/rules/http-port-open.md)
      Config repo commit c0ffee000000, ledger commit eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee, last
      scan 2027-01-15 07:30 UTC (30 minutes ago). As of 2027-01-15 08:00 UTC.
    [Refresh] [Open fix PR https://github.com/acme/backup-config/pull/12] [Plan open] [Plan close]
    "
  `);
});

test("text for an empty fleet", () => {
  const status = describeFleet({
    checked: { hosts: [], findings: [] },
    repoFiles: new Map(),
    ledger: makeLedger(),
    commit: "c".repeat(40),
    ledgerCommit: null,
    nowSeconds,
    wireLimitSeconds: 1,
  });
  const message = holdMessage(renderFleetStatus({ status, fixUrl: null }));
  expect(draw(message)).toMatchInlineSnapshot(`
    "# Fleet: 0 of 0 hosts hardened
    No hosts.
      Config repo commit cccccccccccc, no ledger yet, never scanned. As of
      2027-01-15 08:00 UTC.
    [Refresh]
    "
  `);
});

test.each([
  [1000, 1],
  [1000, 40],
  [1000, 1000],
])("%i hosts with names of 300 characters, in %i environments, fit", (count, environments) => {
  const status = makeHostileFleet(count, environments);
  const fleet = holdMessage(renderFleetStatus({ status, fixUrl }));
  expect(fleet.text).toContain("hardened");
  const environment = environmentOf(status);
  const one = holdMessage(renderEnvironmentStatus({ status, fixUrl }, environment));
  const table = one.blocks.find(({ type }) => type === "table");
  expect(table).toBeDefined();
  const rows = table?.type === "table" ? table.rows.length - 1 : 0;
  expect(rows).toBeGreaterThan(Math.min(count / environments, 30) - 1);
  expect(JSON.stringify(one.blocks).includes("none in a worse state")).toBe(
    rows < environment.hosts.length,
  );
  const findings = Array.from({ length: 300 }, (_, index) =>
    findingOf({
      host: hostOf(status, 0).host.name,
      rule: hostile,
      message: longName(index).repeat(3),
    }),
  );
  const host = hostOf(status, 0);
  const addresses = Array.from({ length: 9 }, () => ({
    ...withPort("https", "filtered"),
    address: longName(1),
  }));
  const probe = probeOf(...addresses);
  const message = holdMessage(renderHostStatus({ status, fixUrl, host, findings, probe }));
  expect(JSON.stringify(message.blocks)).toContain("more findings");
  expect(JSON.stringify(message.blocks)).toContain("4 more addresses");
});

test("shows what the host itself reported, and no older scan contradicts it", () => {
  const status = makeFleet();
  const first = hostOf(status, 0);
  const probe = probeOf(withPort("http", "open"));
  const rest = { status, fixUrl, findings: [], probe };
  const wire = { verdict: "hardened", rules: [], at: nowSeconds - 60, isStale: false } as const;
  const show = (from: "outside" | "host"): string =>
    draw(holdMessage(renderHostStatus({ ...rest, host: { ...first, wire: { ...wire, from } } })));
  expect(show("host")).toContain("(60 seconds ago), seen from the host");
  expect(show("host")).not.toContain("Probed");
  expect(show("outside")).not.toContain("from the host");
  expect(show("outside")).toContain("Probed");
});

test("a fix with an address that is not http(s) gets no button", () => {
  const message = renderFleetStatus({ status: makeFleet(), fixUrl: "javascript:alert(1)" });
  expect(JSON.stringify(message)).not.toContain("javascript");
  expect(JSON.stringify(message)).not.toContain("open-pr");
});

test.each(["", "rds-1", hostile.toWellFormed(), "ä/ö 100%", "ÿ\u00ff\u0100"])(
  "Refresh keeps its subject: %j",
  (name) => {
    const value = encodeSubject(name);
    expect(value).not.toMatch(/[<>&\s]/);
    expect(decodeSubject(value)).toBe(name);
  },
);

test.each(["%", "%E4", "<!channel>", "%zz", "a b"])("%j is not a subject", (value) => {
  expect(decodeSubject(value)).toBeUndefined();
});

test("a name that no value can hold becomes the fleet", () => {
  expect(encodeSubject("ä".repeat(400))).toBe("");
});

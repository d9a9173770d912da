import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { createMetrics } from "../../../bot/runtime/metrics-server.ts";
import {
  renderCheckmk,
  renderGauges,
  renderOpenMetrics,
} from "../../../src/core/report/monitoring.ts";
import { docsUrl } from "../../../src/core/base/docs-url.ts";
import { version } from "../../../src/core/base/version.ts";
import { emptyLedger, type Ledger } from "../../../src/core/rollout/ledger/ledger.ts";
import { newEnvironment } from "../../../src/core/rollout/state/records.ts";
import { describeFleet, type FleetStatus } from "../../../src/core/status/fleet-status.ts";
import type { Verdict } from "../../../src/core/fleet/verdict.ts";
import { hostile, makeHostileFleet } from "../../support/builders/bot-fleet.ts";
import { makeRollout } from "../../support/builders/rollout-states.ts";

const nowSeconds = 1_800_000_000;

interface Fleet {
  readonly wire?: Readonly<Record<string, Verdict>>;
  readonly drifted?: readonly string[];
  readonly ledger?: Partial<Ledger>;
  readonly ledgerCommit?: string | null;
  readonly environment?: string | null;
}

/** Hosts by name, as verify saw them ten minutes ago. */
function makeFleet(fleet: Fleet): FleetStatus {
  const { wire = { a: "hardened" }, drifted = [], environment = "production" } = fleet;
  const sights = Object.entries(wire).map(([host, verdict]) => ({
    host,
    verdict,
    rules: drifted.includes(host) ? ["host-file-drift"] : [],
  }));
  return describeFleet({
    checked: {
      findings: [],
      hosts: sights.map(({ host }) => ({
        name: host,
        role: "rds",
        environment,
        verdict: "hardened",
      })),
    },
    repoFiles: new Map(),
    ledger: {
      ...emptyLedger,
      wire: {
        last: { run: 5, at: nowSeconds - 600 },
        hosts: new Map(sights.map((one) => [one.host, one])),
      },
      ...fleet.ledger,
    },
    commit: "c".repeat(40),
    ledgerCommit: fleet.ledgerCommit === undefined ? "e".repeat(40) : fleet.ledgerCommit,
    nowSeconds,
    wireLimitSeconds: 3600,
  });
}

const requested = makeRollout({ state: { kind: "requested" } });
const stopped: Partial<Ledger> = {
  environments: new Map([
    [
      "production",
      {
        ...newEnvironment("production"),
        frozen: { by: "ben", reason: "tape library", until: null },
        locked: { rollout: "2026-11-1", requester: "anna", reason: "wave 1: a bad" },
        rollout: { id: requested.id, replaceable: true },
      },
    ],
  ]),
  rollouts: new Map([[requested.id, requested]]),
};

test("a fleet as OpenMetrics", () => {
  const status = makeFleet({
    wire: { a: "hardened", b: "partial", c: "hardened" },
    drifted: ["c"],
    ledger: stopped,
  });
  expect(renderOpenMetrics(status).replaceAll("sesam_harden_", ""))
    .toBe(`# HELP hosts Hosts by environment and state
# TYPE hosts gauge
hosts{environment="production",state="locked-out"} 0
hosts{environment="production",state="drifted"} 1
hosts{environment="production",state="plaintext"} 0
hosts{environment="production",state="unknown"} 0
hosts{environment="production",state="partial"} 1
hosts{environment="production",state="hardened"} 1
# HELP hosts_drifted Hosts in the state drifted
# TYPE hosts_drifted gauge
hosts_drifted{environment="production"} 1
# HELP rollouts_awaiting_approval Rollouts that wait for approval
# TYPE rollouts_awaiting_approval gauge
rollouts_awaiting_approval{environment="production"} 1
# HELP environment_frozen 1 while frozen
# TYPE environment_frozen gauge
environment_frozen{environment="production"} 1
# HELP environment_locked 1 while locked after a failure
# TYPE environment_locked gauge
environment_locked{environment="production"} 1
# HELP last_scan_timestamp_seconds When verify last finished; 0 if no run is known
# TYPE last_scan_timestamp_seconds gauge
last_scan_timestamp_seconds ${nowSeconds - 600}
# HELP build_info Version of sesam-harden
# TYPE build_info gauge
build_info{version="${version}"} 1
# EOF
`);
});

test("a value that was not read is absent, and never 0", () => {
  const status = makeFleet({ ledgerCommit: null, ledger: stopped });
  expect(renderGauges(status)).not.toMatch(/^sesam_harden_(environment|rollouts)/m);
  const quiet = renderGauges(makeFleet({ environment: null }));
  expect(quiet).toContain('sesam_harden_hosts{environment="",state="hardened"} 1\n');
  expect(quiet).not.toMatch(/^sesam_harden_(environment|rollouts)/m);
  const never = makeFleet({ ledger: { wire: emptyLedger.wire } });
  expect(renderGauges(never)).toContain("sesam_harden_last_scan_timestamp_seconds 0\n");
});

test.each<readonly [string, Fleet, number]>([
  ["all are hardened", {}, 0],
  ["one is partial", { wire: { a: "hardened", b: "partial" } }, 1],
  ["one is plaintext", { wire: { a: "plaintext" } }, 1],
  ["one is unknown", { wire: { a: "partial", b: "unknown" } }, 3],
  ["one is locked out", { wire: { a: "unknown", b: "locked-out" } }, 2],
  ["one drifted", { wire: { a: "unknown", b: "hardened" }, drifted: ["b"] }, 2],
  ["it is locked", { ledger: stopped }, 2],
])("Checkmk gets a state of the environment if %s", (...[, fleet, state]) => {
  const [line = ""] = renderCheckmk(makeFleet(fleet), 3600).split("\n");
  expect(line).toMatch(new RegExp(`^${state} "SEP sesam TLS production" locked_out=\\d`));
});

test("Checkmk gets one line per environment, and one for the scan", () => {
  const status = makeFleet({ wire: { a: "hardened", b: "partial" }, ledger: stopped });
  expect(renderCheckmk(status, 3600)).toBe(
    `2 "SEP sesam TLS production" locked_out=0|drifted=0|plaintext=0|unknown=0|partial=1|hardened=1 1 of 2 hosts hardened; frozen by ben: tape library; locked since 2026-11-1: wave 1: a bad; rollout 2026-11-1, open: requested; b partial
0 "SEP sesam TLS scan" age=600;3600 last scan 600 s ago
`,
  );
  expect(renderCheckmk(status, 599)).toContain('\n1 "SEP sesam TLS scan" age=600;599 ');
  const never = makeFleet({ ledger: { wire: emptyLedger.wire } });
  expect(renderCheckmk(never, 3600)).toContain('\n3 "SEP sesam TLS scan" - no scan recorded');
});

test("hostile names break no line of either format", () => {
  const status = makeHostileFleet(20, 3);
  const named = makeFleet({ environment: `a"b\\c\n${hostile}` });
  for (const fleet of [status, named]) {
    const sample =
      /^(# (HELP|TYPE) sesam_harden_\w+ .+|sesam_harden_\w+(\{(\w+="([^"\\\n]|\\["\\])*",?)+\})? \d+(\.\d+)?)$/;
    for (const line of renderGauges(fleet).split("\n").slice(0, -1)) expect(line).toMatch(sample);
    const check = /^[0-3] "[^"\\]+" (-|[a-z_]+=[\d;|a-z_=]+) [^\\]+$/;
    for (const line of renderCheckmk(fleet, 60).split("\n").slice(0, -1))
      expect(line).toMatch(check);
  }
});

/**
 * The rules of `promtool check metrics` for names and types; it is too large to install for a test.
 */
test("the names of all metrics follow the rules of Prometheus", async () => {
  const { registry } = createMetrics();
  const text = `${await registry.metrics()}${renderGauges(makeFleet({}))}`;
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, ...found]) => found);
  const helps = [...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name);
  expect(types.map(([name]) => name)).toEqual(helps);
  expect(new Set(helps).size).toBe(helps.length);
  for (const [name = "", type = ""] of types) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(name.endsWith("_total"), name).toBe(type === "counter");
    expect(name).not.toMatch(/_(count|sum|bucket)$/);
    expect(name).not.toMatch(/_(gauge|counter|histogram|summary)(_|$)/);
    expect(name).not.toMatch(/_(milliseconds|minutes|hours|days|kilobytes|percent)(_|$)/);
    expect(name).not.toMatch(/_(ms|s|sec|secs|kb|mb|pct)(_|$)/);
  }
});

test("the alert rules use existing metrics, and labels that these have", async () => {
  const url = new URL("../../../examples/monitoring/sesam-harden.rules.yml", import.meta.url);
  const docs = readFileSync(new URL("../../../docs/bot.md", import.meta.url), "utf8");
  const { groups } = parse(readFileSync(url, "utf8")) as {
    groups: readonly {
      readonly rules: readonly {
        readonly alert: string;
        readonly expr: string;
        readonly annotations: Readonly<Record<string, string>>;
      }[];
    }[];
  };
  const text = `${await createMetrics().registry.metrics()}${renderGauges(makeFleet({}))}`;
  const names = [...text.matchAll(/^# TYPE (sesam_harden_\S+)/gm)].map(([, name]) => name);
  for (const { alert, expr, annotations } of groups.flatMap(({ rules }) => rules)) {
    // test/docs-commands.test.ts checks the heading.
    expect(annotations["runbook_url"], alert).toContain(docsUrl);
    const asked = expr.match(/sesam_harden_\w+/g) ?? [];
    expect(asked, alert).not.toEqual([]);
    for (const name of asked) {
      expect([...names, "sesam_harden_fleet_read_success"], alert).toContain(name);
      expect(docs).toMatch(new RegExp(`\`${name}[{\`]`));
    }
    for (const [, state] of expr.matchAll(/state="([^"]+)"/g))
      expect(text).toContain(`state="${state}"`);
  }
});

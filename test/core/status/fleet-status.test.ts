import { expect, test } from "vitest";
import { renderHostStatus } from "../../../bot/views/host-status.ts";
import { describeSources } from "../../../bot/views/status.ts";
import { printMarkup } from "../../support/builders/pages.ts";
import { renderRollouts } from "../../../src/core/report/html/status.ts";
import { renderStatusText } from "../../../src/core/report/status-text.ts";
import { emptyLedger, type Ledger } from "../../../src/core/rollout/ledger/ledger.ts";
import { newEnvironment } from "../../../src/core/rollout/state/records.ts";
import {
  describeFleet,
  findHosts,
  type FleetState,
  type StatusRequest,
} from "../../../src/core/status/fleet-status.ts";
import { makeRollout, sentResultOf } from "../../support/builders/rollout-states.ts";
import { findingOf } from "../../support/builders/status.ts";
import type { HostOutcome } from "../../../src/core/rollout/state/rollout.ts";
import type { HostWire } from "../../../src/core/verify/parse-report.ts";
import type { Host } from "../../../src/core/fleet/verdict.ts";

const nowSeconds = 1_800_000_000;
const lookedAt = nowSeconds - 600;
const proven = "f".repeat(64);

const hostOf = (name: string, change: Partial<Host> = {}): Host => ({
  name,
  role: "rds",
  environment: "production",
  verdict: "hardened",
  ...change,
});

const wireOf = (...hosts: readonly HostWire[]): Ledger["wire"] => ({
  last: { run: 5, at: lookedAt },
  hosts: new Map(hosts.map((host) => [host.host, host])),
});

const describe = (change: Partial<StatusRequest> & { readonly ledger?: Ledger }) =>
  describeFleet({
    checked: { findings: [], hosts: [hostOf("a")] },
    repoFiles: new Map([["a", proven]]),
    ledger: emptyLedger,
    commit: "c".repeat(40),
    ledgerCommit: null,
    nowSeconds,
    wireLimitSeconds: 3600,
    ...change,
  });

const past = (
  outcome: HostOutcome,
  id = "2026-11-1",
  host = "a",
  sentAt = 900,
): Partial<Ledger> => ({
  rollouts: new Map([[id, makeRollout({ id, state: { kind: "succeeded" } })]]),
  traces: new Map([
    [
      id,
      {
        requestedAt: 900,
        movedAt: 1000,
        isReminded: false,
        stoppedBy: null,
        refused: null,
        approvals: [],
        run: null,
        reason: "",
        results: new Map([[host, sentResultOf(host, outcome, sentAt)]]),
      },
    ],
  ]),
});
const seen = (proof: boolean): Ledger["hosts"] =>
  new Map([
    [
      "a",
      {
        host: "a",
        file: proven,
        proven: proof
          ? { phase: "open", plan: "d".repeat(64), rollout: "2026-11-1", wave: 1 }
          : null,
      },
    ],
  ]);
const wire = (verdict: HostWire["verdict"], ...rules: readonly string[]): HostWire => ({
  host: "a",
  verdict,
  rules,
});

interface Row {
  readonly name: string;
  readonly ledger?: Partial<Ledger>;
  readonly request?: Partial<StatusRequest>;
  readonly state: FleetState;
  readonly drift?: readonly string[];
}

const rows: readonly Row[] = [
  { name: "the host was never scanned", state: "unknown" },
  { name: "the last scan decides", ledger: { wire: wireOf(wire("partial")) }, state: "partial" },
  {
    name: "the config repo still has an error of the host",
    ledger: { wire: wireOf(wire("hardened")) },
    request: { checked: { hosts: [hostOf("a")], findings: [findingOf({ host: "a" })] } },
    state: "partial",
  },
  {
    name: "another host was seen",
    ledger: { wire: wireOf({ ...wire("partial"), host: "b" }) },
    state: "unknown",
  },
  {
    name: "the scan is exactly at the age limit",
    ledger: { wire: wireOf(wire("hardened")) },
    request: { wireLimitSeconds: 600 },
    state: "hardened",
  },
  {
    name: "the scan is too old",
    ledger: { wire: wireOf(wire("hardened")) },
    request: { wireLimitSeconds: 599 },
    state: "unknown",
  },
  {
    name: "verify found another file",
    ledger: { wire: wireOf(wire("hardened", "host-file-drift")) },
    state: "drifted",
    drift: ["verify"],
  },
  {
    name: "an old drift is not better than a new one",
    ledger: { wire: wireOf(wire("hardened", "host-file-drift")) },
    request: { wireLimitSeconds: 1 },
    state: "drifted",
    drift: ["verify"],
  },
  {
    name: "a different file than the verified one was seen",
    ledger: { wire: wireOf(wire("partial")), hosts: seen(false), ...past("good") },
    state: "drifted",
    drift: ["file"],
  },
  {
    name: "the verified file is there",
    ledger: { wire: wireOf(wire("partial")), hosts: seen(true), ...past("good") },
    state: "partial",
  },
  {
    name: "a file that no rollout verified cannot drift",
    ledger: { wire: wireOf(wire("plaintext")), hosts: seen(false), ...past("bad") },
    state: "plaintext",
  },
  {
    name: "both",
    ledger: {
      wire: wireOf(wire("plaintext", "host-file-drift")),
      hosts: seen(false),
      ...past("good"),
    },
    state: "drifted",
    drift: ["file", "verify"],
  },
];

test.each(rows)("$name: $state", ({ ledger = {}, request = {}, state, drift = [] }) => {
  const status = describe({ ledger: { ...emptyLedger, ...ledger }, ...request });
  const [host] = findHosts(status, "a");
  expect(host?.state).toBe(state);
  expect(host?.drift).toEqual(drift);
  expect(status.counts[state]).toBe(1);
  expect(Object.values(status.counts).reduce((sum, one) => sum + one, 0)).toBe(1);
});

test("a host shows its last rollout: phase, outcome, time, and approvers", () => {
  const status = describe({ ledger: { ...emptyLedger, ...past("bad") } });
  expect(findHosts(status, "a")[0]?.rolledOut).toEqual({
    rollout: "2026-11-1",
    phase: "open",
    outcome: "bad",
    reason: "no-answer",
    at: 1000,
    requester: "anna",
    approvals: ["ben"],
  });
  expect(findHosts(describe({}), "a")[0]?.rolledOut).toBeNull();
});

const applied = past("good", "2026-11-1", "a", lookedAt + 60);
const olderSight = wireOf({ ...wire("plaintext", "host-file-drift"), host: "a" });

test.each<Row & { readonly from?: "outside" | "host" }>([
  { name: "matches the config repo", from: "host", state: "hardened" },
  {
    name: "is newer than the last scan of verify",
    ledger: { wire: olderSight },
    from: "host",
    state: "hardened",
  },
  {
    name: "loses to a verify scan in the same second",
    ledger: { wire: { ...olderSight, last: { run: 5, at: lookedAt + 60 } } },
    from: "outside",
    state: "drifted",
    drift: ["verify"],
  },
  {
    name: "stays if a verify scan omitted the host",
    ledger: { wire: { last: { run: 5, at: nowSeconds }, hosts: new Map() } },
    from: "host",
    state: "hardened",
  },
  {
    name: "is partial if the config repo has another file by now",
    request: { repoFiles: new Map([["a", "e".repeat(64)]]) },
    from: "host",
    state: "partial",
  },
  {
    name: "is partial if the file of the config repo is unknown",
    request: { repoFiles: new Map() },
    from: "host",
    state: "partial",
  },
  ...(["partial", "plaintext", "locked-out", "unknown"] as const).map((verdict) => ({
    name: `is partial if the check says ${verdict}`,
    request: { checked: { findings: [], hosts: [hostOf("a", { verdict })] } },
    from: "host" as const,
    state: "partial" as const,
  })),
  {
    name: "gets too old like a verify scan",
    request: { wireLimitSeconds: 539 },
    from: "host",
    state: "unknown",
  },
  {
    name: "does not count for a file that was seen there since",
    ledger: { hosts: seen(false) },
    state: "drifted",
    drift: ["file"],
  },
  {
    name: "does not count after a later rollout failed there",
    ledger: {
      rollouts: new Map([
        ...(applied.rollouts ?? []),
        ...(past("bad", "2026-11-9").rollouts ?? []),
      ]),
      traces: new Map([
        ...(applied.traces ?? []),
        ...(past("bad", "2026-11-9", "a", nowSeconds - 1).traces ?? []),
      ]),
    },
    state: "unknown",
  },
  ...(["bad", "unknown", "not-started"] as const).map((outcome) => ({
    name: `does not exist if the result is ${outcome}`,
    ledger: past(outcome, "2026-11-1", "a", lookedAt + 60),
    state: "unknown" as const,
  })),
])(
  "the result of apply $name: $state",
  ({ ledger = {}, request = {}, state, drift = [], from }) => {
    const status = describe({
      ledger: { ...emptyLedger, hosts: seen(true), ...applied, ...ledger },
      ...request,
    });
    const [host] = findHosts(status, "a");
    expect(host?.state).toBe(state);
    expect(host?.drift).toEqual(drift);
    expect(host?.wire?.from).toBe(from);
    if (from === "host") {
      expect(host?.wire).toMatchObject({ at: lookedAt + 60, rules: [] });
      expect(renderStatusText(status)).toMatch(/; scan \w+ at [^;]+, from the host/);
    } else expect(renderStatusText(status)).not.toContain("from the host");
  },
);

test("a rollout that never reached the host keeps the result of the previous one", () => {
  const [first, second] = [past("good"), past("not-started", "2026-11-9")];
  const ledger: Ledger = {
    ...emptyLedger,
    rollouts: new Map([...(first.rollouts ?? []), ...(second.rollouts ?? [])]),
    traces: new Map([...(first.traces ?? []), ...(second.traces ?? [])]),
    hosts: seen(false),
  };
  const [host] = findHosts(describe({ ledger }), "a");
  expect(host).toMatchObject({ rolledOut: { rollout: "2026-11-1" }, drift: ["file"] });
});

test("sorts the worst hosts first, by state, file, errors and name", () => {
  const names = ["h", "g", "f", "e", "d", "c", "b", "a"];
  const verdicts = new Map<string, HostWire["verdict"]>([
    ["a", "hardened"],
    ["b", "partial"],
    ["c", "unknown"],
    ["d", "plaintext"],
    ["e", "plaintext"],
    ["f", "plaintext"],
    ["g", "hardened"],
    ["h", "locked-out"],
  ]);
  const hosts = names.map((name) =>
    hostOf(name, { verdict: name === "f" ? "plaintext" : "hardened" }),
  );
  const ledger = {
    ...emptyLedger,
    wire: wireOf(
      ...[...verdicts].map(([host, verdict]) => ({
        host,
        verdict,
        rules: host === "g" ? ["host-file-drift"] : [],
      })),
    ),
  };
  const findings = [
    findingOf({ host: "e" }),
    findingOf({ host: "d", suppressed: { reason: "x", until: "2027-01-01" } }),
    findingOf({ host: null }),
  ];
  const status = describe({ ledger, checked: { hosts, findings } });
  const [production] = status.environments;
  expect(production?.hosts.map(({ host }) => host.name)).toEqual([
    "h",
    "g",
    "f",
    "e",
    "d",
    "c",
    "b",
    "a",
  ]);
  expect(production?.hosts.map(({ findings: { error } }) => error)).toEqual([
    0, 0, 0, 1, 0, 0, 0, 0,
  ]);
  expect(status.counts).toEqual({
    "locked-out": 1,
    drifted: 1,
    plaintext: 3,
    unknown: 1,
    partial: 1,
    hardened: 1,
  });
});

test("sorts environments by name, with the one without a name last, and lists a stopped one without hosts", () => {
  const freeze = { by: "anna", reason: "quarter", until: nowSeconds + 1 };
  const ledger: Ledger = {
    ...emptyLedger,
    environments: new Map([
      ["staging", { ...newEnvironment("staging"), frozen: freeze }],
      ["old", { ...newEnvironment("old"), frozen: { ...freeze, until: nowSeconds } }],
      ["idle", newEnvironment("idle")],
      [
        "production",
        {
          ...newEnvironment("production"),
          locked: { rollout: "2026-11-1", requester: "anna", reason: "wave 1: a bad" },
          rollout: { id: "2026-11-1", replaceable: true },
        },
      ],
    ]),
    rollouts: new Map([["2026-11-1", makeRollout()]]),
    traces: past("good", "2026-11-1", "removed").traces ?? new Map(),
    // A host that was only imported, for example by a typo, does not count as removed.
    hosts: new Map([["imported", { host: "imported", file: "f".repeat(64), proven: null }]]),
  };
  const hosts = [hostOf("z", { environment: null }), hostOf("a")];
  const status = describe({ ledger, checked: { findings: [], hosts } });
  expect(status.environments.map(({ name }) => name)).toEqual([
    "old",
    "production",
    "staging",
    null,
  ]);
  const [old, production, staging, none] = status.environments;
  expect(old?.frozen).toBeNull();
  expect(production).toMatchObject({
    locked: { reason: "wave 1: a bad" },
    rollout: { id: "2026-11-1" },
    frozen: null,
  });
  expect(staging).toMatchObject({ frozen: freeze, hosts: [], rollout: null });
  expect(none?.hosts.map(({ host }) => host.name)).toEqual(["z"]);
  expect(status.gone).toEqual(["removed"]);
});

test("names hosts that are not in the config repo, unless they are excepted", () => {
  const lost = (name: string, isExcepted = false) => ({ name, server: "s", isExcepted });
  const notInRepo = [lost("rds9"), lost("rds7"), lost("RDS7"), lost("rds8", true)];
  const status = describe({ checked: { findings: [], hosts: [hostOf("a")], notInRepo } });
  expect(status.notInRepo).toEqual(["RDS7", "rds9"]);
  const line = "Running STPD, but not in the config repo: RDS7, rds9.\n";
  expect(renderStatusText(status)).toContain(line);
  expect(renderStatusText(describe({}))).not.toContain("Run STPD");
  expect(JSON.stringify(describeSources(status))).toContain("not in the config repo: RDS7, rds9.");
});

test("a freeze that ends after the year 9999 is shown", () => {
  const frozen = { by: "anna", reason: "quarter", until: 10 ** 15 };
  const record = { ...newEnvironment("production"), frozen };
  const environments = new Map([["production", record]]);
  const text = renderStatusText(describe({ ledger: { ...emptyLedger, environments } }));
  expect(text).toContain("frozen by anna until 9999-12-31T23:59:59Z: quarter");
});

test("a host changed by hand shows who recorded it, and has no observation of its own", () => {
  const id = "2026-11-1";
  const verified = { run: 5, at: 1200 };
  const hand = { host: "a", file: proven, recordedBy: ["ben"], recordedAt: 1100, verified };
  const rollout = makeRollout({ id, waves: [], byHand: [hand], state: { kind: "succeeded" } });
  const proof = { phase: "open", plan: "d".repeat(64), rollout: id, wave: 0 } as const;
  const ledger: Ledger = {
    ...emptyLedger,
    rollouts: new Map([[id, rollout]]),
    hosts: new Map([["a", { host: "a", file: proven, proven: proof }]]),
  };
  const status = describe({ ledger });
  const [host] = findHosts(status, "a");
  expect(host).toMatchObject({
    rolledOut: { rollout: id, outcome: "good", at: 1200, byHand: ["ben"] },
    wire: null,
    state: "unknown",
  });
  expect(renderStatusText(status)).toContain(`open verified by hand (ben) in ${id}`);
  const shown = host && [
    printMarkup(
      renderRollouts(
        { hosts: [{ host: host.host, id: "a" }] } as never,
        { past: { status } } as never,
      ),
    ),
    JSON.stringify(renderHostStatus({ status, fixUrl: null, host, findings: [], probe: null })),
  ];
  for (const text of shown ?? []) expect(text).toContain("verified by hand (ben)");
  // Another file that was seen there since.
  const drifted = new Map([["a", { host: "a", file: "e".repeat(64), proven: null }]]);
  expect(findHosts(describe({ ledger: { ...ledger, hosts: drifted } }), "a")[0]?.drift).toEqual([
    "file",
  ]);
});

import { verdicts, type Host } from "../../../src/core/fleet/verdict.ts";
import {
  emptyLedger,
  type Ledger,
  type RolloutTrace,
} from "../../../src/core/rollout/ledger/ledger.ts";
import { newEnvironment, type EnvironmentRecord } from "../../../src/core/rollout/state/records.ts";
import { outcomes, type Rollout } from "../../../src/core/rollout/state/rollout.ts";
import { describeFleet, type FleetStatus } from "../../../src/core/status/fleet-status.ts";
import { makeRollout, sentResultOf } from "./rollout-states.ts";
import { findingOf } from "./status.ts";

export const nowSeconds = 1_800_000_000;
export const ledgerCommit = "e".repeat(40);

/** Hostile text: mentions, links, formatting, invisible characters, line ends. */
export const hostile =
  "<!channel> <@U012AB3CD> <https://evil.example|click> *b* _i_ ~s~ `c` :boom: &lt;!here&gt; \u202e\u200b\n> q\r\n\ud800";

/** A name of 300 characters that differs at its end. */
export const longName = (index: number): string =>
  `${hostile}${"x".repeat(400)}`.slice(0, 295) + String(index).padStart(5, "0");

export const traceOf = (rollout: Rollout, change: Partial<RolloutTrace> = {}): RolloutTrace => ({
  requestedAt: nowSeconds - 7200,
  movedAt: nowSeconds - 3600,
  isReminded: false,
  reason: "",
  stoppedBy: null,
  refused: null,
  approvals: [],
  run: null,
  results: new Map(rollout.done.map((host) => [host, sentResultOf(host)])),
  ...change,
});

/** A rollout of many hosts with hostile names and every outcome. */
export function makeHostileRollout(count: number, change: Partial<Rollout> = {}) {
  const names = Array.from({ length: count }, (_, index) => longName(index));
  const waves = [names.slice(0, 1), ...chunk(names.slice(1), 30)];
  const rollout = makeRollout({
    waves,
    purpose: hostile.repeat(20),
    expiresAt: nowSeconds + 3600,
    ...change,
  });
  const results = new Map(
    names.map((name, index) => {
      const outcome = outcomes[index % outcomes.length] ?? "good";
      return [name, { ...sentResultOf(name, outcome), reason: hostile }] as const;
    }),
  );
  return { rollout, trace: traceOf(rollout, { reason: hostile, results }) };
}

function chunk<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

export function makeLedger(change: Partial<Ledger> = {}): Ledger {
  return { ...emptyLedger, ...change };
}

/** A fleet in which everything goes wrong, in the given number of environments. */
export function makeHostileFleet(count: number, environments: number): FleetStatus {
  const hosts = Array.from({ length: count }, (_, index): Host => ({
    name: longName(index),
    role: index % 2 === 0 ? "rds" : "server",
    environment: `env-${"y".repeat(290)}-${index % environments}`,
    verdict: verdicts[index % 4] ?? "plaintext",
  }));
  const { rollout, trace } = makeHostileRollout(count);
  const stopped = hosts.slice(0, environments).map(({ environment }): EnvironmentRecord => {
    const name = environment ?? "";
    return {
      ...newEnvironment(name),
      frozen: { by: hostile, reason: hostile.repeat(30), until: 10 ** 15 },
      locked: { rollout: rollout.id, requester: "anna", reason: hostile.repeat(30) },
      rollout: { id: rollout.id, replaceable: false },
    };
  });
  const ledger = makeLedger({
    rollouts: new Map([[rollout.id, rollout]]),
    traces: new Map([[rollout.id, trace]]),
    environments: new Map(stopped.map((record) => [record.environment, record])),
    hosts: new Map([[hostile, { host: hostile, file: "f".repeat(64), proven: null }]]),
    wire: {
      last: { run: 5, at: nowSeconds - 600 },
      hosts: new Map(
        hosts.map(({ name }, index) => [
          name,
          {
            host: name,
            verdict: verdicts[index % 5] ?? "plaintext",
            rules: [hostile, "wire-port-open"],
          },
        ]),
      ),
    },
  });
  const findings = hosts.map(({ name }) =>
    findingOf({ host: name, file: `hosts/${name}/stpd.ini`, message: hostile, help: hostile }),
  );
  return describeFleet({
    checked: { hosts, findings },
    repoFiles: new Map(),
    ledger,
    commit: "c".repeat(40),
    ledgerCommit,
    nowSeconds,
    wireLimitSeconds: 86_400,
  });
}

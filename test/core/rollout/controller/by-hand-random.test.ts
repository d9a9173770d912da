import { expect, test } from "vitest";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import {
  findHandRollout,
  recordHandFile,
} from "../../../../src/core/rollout/controller/by-hand.ts";
import {
  decideEnvironment,
  decideRollout,
  requestPlan,
} from "../../../../src/core/rollout/controller/commands.ts";
import type { Ledger } from "../../../../src/core/rollout/ledger/ledger.ts";
import { recordSight, seeHosts } from "../../../../src/core/rollout/ledger/commands.ts";
import { digestGlobals } from "../../../../src/core/rollout/plan/plan.ts";
import {
  awaitsHands,
  countRecorders,
  showsPhase,
} from "../../../../src/core/rollout/state/by-hand.ts";
import type { HandState, Rollout } from "../../../../src/core/rollout/state/rollout.ts";
import type { HostWire } from "../../../../src/core/verify/parse-report.ts";
import { createRandom } from "../../../support/builders/random.ts";
import { bridgeOf, hard, planOf, soft } from "../../../support/builders/rollout.ts";
import { makeControlBench, need, start } from "../../../support/harness/control.ts";

const hosts = ["win1", "win2"];
const files = [soft, bridgeOf(hard, soft), hard];
const windows = { facts: "os = windows\n" };
const opened = { ...windows, known: bridgeOf(hard, soft), proven: "open" } as const;
const globals = digestGlobals([], hashSha256);
const closing = { phase: "close", environment: { globals } } as const;
const plans = [
  planOf({ win1: windows }),
  planOf({ win1: windows, win2: windows }),
  planOf({ win1: opened }, closing),
  planOf({ win1: opened, win2: opened }, closing),
];
const often = ["approve", "record", "record", "scan"] as const;
const steps = [...often, ...often, ...often, "request", "see", "revoke", "abort", "withdraw"];

interface Scan {
  readonly began: number;
  readonly seen: readonly HostWire[];
}

const handsOf = ({ rollouts }: Ledger): readonly (readonly [Rollout, HandState])[] =>
  [...rollouts.values()].flatMap((rollout) =>
    (rollout.byHand ?? []).map((hand) => [rollout, hand] as const),
  );

/**
 * Hosts verified by one scan: enough people recorded it before, and it shows what the phase needs.
 */
function holdVerified(before: Ledger, after: Ledger, { began, seen }: Scan): number {
  const old = handsOf(before);
  const fresh = handsOf(after).filter(([{ id }, { host, verified }]) => {
    const known = old.find(([rollout, hand]) => rollout.id === id && hand.host === host)?.[1];
    return verified !== null && known?.verified === null;
  });
  for (const [{ id, phase }, { host, file, recordedBy, recordedAt }] of fresh) {
    const shown = seen.find((one) => one.host === host);
    expect(recordedBy.length).toBeGreaterThanOrEqual(countRecorders(phase));
    expect(began).toBeGreaterThanOrEqual(recordedAt ?? Infinity);
    expect(shown !== undefined && showsPhase(phase, shown)).toBe(true);
    expect(after.hosts.get(host)).toMatchObject({ file, proven: { rollout: id, phase, wave: 0 } });
  }
  return fresh.length;
}

test("with any order of people and scans, only what was recorded and scanned is verified", async () => {
  let verified = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const { pick, chance } = createRandom(seed);
    const bench = await makeControlBench();
    const control = bench.controller();
    const { writer } = control;
    const before = hosts.map((host) => ({ host, file: hashSha256(soft) }));
    need(await writer.write(seeHosts(before, [soft])));
    const set = { kind: "globals", by: "anna", digest: globals } as const;
    need(await decideEnvironment("production", set, control));
    need(await requestPlan({ by: "anna", planned: pick(plans) }, control));
    let now = start;
    for (let step = 1; step <= 100; step++) {
      const pause = pick([0, 1, 30, 60, 600]);
      bench.later(pause);
      now += pause;
      const { ledger } = await writer.read();
      const rollout = pick([...ledger.rollouts.values()].slice(-2));
      const [by, host, reason] = [pick(["anna", "ben", "carl"]), pick(hosts), "no"];
      const { id, plan } = rollout;
      const kind = pick(steps);
      if (kind === "request") await requestPlan({ by, planned: pick(plans) }, control);
      if (kind === "approve") await decideRollout(id, { kind, by, plan }, control);
      if (kind === "revoke") await decideRollout(id, { kind, by }, control);
      if (kind === "abort" || kind === "withdraw") {
        await decideRollout(id, { kind, by, reason }, control);
      }
      if (kind === "record") {
        const of = plans.find(({ digest }) => digest === findHandRollout(host, ledger)?.plan);
        const planned = of?.plan.byHand?.find(({ name }) => name === host)?.file;
        const file = planned !== undefined && chance(0.7) ? planned : hashSha256(pick(files));
        await recordHandFile({ host, file, by }, control);
      }
      if (kind === "see") {
        const file = pick(files);
        await writer.write(seeHosts([{ host, file: hashSha256(file) }], [file]));
      }
      if (kind === "scan") {
        const verdicts = ["hardened", "hardened", "hardened", "partial", "unknown"] as const;
        const seen = hosts
          .filter(() => chance(0.8))
          .map((name) => ({ host: name, verdict: pick(verdicts), rules: [] }));
        const began = now - pick([0, 0, 20, 300]);
        need(await writer.write(recordSight({ run: step, began, at: now }, seen)));
        verified += holdVerified(ledger, (await writer.read()).ledger, { began, seen });
      }
      const after = (await writer.read()).ledger;
      // A card says that a record waits for a scan exactly if a scan can confirm it.
      const waiting = handsOf(after).filter(
        ([one, hand]) =>
          hand.recordedBy.length > 0 && hand.verified === null && awaitsHands(one, now),
      );
      for (const [one, hand] of waiting) expect(after.hands.get(hand.host)).toBe(one.id);
    }
    expect(await bench.audit()).toEqual([]);
  }
  expect(verified).toBeGreaterThan(20);
});

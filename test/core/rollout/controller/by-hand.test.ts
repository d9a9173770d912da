import { describe, expect, test } from "vitest";
import { readLedgerAt } from "../../../../src/core/rollout/ledger/reader.ts";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { findUnproven } from "../../../../src/core/rollout/controller/compare-target.ts";
import {
  recordHandFile,
  refuseScripts,
  startScan,
  type ScanAnswer,
} from "../../../../src/core/rollout/controller/by-hand.ts";
import {
  decideEnvironment,
  decideRollout,
  requestPlan,
  type PersonEvent,
} from "../../../../src/core/rollout/controller/commands.ts";
import { recordSight, seeHosts } from "../../../../src/core/rollout/ledger/commands.ts";
import { readLedgerRecords } from "../../../../src/core/rollout/ledger/plan-source.ts";
import { showsPhase } from "../../../../src/core/rollout/state/by-hand.ts";
import type { EnvironmentSettings } from "../../../../src/core/rollout/state/rollout-settings.ts";
import type { HandState, RolloutEvent } from "../../../../src/core/rollout/state/rollout.ts";
import { renderLedgerLog } from "../../../../src/core/report/ledger-rows.ts";
import { auditLedger } from "../../../../src/core/rollout/ledger/run-audit.ts";
import type { Planned } from "../../../../src/core/rollout/plan/plan.ts";
import { reasons } from "../../../../src/core/base/reasons.ts";
import type { Verdict } from "../../../../src/core/fleet/verdict.ts";
import { bridgeOf, hard, planOf, soft, type TestHost } from "../../../support/builders/rollout.ts";
import {
  makeControlBench,
  need,
  start,
  type ControlBench,
} from "../../../support/harness/control.ts";
import { resultOf } from "../../../support/builders/rollout-states.ts";
import { digestGlobals } from "../../../../src/core/rollout/plan/plan.ts";

const windows = { facts: "os = windows\n" };
const bridge = hashSha256(bridgeOf(hard, soft));
const mixed = planOf({ rds1: {}, win1: windows });
const manual = planOf({ win1: windows });
const opened = { ...windows, known: bridgeOf(hard, soft), proven: "open" } as const;
const globals = digestGlobals([], hashSha256);
const closing = (hosts: Readonly<Record<string, TestHost>>): Planned =>
  planOf(hosts, { phase: "close", environment: { globals } });

const reasonOf = (answer: object): string => ("reason" in answer ? String(answer.reason) : "done");

async function makeHandBench(
  planned: Planned,
  isApproved = true,
  change: Partial<EnvironmentSettings> = {},
) {
  const bench: ControlBench = await makeControlBench(change);
  const control = bench.controller();
  need(
    await control.writer.write(
      seeHosts(
        [{ host: "win1", file: hashSha256(planned.changes[0]?.before ?? "") }],
        [planned.changes[0]?.before ?? ""],
      ),
    ),
  );
  if (planned.plan.phase === "close") {
    const event = { kind: "globals", by: "anna", digest: globals } as const;
    need(await decideEnvironment("production", event, control));
  }
  need(await requestPlan({ by: "anna", planned }, control));
  const { id, plan } = await bench.rollout();
  const approve = async (): Promise<string> =>
    reasonOf(await decideRollout(id, { kind: "approve", by: "ben", plan }, control));
  if (isApproved) expect(await approve()).toBe("done");
  let run = 0;
  return {
    ...bench,
    control,
    id,
    approve,
    record: async (by: string, file: string, host = "win1"): Promise<string> =>
      reasonOf(await recordHandFile({ host, file, by }, control)),
    /** A scan that began this many seconds after the start, and took a minute. */
    scan: async (began: number, verdict: Verdict, rules: readonly string[] = []) => {
      const times = { run: ++run, began: start + began, at: start + began + 60 };
      need(await control.writer.write(recordSight(times, [{ host: "win1", verdict, rules }])));
    },
    hand: async (): Promise<HandState | undefined> => (await bench.rollout()).byHand?.[0],
    ledger: async () => (await control.writer.read()).ledger,
  };
}

test("a record and a newer scan verify a host while another rollout runs", async () => {
  const bench = await makeHandBench(mixed);
  await bench.runUntil(bench.control, ({ kind }) => kind === "succeeded");
  expect((await bench.rollout()).done).toEqual(["rds1"]);
  await bench.scan(-600, "partial", ["wire-port-open"]);
  bench.later(100);
  const before = await bench.ledger();
  expect(findUnproven(["win1"], before.hosts, [])).toEqual(["win1"]);
  expect(await bench.record("ben", bridge)).toBe("done");
  const recordedAt = (await bench.hand())?.recordedAt ?? 0;
  expect(await bench.hand()).toEqual({
    host: "win1",
    file: bridge,
    recordedBy: ["ben"],
    recordedAt,
    verified: null,
  });
  await bench.scan(recordedAt - start - 1, "partial", ["wire-port-open"]);
  expect((await bench.hand())?.verified).toBeNull();
  await bench.scan(recordedAt - start + 1, "plaintext", ["wire-unreachable"]);
  expect((await bench.hand())?.verified).toBeNull();
  await bench.scan(recordedAt - start + 2, "partial", ["wire-port-open"]);
  expect((await bench.hand())?.verified).toEqual({ run: 4, at: recordedAt + 62 });
  const { hosts, hands } = await bench.ledger();
  const { plan } = await bench.rollout();
  expect(hosts.get("win1")).toEqual({
    host: "win1",
    file: bridge,
    proven: { phase: "open", plan, rollout: bench.id, wave: 0 },
  });
  expect([hands.size, findUnproven(["win1"], hosts, [])]).toEqual([0, []]);
  expect(await bench.record("carl", bridge)).toBe("hand-verified");
  const audit = await auditLedger({ remembered: undefined }, bench);
  expect(audit.problems).toEqual([]);
  const { store, tools } = bench;
  const { entries } = await readLedgerAt(await store.readHead(), store, tools);
  expect(renderLedgerLog(entries)).toContain(
    `by hand ${bench.id}: win1 has ${bridge.slice(0, 12)}\n`,
  );
  const records = await readLedgerRecords(undefined, bench.store, bench.tools);
  expect(records?.hosts.find(({ host }) => host === "win1")?.file).toBe(bridgeOf(hard, soft));
});

describe("a rollout without waves", () => {
  test("succeeds with its last approval, and does not block other requests", async () => {
    const bench = await makeHandBench(manual);
    expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
    expect(need(await requestPlan({ by: "anna", planned: manual }, bench.control)).kind).toBe(
      "written",
    );
    expect(await bench.audit()).toEqual([]);
  });

  test("needs no rehearsal, because nothing runs on its hosts", async () => {
    const bench = await makeHandBench(manual, false, { rehearsal: "required" });
    expect(await bench.approve()).toBe("done");
  });

  test("cannot be approved while nothing may start", async () => {
    const bench = await makeHandBench(closing({ win1: opened }), false);
    bench.situation.window = () => "freeze-window";
    expect(await bench.approve()).toBe("freeze-window");
    bench.situation.window = () => "none";
    bench.situation.closing = async () => "open-not-proven";
    expect(await bench.approve()).toBe("open-not-proven");
    bench.situation.closing = async () => "ready";
    const freeze = { kind: "freeze", by: "ben", reason: "", until: null } as const;
    need(await decideEnvironment("production", freeze, bench.control));
    expect(await bench.approve()).toBe("frozen");
    need(await decideEnvironment("production", { kind: "unfreeze", by: "carl" }, bench.control));
    expect(await bench.approve()).toBe("done");
  });
});

test("refuses a record by a wrong person, at a wrong time or of a wrong file", async () => {
  const bench = await makeHandBench(mixed, false);
  expect(await bench.record("ben", bridge)).toBe("awaits-approval");
  expect(await bench.approve()).toBe("done");
  expect(await bench.record("dora", bridge)).toBe("person-unknown");
  bench.members.delete("carl");
  expect(await bench.record("carl", bridge)).toBe("not-in-group");
  expect(await bench.record("ben", bridge, "rds1")).toBe("not-by-hand");
  expect(await bench.record("ben", hashSha256(hard))).toBe("hand-file-differs");
  expect(await bench.record("ben", bridge)).toBe("done");
  expect(await bench.record("anna", bridge)).toBe("hand-recorded");
  const denied = await makeHandBench(manual, false);
  const denial = { kind: "deny", by: "ben", reason: "no" } as const;
  need(await decideRollout(denied.id, denial, denied.control));
  expect(await denied.record("ben", bridge)).toBe("over");
});

test("closing needs records of two people, and a scan after the second", async () => {
  const bench = await makeHandBench(closing({ win1: opened }));
  const file = hashSha256(hard);
  bench.later(100);
  expect(await bench.record("ben", file)).toBe("done");
  await bench.scan(200, "hardened");
  expect((await bench.hand())?.verified).toBeNull();
  expect(await bench.record("ben", file)).toBe("hand-recorded");
  bench.later(200);
  expect(await bench.record("carl", file)).toBe("done");
  await bench.scan(250, "hardened");
  expect((await bench.hand())?.verified).toBeNull();
  await bench.scan(400, "hardened");
  expect((await bench.hand())?.recordedBy).toEqual(["ben", "carl"]);
  expect((await bench.ledger()).hosts.get("win1")?.proven?.phase).toBe("close");
});

test("is not verified without evidence in time, and sets no lock", async () => {
  const bench = await makeHandBench(manual);
  expect(await bench.record("ben", bridge)).toBe("done");
  bench.later(28_800);
  await bench.scan(28_800, "partial");
  const { environments, hosts, hands } = await bench.ledger();
  expect([environments.get("production")?.locked, hosts.get("win1")?.proven]).toEqual([null, null]);
  expect(hands.size).toBe(0);
  expect(await bench.record("carl", bridge)).toBe("expired");
});

test("a scan confirms nothing once the approval was revoked", async () => {
  const bench = await makeHandBench(mixed);
  expect(await bench.record("ben", bridge)).toBe("done");
  need(await decideRollout(bench.id, { kind: "revoke", by: "ben" }, bench.control));
  await bench.scan(600, "partial");
  expect((await bench.hand())?.verified).toBeNull();
  expect((await bench.ledger()).hosts.get("win1")?.proven).toBeNull();
});

test("a different file on the host cancels the record", async () => {
  const bench = await makeHandBench(manual);
  expect(await bench.record("ben", bridge)).toBe("done");
  need(
    await bench.control.writer.write(seeHosts([{ host: "win1", file: hashSha256(hard) }], [hard])),
  );
  await bench.scan(600, "partial");
  expect(await bench.hand()).toMatchObject({ recordedBy: [], file: null, verified: null });
  expect((await bench.ledger()).hosts.get("win1")?.proven).toBeNull();
});

describe("a record that waits for a scan becomes void", () => {
  test.each(["good", "unknown"] as const)("once a wave reached the host: %s", async (outcome) => {
    const bench = await makeHandBench(manual);
    expect(await bench.record("ben", bridge)).toBe("done");
    const file = `${bridgeOf(hard, soft)}; newer\n`;
    need(await requestPlan({ by: "anna", planned: planOf({ win1: {} }) }, bench.control));
    const { id, plan } = await bench.rollout();
    const move = async (event: RolloutEvent, by: string | null = null): Promise<void> => {
      const isGood = event.kind === "judge" && outcome === "good";
      const proven = isGood ? [{ host: "win1", file: hashSha256(file) }] : [];
      const draft = { by, event: { kind: "rollout", rollout: id, event, proven } } as const;
      need(await bench.control.writer.write(() => ({ ...draft, files: [file] })));
    };
    await move({ kind: "approve", by: "ben", plan }, "ben");
    await move({ kind: "dispatch", wave: 1 });
    await move({ kind: "accept", wave: 1, run: 7 });
    const results = [resultOf("win1", outcome)];
    await move({ kind: "judge", wave: 1, run: 7, results });
    await bench.scan(600, "hardened");
    const { hosts, hands, rollouts } = await bench.ledger();
    const proof = { file: hashSha256(file), proven: { rollout: id } };
    expect(hosts.get("win1")).toMatchObject(outcome === "good" ? proof : { proven: null });
    expect(hands.size).toBe(0);
    expect(rollouts.get(bench.id)?.byHand).toMatchObject([{ recordedBy: [], verified: null }]);
  });

  test("once the host was recorded for a newer rollout", async () => {
    const bench = await makeHandBench(manual);
    expect(await bench.record("ben", bridge)).toBe("done");
    need(await requestPlan({ by: "anna", planned: manual }, bench.control));
    const { id, plan } = await bench.rollout();
    need(await decideRollout(id, { kind: "approve", by: "ben", plan }, bench.control));
    expect(await bench.record("ben", bridge)).toBe("done");
    await bench.scan(600, "hardened");
    const { rollouts } = await bench.ledger();
    expect(rollouts.get(bench.id)?.byHand).toMatchObject([{ recordedBy: [], verified: null }]);
    expect(rollouts.get(id)?.byHand).toMatchObject([{ verified: { run: 1 } }]);
    expect(await bench.audit()).toEqual([]);
  });
});

test("the audit finds a record of another file than the plan's", async () => {
  const bench = await makeHandBench(manual);
  const event = { kind: "by-hand", rollout: bench.id, host: "win1", file: hashSha256(soft) };
  need(await bench.control.writer.write(() => ({ by: "ben", event: event as never })));
  expect(await bench.audit()).toEqual([expect.stringMatching(/^ledger-results entry \d+$/)]);
});

test("a record is not written if the ledger does not store its file", async () => {
  const bench = await makeHandBench(manual);
  const event = { kind: "by-hand", rollout: bench.id, host: "win1", file: hashSha256("x") };
  const write = bench.control.writer.write(() => ({ by: "ben", event: event as never }));
  await expect(write).rejects.toThrow(/nothing was written to the ledger/);
  expect(await bench.audit()).toEqual([]);
});

test.each([
  { name: "once a scan confirmed it", began: 600, problems: [] },
  {
    name: "not while no scan confirmed it",
    began: -600,
    problems: [expect.stringMatching(/^ledger-plan entry \d+$/)],
  },
])("a rollback may restore a file recorded by hand: $name", async ({ began, problems }) => {
  const bench = await makeHandBench(manual);
  expect(await bench.record("ben", bridge)).toBe("done");
  await bench.scan(began, "partial", ["wire-port-open"]);
  const restores = new Map([["win1", bridgeOf(hard, soft)]]);
  const planned = planOf({ win1: {} }, { names: ["win1"], restores });
  need(await requestPlan({ by: "anna", planned }, bench.control));
  expect(await bench.audit()).toEqual(problems);
});

test("a scan of an older release without a start time confirms nothing", async () => {
  const bench = await makeHandBench(manual);
  expect(await bench.record("ben", bridge)).toBe("done");
  const hosts = [{ host: "win1", verdict: "hardened", rules: [] }] as const;
  const event = { kind: "verify", run: 1, at: start + 600, hosts, gone: [] } as const;
  need(await bench.control.writer.write(() => ({ by: null, event })));
  expect((await bench.hand())?.verified).toBeNull();
  expect((await bench.ledger()).hands.get("win1")).toBe(bench.id);
});

test("no script is given if a dispatch of the first wave would be refused", async () => {
  const bench = await makeHandBench(closing({ rds1: { ...opened, facts: "" }, win1: opened }));
  const ask = async (by = "ben"): Promise<string | undefined> =>
    refuseScripts(await bench.rollout(), by, bench.control);
  const { situation } = bench;
  expect(await ask()).toBeUndefined();
  expect(await ask("dora")).toBe("person-unknown");
  const blocks: readonly (readonly [object, string])[] = [
    [{ closing: async () => "open-not-proven" }, "open-not-proven"],
    [{ target: async () => "changed" }, "target-changed"],
    [{ predecessor: async () => "not-closed" }, "predecessor-not-closed"],
    [{ window: () => "backup-window" }, "backup-window"],
  ];
  for (const [block, reason] of blocks) {
    const before = { ...situation };
    Object.assign(situation, block);
    expect(await ask()).toBe(reason);
    Object.assign(situation, before);
  }
  bench.members.delete("ben");
  expect([await ask("carl"), await ask()]).toEqual(["approvals-missing", "not-in-group"]);
});

describe("an abort after the approval of a rollout without waves", () => {
  test("stops the scripts; a change that was made before can still be verified", async () => {
    const bench = await makeHandBench(manual);
    const abort = async (by: string): Promise<string> =>
      reasonOf(await decideRollout(bench.id, { kind: "abort", by, reason: "no" }, bench.control));
    const ask = async (): Promise<string | undefined> =>
      refuseScripts(await bench.rollout(), "ben", bench.control);
    expect([await ask(), await abort("dora")]).toEqual([undefined, "person-unknown"]);
    expect([await abort("carl"), await abort("ben")]).toEqual(["done", "over"]);
    expect(await ask()).toBe("over");
    expect(await bench.record("ben", bridge)).toBe("done");
    await bench.scan(600, "partial");
    expect((await bench.hand())?.verified).toEqual({ run: 1, at: start + 660 });
    expect(await bench.audit()).toEqual([]);
  });

  test("is refused once it expired", async () => {
    const bench = await makeHandBench(manual);
    bench.later(28_800);
    const event = { kind: "abort", by: "carl", reason: "no" } as const;
    expect(reasonOf(await decideRollout(bench.id, event, bench.control))).toBe("over");
  });
});

test("any member of the group can start a scan once a record waits for it", async () => {
  const bench = await makeHandBench(manual);
  let started = 0;
  const times: number[] = [];
  const verifyRuns = {
    start: async (since: number) => {
      times.push(since);
      return { kind: "accepted", run: ++started } as const;
    },
  };
  const ask = async (by: string): Promise<ScanAnswer> =>
    startScan(await bench.rollout(), by, { ...bench.control, verifyRuns });
  expect(await ask("ben")).toEqual({ kind: "not-allowed", reason: "hand-unrecorded" });
  expect(await bench.record("ben", bridge)).toBe("done");
  expect(await ask("ben")).toEqual({ kind: "accepted", run: 1 });
  expect(await ask("dora")).toEqual({ kind: "not-allowed", reason: "person-unknown" });
  expect(started).toBe(1);
  // A run that began before the record is not enough.
  expect(times).toEqual([(await bench.hand())?.recordedAt]);
  await bench.scan(600, "partial");
  expect(await ask("ben")).toEqual({ kind: "not-allowed", reason: "hand-verified" });
});

test("no scan is started that could not verify a host, and the reason fits", async () => {
  const verifyRuns = { start: async () => ({ kind: "accepted", run: 1 }) as const };
  const bench = await makeHandBench(mixed, false);
  const ask = async (): Promise<string> =>
    reasonOf(await startScan(await bench.rollout(), "ben", { ...bench.control, verifyRuns }));
  expect(await ask()).toBe("awaits-approval");
  expect([await bench.approve(), await ask()]).toEqual(["done", "hand-unrecorded"]);
  expect([await bench.record("ben", bridge), await ask()]).toEqual(["done", "done"]);
  bench.later(28_800);
  expect(await ask()).toBe("expired");
  need(await decideRollout(bench.id, { kind: "revoke", by: "ben" }, bench.control));
  expect(await ask()).toBe("over");
});

test("advice for lost approvals can be followed", async () => {
  for (const planned of [mixed, manual]) {
    const bench = await makeHandBench(planned);
    bench.members.delete("ben");
    expect(await refuseScripts(await bench.rollout(), "carl", bench.control)).toBe(
      "approvals-missing",
    );
    const { plan } = await bench.rollout();
    const decide = async (event: PersonEvent): Promise<string> =>
      reasonOf(await decideRollout(bench.id, event, bench.control));
    // So the advice must not be to ask for another approval.
    expect(await decide({ kind: "approve", by: "carl", plan })).toMatch(
      /^(over|approved-already)$/,
    );
    expect(reasons["approvals-missing"].next).toContain("abort the rollout, plan again");
    expect(await decide({ kind: "abort", by: "carl", reason: "left" })).toBe("done");
    expect(reasonOf(await requestPlan({ by: "anna", planned }, bench.control))).toBe("done");
    expect(await bench.audit()).toEqual([]);
  }
});

test.each([
  ["open", "partial", ["wire-port-open"], true],
  ["open", "hardened", [], true],
  ["open", "plaintext", [], false],
  ["open", "locked-out", ["wire-unreachable"], false],
  ["open", "unknown", ["wire-unknown"], false],
  ["open", "partial", ["wire-tls"], false],
  ["open", "partial", ["wire-unchecked"], false],
  ["open", "hardened", ["wire-certificate"], false],
  ["close", "hardened", [], true],
  ["close", "partial", [], false],
  ["close", "hardened", ["wire-unchecked"], false],
] as const)(
  "in the phase %s a scan that says %s with %j counts: %s",
  (phase, verdict, rules, is) => {
    expect(showsPhase(phase, { host: "win1", verdict, rules })).toBe(is);
  },
);

import { expect, test } from "vitest";
import { filePath, planPath } from "../../../../src/core/rollout/ledger/layout.ts";
import {
  decideEnvironment,
  decideRollout,
  requestPlan,
  type PersonEvent,
} from "../../../../src/core/rollout/controller/commands.ts";
import { HardenError } from "../../../../src/core/base/errors.ts";
import { reconcile } from "../../../../src/core/rollout/controller/reconcile.ts";
import { approveRollout, makeControlBench, need } from "../../../support/harness/control.ts";
import { planned } from "../../../support/fakes/github/ledger.ts";
import { bridgeOf, hard, planOf, soft } from "../../../support/builders/rollout.ts";

const reasonOf = (writing: object): string =>
  "reason" in writing ? String(writing.reason) : "written";

test("a request stores the plan, its files and the terms of the settings", async () => {
  const bench = await makeControlBench({ approvals: 2, soakSeconds: 60, record: ["backup"] });
  const { commit } = need(await requestPlan({ by: "anna", planned }, bench.controller()));
  expect(await bench.rollout()).toMatchObject({
    requester: "anna",
    plan: planned.digest,
    expiresAt: 1_800_028_800,
    terms: { approvals: 2, soak: 60, record: ["backup"], maxFailures: 0 },
    state: { kind: "requested" },
  });
  const listing = await bench.store.list(commit);
  expect(listing.has(planPath(planned.digest))).toBe(true);
  for (const { file } of planned.plan.hosts) expect(listing.has(filePath(file))).toBe(true);
  expect(await bench.audit()).toEqual([]);
});

test("of two requests for the same plan at once, the second does not replace the first", async () => {
  const bench = await makeControlBench({ approvals: 2 });
  const ask = async (by: string): Promise<string> =>
    reasonOf(await requestPlan({ by, planned }, bench.controller()));
  const both = await Promise.all([ask("anna"), ask("carl")]);
  expect(both.toSorted()).toEqual(["requested-already", "written"]);
  const { id, plan } = await bench.rollout();
  need(await decideRollout(id, { kind: "approve", by: "ben", plan }, bench.controller()));
  expect(await ask("anna")).toBe("requested-already");
  expect(await bench.rollout()).toMatchObject({ id, approvals: ["ben"] });
  // Another plan may replace it.
  const other = planOf({ rds1: {} });
  expect(reasonOf(await requestPlan({ by: "anna", planned: other }, bench.controller()))).toBe(
    "written",
  );
});

test("a request that expired before anyone recorded that gives way to a new one", async () => {
  const bench = await makeControlBench();
  const ask = async (): Promise<string> =>
    reasonOf(await requestPlan({ by: "anna", planned }, bench.controller()));
  expect(await ask()).toBe("written");
  const { id, plan, expiresAt } = await bench.rollout();
  bench.later(28_800);
  expect(bench.controller().nowSeconds()).toBeGreaterThanOrEqual(expiresAt);
  const approval = { kind: "approve", by: "ben", plan } as const;
  expect(reasonOf(await decideRollout(id, approval, bench.controller()))).toBe("expired");
  expect(await ask()).toBe("written");
  expect((await bench.rollout()).id).not.toBe(id);
  expect(await bench.audit()).toEqual([]);
});

test("refuses a request by a wrong person or for a wrong environment", async () => {
  const bench = await makeControlBench();
  const tools = bench.controller();
  const ask = async (by: string, plan = planned): Promise<string> =>
    reasonOf(await requestPlan({ by, planned: plan }, tools));
  expect(await ask("dora")).toBe("person-unknown");
  bench.members.delete("anna");
  expect(await ask("anna")).toBe("not-in-group");
  const plan = { ...planned.plan, environment: "test" };
  const other = { ...planned, plan };
  expect(await ask("ben", other)).toBe("environment-unknown");
  const open = { known: bridgeOf(hard, soft), proven: "open" } as const;
  const closing = planOf({ a: open, b: {} }, { phase: "close" });
  expect(await ask("ben", closing)).toBe("open-not-proven");
  expect(bench.store.branch).toEqual([]);
});

test("requires a second person, and applies each decision with the state machine", async () => {
  const bench = await makeControlBench({ approvals: 2 });
  const tools = bench.controller();
  need(await requestPlan({ by: "anna", planned }, tools));
  const { id, plan } = await bench.rollout();
  const say = async (event: PersonEvent, of = id): Promise<string> =>
    reasonOf(await decideRollout(of, event, tools));
  expect(await say({ kind: "approve", by: "anna", plan })).toBe("own-change");
  expect(await say({ kind: "approve", by: "ben", plan: "0".repeat(64) })).toBe("not-this-plan");
  expect(await say({ kind: "continue", by: "ben" })).toBe("awaits-approval");
  expect(await say({ kind: "approve", by: "ben", plan })).toBe("written");
  expect(await say({ kind: "approve", by: "ben", plan })).toBe("already-approved");
  expect(await say({ kind: "revoke", by: "ben" })).toBe("awaits-approval");
  bench.situation.target = async () => "changed";
  expect(await say({ kind: "approve", by: "carl", plan })).toBe("target-changed");
  bench.situation.target = async () => "same";
  expect(await say({ kind: "approve", by: "carl", plan })).toBe("written");
  expect(await say({ kind: "deny", by: "carl", reason: "no" })).toBe("approved-already");
  expect(await say({ kind: "revoke", by: "anna" })).toBe("not-approver");
  expect(await say({ kind: "revoke", by: "carl" })).toBe("written");
  expect(await say({ kind: "continue", by: "carl" })).toBe("over");
  expect(await say({ kind: "deny", by: "carl", reason: "no" }, "2026-11-999")).toBe(
    "rollout-unknown",
  );
  expect(await say({ kind: "continue", by: "carl" }, "2026-11-999")).toBe("rollout-unknown");
});

test("continue sends what is allowed, and reports what is missing", async () => {
  const bench = await makeControlBench({ record: ["backup"] });
  const id = await approveRollout(bench);
  const tools = bench.controller();
  const go = async (by: string): Promise<string> =>
    reasonOf(await decideRollout(id, { kind: "continue", by }, tools));
  expect(await go("dora")).toBe("person-unknown");
  expect(await go("ben")).toBe("written");
  expect(await go("ben")).toBe("wave-at-work");
  await bench.runUntil(tools, ({ kind }) => kind === "paused");
  bench.later(-60);
  expect(await go("ben")).toBe("soaking");
  bench.later(600);
  expect(await go("ben")).toBe("record-missing");
  expect(
    reasonOf(await decideRollout(id, { kind: "record", by: "ben", what: "backup" }, tools)),
  ).toBe("written");
  expect(await go("ben")).toBe("written");
  expect(bench.model.started.map(({ wave }) => wave)).toEqual([1, 2]);
});

test("any member of the group can freeze, and a second person unfreezes", async () => {
  const bench = await makeControlBench();
  const id = await approveRollout(bench);
  const tools = bench.controller();
  const say = async (kind: "freeze" | "unfreeze" | "unlock", by: string): Promise<string> => {
    const freeze = { kind: "freeze", by, reason: "", until: null } as const;
    const event =
      kind === "freeze" ? freeze : kind === "unfreeze" ? { kind, by } : { kind, by, reason: "" };
    return reasonOf(await decideEnvironment("production", event, tools));
  };
  expect(await say("freeze", "dora")).toBe("person-unknown");
  expect(await say("freeze", "ben")).toBe("written");
  expect(reasonOf(await decideRollout(id, { kind: "continue", by: "ben" }, tools))).toBe("frozen");
  expect(await say("unfreeze", "ben")).toBe("second-person");
  expect(await say("unfreeze", "carl")).toBe("written");
  bench.model.bad.add("rds1");
  await bench.runUntil(tools, ({ kind }) => kind === "failed");
  expect(reasonOf(await requestPlan({ by: "anna", planned }, tools))).toBe("locked");
  expect(await say("unlock", "anna")).toBe("second-person");
  expect(await say("unlock", "carl")).toBe("written");
  expect(reasonOf(await requestPlan({ by: "anna", planned }, tools))).toBe("written");
  const event = { kind: "freeze", by: "ben", reason: "", until: null } as const;
  expect(reasonOf(await decideEnvironment("nowhere", event, tools))).toBe("environment-unknown");
});

test("a rollout can be stopped if GitHub returns only the ledger", async () => {
  const bench = await makeControlBench();
  const id = await approveRollout(bench);
  const fails = async (): Promise<never> => {
    throw new HardenError("broke", "GitHub did not answer", "Wait.");
  };
  Object.assign(bench.situation, { target: fails, closing: fails });
  const event = { kind: "abort", by: "ben", reason: "noise" } as const;
  expect(reasonOf(await decideRollout(id, event, bench.controller()))).toBe("written");
  expect((await bench.rollout()).state.kind).toBe("revoked");
});

test("a soaking wave makes no outside requests", async () => {
  const bench = await makeControlBench();
  await approveRollout(bench);
  const tools = bench.controller();
  await bench.runUntil(tools, ({ kind }) => kind === "paused");
  bench.later(-60);
  const asked: string[] = [];
  const { context } = tools;
  const watched = {
    ...tools,
    context: {
      ...context,
      target: async (rollout: Parameters<typeof context.target>[0]) => {
        asked.push("target");
        return context.target(rollout);
      },
    },
  };
  expect(await reconcile(watched)).toMatchObject([{ kind: "waits", reason: "soaking" }]);
  expect(asked).toEqual([]);
  bench.later(180);
  expect(await reconcile(watched)).toMatchObject([{ kind: "moved" }]);
  expect(asked).toEqual(["target"]);
});

test("records a rollback, and the audit finds a file that was never verified there", async () => {
  const bench = await makeControlBench();
  await approveRollout(bench);
  const tools = bench.controller();
  await bench.runUntil(tools, ({ kind }) => kind === "succeeded");
  const verified = planned.changes.find(({ name }) => name === "rds1")?.after ?? "";
  const known = { rds1: { known: hard, proven: "close" } } as const;
  const back = (file: string) =>
    planOf(known, { names: ["rds1"], restores: new Map([["rds1", file]]) });
  need(await requestPlan({ by: "anna", planned: back(verified) }, tools));
  expect(await bench.rollout()).toMatchObject({ restores: true, waves: [["rds1"]] });
  expect(await bench.audit()).toEqual([]);
  const { sequence } = (await tools.writer.read()).ledger;
  need(await requestPlan({ by: "anna", planned: back(`${verified}; never\n`) }, tools));
  expect(await bench.audit()).toEqual([`ledger-plan entry ${sequence + 1}`]);
});

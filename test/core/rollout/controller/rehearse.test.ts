import { expect, test } from "vitest";
import {
  decideEnvironment,
  decideRollout,
  requestPlan,
} from "../../../../src/core/rollout/controller/commands.ts";
import {
  reconcileRehearsals,
  rehearseAgain,
  type RehearsalTools,
} from "../../../../src/core/rollout/controller/rehearse.ts";
import { reconcile } from "../../../../src/core/rollout/controller/reconcile.ts";
import type { Rehearsal } from "../../../../src/core/rollout/state/rehearsal.ts";
import { isOver } from "../../../../src/core/rollout/state/rollout.ts";
import { planned } from "../../../support/fakes/github/ledger.ts";
import {
  makeControlBench,
  need,
  type ControlBench,
  type Effect,
} from "../../../support/harness/control.ts";

const request = async (bench: ControlBench): Promise<string> => {
  need(await requestPlan({ by: "anna", planned }, bench.controller()));
  return (await bench.rollout()).id;
};

const rehearsal = async (bench: ControlBench): Promise<Rehearsal | undefined> =>
  (await bench.controller().writer.read()).ledger.rehearsals.get("production");

/** Runs rounds, one minute apart, until the rehearsal has ended. */
const rehearse = async (bench: ControlBench, tools: RehearsalTools): Promise<Rehearsal> => {
  for (let round = 0; round < 200; round++) {
    for (const step of await reconcileRehearsals(tools)) {
      if (step.kind === "failed") throw step.error;
    }
    const found = await rehearsal(bench);
    if (found?.state.kind === "done" || found?.state.kind === "refused") return found;
    bench.later(60);
  }
  throw new Error("the rehearsal does not end");
};

const answersOf = ({ results }: Rehearsal): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...results.values()].map(({ host, answer, findings }) => [
      host,
      [answer, ...findings.map(({ code }) => code)].join(" "),
    ]),
  );

const allReady = { rds1: "ready", rds2: "ready", s1: "ready" };
const wavesOf = (bench: ControlBench): readonly number[] =>
  bench.model.rehearsals.map(({ wave }) => wave);
const reasonOf = (writing: object): string =>
  "reason" in writing ? String(writing.reason) : "written";

test("rehearses a requested plan once on all hosts, and changes nothing", async () => {
  const bench = await makeControlBench();
  const id = await request(bench);
  const done = await rehearse(bench, bench.controller());
  expect(done).toMatchObject({ rollout: id, plan: planned.digest, startedAt: 1_800_000_000 });
  expect(answersOf(done)).toEqual(allReady);
  expect(wavesOf(bench)).toEqual([1, 2, 3]);
  expect(bench.model.started).toEqual([]);
  expect(bench.model.changes.size).toBe(0);
  bench.later(4000);
  expect(await reconcileRehearsals(bench.controller())).toEqual([]);
  expect((await bench.rollout()).state).toEqual({ kind: "requested" });
  expect(await bench.audit()).toEqual([]);
});

test("an approval does not wait for a rehearsal, and stops its later waves", async () => {
  const bench = await makeControlBench();
  const id = await request(bench);
  const tools = bench.controller();
  await reconcileRehearsals(tools);
  bench.model.waiting.add("rds1");
  need(await decideRollout(id, { kind: "approve", by: "ben", plan: planned.digest }, tools));
  await reconcileRehearsals(tools);
  expect(bench.model.ended).toEqual([500]);
  bench.model.waiting.clear();
  for (let round = 0; round < 5; round++) await reconcileRehearsals(tools);
  expect((await rehearsal(bench))?.state).toEqual({ kind: "between", wave: 1 });
  expect(wavesOf(bench)).toEqual([1]);
  await bench.runUntil(tools, isOver);
  expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
});

test.each([
  ["off", { rehearsal: "off" }, "rehearsal-off"],
  ["none", {}, "frozen"],
] as const)(
  "no host is asked if rehearsals are %s or the environment is frozen",
  async (...row) => {
    const [, change, reason] = row;
    const bench = await makeControlBench(change);
    const id = await request(bench);
    const tools = bench.controller();
    const freeze = { kind: "freeze", by: "ben", reason: "audit", until: null } as const;
    if (reason === "frozen") need(await decideEnvironment("production", freeze, tools));
    expect(await reconcileRehearsals(tools)).toEqual([{ kind: "waits", rollout: id, reason }]);
    expect(reasonOf(await rehearseAgain(id, "ben", tools))).toBe(reason);
    expect(wavesOf(bench)).toEqual([]);
  },
);

test("does not start in a time window, or with a wrong clock", async () => {
  const bench = await makeControlBench();
  const id = await request(bench);
  const tools = bench.controller();
  const waits = async (own: RehearsalTools) => reasonOf((await reconcileRehearsals(own))[0] ?? {});
  bench.situation.window = () => "freeze-window";
  expect(await waits(tools)).toBe("freeze-window");
  expect(reasonOf(await rehearseAgain(id, "ben", tools))).toBe("freeze-window");
  bench.situation.window = () => "none";
  expect(await waits({ ...tools, isClockWrong: () => true })).toBe("clock-wrong");
  expect(wavesOf(bench)).toEqual([]);
});

test("a member of the groups can rehearse again an hour later", async () => {
  const bench = await makeControlBench();
  const id = await request(bench);
  const tools = bench.controller();
  bench.model.bad.add("rds2");
  const before = await rehearse(bench, tools);
  expect(answersOf(before)).toEqual({ ...allReady, rds2: "not-ready busy" });
  bench.model.bad.clear();
  expect(reasonOf(await rehearseAgain(id, "dora", tools))).toBe("person-unknown");
  expect(reasonOf(await rehearseAgain("production-open-9", "ben", tools))).toBe("rollout-unknown");
  expect(reasonOf(await rehearseAgain(id, "ben", tools))).toBe("rehearsal-recent");
  bench.later(3600);
  expect(reasonOf(await rehearseAgain(id, "anna", tools))).toBe("written");
  expect(answersOf(await rehearse(bench, tools))).toEqual(allReady);
  expect(wavesOf(bench)).toEqual([1, 2, 3, 1, 2, 3]);
});

test.each([
  ["offline", "unknown no-report"],
  ["silent", "unknown no-report"],
  ["rubbish", "unknown report-unreadable"],
  ["waiting", "unknown no-report"],
] as const)("a host that is %s is unknown, and does not delay others", async (kind, answer) => {
  const bench = await makeControlBench();
  await request(bench);
  bench.model[kind].add("rds1");
  const done = await rehearse(bench, bench.controller());
  expect(answersOf(done)).toEqual({ ...allReady, rds1: answer });
  // After ten minutes, and not after a day.
  expect(bench.model.ended).toEqual(kind === "waiting" ? [500] : []);
  expect(done.results.get("rds2")?.at).toBeLessThan(
    1_800_000_000 + (kind === "waiting" ? 1200 : 600),
  );
});

test("the hosts of a deleted run are unknown", async () => {
  const bench = await makeControlBench();
  await request(bench);
  bench.model.gone.add(501);
  expect(answersOf(await rehearse(bench, bench.controller()))).toEqual({
    ...allReady,
    rds2: "unknown run-missing",
  });
});

test.each([
  // The run is found by its name, or never started; then its host is unknown, and no run starts
  // twice.
  ["made", "ready"],
  ["unnamed", "ready"],
  ["lost", "unknown run-missing"],
] as const)("an answer that is %s starts nothing twice", async (fault, answer) => {
  const bench = await makeControlBench();
  await request(bench);
  bench.model.faults.push(fault);
  expect(answersOf(await rehearse(bench, bench.controller()))).toEqual({
    ...allReady,
    rds1: answer,
  });
  expect(wavesOf(bench)).toEqual(fault === "lost" ? [2, 3] : [1, 2, 3]);
});

test("searches for a run before its hosts count as unknown", async () => {
  const bench = await makeControlBench();
  await request(bench);
  const tools = bench.controller();
  bench.model.faults.push("lost");
  await reconcileRehearsals(tools);
  bench.later(899);
  await reconcileRehearsals(tools);
  expect((await rehearsal(bench))?.state).toEqual({ kind: "lost", wave: 1 });
  bench.later(1);
  await reconcileRehearsals(tools);
  expect((await rehearsal(bench))?.state).toEqual({ kind: "between", wave: 1 });
});

test("a dispatch whose entry is old, and followed by others, starts nothing", async () => {
  const bench = await makeControlBench();
  await request(bench);
  const [own, other] = [bench.store, bench.controller()];
  let commits = 0;
  // The answer to the first commit is lost; before that is noticed, another controller gives up the
  // run.
  const slow: Effect = async (work) => {
    const before = own.branch.length;
    const result = await work();
    if (own.branch.length === before || commits++ > 0) return result;
    for (const seconds of [130, 900, 0]) {
      bench.later(seconds);
      await reconcileRehearsals(other);
    }
    return result;
  };
  own.faults.push("made");
  await reconcileRehearsals(bench.controller(slow));
  await rehearse(bench, other);
  expect(wavesOf(bench)).toEqual([2, 3]);
});

test("reports an old workflow, and allows another try at once", async () => {
  const bench = await makeControlBench();
  const id = await request(bench);
  const tools = bench.controller();
  bench.model.faults.push("old-workflow");
  const refused = await rehearse(bench, tools);
  expect(refused.state).toEqual({ kind: "refused", wave: 1, isOldWorkflow: true, detail: "422" });
  expect(await reconcileRehearsals(tools)).toEqual([]);
  need(await rehearseAgain(id, "ben", tools));
  expect(answersOf(await rehearse(bench, tools))).toEqual(allReady);
});

test("if required, people can only approve when every host is ready", async () => {
  const bench = await makeControlBench({ rehearsal: "required", expiresSeconds: 400_000 });
  const id = await request(bench);
  const tools = bench.controller();
  const approve = async (): Promise<string> =>
    reasonOf(await decideRollout(id, { kind: "approve", by: "ben", plan: planned.digest }, tools));
  expect(await approve()).toBe("rehearsal-missing");
  bench.model.offline.add("s1");
  await rehearse(bench, tools);
  expect(await approve()).toBe("rehearsal-not-ready");
  bench.model.offline.clear();
  bench.later(3600);
  need(await rehearseAgain(id, "ben", tools));
  expect(await approve()).toBe("rehearsal-at-work");
  await rehearse(bench, tools);
  bench.later(86_400);
  expect(await approve()).toBe("rehearsal-old");
  need(await rehearseAgain(id, "ben", tools));
  await rehearse(bench, tools);
  expect(await approve()).toBe("written");
  // The hosts that were ready at the approval are outdated when the first wave is sent.
  bench.later(86_400);
  expect(await reconcile(tools)).toEqual([{ kind: "waits", rollout: id, reason: "rehearsal-old" }]);
  need(await rehearseAgain(id, "ben", tools));
  await rehearse(bench, tools);
  await bench.runUntil(tools, isOver);
  expect((await bench.rollout()).state).toEqual({ kind: "succeeded" });
});

test("a new request waits for the run of the previous one", async () => {
  const bench = await makeControlBench();
  const first = await request(bench);
  const tools = bench.controller();
  bench.model.waiting.add("rds1");
  await reconcileRehearsals(tools);
  need(await decideRollout(first, { kind: "withdraw", by: "anna", reason: "" }, tools));
  const id = await request(bench);
  const [step] = await reconcileRehearsals(tools);
  expect(step).toMatchObject({ kind: "waits", reason: "rehearsal-at-work" });
  expect(bench.model.ended).toEqual([500]);
  bench.model.waiting.clear();
  expect(await rehearse(bench, tools)).toMatchObject({ rollout: id, plan: planned.digest });
});

const killed = new Error("the controller was killed");

function killAt(
  effect: number,
  when: "before" | "after",
): Effect & { readonly count: () => number } {
  let count = 0;
  const run: Effect = async (work) => {
    const isIt = count++ === effect;
    if (isIt && when === "before") throw killed;
    const result = await work();
    if (isIt) throw killed;
    return result;
  };
  return Object.assign(run, { count: () => count });
}

test.each(["before", "after"] as const)(
  "killed %s any effect, the next controller finishes it, and no run is started twice",
  async (when) => {
    const run = async (effect: Effect): Promise<ControlBench> => {
      const bench = await makeControlBench();
      await request(bench);
      try {
        await rehearse(bench, bench.controller(effect));
      } catch (error) {
        if (error !== killed) throw error;
        bench.later(60);
        await rehearse(bench, bench.controller());
      }
      return bench;
    };
    const counter = killAt(-1, when);
    await run(counter);
    expect(counter.count()).toBeGreaterThan(40);
    for (let effect = 0; effect < counter.count(); effect++) {
      const bench = await run(killAt(effect, when));
      const waves = wavesOf(bench);
      const done = await rehearsal(bench);
      // Killed before the run was started, it is unknown whether it started: its host is unknown.
      const lost = [1, 2, 3].find((wave) => !waves.includes(wave));
      expect(waves).toEqual([1, 2, 3].filter((wave) => wave !== lost));
      const host = planned.plan.waves[(lost ?? 0) - 1]?.[0];
      const isLost = host === undefined ? {} : { [host]: "unknown run-missing" };
      expect(done && answersOf(done)).toEqual({ ...allReady, ...isLost });
      expect(await bench.audit()).toEqual([]);
    }
  },
);

test("three concurrent controllers do the same as one", async () => {
  const bench = await makeControlBench();
  await request(bench);
  const controllers = [0, 0, 1].map((key) => bench.controller(undefined, bench.keys[key]));
  while ((await rehearsal(bench))?.state.kind !== "done") {
    await Promise.all(controllers.map(reconcileRehearsals));
    bench.later(30);
  }
  expect(wavesOf(bench)).toEqual([1, 2, 3]);
});

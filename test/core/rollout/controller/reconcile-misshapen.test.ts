import { describe, expect, test } from "vitest";
import { openGithubClient } from "../../../../src/adapters/github/client.ts";
import { createGithubJobs } from "../../../../src/adapters/github/workflow-jobs.ts";
import { createGithubRuns } from "../../../../src/adapters/github/workflow-runs.ts";
import { readZipped } from "../../../../src/adapters/archive/zip.ts";
import { emptyLedger, type Ledger } from "../../../../src/core/rollout/ledger/ledger.ts";
import { isOver, type Rollout } from "../../../../src/core/rollout/state/rollout.ts";
import { reconcile } from "../../../../src/core/rollout/controller/reconcile.ts";
import { approveRollout, makeControlBench } from "../../../support/harness/control.ts";
import { finishRun } from "../../../support/fakes/github/finish-run.ts";
import { planned } from "../../../support/fakes/github/ledger.ts";
import { makeRollout } from "../../../support/builders/rollout-states.ts";
import { startActions } from "../../../support/harness/started.ts";

const json = (body: unknown): Response =>
  new Response(JSON.stringify(body), { headers: { "content-type": "application/json" } });

/** GitHub's adapters, where `answer` replaces some answers. */
function openGithub(apiUrl: string, answer: (path: string) => unknown) {
  const ask: typeof fetch = async (url, init) => {
    const body = answer(new URL(String(url)).pathname);
    return body === undefined ? fetch(url, init) : json(body);
  };
  const common = { owner: "example", repo: "config", token: "t", timeoutMs: 20_000 };
  const intervals = { notifyMs: 0, againMs: 0, limitedMs: 0, longestMs: 60_000 };
  const client = openGithubClient({
    ...common,
    apiUrl,
    fetch: ask,
    wait: async () => {},
    intervals,
  });
  const workflow = { workflow: "sesam-rollout.yml", branch: "main", readZipped };
  return { runs: createGithubRuns(client, workflow), jobs: createGithubJobs(client) };
}

const run = /\/actions\/runs\/\d+$/;
const jobs = /\/actions\/runs\/\d+\/jobs$/;
const artifacts = /\/actions\/runs\/\d+\/artifacts$/;

describe("an answer of an unexpected form", () => {
  test.each<readonly [string, RegExp, unknown]>([
    ["no run", run, null],
    ["a list for a run", run, []],
    ["a run without a state", run, {}],
    ["a run in no known state", run, { status: 7 }],
    ["no jobs", jobs, null],
    ["missing jobs", jobs, {}],
    ["null as jobs", jobs, { jobs: null }],
    ["jobs as an object", jobs, { jobs: { length: 1 } }],
    ["null as a job", jobs, { jobs: [null] }],
    ["a job without a name", jobs, { jobs: [{ status: "completed" }] }],
    ["a job as a text", jobs, { jobs: ["rds1"] }],
    [
      "a job with a number as steps",
      jobs,
      { jobs: [{ name: "x", status: "completed", steps: 7 }] },
    ],
    ["no artifacts", artifacts, null],
    ["missing artifacts", artifacts, {}],
    ["a number as artifacts", artifacts, { artifacts: 7 }],
    ["null as an artifact", artifacts, { artifacts: [null] }],
    ["an artifact without a name", artifacts, { artifacts: [{}] }],
  ])(
    "%s: nothing is evaluated, and the rollout continues once it is valid",
    async (_, place, body) => {
      const [actions, bench] = [await startActions(), await makeControlBench()];
      let isWrong = false;
      const github = openGithub(actions.url, (path) =>
        isWrong && place.test(path) ? body : undefined,
      );
      const tools = { ...bench.controller(), ...github };
      await approveRollout(bench);
      await reconcile(tools);
      const [started] = actions.runs;
      if (started === undefined) throw new Error("no run was started");
      finishRun(started, 0, { plan: planned.plan });
      isWrong = true;
      const [step] = await reconcile(tools);
      expect(step?.kind).toMatch(/^(failed|waits)$/);
      expect((await bench.rollout()).state.kind).toBe("running");
      isWrong = false;
      await reconcile(tools);
      expect((await bench.rollout()).state).toMatchObject({ kind: "paused", judged: 1 });
    },
  );

  test.each([[null], [[]], [7], [{ workflow_runs: {} }], [{ workflow_runs: [null] }], [{}]])(
    "%j instead of the runs sends no wave a second time",
    async (body) => {
      const [actions, bench] = [await startActions(), await makeControlBench()];
      let isWrong = true;
      const github = openGithub(actions.url, (path) =>
        isWrong && path.endsWith("/runs") ? body : undefined,
      );
      const tools = { ...bench.controller(), ...github };
      await approveRollout(bench);
      actions.modes.push("made");
      await reconcile(tools);
      const created = new Date(bench.controller().nowSeconds() * 1000).toISOString();
      for (const one of actions.runs) Object.assign(one, { created_at: created });
      // Longer than the time during which a run is searched for.
      for (let round = 0; round < 30; round++) {
        await reconcile(tools);
        bench.later(60);
      }
      expect(actions.runs.length).toBe(1);
      isWrong = false;
      await reconcile(tools);
      expect((await bench.rollout()).state).toMatchObject({ kind: "running", run: 7000 });
    },
  );
});

test("stops the step of one rollout, not the round", async () => {
  const bench = await makeControlBench();
  const github = openGithub("http://127.0.0.1:1", (path) =>
    path.endsWith("/1") ? null : { status: "in_progress" },
  );
  const rollouts = [1, 2].map((number): Rollout => {
    const state = { kind: "running", wave: 1, run: number } as const;
    return makeRollout({ id: `2026-11-${number}`, state });
  });
  const dispatch = { wave: 1, sequence: 4, at: 1_800_000_000, digest: "e".repeat(64) };
  const ledger: Ledger = {
    ...emptyLedger,
    rollouts: new Map(rollouts.map((one) => [one.id, one])),
    dispatches: new Map(rollouts.map(({ id }) => [id, dispatch])),
  };
  const state = { commit: "c", ledger, listing: new Map(), last: undefined };
  const own = bench.controller();
  const writer = { ...own.writer, read: async () => state };
  expect(rollouts.map(({ state: one }) => isOver(one))).toEqual([false, false]);
  expect(await reconcile({ ...own, ...github, writer })).toEqual([
    { kind: "failed", rollout: "2026-11-1", error: expect.any(TypeError) },
    { kind: "waits", rollout: "2026-11-2", reason: "wave-at-work" },
  ]);
});

import { expect, test } from "vitest";
import { createGithubLedger } from "../../../src/adapters/github/ledger-branch.ts";
import { createGithubJobs } from "../../../src/adapters/github/workflow-jobs.ts";
import { createGithubRuns } from "../../../src/adapters/github/workflow-runs.ts";
import { readZipped } from "../../../src/adapters/archive/zip.ts";
import { decideRollout, requestPlan } from "../../../src/core/rollout/controller/commands.ts";
import { reconcile } from "../../../src/core/rollout/controller/reconcile.ts";
import { nameRollout } from "../../../src/core/rollout/ledger/entry.ts";
import { createLedgerWriter } from "../../../src/core/rollout/ledger/writer.ts";
import { makeControlBench, need } from "../../support/harness/control.ts";
import { clientOf } from "../../support/fakes/github/github-access.ts";
import { finishRun } from "../../support/fakes/github/finish-run.ts";
import { planned } from "../../support/fakes/github/ledger.ts";
import { startActions, startGithub } from "../../support/harness/started.ts";

const { plan } = planned;

test.each([1, 3])(
  "%i controllers with one key run a rollout with the ledger and runs on GitHub",
  async (count) => {
    const [github, actions, bench] = [
      await startGithub(),
      await startActions(),
      await makeControlBench(),
    ];
    const workflow = { workflow: "sesam-rollout.yml", branch: "main", readZipped };
    const runs = createGithubRuns(clientOf(actions), workflow);
    const jobs = createGithubJobs(clientOf(actions));
    const own = { ...bench.controller(), jobs };
    const { signer, nowSeconds } = own;
    const clock = { nowSeconds, wait: async () => {}, random: Math.random };
    const { repository } = plan;
    const [tools = own, ...others] = Array.from({ length: count }, () => {
      const store = createGithubLedger(clientOf(github));
      const ports = { store, tools: bench.tools, signer, repository, clock };
      return { ...own, store, runs, writer: createLedgerWriter(ports) };
    });

    const { entry } = need(await requestPlan({ by: "anna", planned }, tools));
    const id = nameRollout(entry);
    need(await decideRollout(id, { kind: "approve", by: "ben", plan: planned.digest }, tools));
    for (let round = 0; round < 20; round++) {
      await Promise.all([tools, ...others].map(reconcile));
      for (const [index, run] of actions.runs.entries()) {
        if (run.status !== "completed") finishRun(run, index, { plan });
      }
      bench.later(300);
    }
    const { ledger } = await tools.writer.read();
    const rollout = ledger.rollouts.get(id);
    expect(rollout?.state).toEqual({ kind: "succeeded" });
    expect(actions.runs.length).toBe(3);
    expect([...ledger.hosts.values()].map(({ proven }) => proven?.wave)).toEqual([1, 2, 3]);
    expect([...github.problems, ...actions.problems]).toEqual([]);
  },
);

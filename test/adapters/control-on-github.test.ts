import { expect, test } from "vitest";
import { createGithubLedger } from "../../src/adapters/github-ledger.ts";
import { createGithubRuns } from "../../src/adapters/github-runs.ts";
import { readZipped } from "../../src/adapters/zip.ts";
import { printHostReport } from "../../src/core/rollout/host-report.ts";
import { decideRollout, requestPlan } from "../../src/usecases/control-rollout.ts";
import { reconcile } from "../../src/usecases/reconcile.ts";
import { createLedgerWriter } from "../../src/usecases/write-ledger.ts";
import { startActions, type PeerRun } from "../support/actions-peer.ts";
import { makeControlBench, need } from "../support/control.ts";
import { startGithub } from "../support/github-peer.ts";
import { planned } from "../support/ledger.ts";
import { token } from "../support/runner.ts";
import { makeZip } from "../support/zip.ts";

const { plan } = planned;

/** Ends a run as the workflow does: one artifact a host. */
function finish(run: PeerRun, index: number): void {
  const [, rollout = "", wave = "", sequence = ""] =
    /, (\S+)-w(\d+)-(\d+)-[0-9a-f]{32}$/.exec(run.display_title) ?? [];
  const numbers = { wave: Number(wave), sequence: Number(sequence) };
  run.artifacts = (plan.waves[numbers.wave - 1] ?? []).map((host, at) => {
    const file = plan.hosts.find(({ name }) => name === host)?.file ?? null;
    const said = { outcome: "good", code: "confirmed", message: "", file } as const;
    const of = { schemaVersion: 1, host, phase: "open", rollout, ...numbers } as const;
    const name = `sesam-harden-${host}`;
    const text = printHostReport({ ...of, ...said });
    return { id: index * 10 + at + 1, name, archive: makeZip({ [`${name}.json`]: text }) };
  });
  run.status = "completed";
}

test.each([1, 3])(
  "%i with one key carry a rollout by a ledger and by runs on GitHub",
  async (count) => {
    const [github, actions, bench] = [
      await startGithub(),
      await startActions(),
      await makeControlBench(),
    ];
    const common = { owner: "example", repo: "config", token, fetch, timeout: 20_000 };
    const access = { ...common, wait: async () => {} };
    const workflow = { workflow: "sesam-rollout.yml", branch: "main", readZipped };
    const runs = createGithubRuns({ ...access, apiUrl: actions.url }, workflow);
    const own = bench.controller();
    const { signer, now } = own;
    const clock = { now, wait: async () => {}, random: Math.random };
    const { repository } = plan;
    const [tools = own, ...others] = Array.from({ length: count }, () => {
      const store = createGithubLedger({ ...access, apiUrl: github.url });
      const ports = { store, tools: bench.tools, signer, repository, clock };
      return { ...own, store, runs, writer: createLedgerWriter(ports) };
    });

    const { entry } = need(await requestPlan({ by: "anna", planned }, tools));
    const id = `2027-01-${entry.sequence}`;
    need(await decideRollout(id, { kind: "approve", by: "ben", plan: planned.digest }, tools));
    for (let round = 0; round < 20; round++) {
      await Promise.all([tools, ...others].map(reconcile));
      for (const [index, run] of actions.runs.entries()) {
        if (run.status !== "completed") finish(run, index);
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

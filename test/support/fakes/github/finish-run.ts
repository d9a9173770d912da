import { printHostReport } from "../../../../src/core/rollout/dispatch/host-report.ts";
import type { Plan } from "../../../../src/core/rollout/plan/plan.ts";
import type { PeerRun } from "./actions-peer.ts";
import { makeZip } from "../../builders/zip.ts";
import { applyStep } from "../../../../src/core/rollout/dispatch/workflow-port.ts";

/** Ends a run as the workflow does: one artifact a host, good but for those that are named. */
export function finishRun(
  run: PeerRun,
  index: number,
  { plan, bad = [] }: { readonly plan: Plan; readonly bad?: readonly string[] },
): void {
  const [, rollout = "", wave = "", sequence = ""] =
    /, (\S+)-w(\d+)-(\d+)-[0-9a-f]{32}$/.exec(run.display_title) ?? [];
  const numbers = { wave: Number(wave), sequence: Number(sequence) };
  const hosts = plan.waves[numbers.wave - 1] ?? [];
  run.artifacts = hosts.map((host, at) => {
    const file = plan.hosts.find(({ name }) => name === host)?.file ?? null;
    const said = bad.includes(host)
      ? ({ outcome: "bad", code: "undone", message: "HTTPS did not answer", file: null } as const)
      : ({ outcome: "good", code: "confirmed", message: "", file } as const);
    const of = { schemaVersion: 1, host, phase: plan.phase, rollout, ...numbers } as const;
    const name = `sesam-harden-${host}`;
    const text = printHostReport({ ...of, ...said });
    return { id: index * 1000 + at + 1, name, archive: makeZip({ [`${name}.json`]: text }) };
  });
  run.jobs = hosts.map((name) => {
    const conclusion = bad.includes(name) ? "failure" : "success";
    return {
      name,
      status: "completed",
      steps: [{ name: applyStep, status: "completed", conclusion }],
    };
  });
  run.status = "completed";
}

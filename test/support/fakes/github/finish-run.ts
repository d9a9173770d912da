import { printHostReport } from "../../../../src/core/rollout/dispatch/host-report.ts";
import type { Plan } from "../../../../src/core/rollout/plan/plan.ts";
import type { PeerRun } from "./actions-peer.ts";
import { makeZip } from "../../builders/zip.ts";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { digestOf } from "../../../../src/core/formats/json/canonical.ts";
import { printRehearsalReport } from "../../../../src/core/rollout/dispatch/rehearsal-report.ts";
import { applyStep, rehearseStep } from "../../../../src/core/rollout/dispatch/workflow-port.ts";

/** Ends a run as the workflow does: one artifact per host, good except for the given hosts. */
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

/** The same in a rehearsal: each host is asked, and the given hosts have transfers. */
export function finishRehearsal(
  run: PeerRun,
  index: number,
  { plan, bad, at }: { readonly plan: Plan; readonly bad: readonly string[]; readonly at: number },
): void {
  const [, rollout = "", wave = ""] =
    /, (\S+)-w(\d+)-\d+-[0-9a-f]{32}$/.exec(run.display_title) ?? [];
  const { repository, phase } = plan;
  const hosts = plan.waves[Number(wave) - 1] ?? [];
  run.artifacts = hosts.map((host, number) => {
    const isBad = bad.includes(host);
    const text = printRehearsalReport({
      schemaVersion: 1,
      kind: "rehearsal",
      host,
      rollout,
      wave: Number(wave),
      attempt: 1,
      plan: digestOf(plan, hashSha256),
      phase,
      repository,
      at: Math.floor(at),
      answer: isBad ? "not-ready" : "ready",
      findings: [
        isBad
          ? { check: "busy", state: "failed", code: "busy", message: "2 transfers", next: "Wait." }
          : { check: "busy", state: "ok", code: "", message: "no transfers", next: "" },
      ],
      signature: null,
    });
    const name = `sesam-harden-${host}`;
    return { id: index * 1000 + number + 1, name, archive: makeZip({ [`${name}.json`]: text }) };
  });
  run.jobs = hosts.map((name) => {
    const conclusion = bad.includes(name) ? "failure" : "success";
    return {
      name,
      status: "completed",
      steps: [{ name: rehearseStep, status: "completed", conclusion }],
    };
  });
  run.status = "completed";
}

import { describe, expect, test } from "vitest";
import { printCanonical } from "../../../../src/core/formats/json/canonical.ts";
import { printMatrix, printRun, readRun } from "../../../../src/core/rollout/dispatch/wave-run.ts";
import { fleet, makeGateBench } from "../../../support/builders/gate.ts";
import { filesOf, hard, planOf, recordsOf, soft } from "../../../support/builders/rollout.ts";

const bench = await makeGateBench();
type Change = Parameters<typeof bench.open>[0];

test("admits an approved wave, with a job for each of its hosts", async () => {
  expect(bench.plan.waves).toEqual([["rds1"], ["rds2"], ["s1"]]);
  for (const wave of [1, 2, 3]) {
    const answer = await bench.open({ claim: { wave } });
    if (answer.kind === "refused") throw new Error(answer.reason);
    expect(answer.run).toMatchObject({ rollout: "2026-11-17", wave, sequence: 21 });
    expect(answer.run.hosts).toEqual(bench.plan.waves[wave - 1]);
    expect(readRun(printRun(answer.run))).toEqual(answer.run);
    const [host = ""] = answer.run.hosts;
    const { file } = bench.plan.hosts.find(({ name }) => name === host) ?? {};
    expect(JSON.parse(printMatrix(answer.run, answer.plan))).toEqual({
      include: [{ host, runner: wave === 3 ? "jump" : host, file }],
    });
  }
});

test("admits a rehearsal, which is not a wave", async () => {
  const rehearse = { rehearses: true, inputs: { mode: "rehearse" } };
  const answer = await bench.open(rehearse);
  if (answer.kind === "refused") throw new Error(answer.reason);
  expect(answer.run).toMatchObject({ rollout: "2026-11-17", wave: 2, hosts: ["rds2"] });
  expect(readRun(printRun(answer.run))).toBeUndefined();
  expect(JSON.parse(printMatrix(answer.run, answer.plan)).include).toHaveLength(1);
  // The default of the workflow's input, and a workflow without modes.
  for (const mode of ["roll-out", undefined]) {
    expect(await bench.open({ inputs: { mode } })).toMatchObject({ kind: "open" });
  }
});

describe("the gate refuses", () => {
  test.each<{ name: string; change: Change; reason: string }>([
    {
      name: "a rehearsal's ticket for a wave",
      change: { rehearses: true },
      reason: "ticket-header",
    },
    {
      name: "a wave's ticket for a rehearsal",
      change: { inputs: { mode: "rehearse" } },
      reason: "ticket-header",
    },
    { name: "an unknown mode", change: { inputs: { mode: "" } }, reason: "run-inputs" },
    {
      name: "another plan in the inputs of a rehearsal",
      change: { rehearses: true, inputs: { mode: "rehearse", plan: "x" } },
      reason: "run-inputs",
    },
    {
      name: "an old run that was restarted",
      change: { request: { attempt: 2 } },
      reason: "run-again",
    },
    {
      name: "a run without a number",
      change: { request: { attempt: Number.NaN } },
      reason: "run-again",
    },
    {
      name: "an invalid plan",
      change: { request: { recorded: "{}" } },
      reason: "plan-unreadable",
    },
    {
      name: "another repository",
      change: { request: { repository: 4712 } },
      reason: "ticket-repository",
    },
    {
      name: "a checkout of another commit",
      change: { request: { commit: "f".repeat(40) } },
      reason: "ticket-commit",
    },
    { name: "no key", change: { request: { keys: [] } }, reason: "ticket-key-unknown" },
    {
      name: "a ticket signed with an unknown key",
      change: { signer: bench.stranger.signer },
      reason: "ticket-key-unknown",
    },
    { name: "no ticket", change: { inputs: { ticket: "" } }, reason: "ticket-malformed" },
    { name: "expired midway", change: { now: bench.claims.exp + 30 }, reason: "ticket-expired" },
    { name: "not yet valid", change: { now: bench.claims.nbf - 31 }, reason: "ticket-early" },
    { name: "an empty wave", change: { claim: { wave: 4 } }, reason: "ticket-wave" },
    { name: "wave 0", change: { claim: { wave: 0 } }, reason: "ticket-wave" },
    { name: "the other phase", change: { claim: { phase: "close" } }, reason: "ticket-phase" },
    {
      name: "another environment",
      change: { claim: { environment: "lab" } },
      reason: "ticket-environment",
    },
    { name: "another plan", change: { claim: { plan: "a".repeat(64) } }, reason: "ticket-plan" },
    { name: "another wave in the inputs", change: { inputs: { wave: "3" } }, reason: "run-inputs" },
    { name: "another plan in the inputs", change: { inputs: { plan: "x" } }, reason: "run-inputs" },
    {
      name: "another commit in the inputs",
      change: { inputs: { commit: "main" } },
      reason: "run-inputs",
    },
    {
      name: "another ledger in the inputs",
      change: { inputs: { ledger: "" } },
      reason: "run-inputs",
    },
    {
      name: "the ledger of another time",
      change: { records: { ledger: "f".repeat(40) } },
      reason: "ledger-differs",
    },
    {
      name: "a file that changed since",
      change: { files: filesOf({ ...fleet, rds2: { file: `${hard}# more\n` } }) },
      reason: "plan-differs",
    },
    {
      name: "a file of a host by hand that changed since",
      change: {
        files: filesOf({ ...fleet, win1: { facts: "os = windows\n", file: `${hard}# more\n` } }),
      },
      reason: "plan-differs",
    },
    {
      name: "a host that became a host by hand",
      change: { files: filesOf({ ...fleet, rds2: { facts: "os = windows\n" } }) },
      reason: "plan-differs",
    },
    {
      name: "facts that changed since",
      change: { files: filesOf({ ...fleet, rds2: { facts: "runner = mine\n" } }) },
      reason: "plan-differs",
    },
    {
      name: "a policy that changed since",
      change: { files: { ...filesOf(fleet), "sesam-harden.ini": "gnutls = 3.7 3.8\n" } },
      reason: "plan-differs",
    },
    {
      name: "a ledger with another file on a host",
      change: {
        records: { hosts: [...recordsOf({ ...fleet, rds2: { known: `${soft}# x\n` } }).values()] },
      },
      reason: "plan-differs",
    },
    {
      name: "a refused host that could be changed now",
      change: { records: { hosts: [...recordsOf({ ...fleet, rds3: {} }).values()] } },
      reason: "plan-differs",
    },
  ])("$name: $reason", async ({ change, reason }) => {
    expect(await bench.open(change)).toMatchObject({ kind: "refused", reason });
  });
});

test("names the host that differs", async () => {
  const files = filesOf({ ...fleet, rds2: { facts: "runner = mine\n" } });
  expect(await bench.open({ files })).toMatchObject({ detail: "hosts: rds2" });
});

test("a plan for some hosts, in small waves, with exceptions, is planned again as requested", async () => {
  const { open, plan } = await makeGateBench({
    names: ["rds1", "rds2", "rds3"],
    exceptions: ["s1", "rds3"],
    waveSize: 1,
    asOf: "2026-01-01",
  });
  expect(plan).toMatchObject({ waves: [["rds1"], ["rds2"]], exceptions: ["rds3", "s1"] });
  expect(await open()).toMatchObject({ kind: "open" });
});

test("does not run a plan that was approved for other hosts than these commits give", async () => {
  const { plan } = planOf({ ...fleet, rds2: { facts: "wave = 7\n" } });
  const recorded = printCanonical(plan);
  expect(await bench.open({ request: { recorded } })).toMatchObject({ reason: "ticket-plan" });
});

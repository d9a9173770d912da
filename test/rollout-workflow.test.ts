import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { interpolate, isDue, resolve, type Json } from "./support/harness/workflow/expressions.ts";
import { inputs, outputs } from "../src/action/inputs.ts";
import { artifactPrefix } from "../src/core/rollout/dispatch/collect-reports.ts";
import { applyStep, rehearseStep } from "../src/core/rollout/dispatch/workflow-port.ts";
import { printSudoers } from "../src/core/host/pins/sudoers.ts";
import { runInputs, runModes } from "../src/core/rollout/dispatch/wave-run.ts";

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly "run-name"?: string;
  readonly on: Readonly<
    Record<string, { readonly inputs?: Readonly<Record<string, unknown>> } | null>
  >;
  readonly permissions: object;
  readonly concurrency: object | string;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly name?: string;
        readonly needs?: string | readonly string[];
        readonly if?: string;
        readonly permissions?: object;
        readonly "timeout-minutes"?: number | string;
        readonly strategy?: object;
        readonly outputs?: Readonly<Record<string, string>>;
        readonly steps: readonly Step[];
      }
    >
  >;
}

const read = (name: string): { readonly text: string; readonly workflow: Workflow } => {
  const url = new URL(`../examples/config-repo/.github/workflows/${name}`, import.meta.url);
  const text = readFileSync(url, "utf8");
  return { text, workflow: parseYaml(text) };
};

const rollout = read("sesam-rollout.yml");
const verify = read("sesam-verify.yml");
const stepsOf = ({ workflow }: { readonly workflow: Workflow }): readonly Step[] =>
  Object.values(workflow.jobs).flatMap(({ steps }) => steps);

test("the rollout only starts by dispatch, with the inputs that the controller sends", () => {
  expect(Object.keys(rollout.workflow.on)).toEqual(["workflow_dispatch"]);
  const asked = rollout.workflow.on["workflow_dispatch"]?.inputs ?? {};
  const { mode, ...needed } = asked;
  expect(Object.keys(needed)).toEqual(runInputs);
  for (const input of Object.values(needed)) expect(input).toMatchObject({ required: true });
  // A wave has no mode, like those of older controllers.
  expect(mode).toMatchObject({ type: "choice", options: runModes, default: "roll-out" });
  expect(rollout.workflow["run-name"]).toMatch(/\$\{\{ inputs\.correlation \}\}$/);
});

test.each([
  { name: "sesam-rollout.yml", ...rollout },
  { name: "sesam-verify.yml", ...verify },
])("$name only has read access, and pins everything", ({ workflow, text }) => {
  expect(workflow.permissions).toEqual({ contents: "read" });
  expect(workflow.concurrency).toBeDefined();
  expect(text).not.toMatch(/secrets\.|cancel-in-progress|continue-on-error/);
  for (const job of Object.values(workflow.jobs)) {
    expect(job.permissions).toBeUndefined();
    expect(String(job["timeout-minutes"])).toMatch(/^[1-9]|^\$\{\{ .* && 10 \|\| 60 \}\}$/);
  }
  for (const { uses = "", run = "", with: given = {} } of stepsOf({ workflow })) {
    // The user who installs it adds the full SHA; a comment says so.
    const isOurs = uses.startsWith("sesam-harden/");
    if (uses !== "" && !isOurs) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
    if (uses.startsWith("actions/checkout@")) {
      expect(given).toMatchObject({ "persist-credentials": false });
    }
    // An expression in a script would be executed; use variables.
    expect(run).not.toContain("${{");
    const known = isOurs ? Object.keys(given).filter((name) => !(name in inputs)) : [];
    expect(known).toEqual([]);
  }
});

test("reads the global settings with the command that sudo allows, in jobs that the controller knows", () => {
  const { globals } = verify.workflow.jobs;
  const contexts = { matrix: { server: { host: "s1", runner: "r1" } } };
  expect(interpolate(globals?.name ?? "", contexts)).toBe("globals s1");
  const without = { vars: { SESAM_HARDEN_SERVERS: "" } };
  expect(isDue(globals?.if, without, "success")).toBe(false);
  const [first, upload] = globals?.steps ?? [];
  const [, line = ""] = /(globals --read .*)\n$/.exec(printSudoers("runner", "/p")) ?? [];
  expect(first?.run).toContain(`sudo -n $SESAM_HARDEN ${line} > report/globals.json`);
  expect(interpolate(String(upload?.with?.["name"]), contexts)).toBe("sesam-harden-globals-s1");
  expect(upload).toMatchObject({ if: "always()", with: { path: "report/globals.json" } });
});

test("gate, hosts, judge: every host has its job, and every job is counted", () => {
  const { gate, hosts, judge } = rollout.workflow.jobs;
  expect(Object.keys(rollout.workflow.jobs)).toEqual(["gate", "hosts", "judge"]);
  expect([gate?.needs, hosts?.needs, judge?.needs]).toEqual([undefined, "gate", ["gate", "hosts"]]);
  expect([gate?.if, hosts?.if]).toEqual([undefined, undefined]);
  expect(judge?.if).toBe("always() && needs.gate.result == 'success' && inputs.mode != 'rehearse'");
  expect(hosts?.strategy).toEqual({
    "fail-fast": false,
    matrix: "${{ fromJSON(needs.gate.outputs.matrix) }}",
  });
  for (const [name, value] of Object.entries(gate?.outputs ?? {})) {
    expect(outputs).toContain(name);
    expect(value).toBe(`\${{ steps.gate.outputs.${name} }}`);
  }
});

const values = (mode: string | null) => ({
  inputs: { mode, environment: "lab", correlation: "corr-1", wave: "2" },
});

test.each([
  { mode: "roll-out", title: "wave 2 in lab, corr-1", group: "rollout-lab", minutes: 60 },
  // Like a server that does not know the default.
  { mode: null, title: "wave 2 in lab, corr-1", group: "rollout-lab", minutes: 60 },
  { mode: "rehearse", title: "rehearsal of wave 2 in lab, corr-1", group: "corr-1", minutes: 10 },
])("$mode: its name, its dependencies, and one step on the host", (one) => {
  const contexts = values(one.mode);
  const { workflow } = rollout;
  expect(interpolate(workflow["run-name"] ?? "", contexts)).toBe(one.title);
  expect(resolve(workflow.concurrency as Json, contexts)).toEqual({
    group: `sesam-harden-${one.group}`,
    queue: "max",
  });
  const { hosts, judge } = workflow.jobs;
  expect(resolve(hosts?.["timeout-minutes"] ?? 0, contexts)).toBe(one.minutes);
  const chosen = (hosts?.steps ?? []).filter(
    ({ name }) => name === rehearseStep || name === applyStep,
  );
  const due = chosen.filter(({ if: condition }) => isDue(condition, contexts, "success"));
  const isRehearsal = one.mode === "rehearse";
  expect(due.map(({ name }) => name)).toEqual([isRehearsal ? rehearseStep : applyStep]);
  const command = isRehearsal ? "host check --from-job" : "apply --from-job";
  expect(due[0]?.run).toContain(`sudo -n $SESAM_HARDEN ${command} --format json`);
  const needs = { gate: { result: "success" } };
  expect(isDue(judge?.if, { ...contexts, needs }, "success")).toBe(!isRehearsal);
});

test("a host's job installs no program, and uploads only its own report", () => {
  const steps = rollout.workflow.jobs["hosts"]?.steps ?? [];
  const used = steps.flatMap(({ uses }) => uses?.split("@")[0] ?? []);
  expect(new Set(used)).toEqual(new Set(["actions/checkout", "actions/upload-artifact"]));
  // Files of an earlier run must be removed before any step can fail.
  expect(steps[0]?.run).toMatch(/^rm -rf report ticket\b/);
  expect(steps[1]).toMatchObject({ if: "github.run_attempt != 1" });
  const upload = steps.at(-1);
  expect(upload?.if).toBe("always()");
  expect(upload?.with).toEqual({
    name: `${artifactPrefix}\${{ matrix.host }}`,
    path: `report/${artifactPrefix}\${{ matrix.host }}.json`,
    "if-no-files-found": "error",
  });
});

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { printHostReport } from "../../src/core/rollout/dispatch/host-report.ts";
import { newEnvironment } from "../../src/core/rollout/state/records.ts";
import { printRecords } from "../../src/core/rollout/plan/records-file.ts";
import { signTicket, type TicketClaims } from "../../src/core/rollout/dispatch/ticket.ts";
import { readRun, runInputsOf } from "../../src/core/rollout/dispatch/wave-run.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { writeRepository } from "../support/harness/git.ts";
import { runNode } from "../support/harness/programs.ts";
import { filesOf, recordsOf } from "../support/builders/rollout.ts";
import { runStep } from "../support/harness/runner.ts";
import { makeKeys } from "../support/builders/tickets.ts";

const hosts = { rds1: { facts: "runner = jump\n" }, rds2: {}, rds3: {} };
const { signer, publicKey } = await makeKeys();

/** A workspace as the gate finds it: the config repo, an export of the ledger, and the plan. */
async function makeWorkspace(claim: Partial<TicketClaims> = {}) {
  const { folder, commit } = writeRepository(filesOf(hosts));
  const ledger = "e".repeat(40);
  const records = {
    schemaVersion: 1,
    repository: 4711,
    ledger,
    environments: [newEnvironment("production")],
    hosts: [...recordsOf(hosts).values()],
  } as const;
  const side = writeFleet({ "records.json": printRecords(records) });
  const place = (name: string, text: string): string => {
    writeFileSync(join(side, name), text);
    return join(side, name);
  };
  const args = ["plan", "production", "--phase", "open", "--records", join(side, "records.json")];
  const { stdout: plan } = runNode([...args, "--format", "json"], { cwd: folder });
  const digest = /digest (\w+)/.exec(runNode(args, { cwd: folder }).stdout)?.[1] ?? "";
  const seconds = Math.floor(Date.now() / 1000);
  const claims: TicketClaims = {
    schemaVersion: 1,
    rollout: "2026-11-17",
    wave: 2,
    sequence: 21,
    repository: 4711,
    commit,
    phase: "open",
    environment: "production",
    plan: digest,
    ledger,
    nbf: seconds - 60,
    exp: seconds + 3600,
    ...claim,
  };
  const ticket = await signTicket(claims, signer);
  const inputs = runInputsOf(ticket, claims, "corr-1");
  const { kid, x } = publicKey;
  const key = `{"crv":"Ed25519","kid":"${kid}","kty":"OKP","x":"${x}"}`;
  return { folder, side, place, plan, ticket, inputs, key };
}

type Workspace = Awaited<ReturnType<typeof makeWorkspace>>;

function runGate(
  { folder, side, place, plan, inputs, key }: Workspace,
  extra: Readonly<Record<string, string>> = {},
  given: Readonly<Record<string, string>> = {},
) {
  return runStep(
    {
      command: "gate",
      plan: place("plan.json", plan),
      ledger: join(side, "records.json"),
      keys: `${key}\n`,
      ...given,
    },
    folder,
    {
      GITHUB_EVENT_NAME: "workflow_dispatch",
      GITHUB_EVENT_PATH: place("inputs.json", JSON.stringify({ inputs, ref: "refs/heads/main" })),
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_REPOSITORY_ID: "4711",
      ...extra,
    },
  );
}

test("the gate outputs the jobs of the wave, and never the ticket", async () => {
  const workspace = await makeWorkspace();
  const { status, outputs, commands, log, summary, raw } = runGate(workspace);
  expect([status, commands]).toEqual([0, []]);
  const file = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(JSON.parse(outputs["matrix"] ?? "")).toEqual({
    include: [
      { host: "rds2", runner: "rds2", file },
      { host: "rds3", runner: "rds3", file },
    ],
  });
  expect(outputs).toMatchObject({ phase: "open", environment: "production", hosts: "2" });
  expect(readRun(outputs["run"] ?? "")?.hosts).toEqual(["rds2", "rds3"]);
  expect(log).toEqual(["rollout 2026-11-17, wave 2: open production: rds2, rds3"]);
  expect(summary).toContain("rds2, rds3");
  expect(raw + summary + JSON.stringify(outputs)).not.toContain(workspace.ticket);
});

test.each<{
  name: string;
  extra?: Readonly<Record<string, string>>;
  given?: Readonly<Record<string, string>>;
  code: number;
  says: RegExp;
}>([
  {
    name: "a re-run",
    extra: { GITHUB_RUN_ATTEMPT: "2" },
    code: 1,
    says: /^run-again: .* \(attempt 2\)/,
  },
  {
    name: "another repository",
    extra: { GITHUB_REPOSITORY_ID: "1" },
    code: 1,
    says: /^ticket-repository: /,
  },
  { name: "no keys", given: { keys: "" }, code: 1, says: /^ticket-key-unknown: / },
  { name: "an invalid key", given: { keys: "AAAA" }, code: 2, says: /not a public key/ },
  { name: "no plan", given: { plan: "" }, code: 2, says: /the input plan is missing/ },
  {
    name: "a missing plan",
    given: { plan: "nowhere.json" },
    code: 2,
    says: /cannot be read: it does not exist/,
  },
  { name: "no ledger", given: { ledger: "nowhere" }, code: 2, says: /cannot read the records/ },
  {
    name: "a push",
    extra: { GITHUB_EVENT_NAME: "push" },
    code: 2,
    says: /only runs on workflow_dispatch/,
  },
  {
    name: "a wrong skew",
    given: { "clock-skew": "x" },
    code: 2,
    says: /^invalid value '.*' for clock-skew/,
  },
])("the gate refuses $name", async ({ extra, given, code, says }) => {
  const { status, commands, outputs } = runGate(await makeWorkspace(), extra, given);
  expect([status, outputs]).toEqual([code, {}]);
  expect(commands.map(({ name }) => name)).toEqual(["error"]);
  expect(commands[0]?.message).toMatch(says);
});

test("refuses a missing input, an expired ticket and a changed file", async () => {
  const late = await makeWorkspace({ exp: Math.floor(Date.now() / 1000) - 3600 });
  expect(runGate(late).commands[0]?.message).toMatch(/^ticket-expired: /);
  const short = await makeWorkspace();
  const lacking = { ...short, inputs: { ...short.inputs, wave: undefined as never } };
  expect(runGate(lacking).commands[0]?.message).toMatch(/the run lacks the input wave/);
  const other = await makeWorkspace();
  const changed = { ...other, plan: other.plan.replace('"wave":0', '"wave":1') };
  expect(runGate(changed).commands[0]?.message).toMatch(/^ticket-plan: /);
});

test("judge counts the reports of the hosts, and exits accordingly", async () => {
  const workspace = await makeWorkspace();
  const { outputs: gate } = runGate(workspace);
  const results = join(workspace.side, "results");
  const leave = (host: string, outcome: "good" | "bad" | "unknown", code = "confirmed"): void => {
    const name = `sesam-harden-${host}`;
    mkdirSync(join(results, name), { recursive: true });
    const report = printHostReport({
      schemaVersion: 1,
      host,
      phase: "open",
      rollout: "2026-11-17",
      wave: 2,
      sequence: 21,
      outcome,
      code,
      message: "a message",
      file: null,
    });
    writeFileSync(join(results, name, `${name}.json`), report);
  };
  const judge = (attempt = "1") =>
    runStep({ command: "judge", run: gate["run"] ?? "", results }, workspace.folder, {
      GITHUB_RUN_ATTEMPT: attempt,
    });

  const none = judge();
  expect([none.status, none.outputs["no-report"]]).toEqual([1, "2"]);
  leave("rds2", "good");
  expect(judge()).toMatchObject({ status: 1, outputs: { good: "1", "no-report": "1" } });
  leave("rds3", "bad", "drift");
  const bad = judge();
  expect(bad).toMatchObject({ status: 1, outputs: { hosts: "2", good: "1", bad: "1" } });
  expect(bad.summary).toContain("| rds3 | bad | drift |");
  leave("rds3", "unknown", "overtaken");
  expect(judge()).toMatchObject({ status: 4, outputs: { unknown: "1" } });
  leave("rds3", "good");
  const good = judge();
  expect([good.status, good.commands]).toEqual([0, []]);
  expect(judge("2").commands[0]?.message).toMatch(/^run-again: /);
  expect(good.log.at(-1)).toBe("2 of 2 hosts verified");
});

test.each([{ run: "" }, { run: "{}" }])("judge needs the output of the gate, not %j", ({ run }) => {
  const folder = writeFleet({ readme: "" });
  const first = { GITHUB_RUN_ATTEMPT: "1" };
  expect(runStep({ command: "judge", run, results: "." }, folder, first).status).toBe(2);
});

test("accepts the keys that keygen prints unchanged", async () => {
  const workspace = await makeWorkspace();
  const printed = runNode(["ticket", "keygen", "--out", join(workspace.side, "key")]).stdout;
  expect(runGate(workspace, {}, { keys: `${printed}${workspace.key}` }).status).toBe(0);
});

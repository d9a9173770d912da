import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inventoryOf } from "../support/builders/inventory-file.ts";
import { hashSha256 } from "../../src/adapters/runtime/crypto.ts";
import { readPlan } from "../../src/core/rollout/plan/plan-file.ts";
import { findPlannedHost } from "../../src/core/rollout/plan/planned-host.ts";
import { printRehearsalReport } from "../../src/core/rollout/dispatch/rehearsal-report.ts";
import { newEnvironment } from "../../src/core/rollout/state/records.ts";
import { printRecords } from "../../src/core/rollout/plan/records-file.ts";
import { commitLedger } from "../support/builders/ledger-tree.ts";
import { writeRepository } from "../support/harness/git.ts";
import { startDeno, startNode, type Ended } from "../support/harness/programs.ts";
import {
  bridgeOf,
  filesOf,
  hard,
  recordsOf,
  soft,
  type TestHost,
} from "../support/builders/rollout.ts";

const hosts: Readonly<Record<string, TestHost>> = {
  rds1: {},
  rds2: { known: undefined },
  s1: { facts: "role = server\n" },
};

/** A config repo that contains an uncommitted export of the ledger. */
function writeConfigRepo(fleet = hosts) {
  const repository = writeRepository(filesOf(fleet));
  const records = {
    schemaVersion: 1,
    repository: 4711,
    ledger: "e".repeat(40),
    environments: [newEnvironment("production")],
    hosts: [...recordsOf(fleet).values()],
  } as const;
  writeFileSync(join(repository.folder, "records.json"), printRecords(records));
  return repository;
}

const permissions = ["--allow-read", "--allow-run=git", "--allow-env"];
const runtimes: readonly (readonly [
  string,
  (args: readonly string[], cwd: string) => Promise<Ended>,
])[] = [
  ["Node", (args, cwd) => startNode(args, { cwd })],
  ["Deno", (args, cwd) => startDeno(permissions, args, { cwd })],
];
const asked = ["plan", "production", "--phase", "open", "--as-of", "2026-11-25"];
const known = [...asked, "--records", "records.json"];

test.each(runtimes)("prints the plan file byte for byte under %s", async (_, run) => {
  const { folder, commit } = writeConfigRepo();
  const { status, stdout, stderr } = await run([...known, "--format", "json"], folder);
  expect(stderr).toBe(`planned at commit ${commit}; uncommitted changes are ignored\n`);
  expect(status).toBe(1);
  const read = readPlan(stdout, hashSha256);
  expect(read?.plan).toMatchObject({
    commit,
    repository: 4711,
    phase: "open",
    waves: [["rds1"], ["s1"]],
    refused: [{ name: "rds2", reason: "never-seen" }],
  });
  expect(read?.digest).toBe(createHash("sha256").update(stdout).digest("hex"));
  expect(findPlannedHost(read?.plan, "rds1")).toEqual({
    kind: "planned",
    change: {
      phase: "open",
      repository: 4711,
      before: hashSha256(soft),
      file: hashSha256(bridgeOf(hard, soft)),
      desired: hashSha256(hard),
      isRestored: false,
    },
  });
  const text = await run(known, folder);
  expect(text.stdout).toContain(`digest ${read?.digest}\n`);
  const markdown = await run([...known, "--format", "markdown"], folder);
  expect(markdown.stdout).toContain(`| digest | ${read?.digest} |`);
});

test("every format of a plan to close lists the hosts and clients that prevent it", async () => {
  const file = inventoryOf({
    clients: [["rds7", ["https://rds7:11443"]]],
    usage: [["db1", "http://rds7:11000"]],
  });
  const { folder } = writeConfigRepo({
    s1: { facts: "role = server\n", others: { "interfaces.json": file } },
  });
  const args = ["plan", "production", "--phase=close", "--records=records.json", "--format"];
  const seen = await Promise.all(
    ["text", "markdown", "json"].map(async (format) => {
      const { status, stdout, stderr } = await startNode([...args, format], { cwd: folder });
      expect(status).toBe(1);
      return format === "json" ? stderr : stdout;
    }),
  );
  for (const text of seen) {
    expect(text).toMatch(/hosts-not-in-repo: .*rds7/);
    expect(text).toMatch(/clients-not-ready: .*db1/);
    expect(text).toMatch(/db1.* backup-event t uses http.*rds7/);
  }
});

test("shows the reports of a rehearsal with the plan that they belong to", async () => {
  const { folder } = writeConfigRepo({ rds1: {} });
  const { stdout: json } = await startNode([...known, "--format", "json"], { cwd: folder });
  const report = (plan: string) =>
    printRehearsalReport({
      schemaVersion: 1,
      kind: "rehearsal",
      host: "rds1",
      rollout: "production-open-1",
      wave: 1,
      attempt: 1,
      plan,
      phase: "open",
      repository: 4711,
      at: 1_800_000_000,
      answer: "ready",
      findings: [{ check: "pins", state: "ok", code: "", message: "valid", next: "" }],
      signature: null,
    });
  const ask = async (plan: string) => {
    // As `gh run download` writes the artifacts of a run.
    const place = join(folder, "reports", "sesam-harden-rds1");
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "sesam-harden-rds1.json"), report(plan));
    return startNode([...known, "--rehearsal", "reports"], { cwd: folder });
  };
  const own = await ask(hashSha256(json));
  expect(own.stdout).toContain("  rds1: ready\n");
  expect(own.status).toBe(0);
  const other = await ask("e".repeat(64));
  expect(other.stdout).toContain(
    `rds1: unknown: its report is for another plan, ${"e".repeat(64)}`,
  );
  expect(other.status).toBe(1);
  for (const args of [
    ["--rehearsal", "nowhere"],
    ["--rehearsal", "reports", "--format", "json"],
  ]) {
    expect((await startNode([...known, ...args], { cwd: folder })).status).toBe(2);
  }
});

test.each(runtimes)("exits as documented under %s", async (_, run) => {
  const { folder } = writeConfigRepo({ rds1: {} });
  const code = async (...args: readonly string[]) => (await run(args, folder)).status;
  expect(await code(...known)).toBe(0);
  expect(await code(...known, "--phase=close")).toBe(2);
  expect(await code("plan", "production", "--phase=close", "--records=records.json")).toBe(1);
  expect(await code(...known, "--ref", "nowhere")).toBe(2);
  expect(await code(...known, "--repository", "4712")).toBe(2);
  expect(await code(...asked)).toBe(2);
  expect(await code(...asked, "--records", "hosts/rds1/stpd.ini")).toBe(2);
  expect(await code("plan", "lab", "--phase", "open", "--records", "records.json")).toBe(2);
});

test("without records it says that nothing is known, and refuses every host", async () => {
  const { folder } = writeConfigRepo();
  const { status, stdout, stderr } = await startNode([...asked, "--repository", "4711"], {
    cwd: folder,
  });
  expect(status).toBe(1);
  expect(stderr).toContain("no ledger found, so the files on the hosts are unknown");
  expect(stdout.match(/^refused \w+: never-seen: .*$/gm)).toHaveLength(3);
  expect(stdout).toContain("Blocked: no host can be opened yet.");
});

test("reads the ledger branch of the clone, as last fetched", async () => {
  const { folder } = writeConfigRepo({ rds1: {}, rds2: { known: undefined } });
  const ledger = commitLedger(folder, {
    environments: [
      { ...newEnvironment("production"), frozen: { by: "anna", reason: "", until: null } },
    ],
    hosts: [...recordsOf({ rds1: {} }).values()],
  });
  const { status, stdout, stderr } = await startNode([...asked, "--repository", "4711"], {
    cwd: folder,
  });
  expect([status, stderr]).toEqual([1, expect.not.stringContaining("no ledger")]);
  expect(stdout).toContain(`  ledger ${ledger}\n`);
  expect(stdout).toContain("wave 1: rds1\n");
  expect(stdout).toContain("refused rds2: never-seen");
  expect(stdout).toContain("blocked: frozen");
});

test("a runner provides the id of the repository", async () => {
  const { folder } = writeConfigRepo();
  const { stdout } = await startNode([...asked, "--format", "json"], {
    cwd: folder,
    env: { GITHUB_REPOSITORY_ID: "77" },
  });
  expect(JSON.parse(stdout)).toMatchObject({ repository: 77, ledger: null, hosts: [] });
});

test("plans an earlier commit unchanged, and the digest names it", async () => {
  const { folder, commit } = writeConfigRepo({ rds1: {} });
  const digestAt = async (ref: string): Promise<string> => {
    const { stdout } = await startNode([...known, "--ref", ref], { cwd: folder });
    expect(stdout).toContain(`  commit ${commit}\n`);
    return stdout;
  };
  const first = await digestAt("HEAD");
  writeFileSync(join(folder, "hosts/rds1/stpd.ini"), soft);
  expect(await digestAt("main")).toBe(first);
});

test("says what to do outside of a repository, and if git cannot be run", async () => {
  const { folder } = writeConfigRepo();
  const outside = await startNode([...asked, "--repository", "1"], { cwd: "/" });
  expect([outside.status, outside.stderr]).toEqual([2, expect.stringContaining("clone")]);
  const denied = await startDeno(["--allow-read"], known, { cwd: folder });
  expect([denied.status, denied.stderr]).toEqual([
    4,
    expect.stringContaining("--allow-run=git --allow-env"),
  ]);
});

test("reads a Windows host from a copy of its file, and plans it by hand", async () => {
  const { folder } = writeRepository(filesOf({ win1: { facts: "os = windows\n" } }));
  writeFileSync(join(folder, "copy.ini"), soft);
  const copy = ["host", "records", "--stpd-ini", "copy.ini", "--host", "win1"];
  const unnumbered = await startNode(copy, { cwd: folder });
  expect([unnumbered.status, unnumbered.stderr]).toEqual([
    2,
    expect.stringContaining("--stpd-ini needs --repository ID"),
  ]);
  const seen = await startNode([...copy, "--repository", "4711"], { cwd: folder });
  writeFileSync(join(folder, "records.json"), seen.stdout);
  const { status, stdout } = await startNode([...known, "--format", "json"], { cwd: folder });
  expect(status).toBe(0);
  expect(readPlan(stdout, hashSha256)?.plan).toMatchObject({
    waves: [],
    byHand: [{ name: "win1", before: hashSha256(soft), file: hashSha256(bridgeOf(hard, soft)) }],
  });
  writeFileSync(join(folder, "plan.json"), stdout);
  // Uncommitted changes do not count, nor for the script.
  writeFileSync(join(folder, "hosts/win1/stpd.ini"), soft);
  const runbook = ["runbook", "win1", "--plan", "plan.json"];
  const script = await startNode([...runbook, "--records", "records.json"], { cwd: folder });
  expect(script.stderr).toBe("");
  expect(script.stdout).toContain(`$after = '${hashSha256(bridgeOf(hard, soft))}'\n`);
  const unknown = await startNode(runbook, { cwd: folder });
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining("--records")]);
});

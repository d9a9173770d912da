import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { expect, test } from "vitest";
import { createGithubLedger } from "../../src/adapters/github/ledger-branch.ts";
import { hashSha256 } from "../../src/adapters/runtime/crypto.ts";
import { printPublicKey } from "../../src/core/formats/jws.ts";
import { ledgerBranch } from "../../src/core/rollout/ledger/layout.ts";
import { readPlan } from "../../src/core/rollout/plan/plan-file.ts";
import { moveEnvironment, recordSight } from "../../src/core/rollout/ledger/commands.ts";
import { readGithubDescription } from "../support/fakes/github/github-description.ts";
import { writeRepository } from "../support/harness/git.ts";
import {
  decisions,
  makeBook,
  outside,
  write,
  writeRollout,
  start,
} from "../support/fakes/github/ledger.ts";
import { startDeno, startNode, type Ended } from "../support/harness/programs.ts";
import { clientOf } from "../support/fakes/github/github-access.ts";
import { filesOf } from "../support/builders/rollout.ts";
import { token } from "../support/harness/runner.ts";
import { startGithub } from "../support/harness/started.ts";

/** A ledger on emulate, a config repo of the same hosts, and the program under both runtimes. */
async function makeScene() {
  const peer = await startGithub();
  const repository = writeRepository(
    filesOf({ rds1: {}, rds2: { facts: "wave = 2\n" }, s1: { facts: "role = server\n" } }),
  );
  const store = createGithubLedger(clientOf(peer));
  const book = await makeBook(store);
  const lines = book.tools.keys.map((key) => printPublicKey(key)).join("\n");
  writeFileSync(join(repository.folder, "keys"), `${lines}\n`);
  const env = {
    GITHUB_API_URL: peer.url,
    GITHUB_REPOSITORY: "example/config",
    GITHUB_TOKEN: token,
  };
  const options = { cwd: repository.folder, env };
  const permissions = ["--allow-read", "--allow-env", "--allow-net=127.0.0.1", "--allow-run=git"];
  const run = {
    Node: (...args: readonly string[]): Promise<Ended> => startNode(args, options),
    Deno: (...args: readonly string[]): Promise<Ended> => startDeno(permissions, args, options),
  };
  return { peer, book, store, run, repository };
}

const withKeys = ["--keys", "keys"];

test.each(["Node", "Deno"] as const)(
  "shows, verifies and exports a ledger under %s",
  async (name) => {
    const { book, run, peer } = await makeScene();
    const { commit: early } = await write(book, decisions.see);
    const id = await writeRollout(book);

    const log = await run[name]("ledger", "log", ...withKeys, "--rollout", id);
    expect([log.status, log.stderr]).toEqual([0, ""]);
    const lines = log.stdout.trimEnd().split("\n");
    expect(lines.length).toBe(11);
    expect(lines[0]).toMatch(
      /^ {4}12 {2}2027-01-15T08:0\d:\d\dZ {2}\(controller\) {2}judge production-open-1 wave 3 run 7: 1 of 1 good$/,
    );
    expect(lines.at(-1)).toContain(
      "anna          request production-open-1: open in production, 3 hosts in 3 waves",
    );

    const verified = await run[name]("ledger", "verify", ...withKeys, "--head", early);
    expect([verified.status, verified.stderr]).toEqual([0, ""]);
    expect(verified.stdout).toMatch(
      /: 12 signed entries, 1 rollout, 3 hosts\nit goes on from the commit/,
    );

    peer.startQueries();
    peer.takeRequests();
    const queried = await run[name]("ledger", "verify", ...withKeys, "--head", early);
    expect(queried).toEqual(verified);
    const requests = peer.takeRequests();
    expect(requests.filter((line) => line === "POST /graphql").length).toBe(1);
    expect(requests.filter((line) => line.includes("/git/blobs/")).length).toBe(1);

    const jsonl = await run[name]("ledger", "export", ...withKeys);
    const rows = jsonl.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 12 }, (_, at) => at + 1),
    );
    expect(rows[1]).toMatchObject({
      by: "anna",
      previous: rows[0].digest,
      event: { kind: "request" },
    });

    const csv = await run[name]("ledger", "export", ...withKeys, "--format=csv");
    expect(csv.stdout.split("\r\n").length).toBe(1 + 3 + 11 + 1);
    expect(csv.stdout).toContain('"judge","production","production-open-1","2","7","rds2","good"');
    expect(log.stdout + verified.stdout + jsonl.stdout + csv.stdout).not.toContain(token);
    expect(peer.problems).toEqual([]);
  },
);

test.each(["Node", "Deno"] as const)("plans from the ledger under %s", async (name) => {
  const { book, run, repository } = await makeScene();
  const plan = [
    "plan",
    "production",
    "--phase",
    "open",
    "--as-of",
    "2026-11-25",
    "--format",
    "json",
  ];
  const none = await run[name](...plan, ...withKeys, "--repository", "4711");
  expect(none.status).toBe(1);
  expect(none.stderr).toContain("there is no ledger yet");

  const { commit } = await write(book, decisions.see);
  const first = await run[name](...plan, ...withKeys);
  expect(first.stderr).toBe(
    `planned at commit ${repository.commit}; uncommitted changes are ignored\n`,
  );
  const read = readPlan(first.stdout, hashSha256);
  expect(read?.plan).toMatchObject({ ledger: commit, repository: 4711, refused: [] });
  expect(read?.plan.waves).toEqual([["rds1"], ["rds2"], ["s1"]]);

  await writeRollout(book);
  const after = await run[name](...plan, ...withKeys);
  expect(readPlan(after.stdout, hashSha256)?.plan.hosts).toEqual([]);
  // The gate plans again from the commit that the plan was made from.
  const again = await run[name](...plan, ...withKeys, "--ledger", commit);
  expect(again.stdout).toBe(first.stdout);

  const records = await run[name]("ledger", "export", ...withKeys, "--format", "records");
  writeFileSync(join(repository.folder, "records.json"), records.stdout);
  const offline = await run[name](...plan, "--records", "records.json");
  expect(offline.stdout).toBe(after.stdout);
});

test("the commit on a card reveals a ledger that was reset", async () => {
  const { book, run, peer } = await makeScene();
  const first = await write(book, decisions.see);
  const second = await write(book, decisions.request);
  await peer.api("PATCH", `/git/refs/heads/${ledgerBranch}`, { sha: first.commit, force: true });
  expect((await run.Node("ledger", "verify", ...withKeys)).status).toBe(0);
  const { status, stdout } = await run.Node(
    "ledger",
    "verify",
    ...withKeys,
    "--head",
    second.commit,
  );
  expect(status).toBe(1);
  expect(stdout).toMatch(/^ledger-head: commit [0-9a-f]{40}: the branch does not descend from/);
});

test("text typed by a person starts no line, and no formula", async () => {
  const { book, run } = await makeScene();
  const reason = '=cmd()\n::error::"x" ##[group]';
  const freeze = { kind: "freeze", by: "anna", reason, until: null } as const;
  await write(
    book,
    moveEnvironment("production", freeze, () => outside.standingOf),
  );
  const texts = await Promise.all(
    [["log"], ["export"], ["export", "--format=csv"]].map(
      async (args) => (await run.Node("ledger", ...args, ...withKeys)).stdout,
    ),
  );
  expect(texts.join("")).not.toMatch(/^::|##\[/m);
  expect(JSON.parse(texts[1] ?? "").event.event.reason).toBe(reason);
  expect(texts[2]).toContain(`"'=cmd()\\x0a::error::""x"" \\x23#[group]"`);
});

test("refuses another key, another repository, and what is not a key", async () => {
  const { book, run } = await makeScene();
  await write(book, decisions.see);
  const other = (await makeBook()).keys.publicKey;
  const stranger = await run.Node("ledger", "verify", "--key", `${other.kid}:${other.x}`);
  expect(stranger.status).toBe(1);
  expect(stranger.stdout).toContain("ledger-key-unknown: entry 1");
  const log = await run.Node("ledger", "log", "--key", `${other.kid}:${other.x}`);
  expect([log.status, log.stdout]).toEqual([4, ""]);
  const copied = await run.Node("ledger", "verify", ...withKeys, "--repository", "4712");
  expect(copied.stdout).toContain("ledger-repository: all entries");
  const json = await run.Node("ledger", "verify", ...withKeys, "--format", "json");
  expect(JSON.parse(json.stdout)).toMatchObject({ sequence: 1, repository: 4711, problems: [] });
  for (const args of [[], ["--key", "x"], ["--keys", "hosts/rds1/host.ini"]]) {
    expect((await run.Node("ledger", "verify", ...args)).status).toBe(2);
  }
});

test("says what to do if GitHub refuses or is unreachable, and never prints the token", async () => {
  const { book, run, peer } = await makeScene();
  await write(book, decisions.see);
  const rows = [
    [{ status: 401 }, "Set GITHUB_TOKEN to a valid token."],
    [{ status: 403 }, "Grant it `contents: read`"],
    [{ status: 503 }, "Run the command again later."],
  ] as const;
  for (const [fault, next] of rows) {
    peer.fail({ on: /^GET /, when: "before", with: fault, times: fault.status === 503 ? 3 : 1 });
    const { status, stderr, stdout } = await run.Node("ledger", "verify", ...withKeys);
    expect([status, stdout]).toEqual([4, ""]);
    expect(stderr).toContain(next);
    expect(stderr).not.toContain(token);
  }
});

test("GitHub accepts the rulesets", async () => {
  const { run } = await makeScene();
  const { stdout } = await run.Node("ledger", "ruleset", "--app", "1234567");
  const rulesets: readonly { rules: readonly { type: string }[]; bypass_actors: unknown[] }[] =
    JSON.parse(stdout);
  const operation = readGithubDescription().paths["/repos/{owner}/{repo}/rulesets"]?.["post"];
  const schema = operation?.requestBody?.content["application/json"]?.schema ?? {};
  const validate = new Ajv.default({ strict: false, validateFormats: false }).compile(schema);
  for (const ruleset of rulesets) {
    expect(validate(ruleset), JSON.stringify(validate.errors)).toBe(true);
  }
  // No one bypasses the ruleset that protects the history.
  const [history, writer] = rulesets;
  expect(history?.bypass_actors).toEqual([]);
  expect(history?.rules.map(({ type }) => type)).toContain("non_fast_forward");
  expect(writer?.bypass_actors).toEqual([
    { actor_id: 1_234_567, actor_type: "Integration", bypass_mode: "always" },
  ]);
});

test.each(["Node", "Deno"] as const)(
  "status compares config repo and ledger under %s",
  async (name) => {
    const { book, run, repository, peer } = await makeScene();
    await write(book, decisions.see);
    const id = await writeRollout(book);
    const seen = [{ host: "rds1", verdict: "partial", rules: ["wire-port-open"] }] as const;
    // After the rollout, which is in 2027, and never too long ago.
    const at = Math.max(start + 3600, Math.floor(Date.now() / 1000));
    await write(book, recordSight({ run: 7, began: at, at }, seen));
    const whole = await run[name]("status", ...withKeys);
    expect([whole.status, whole.stderr]).toEqual([0, ""]);
    expect(whole.stdout).toContain(`Config repo ${repository.commit}; ledger `);
    const first = whole.stdout.split("\n").find((line) => line.startsWith("  rds1"));
    expect(first).toMatch(
      new RegExp(
        `^ {2}rds1 {2}partial {5}config hardened; scan partial at \\S+Z \\(wire-port-open\\); open good in ${id}, approved by ben$`,
      ),
    );
    const json = await run[name]("status", "rds1", ...withKeys, "--format", "json");
    const { counts, environments } = JSON.parse(json.stdout);
    expect(counts).toMatchObject({ partial: 1, unknown: 0 });
    expect(environments[0].hosts.length).toBe(1);
    const metrics = await run[name]("status", ...withKeys, "--format", "openmetrics");
    expect([metrics.status, metrics.stderr]).toEqual([0, ""]);
    expect(metrics.stdout).toMatch(/^sesam_harden_hosts\{.*state="partial"\} \d$/m);
    expect(metrics.stdout).toContain(`sesam_harden_last_scan_timestamp_seconds ${at}\n`);
    expect(metrics.stdout).toMatch(/\n# EOF\n$/);
    const local = await run[name]("status", ...withKeys, "--format", "checkmk");
    expect([local.status, local.stderr]).toEqual([0, ""]);
    expect(local.stdout).toMatch(/^[0-3] "SEP sesam TLS production" locked_out=0\|.*\n/);
    const none = await run[name]("status", "production");
    expect([none.status, none.stderr]).toEqual([0, expect.stringContaining("ledger skipped")]);
    expect(none.stdout).toContain("0 of 3 hosts hardened: 3 unknown.");
    const wrong = await run[name]("status", "rds11", ...withKeys);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain("no environment or host is called 'rds11'");
    expect(peer.problems).toEqual([]);
  },
);

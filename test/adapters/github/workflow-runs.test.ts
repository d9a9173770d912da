import { afterEach, expect, test } from "vitest";
import { createGithubRuns } from "../../../src/adapters/github/workflow-runs.ts";
import { readZipped } from "../../../src/adapters/archive/zip.ts";
import { type ActionsPeer, type DispatchMode } from "../../support/fakes/github/actions-peer.ts";
import { clientOf } from "../../support/fakes/github/github-access.ts";
import { makeZip } from "../../support/builders/zip.ts";
import { startActions } from "../../support/harness/started.ts";

const inputs = {
  ticket: "ticket",
  correlation: "2026-11-4-w1-6",
  environment: "production",
  wave: "1",
  plan: "d".repeat(64),
  commit: "c".repeat(40),
  ledger: "e".repeat(40),
};
const now = Math.floor(Date.now() / 1000);
let problems: readonly string[] = [];

afterEach(() => {
  if (problems.length > 0) throw new Error(problems.join("\n"));
});

async function open() {
  const peer: ActionsPeer = await startActions();
  problems = peer.problems;
  const workflow = { workflow: "sesam-rollout.yml", branch: "main", readZipped };
  return { peer, runs: createGithubRuns(clientOf(peer), workflow) };
}

const table: readonly (readonly [DispatchMode, object, number])[] = [
  ["details", { kind: "accepted", run: 7000 }, 1],
  ["plain", { kind: "accepted", run: null }, 1],
  ["old", { kind: "accepted", run: null }, 1],
  ["reset", { kind: "unknown" }, 0],
  ["made", { kind: "unknown" }, 1],
  [502, { kind: "unknown" }, 0],
  [404, { kind: "refused", detail: expect.stringContaining("(404)") }, 0],
  [422, { kind: "refused", detail: expect.stringContaining("(422)") }, 0],
  [401, { kind: "refused", detail: expect.stringContaining("(401)") }, 0],
];

test.each(table)("a dispatch answered with %s", async (mode, answer, started) => {
  const { peer, runs } = await open();
  peer.modes.push(mode);
  expect(await runs.dispatch(inputs)).toEqual(answer);
  expect(peer.runs.length).toBe(started);
});

test("distinguishes a workflow that lacks an input from other refusals", async () => {
  const { peer, runs } = await open();
  peer.unknownInputs.add("mode");
  expect(await runs.dispatch(inputs)).toEqual({ kind: "accepted", run: 7000 });
  expect(await runs.dispatch({ ...inputs, mode: "rehearse" })).toEqual({
    kind: "refused",
    detail: expect.stringContaining("Unexpected inputs"),
    lacksInput: true,
  });
  expect(peer.runs.length).toBe(1);
});

test("remembers a server that does not return run names", async () => {
  const { peer, runs } = await open();
  peer.modes.push("old");
  await runs.dispatch(inputs);
  expect(peer.requests.length).toBe(2);
  await runs.dispatch(inputs);
  expect(peer.requests.length).toBe(3);
});

test("a rate limit is not a refusal", async () => {
  const { peer, runs } = await open();
  peer.modes.push(429, 429, 429);
  expect(await runs.dispatch(inputs)).toEqual({ kind: "unknown" });
});

test("finds a run by the end of its name, on any page", async () => {
  const { peer, runs } = await open();
  expect(await runs.find(inputs.correlation, now - 60)).toBeUndefined();
  peer.modes.push("made");
  await runs.dispatch(inputs);
  for (let index = 0; index < 120; index++) {
    await runs.dispatch({ ...inputs, correlation: `2026-11-4-w1-6${index}` });
  }
  expect(await runs.find(inputs.correlation, now - 60)).toBe(7000);
  expect(await runs.find("w1-6", now - 60)).toBeUndefined();
  expect(await runs.find(inputs.correlation, now + 3600)).toBeUndefined();
});

const display_title = `wave 1 in production, ${inputs.correlation}`;

test.each([
  { name: "another branch", change: { head_branch: "evil" } },
  { name: "a tag with the branch's name", change: { head_sha: "e".repeat(40) } },
  { name: "another workflow", change: { path: ".github/workflows/evil.yml" } },
  { name: "a push", change: { event: "push" } },
])("does not mistake a run of $name for the one that was sent", async ({ change }) => {
  const { peer, runs } = await open();
  peer.start({ display_title, ...change });
  expect(await runs.find(inputs.correlation, now - 60)).toBeUndefined();
  const path = ".github/workflows/sesam-rollout.yml@refs/heads/main";
  const { id } = peer.start({ display_title, path });
  expect(await runs.find(inputs.correlation, now - 60)).toBe(id);
});

test("takes none of two runs with the same name", async () => {
  const { peer, runs } = await open();
  peer.start({ display_title });
  peer.start({ display_title });
  expect(await runs.find(inputs.correlation, now - 60)).toBeUndefined();
});

test("reads no artifacts of a running run, until it is completed or gone", async () => {
  const { peer, runs } = await open();
  await runs.dispatch(inputs);
  expect(await runs.look(7000)).toEqual({ kind: "under-way" });
  expect(await runs.look(7000)).toEqual({ kind: "under-way" });
  expect(peer.unchanged()).toBe(1);
  for (const run of peer.runs) run.status = "completed";
  expect(await runs.look(7000)).toEqual({ kind: "completed" });
  expect(await runs.look(7000)).toEqual({ kind: "completed" });
  expect(await runs.look(1)).toEqual({ kind: "missing" });
  peer.hide();
  await expect(runs.look(7000)).rejects.toThrow("(404)");
});

test("reads one artifact per host, of limited size, and none with another name", async () => {
  const { peer, runs } = await open();
  await runs.dispatch(inputs);
  const names = Array.from({ length: 130 }, (_, index) => `h${index}`);
  const artifactOf = (host: string, text: string, id: number) => {
    const name = `sesam-harden-${host}`;
    return { id, name, archive: makeZip({ [`${name}.json`]: text }) };
  };
  for (const run of peer.runs) {
    run.artifacts = [
      ...names.map((name, index) => artifactOf(name, `ä ${name}`, 10 + index)),
      artifactOf("h0", "of another job", 500),
      { ...artifactOf("gone", "", 501), expired: true },
      { ...artifactOf("rubbish", "", 502), archive: Buffer.from("rubbish") },
      { ...artifactOf("large", "", 503), archive: Buffer.alloc(300_000) },
      artifactOf("bomb", "a".repeat(1_000_000), 504),
      { ...artifactOf("just-gone", "", 506), archive: Buffer.alloc(0) },
      { id: 505, name: "other", archive: makeZip({}) },
    ];
  }
  const texts = await runs.readReports(7000);
  expect(texts.size).toBe(135);
  expect(names.slice(1).map((name) => texts.get(name))).toEqual(
    names.slice(1).map((name) => `ä ${name}`),
  );
  // Any job may leave an artifact under any name, so it is unclear which one is the host's.
  expect(texts.get("h0")).toEqual({ kind: "several" });
  expect(peer.requests.some((line) => /artifacts\/(10|500)\//.test(line))).toBe(false);
  for (const name of ["gone", "just-gone", "rubbish", "large", "bomb"]) {
    expect(texts.get(name)).toBeNull();
  }
  expect(peer.requests.some((line) => line.includes("/503"))).toBe(false);
});

import { expect, test } from "vitest";
import { createGithubVerify } from "../../../src/adapters/github/verify-runs.ts";
import { GithubError } from "../../../src/adapters/github/error.ts";
import { readZipped } from "../../../src/adapters/archive/zip.ts";
import { type PeerRun } from "../../support/fakes/github/actions-peer.ts";
import { clientOf } from "../../support/fakes/github/github-access.ts";
import { makeZip } from "../../support/builders/zip.ts";
import { startActions } from "../../support/harness/started.ts";

const report = JSON.stringify({ schemaVersion: 1, findings: [], hosts: [] });
const leave = (text = report, name = "sesam-harden-verify") => [
  { id: 1, name, archive: makeZip({ "verify.json": text }) },
];

const scheduled = {
  event: "schedule",
  path: ".github/workflows/sesam-verify.yml",
  status: "completed",
  artifacts: leave(),
} as const satisfies Partial<PeerRun>;

async function open(...runs: readonly Partial<PeerRun>[]) {
  const peer = await startActions();
  for (const run of runs) peer.start({ ...scheduled, ...run });
  let seconds = Date.now() / 1000;
  const nowSeconds = (): number => seconds;
  const options = { workflow: "sesam-verify.yml", branch: "main", readZipped, nowSeconds };
  const later = (more: number): void => void (seconds += more);
  return { peer, later, verify: createGithubVerify(clientOf(peer), options) };
}

test("returns the newest completed run once", async () => {
  const { peer, verify } = await open({}, {}, { status: "in_progress" });
  expect(await verify.newest(0)).toMatchObject({ run: 7001, text: report });
  const before = peer.unchanged();
  expect(await verify.newest(7001)).toBeUndefined();
  expect(peer.unchanged()).toBe(before + 1);
  expect(peer.problems).toEqual([]);
});

test("uses the previous run if the newest left no report", async () => {
  const { verify } = await open({}, { artifacts: [] }, { artifacts: leave(report, "other") });
  expect(await verify.newest(0)).toMatchObject({ run: 7000 });
  expect(await verify.newest(7000)).toBeUndefined();
});

test.each<readonly [string, Partial<PeerRun>]>([
  ["a pull request's", { event: "pull_request" }],
  ["another workflow's", { path: ".github/workflows/other.yml" }],
  ["of a commit that is not on the branch", { head_sha: "d".repeat(40) }],
  ["of another branch", { head_branch: "other" }],
  [
    "without the file",
    { artifacts: [{ id: 1, name: "sesam-harden-verify", archive: makeZip({}) }] },
  ],
  [
    "with two reports, since any job may leave one",
    { artifacts: [...leave(), ...leave()].map((one, index) => ({ ...one, id: index + 1 })) },
  ],
])("ignores a run that is %s", async (_, change) => {
  const { verify } = await open(change);
  expect(await verify.newest(0)).toBeUndefined();
});

const globals = (host: string, id: number, text = "{}") => ({
  id,
  name: `sesam-harden-globals-${host}`,
  archive: makeZip({ "globals.json": text }),
});
const jobOf = (host: string) => ({ name: `globals ${host}`, status: "completed" });

test("reads the global settings that jobs of a run left, for the requested hosts", async () => {
  const { peer, verify } = await open({
    jobs: [{ name: "verify", status: "completed" }, ...["s1", "s3", "s4", "s5"].map(jobOf)],
    artifacts: [
      ...leave(),
      globals("s1", 2),
      globals("s2", 3), // no job of its own
      globals("s3", 4),
      globals("s3", 5),
      globals("s4", 6, "x".repeat(16 * 1024 + 1)),
      globals("s5", 7), // not requested
    ],
  });
  const texts = await verify.readGlobals(7000, ["s1", "s2", "s3", "s4", "s6"]);
  expect([...texts]).toEqual([
    ["s1", "{}"],
    ["s3", null],
    ["s4", null],
  ]);
  expect(peer.problems).toEqual([]);
});

test("a config repo without the workflow has no runs", async () => {
  const { peer, verify } = await open();
  peer.hide();
  expect(await verify.newest(0)).toBeUndefined();
});

test.each([
  ["no report", []],
  ["a report that cannot be read", leave("{}").map((one) => ({ ...one, id: 2 }))],
])("a run that left %s is requested again only for a while", async (_, artifacts) => {
  const { peer, later, verify } = await open({}, { artifacts });
  expect(await verify.newest(7000)).toBeUndefined();
  const before = peer.requests.length;
  expect(await verify.newest(7000)).toBeUndefined();
  expect(peer.requests.length).toBeGreaterThan(before + 1);
  later(600);
  await verify.newest(7000);
  const settled = peer.requests.length;
  expect(await verify.newest(7000)).toBeUndefined();
  expect(peer.requests).toHaveLength(settled + 1);
  // The previous run still counts.
  expect(await verify.newest(0)).toMatchObject({ run: 7000 });
});

test("one run is enough: a second start finds the first, also if both are concurrent", async () => {
  const { peer, later, verify } = await open({});
  const since = Math.floor(Date.now() / 1000);
  const kinds = await Promise.all([verify.start(since), verify.start(since), verify.start(since)]);
  expect(kinds.map(({ kind }) => kind)).toEqual(["accepted", "under-way", "under-way"]);
  expect(peer.runs).toHaveLength(2);
  later(120);
  const url = expect.stringContaining("7001");
  expect(await verify.start(since)).toEqual({ kind: "under-way", url });
  const [, run] = peer.runs;
  if (run === undefined) throw new Error("no run was started");
  run.status = "completed";
  expect((await verify.start(since)).kind).toBe("accepted");
  expect(peer.problems).toEqual([]);
});

test("a run that began before a newer record does not stop another start", async () => {
  const { peer, verify } = await open({ status: "in_progress" });
  const since = Math.floor(Date.now() / 1000);
  expect((await verify.start(since + 10)).kind).toBe("accepted");
  expect((await verify.start(since + 20)).kind).toBe("accepted");
  expect(peer.runs).toHaveLength(3);
});

test("a start before which the runs cannot be listed sends nothing, and says so", async () => {
  const peer = await startActions();
  const client = clientOf(peer);
  const next = "Try again later.";
  let isDown = true;
  const conditional: typeof client.conditional = async (...asked) => {
    if (!isDown) return client.conditional(...asked);
    const answer = { status: undefined, reason: "no-answer", said: [] } as const;
    throw new GithubError(answer, "GitHub did not answer", next);
  };
  const nowSeconds = (): number => Date.now() / 1000;
  const options = { workflow: "sesam-verify.yml", branch: "main", readZipped, nowSeconds };
  const verify = createGithubVerify({ ...client, conditional }, options);
  const detail = `GitHub did not answer. ${next}`;
  expect(await verify.start(0)).toEqual({ kind: "refused", detail });
  expect(peer.runs).toEqual([]);
  isDown = false;
  expect((await verify.start(0)).kind).toBe("accepted");
});

test("a start that GitHub refuses may be retried", async () => {
  const { peer, verify } = await open();
  peer.modes.push(404);
  expect((await verify.start(0)).kind).toBe("refused");
  expect((await verify.start(0)).kind).toBe("accepted");
});

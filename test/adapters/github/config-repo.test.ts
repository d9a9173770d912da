import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readRepositoryNumber } from "../../../src/adapters/github/config-repo.ts";
import { planFleet } from "../../../src/core/rollout/plan/plan-fleet.ts";
import { newEnvironment } from "../../../src/core/rollout/state/records.ts";
import { openTree } from "../../../src/core/config-repo/tree-files.ts";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { clientOf, openConfig } from "../../support/fakes/github/github-access.ts";
import { archiveRepository, writeRepository } from "../../support/harness/git.ts";
import { pushFiles } from "../../support/fakes/github/github-peer.ts";
import { filesOf, planOf, recordsOf } from "../../support/builders/rollout.ts";
import { startGithub } from "../../support/harness/started.ts";

const hosts = { rds1: {}, s1: { facts: "role = server\n# \xe4\n" } };

async function makeScene() {
  const peer = await startGithub();
  const commit = await pushFiles(peer, { ...filesOf(hosts), "docs/big.md": "x".repeat(10_000) });
  return { peer, commit, config: openConfig(peer) };
}

test("a plan from GitHub equals the plan from a checkout, byte for byte", async () => {
  const { peer, commit, config } = await makeScene();
  expect(await config.readHead()).toEqual({ branch: "main", commit });
  const files = openTree(await config.readTree(commit));
  const ledger = {
    commit: "e".repeat(40),
    environment: newEnvironment("production"),
    hosts: recordsOf(hosts),
  };
  const request = { paths: ["."], repository: 4711, phase: "open", asOf: "2026-11-25" } as const;
  const rest = { names: [], exceptions: [], waveSize: 256 };
  const planned = planFleet({ ...request, ...rest, commit, ledger }, { files, hash: hashSha256 });
  expect(planned.digest).toBe(planOf(hosts, { commit }).digest);
  expect(peer.problems).toEqual([]);
});

test("unchanged files cost nothing, and only new ones are fetched", async () => {
  const { peer, commit, config } = await makeScene();
  await config.readHead();
  await config.readTree(commit);
  const cold = peer.takeRequests();
  // One blob for both copies of stpd.ini, which are identical.
  expect(cold.filter((line) => line.includes("/git/blobs/")).length).toBe(3);
  await config.readHead();
  await config.readTree(commit);
  expect(peer.takeRequests().length).toBe(2);
  expect(peer.unchanged.length).toBe(2);
  const next = await pushFiles(peer, { "hosts/rds1/host.ini": "environment = lab\n" });
  expect((await config.readHead()).commit).toBe(next);
  const tree = await config.readTree(next);
  expect(tree.entries.get("hosts/rds1/host.ini")).toEqual({
    kind: "file",
    bytes: "environment = lab\n",
  });
  expect(tree.entries.get("docs/big.md")).toEqual({ kind: "file", bytes: undefined });
  const lines = peer.takeRequests().filter((line) => line.includes("/git/blobs/"));
  expect(lines.filter((line) => line.startsWith("GET")).length).toBe(1);
});

test("reads some files with one query, and those that are not UTF-8 individually", async () => {
  const { peer, commit, config } = await makeScene();
  const without = await config.readTree(commit);
  peer.startQueries();
  peer.takeRequests();
  expect(await openConfig(peer).readTree(commit)).toEqual(without);
  const kinds = peer.takeRequests().map((line) => line.split("/").slice(0, 6).join("/"));
  const git = "GET /repos/example/config/git";
  expect(kinds).toEqual([`${git}/trees`, "POST /graphql", `${git}/blobs`]);
  expect(peer.problems).toEqual([]);
});

test("reports whether the branch descends from a commit", async () => {
  const { peer, commit, config } = await makeScene();
  const next = await pushFiles(peer, { a: "1" });
  expect(await config.isAncestor(commit, next)).toBe(true);
  expect(await config.isAncestor(next, next)).toBe(true);
  expect(await config.isAncestor(next, commit)).toBe(false);
  expect(await config.isAncestor("f".repeat(40), next)).toBe(false);
  peer.fail({ on: /compare/, when: "before", with: { status: 403 } });
  await expect(config.isAncestor(commit, next)).rejects.toThrow(/403/);
  expect(peer.problems).toEqual([]);
});

test("names the repository by GitHub's number", async () => {
  const { peer } = await makeScene();
  const { id } = await peer.api<{ id: number }>("GET", "");
  expect(await readRepositoryNumber(clientOf(peer))).toBe(id);
});

test("reads a whole fleet from one archive, and files missing there individually", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [`rds${index}`, { facts: `# ${index} \xe4\n` }]),
  );
  const files = filesOf(many);
  const changed: Record<string, string> = {
    ...files,
    "hosts/rds7/host.ini": "not what is in the tree",
  };
  const { "hosts/rds8/host.ini": _, ...archived } = changed;
  const { folder } = writeRepository(archived);
  const gzip = new Uint8Array(gzipSync(archiveRepository(folder)));
  const peer = await startGithub((method, url) =>
    method === "GET" && url.pathname.includes("/tarball/") ? { gzip } : undefined,
  );
  const commit = await pushFiles(peer, files);
  const config = openConfig(peer);
  peer.takeRequests();
  const tree = await config.readTree(commit);
  for (const [path, bytes] of Object.entries(files)) {
    expect(tree.entries.get(path), path).toEqual({ kind: "file", bytes });
  }
  const requests = peer.takeRequests();
  expect(requests.filter((line) => line.includes("/git/blobs/")).length).toBe(2);
  expect(requests.length).toBe(4);
  expect(peer.problems).toEqual([]);
});

test("an invalid archive costs requests, but loses no file", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`rds${index}`, { facts: `# ${index}\n` }]),
  );
  const gzip = new Uint8Array([1, 2, 3]);
  const peer = await startGithub((_, url) =>
    url.pathname.includes("/tarball/") ? { gzip } : undefined,
  );
  const commit = await pushFiles(peer, filesOf(many));
  const tree = await openConfig(peer).readTree(commit);
  expect(tree.entries.get("hosts/rds99/host.ini")).toMatchObject({
    bytes: "environment = production\n# 99\n",
  });
});

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { writeFleet } from "./support/builders/fleet.ts";
import { commitAll, runGit } from "./support/harness/git.ts";
import {
  pushFiles,
  readFile,
  repository,
  type GithubPeer,
} from "./support/fakes/github/github-peer.ts";
import { createRandom } from "./support/builders/random.ts";
import { startGithub } from "./support/harness/started.ts";

/** Sends a request like one of our jobs: returns the status, and GitHub's message. */
async function ask(peer: GithubPeer, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${peer.url}/repos/${repository}${path}`, {
    method,
    headers: { authorization: "Bearer other", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const { message, errors } = text === "" ? { message: undefined, errors: [] } : JSON.parse(text);
  return { status: answer.status, message, errors };
}

const headOf = async ({ api }: GithubPeer, branch = "main"): Promise<string> =>
  (await api<{ object: { sha: string } }>("GET", `/git/ref/heads/${branch}`)).object.sha;

const createBranch = async (peer: GithubPeer, branch: string, from = "main"): Promise<void> => {
  await peer.api("POST", "/git/refs", {
    ref: `refs/heads/${branch}`,
    sha: await headOf(peer, from),
  });
};

test("branches are those of Git, for any order of requests", async () => {
  const peer = await startGithub();
  const sha = await headOf(peer);
  const folder = writeFleet({ "a.txt": "a\n" });
  runGit(folder, "init", "--quiet", "--initial-branch", "main");
  const commit = commitAll(folder);
  const bare = join(folder, "bare.git");
  runGit(folder, "clone", "--quiet", "--bare", folder, bare);
  const update = (...args: readonly string[]): boolean =>
    spawnSync("git", ["-C", bare, "update-ref", ...args]).status === 0;
  const fixed = [
    "a..b",
    "fix",
    "fix/main",
    "team/one/two",
    "team/one",
    "team",
    "main/ledger",
    "a b",
    "a~b",
    "a^b",
    "a:b",
    "a?b",
    "a*b",
    "a[b",
    "a\\b",
    "a.lock",
    "a.lock/b",
    ".a",
    "a/.b",
    "a/",
    "/a",
    "a//b",
    "a.",
    "a@{b",
    "@",
    "a@b",
    "-a",
    "h\u00f6st",
    "a\u007fb",
    "a\u0001b",
    "",
    "sesam-harden/fix/main",
    "sesam-harden/ledger",
    "sesam-harden",
  ];
  const random = createRandom(11);
  const parts = ["a", "b", "c", "/", "/", ".", "..", "@{", "~", ".lock", "x"];
  const made = Array.from({ length: 150 }, () =>
    Array.from({ length: 1 + random.below(4) }, () => random.pick(parts)).join(""),
  );
  for (const name of [...fixed, ...made]) {
    const ref = `refs/heads/${name}`;
    // Git creates an existing branch again if it would not move; "no value before" prevents that.
    const isMade = update(ref, commit, "0".repeat(40));
    const { status } = await ask(peer, "POST", "/git/refs", { ref, sha });
    expect(status, name).toBe(isMade ? 201 : 422);
    if (!isMade || random.chance(0.5)) continue;
    expect(update("-d", ref)).toBe(true);
    const path = name.split("/").map(encodeURIComponent).join("/");
    expect((await ask(peer, "DELETE", `/git/refs/heads/${path}`)).status, name).toBe(204);
  }
});

test("refuses references with GitHub's messages", async () => {
  const peer = await startGithub();
  const sha = await headOf(peer);
  await createBranch(peer, "fix");
  const create = (ref: string, to = sha) => ask(peer, "POST", "/git/refs", { ref, sha: to });
  const say = (message: string) => ({ status: 422, message, errors: undefined });
  expect(await create("refs/heads/a..b")).toEqual(say("refs/heads/a..b is not a valid ref name."));
  expect(await create("refs/heads/fix/main")).toEqual(say("Reference update failed"));
  expect(await create("refs/heads/fix")).toEqual(say("Reference already exists"));
  expect(await create("refs/heads/new", "1".repeat(40))).toEqual(say("Object does not exist"));
  const move = (branch: string, to: string) =>
    ask(peer, "PATCH", `/git/refs/heads/${branch}`, { sha: to, force: false });
  expect(await move("none", sha)).toEqual(say("Reference does not exist"));
  const newer = await pushFiles(peer, { "a.txt": "a\n" });
  await pushFiles(peer, { "b.txt": "b\n" }, "fix");
  expect(await move("fix", newer)).toEqual(say("Update is not a fast forward"));
  const remove = (branch: string) => ask(peer, "DELETE", `/git/refs/heads/${branch}`);
  expect(await remove("none")).toEqual(say("Reference does not exist"));
  expect(await remove("main")).toEqual(say("Cannot delete the default branch"));
  expect((await remove("fix")).status).toBe(204);
});

const text = (title: string) => ({ title, body: "text" });

test("a pull request needs both branches, and a difference between them", async () => {
  const peer = await startGithub();
  await createBranch(peer, "fix");
  const open = (head: string, base: string, more = {}) =>
    ask(peer, "POST", "/pulls", { ...text("a"), head, base, ...more });
  const invalid = (field: string) => [{ resource: "PullRequest", field, code: "invalid" }];
  const custom = (message: string) => [{ resource: "PullRequest", code: "custom", message }];
  const refusals = [
    [await open("fix", "trunk"), invalid("base")],
    [await open("other", "main"), invalid("head")],
    [await open("fix", "main"), custom("No commits between main and fix")],
    [await open("main", "main"), custom("No commits between main and main")],
  ] as const;
  for (const [answer, errors] of refusals) {
    expect(answer).toEqual({ status: 422, message: "Validation Failed", errors });
  }
  const branches = await peer.api<readonly { name: string }[]>("GET", "/branches");
  expect(branches.map(({ name }) => name)).toEqual(["fix", "main"]);
  await pushFiles(peer, { "a.txt": "a\n" }, "fix");
  const long = await open("fix", "main", { body: "x".repeat(65_537) });
  expect(long.errors).toMatchObject([
    { message: "body is too long (maximum is 65536 characters)" },
  ]);
  expect((await open("example:fix", "main", { body: "x".repeat(65_536) })).status).toBe(201);
  expect((await open("fix", "main")).errors).toEqual(
    custom("A pull request already exists for example:fix."),
  );
  // With another base it is a different pull request.
  await createBranch(peer, "trunk");
  expect((await open("fix", "trunk")).status).toBe(201);
});

test("refuses a missing base for an open pull request, and any base for a closed one", async () => {
  const peer = await startGithub();
  await createBranch(peer, "fix");
  await createBranch(peer, "trunk");
  await pushFiles(peer, { "a.txt": "a\n" }, "fix");
  await ask(peer, "POST", "/pulls", { ...text("a"), head: "fix", base: "main" });
  const change = (body: unknown) => ask(peer, "PATCH", "/pulls/1", body);
  expect((await change({ base: "none" })).errors).toEqual([
    { resource: "PullRequest", field: "base", code: "invalid" },
  ]);
  expect((await change({ base: "trunk" })).status).toBe(200);
  await change({ state: "closed" });
  expect((await change({ base: "main" })).status).toBe(422);
});

test("a pull request is closed with its branch, and with its base", async () => {
  const peer = await startGithub();
  for (const branch of ["one", "two", "trunk"]) {
    await createBranch(peer, branch);
  }
  for (const branch of ["one", "two"]) {
    await pushFiles(peer, { [`${branch}.txt`]: "a\n" }, branch);
  }
  await ask(peer, "POST", "/pulls", { ...text("a"), head: "one", base: "main" });
  await ask(peer, "POST", "/pulls", { ...text("b"), head: "two", base: "trunk" });
  await ask(peer, "POST", "/pulls", { ...text("c"), head: "two", base: "main" });
  const states = async () =>
    (await peer.api<readonly { number: number; state: string }[]>("GET", "/pulls?state=all"))
      .toSorted((left, right) => left.number - right.number)
      .map(({ state }) => state);
  await ask(peer, "DELETE", "/git/refs/heads/one");
  expect(await states()).toEqual(["closed", "open", "open"]);
  await ask(peer, "DELETE", "/git/refs/heads/trunk");
  expect(await states()).toEqual(["closed", "closed", "open"]);
});

/** Both sides change some files, starting from a common version. */
async function makeSides(
  common: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>>,
) {
  const peer = await startGithub();
  await pushFiles(peer, common);
  await createBranch(peer, "fix");
  await pushFiles(peer, theirs, "fix");
  await peer.api("POST", "/pulls", { ...text("a"), head: "fix", base: "main" });
  const base = await pushFiles(peer, ours);
  return { peer, base, head: await headOf(peer, "fix") };
}

const lines = (...changed: readonly (readonly [number, string])[]): string => {
  const all = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  for (const [index, line] of changed) all[index] = line;
  return `${all.join("\n")}\n`;
};

test("a merge keeps the changes of both sides, also within a file", async () => {
  const { peer, base, head } = await makeSides(
    { "a.txt": lines(), "b/c.txt": "c\n", "same.txt": "s\n" },
    { "a.txt": lines([1, "ours"]), "ours.txt": "o\n", "same.txt": "both\n" },
    { "a.txt": lines([18, "theirs"]), "b/d.txt": "d\n", "same.txt": "both\n" },
  );
  expect(await ask(peer, "PUT", "/pulls/1/merge", {})).toMatchObject({ status: 200 });
  const merged = await peer.api<{ tree: { sha: string }; parents: readonly { sha: string }[] }>(
    "GET",
    `/git/commits/${await headOf(peer)}`,
  );
  expect(merged.parents.map(({ sha }) => sha)).toEqual([base, head]);
  const both = lines([1, "ours"], [18, "theirs"]);
  expect(await readFile(peer, "main", "a.txt")).toBe(both);
  const tree = await peer.api<{ tree: readonly { path: string; type: string }[] }>(
    "GET",
    `/git/trees/${merged.tree.sha}?recursive=1`,
  );
  const names = tree.tree.filter(({ type }) => type === "blob").map(({ path }) => path);
  expect(names).toEqual(expect.arrayContaining(["b/c.txt", "b/d.txt", "ours.txt", "same.txt"]));
  expect(await peer.api("GET", "/pulls/1")).toMatchObject({ state: "closed", merged: true });
});

test.each([
  ["one line of both", { "a.txt": lines([3, "ours"]) }, { "a.txt": lines([3, "theirs"]) }],
  ["a file that both add", { "n.txt": "ours\n" }, { "n.txt": "theirs\n" }],
  ["a file where the other has a directory", { n: "ours\n" }, { "n/a.txt": "theirs\n" }],
])("a merge with a conflict is refused: %s", async (_, ours, theirs) => {
  const { peer, base } = await makeSides({ "a.txt": lines() }, ours, theirs);
  expect(await ask(peer, "PUT", "/pulls/1/merge", {})).toMatchObject({
    status: 405,
    message: "Pull Request is not mergeable",
  });
  expect(await headOf(peer)).toBe(base);
  expect(await peer.api("GET", "/pulls/1")).toMatchObject({ state: "open", merged: false });
});

test("refuses a merge if others were faster", async () => {
  const { peer } = await makeSides({ "a.txt": "a\n" }, { "b.txt": "b\n" }, { "c.txt": "c\n" });
  expect(await ask(peer, "PUT", "/pulls/1/merge", { sha: "1".repeat(40) })).toMatchObject({
    status: 409,
    message: "Head branch was modified. Review and try the merge again.",
  });
  expect((await ask(peer, "PUT", "/pulls/1/merge", {})).status).toBe(200);
  expect((await ask(peer, "PUT", "/pulls/1/merge", {})).status).toBe(405);
});

test("a file may replace a directory whose files are deleted", async () => {
  const peer = await startGithub();
  const head = await pushFiles(peer, { "a/b.txt": "b\n", "c.txt": "c\n" });
  const { tree } = await peer.api<{ tree: { sha: string } }>("GET", `/git/commits/${head}`);
  const file = { mode: "100644", type: "blob" };
  const made = await ask(peer, "POST", "/git/trees", {
    base_tree: tree.sha,
    tree: [
      { ...file, path: "a/b.txt", sha: null },
      { ...file, path: "a", content: "now a file\n" },
    ],
  });
  expect(made.status).toBe(201);
});

test("the author of a pull request cannot review it", async () => {
  const { peer } = await makeSides({ "a.txt": "a\n" }, { "b.txt": "b\n" }, { "c.txt": "c\n" });
  const path = "/pulls/1/requested_reviewers";
  expect(await ask(peer, "POST", path, { reviewers: ["anna"] })).toMatchObject({
    status: 422,
    message: "Review cannot be requested from pull request author.",
  });
  expect((await ask(peer, "POST", path, { reviewers: ["bot"] })).status).toBeLessThan(300);
});

test("only this peer sends requests to emulate's GitHub", () => {
  const top = fileURLToPath(new URL("..", import.meta.url));
  const files = ["test", "examples", "bench", "bot"].flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
      .map((name) => `${folder}/${name}`),
  );
  const users = files.filter((file) =>
    /service: "github"/.test(readFileSync(join(top, file), "utf8")),
  );
  expect(users.filter((file) => file !== "test/github-peer.test.ts")).toEqual([
    "test/support/fakes/github/github-peer.ts",
  ]);
});

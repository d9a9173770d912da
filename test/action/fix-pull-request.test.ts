import { expect, test } from "vitest";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import {
  pushFiles,
  readFile,
  type Fault,
  type GithubPeer,
} from "../support/fakes/github/github-peer.ts";
import { priorityIni } from "../support/builders/rules.ts";
import { startStep, token, type StepResult } from "../support/harness/runner.ts";
import { startGithub } from "../support/harness/started.ts";

const hard = priorityIni(vendorPriority);
const open = `${hard}STPD_PORT=11001\n`;
const closed = `${hard}# STPD_PORT=11001\n`;
const branch = "sesam-harden/fix/main";
type Files = Readonly<Record<string, string>>;

interface Pull {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly { name: string }[];
}

/** A repository with a fleet, and the step as the runner starts it on a push to main. */
async function openRepository(files: Files) {
  const peer = await startGithub();
  let current = files;
  let sha = await pushFiles(peer, files);
  const run = async (inputs: Files = {}, extra: Files = {}): Promise<StepResult> => {
    const workspace = writeFleet(current);
    const result = await startStep({ fix: "pull-request", ...inputs }, workspace, {
      GITHUB_API_URL: peer.url,
      GITHUB_EVENT_NAME: "push",
      GITHUB_REF: "refs/heads/main",
      GITHUB_SHA: sha,
      ...extra,
    });
    expect(peer.problems).toEqual([]);
    expect(result.raw).not.toContain(token);
    return result;
  };
  const setWorkspace = (seen: Files): void => {
    current = seen;
  };
  const push = async (changed: Files): Promise<void> => {
    sha = await pushFiles(peer, changed);
    current = { ...current, ...changed };
  };
  const pulls = () => peer.api<readonly Pull[]>("GET", "/pulls?state=all&per_page=100");
  return { peer, run, push, pulls, setWorkspace };
}

const operationOf = ({ outputs }: StepResult): string | undefined =>
  outputs["pull-request-operation"];

test.each([".", "hosts"])(
  "opens one pull request with minimal edits and everything a reviewer needs: %s",
  async (paths) => {
    const latin1 = `${open.replaceAll("\n", "\r\n")}# Gr\u00fc\u00dfe\r\n`;
    const { peer, run, pulls } = await openRepository({
      "hosts/a/stpd.ini": open,
      "hosts/b/stpd.ini": latin1,
      "hosts/c/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=x\nSTPD_PORT=1\n${hard.split("\n")[2]}\n`,
      "hosts/d/stpd.ini": hard,
    });
    peer.takeRequests();
    const result = await run({ paths, labels: "security, backup", draft: "true" });
    expect(operationOf(result)).toBe("created");
    expect(peer.takeRequests().length).toBeLessThanOrEqual(12);
    const [pull, ...more] = await pulls();
    expect(more).toEqual([]);
    expect(pull?.title).toBe("Fix the transport security settings of 2 hosts");
    expect(pull?.labels.map(({ name }) => name).toSorted()).toEqual(["backup", "security"]);
    expect(pull?.body).toMatch(
      /^This pull request changes the files of 2 hosts\. Verdicts with the new files: 2 `hardened`\.\n\n\| host \| now \| after \| changes \| restart \|\n/,
    );
    expect(pull?.body).toContain("| a | partial | hardened | stpd.ini: 1 line | SEP sesam |");
    // The change of b has other context bytes, but the reader sees clean lines and the note.
    expect(pull?.body).toContain("CRLF line endings are kept.");
    expect(pull?.body).toContain(" # Gr\u00fc\u00dfe\n");
    expect(pull?.body).not.toContain("\\x0d");
    expect(pull?.body).toContain("-STPD_PORT=11001\n+# STPD_PORT=11001");
    expect(pull?.body).toContain(
      "hosts/c/stpd.ini&#58;3 [ftp-port-open](https://github.com/sesam-harden/sesam-harden/blob/main/docs/rules/ftp-port-open.md): the HTTPS port might not be open",
    );
    expect(await readFile(peer, branch, "hosts/a/stpd.ini")).toBe(closed);
    expect(await readFile(peer, branch, "hosts/b/stpd.ini")).toBe(
      latin1.replace("STPD_PORT", "# STPD_PORT"),
    );
    expect(result.outputs).toMatchObject({
      "pull-request-number": String(pull?.number),
      "pull-request-verified": expect.stringMatching(/^(true|false)$/),
      "pull-request-head-sha": expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  },
);

test("a second run changes nothing, in at most four requests", async () => {
  const { peer, run, pulls } = await openRepository({ "a/stpd.ini": open });
  await run();
  peer.takeRequests();
  expect(operationOf(await run())).toBe("unchanged");
  const requests = peer.takeRequests();
  expect(requests.length).toBeLessThanOrEqual(4);
  expect(requests.filter((line) => !line.startsWith("GET "))).toEqual([]);
  expect((await pulls()).length).toBe(1);
});

test("writes nothing if there is nothing to fix", async () => {
  const { peer, run, pulls } = await openRepository({ "a/stpd.ini": hard });
  peer.takeRequests();
  expect(operationOf(await run())).toBe("unchanged");
  expect(peer.takeRequests().filter((line) => !line.startsWith("GET "))).toEqual([]);
  expect(await pulls()).toEqual([]);
});

test("follows the base, and keeps text that people added below", async () => {
  const { peer, run, push, pulls } = await openRepository({ "a/stpd.ini": open });
  await run();
  const [first] = await pulls();
  await peer.api("PATCH", `/pulls/${first?.number}`, {
    title: "Ours",
    body: `${first?.body}\nPlease on <!-- or Monday --> Tuesday.`,
  });
  await push({ "b/stpd.ini": open });
  expect(operationOf(await run())).toBe("updated");
  const [pull, ...more] = await pulls();
  expect([pull?.title, more]).toEqual(["Ours", []]);
  expect(pull?.body).toContain("This pull request changes the files of 2 hosts.");
  expect(pull?.body).toContain("Please on <!-- or Monday --> Tuesday.");
  expect(await readFile(peer, branch, "a/stpd.ini")).toBe(closed);
  expect(await readFile(peer, branch, "b/stpd.ini")).toBe(closed);
  expect(operationOf(await run())).toBe("unchanged");
});

test("closes it with a reason when nothing is left, and opens a new one for new fixes", async () => {
  const { peer, run, push, pulls } = await openRepository({ "a/stpd.ini": open });
  await run();
  await push({ "a/stpd.ini": hard });
  expect(operationOf(await run())).toBe("closed");
  const [pull] = await pulls();
  const comments = await peer.api<readonly { body: string }[]>(
    "GET",
    `/issues/${pull?.number}/comments`,
  );
  expect([pull?.state, comments[0]?.body]).toEqual([
    "closed",
    expect.stringContaining("nothing is left to fix"),
  ]);
  expect(operationOf(await run())).toBe("unchanged");
  await push({ "a/stpd.ini": open });
  expect(operationOf(await run())).toBe("created");
  expect((await pulls()).length).toBe(2);
});

test("stays closed after a person closed it, until the fixes differ", async () => {
  const { peer, run, push, pulls } = await openRepository({ "a/stpd.ini": open });
  await run();
  const [first] = await pulls();
  await peer.api("PATCH", `/pulls/${first?.number}`, { state: "closed" });
  expect(operationOf(await run())).toBe("skipped");
  await push({ "b/stpd.ini": open });
  expect(operationOf(await run())).toBe("created");
  expect((await pulls()).filter(({ state }) => state === "open").length).toBe(1);
});

test("never overwrites someone else's commit", async () => {
  const { peer, run, push } = await openRepository({ "a/stpd.ini": open });
  await run();
  await pushFiles(peer, { "a/stpd.ini": `${closed}# by hand\n` }, branch);
  await push({ "b/stpd.ini": open });
  const result = await run();
  expect(operationOf(result)).toBe("skipped");
  expect(result.raw).toContain("someone else pushed to the fix branch");
  expect(await readFile(peer, branch, "a/stpd.ini")).toContain("# by hand");
});

test("makes no fix of files that differ from the commit", async () => {
  const { peer, run, pulls } = await openRepository({ "a/stpd.ini": open });
  await pushFiles(peer, { "a/stpd.ini": `# newer\n${open}` });
  const head = (await peer.api<{ object: { sha: string } }>("GET", "/git/ref/heads/main")).object
    .sha;
  const result = await run({}, { GITHUB_SHA: head });
  expect(operationOf(result)).toBe("unchanged");
  expect(result.commands.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^host a was not fixed: a\/stpd\.ini differs from the commit/),
  );
  expect(await pulls()).toEqual([]);
});

test.each(["push", "schedule", "workflow_dispatch"])(
  "opens a pull request on %s",
  async (event) => {
    const { run } = await openRepository({ "a/stpd.ini": open });
    expect(operationOf(await run({}, { GITHUB_EVENT_NAME: event }))).toBe("created");
  },
);

test.each([
  ["pull_request", "refs/pull/7/merge", 1, /No fix pull request on pull_request/],
  [
    "merge_group",
    "refs/heads/gh-readonly-queue/main/pr-7",
    1,
    /No fix pull request on merge_group/,
  ],
  ["push", "refs/tags/v1", 1, /No fix pull request on push/],
  ["pull_request_target", "refs/heads/main", 2, /fix does not run on pull_request_target/],
])("writes nothing on %s of %s", async (event, ref, code, message) => {
  const { peer, run } = await openRepository({ "a/stpd.ini": open });
  peer.takeRequests();
  const { status, raw } = await run({}, { GITHUB_EVENT_NAME: event, GITHUB_REF: ref });
  expect([status, raw]).toEqual([code, expect.stringMatching(message)]);
  expect(peer.takeRequests()).toEqual([]);
});

const limit = {
  status: 403,
  message: "You have exceeded a secondary rate limit",
  headers: { "retry-after": "1" },
};

test.each<{ name: string; fault: Fault; first: RegExp }>([
  {
    name: "500 on the first read",
    fault: { on: /^GET .*\/pulls/, when: "before", with: { status: 500 } },
    first: /created/,
  },
  {
    name: "a reset on the first read",
    fault: { on: /^GET .*\/pulls/, when: "before", with: "reset" },
    first: /created/,
  },
  {
    name: "502 on every request",
    fault: { on: /^GET .*\/pulls/, when: "before", with: { status: 502 }, times: 3 },
    first: /GitHub failed at GET \/repos\/example\/config\/pulls \(502\).*Run the workflow again/s,
  },
  {
    name: "a reset before the tree",
    fault: { on: /\/git\/trees$/, when: "before", with: "reset" },
    first: /did not answer POST .*trees.*Run the workflow again/s,
  },
  {
    name: "a reset after the commit",
    fault: { on: /\/git\/commits$/, when: "after", with: "reset" },
    first: /did not answer POST .*commits/,
  },
  {
    name: "a reset after the branch",
    fault: { on: /\/git\/refs$/, when: "after", with: "reset" },
    first: /did not answer POST .*refs/,
  },
  {
    name: "500 before the pull request",
    fault: { on: /^POST .*\/pulls$/, when: "before", with: { status: 500 } },
    first: /GitHub failed at POST .*\(500\)/,
  },
  {
    name: "a reset after the pull request",
    fault: { on: /^POST .*\/pulls$/, when: "after", with: "reset" },
    first: /did not answer POST .*pulls/,
  },
  {
    name: "a secondary limit",
    fault: { on: /\/git\/trees$/, when: "before", with: limit },
    first: /too many requests.*Run the workflow again/s,
  },
  {
    name: "429 with retry-after",
    fault: {
      on: /\/git\/refs$/,
      when: "before",
      with: { status: 429, headers: { "retry-after": "1" } },
    },
    first: /too many requests.*Run the workflow again/s,
  },
  {
    name: "a limit that persists",
    fault: {
      on: /\/git\/trees$/,
      when: "before",
      with: { ...limit, headers: { "retry-after": "3600" } },
    },
    first: /too many requests.*again later/s,
  },
  {
    name: "a protected branch",
    fault: {
      on: /\/git\/refs$/,
      when: "before",
      with: { status: 422, message: "Protected branch update failed for refs/heads/x." },
    },
    first:
      /GitHub refused POST .*refs \(422\): "Protected branch update failed.*ruleset or branch protection/s,
  },
  {
    name: "a token without write access",
    fault: {
      on: /\/git\/trees$/,
      when: "before",
      with: { status: 403, message: "Resource not accessible by integration" },
    },
    first: /contents: write/,
  },
  {
    name: "a repository that does not let Actions open one",
    fault: {
      on: /^POST .*\/pulls$/,
      when: "before",
      with: {
        status: 403,
        message: "GitHub Actions is not permitted to create or approve pull requests.",
      },
    },
    first: /Workflow permissions/,
  },
  {
    name: "a renamed repository",
    fault: { on: /\/git\/trees$/, when: "before", with: { status: 404, message: "Not Found" } },
    first: /\(404\): "Not Found".*repository was not renamed/s,
  },
  {
    name: "an invalid token",
    fault: {
      on: /^GET .*\/pulls/,
      when: "before",
      with: { status: 401, message: "Bad credentials" },
    },
    first: /\(401\): "Bad credentials".*valid token/s,
  },
])(
  "$name ends in one clear error or succeeds, and a rerun results in one pull request",
  async ({ fault, first }) => {
    const { peer, run, pulls } = await openRepository({ "a/stpd.ini": open });
    peer.fail(fault);
    const result = await run({ labels: "security" });
    expect(result.raw).toMatch(first);
    // The findings of the check and at most one more error, which contains nothing of the request.
    expect(
      result.commands.filter(({ message }) => !message.includes("STPD_PORT")).length,
    ).toBeLessThanOrEqual(1);
    expect(result.raw).not.toMatch(/ {4}at |authorization|Bearer/i);
    await run({ labels: "security" });
    expect((await pulls()).map(({ state }) => state)).toEqual(["open"]);
    expect(await readFile(peer, branch, "a/stpd.ini")).toBe(closed);
    expect(operationOf(await run())).toBe("unchanged");
  },
);

test("a base that moved meanwhile is not an obstacle", async () => {
  const { peer, run, pulls } = await openRepository({ "a/stpd.ini": open });
  await pushFiles(peer, { "other.txt": "newer\n" });
  expect(operationOf(await run())).toBe("created");
  expect((await pulls()).length).toBe(1);
  expect(await readFile(peer, branch, "a/stpd.ini")).toBe(closed);
});

test("two concurrent runs result in one pull request", async () => {
  const { run, pulls } = await openRepository({ "a/stpd.ini": open });
  await Promise.all([run(), run()]);
  await run();
  expect((await pulls()).map(({ state }) => state)).toEqual(["open"]);
});

test("deleting the branch closes the pull request, until the fixes differ", async () => {
  const { peer, run, push, pulls } = await openRepository({ "a/stpd.ini": open });
  await run();
  await peer.api("DELETE", `/git/refs/heads/${branch}`);
  expect((await pulls()).map(({ state }) => state)).toEqual(["closed"]);
  expect(operationOf(await run())).toBe("skipped");
  await push({ "b/stpd.ini": open });
  expect(operationOf(await run())).toBe("created");
  expect(await readFile(peer, branch, "a/stpd.ini")).toBe(closed);
  expect((await pulls()).map(({ state }) => state).toSorted()).toEqual(["closed", "open"]);
});

test("1,000 fixed files take at most twelve requests and fit into the body", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`hosts/h${index}/stpd.ini`, open]),
  );
  const { peer, run, pulls } = await openRepository(files);
  peer.takeRequests();
  expect(operationOf(await run({ labels: "a", reviewers: "anna" }))).toBe("created");
  expect(peer.takeRequests().length).toBeLessThanOrEqual(12);
  const [pull] = await pulls();
  expect(pull?.body.length).toBeLessThanOrEqual(58_000);
  expect(pull?.body).toContain("This pull request changes the files of 1000 hosts.");
  expect(pull?.body).toContain("The same change on 1000 hosts: h0, h1,");
  expect(pull?.body).toContain("900 hosts more, not listed here.");
});

/** The step in a job whose workspace has only a part of the repository. */
test("a sparse checkout neither closes the pull request nor drops a fix outside of it", async () => {
  const { peer, run, pulls, setWorkspace } = await openRepository({
    "hosts/a/stpd.ini": hard,
    "hosts/b/stpd.ini": open,
  });
  expect(operationOf(await run())).toBe("created");
  setWorkspace({ "hosts/a/stpd.ini": hard });
  expect(operationOf(await run())).toBe("unchanged");
  expect((await pulls()).map(({ state }) => state)).toEqual(["open"]);
  expect(await readFile(peer, branch, "hosts/b/stpd.ini")).toBe(closed);
});

test("a run without a host whose file changed since leaves the pull request open", async () => {
  const { run, push, pulls, setWorkspace } = await openRepository({
    "hosts/a/stpd.ini": hard,
    "hosts/b/stpd.ini": open,
  });
  await run();
  await push({ "hosts/b/stpd.ini": `# by hand\n${open}` });
  setWorkspace({ "hosts/a/stpd.ini": hard });
  const result = await run();
  expect(operationOf(result)).toBe("skipped");
  expect(result.raw).toContain("did not check hosts/b/stpd.ini");
  expect((await pulls()).map(({ state }) => state)).toEqual(["open"]);
});

test("jobs that check different directories keep each other's fixes", async () => {
  const { peer, run, pulls, push } = await openRepository({
    "hosts/a/stpd.ini": open,
    "hosts/b/stpd.ini": open,
  });
  for (const [paths, operation] of [
    ["hosts/a", "created"],
    ["hosts/b", "updated"],
    ["hosts/a", "unchanged"],
    ["hosts/b", "unchanged"],
  ] as const) {
    expect(operationOf(await run({ paths })), paths).toBe(operation);
  }
  for (const host of ["a", "b"]) {
    expect(await readFile(peer, branch, `hosts/${host}/stpd.ini`)).toBe(closed);
  }
  const [pull] = await pulls();
  expect(pull?.title).toBe("Fix the transport security settings of 2 hosts");
  expect(pull?.body).toContain("hosts/a/stpd.ini: fixed by another run, and kept");
  // Each job removes only fixes for files that it has checked.
  await push({ "hosts/a/stpd.ini": hard });
  expect(operationOf(await run({ paths: "hosts/a" }))).toBe("updated");
  expect(await readFile(peer, branch, "hosts/b/stpd.ini")).toBe(closed);
  await push({ "hosts/b/stpd.ini": hard });
  expect(operationOf(await run({ paths: "hosts/b" }))).toBe("closed");
});

test("files that an earlier step fixed in the workspace do not close it", async () => {
  const { run, pulls, setWorkspace } = await openRepository({ "a/stpd.ini": open });
  await run();
  setWorkspace({ "a/stpd.ini": closed });
  expect(operationOf(await run())).toBe("unchanged");
  expect((await pulls()).map(({ state }) => state)).toEqual(["open"]);
});

test("a host that cannot be compared is skipped by name, and the others are fixed", async () => {
  const { peer, run, setWorkspace } = await openRepository({
    "hosts/a/stpd.ini": open,
    "hosts/b/stpd.ini": `version https://git-lfs.github.com/spec/v1\n`,
  });
  setWorkspace({ "hosts/a/stpd.ini": open, "hosts/b/stpd.ini": open });
  const result = await run();
  expect(operationOf(result)).toBe("created");
  expect(result.raw).toMatch(
    /::warning::host b was not fixed: hosts\/b\/stpd\.ini differs from the commit: a filter in \.gitattributes \(Git LFS/,
  );
  expect(await readFile(peer, branch, "hosts/a/stpd.ini")).toBe(closed);
  const [pull] = await peer.api<readonly Pull[]>("GET", "/pulls");
  expect(pull?.body).toContain("### Not changed by this run");
  expect(pull?.body).toContain("changes the files of 1 host.");
});

test("a new file never replaces one that was not checked out", async () => {
  const server = { "hosts/s/stpd.ini": hard, "hosts/s/host.ini": "role = server\n" };
  const { peer, run, setWorkspace } = await openRepository({
    ...server,
    "hosts/s/globals.ini": "[sesam]\nkeep = this\n",
    "hosts/a/stpd.ini": open,
  });
  setWorkspace({ ...server, "hosts/a/stpd.ini": open });
  const result = await run();
  expect(result.raw).toContain("hosts/s/globals.ini is in the commit but was not checked out");
  expect(await readFile(peer, branch, "hosts/s/globals.ini")).toBe("[sesam]\nkeep = this\n");
  expect(await readFile(peer, branch, "hosts/a/stpd.ini")).toBe(closed);
});

test("the fix branches themselves get no fixes", async () => {
  const { peer, run, pulls } = await openRepository({ "a/stpd.ini": open });
  await run();
  peer.takeRequests();
  const result = await run({}, { GITHUB_REF: `refs/heads/${branch}` });
  expect(operationOf(result)).toBe("skipped");
  expect(peer.takeRequests()).toEqual([]);
  expect((await pulls()).length).toBe(1);
});

test("after the base is renamed, the pull request is found again and closed when done", async () => {
  const { peer, run, push, pulls } = await openRepository({ "a/stpd.ini": open });
  await run();
  const { object } = await peer.api<{ object: { sha: string } }>("GET", "/git/ref/heads/main");
  await peer.api("POST", "/git/refs", { ref: "refs/heads/trunk", sha: object.sha });
  const [first] = await pulls();
  await peer.api("PATCH", `/pulls/${first?.number}`, { base: "trunk" });
  const onTrunk = { GITHUB_REF: "refs/heads/trunk" };
  expect(operationOf(await run({}, onTrunk))).toBe("unchanged");
  await push({ "b/stpd.ini": open });
  expect(operationOf(await run({}, onTrunk))).toBe("updated");
  expect((await pulls()).length).toBe(1);
  await push({ "a/stpd.ini": hard, "b/stpd.ini": hard });
  expect(operationOf(await run({}, onTrunk))).toBe("closed");
});

/** Like GitHub's button "Update branch": merges the base into the fix branch. */
async function mergeBase(peer: GithubPeer, files: Files = {}): Promise<void> {
  const headOf = async (name: string): Promise<string> =>
    (await peer.api<{ object: { sha: string } }>("GET", `/git/ref/heads/${name}`)).object.sha;
  const treeOf = async (sha: string): Promise<string> =>
    (await peer.api<{ tree: { sha: string } }>("GET", `/git/commits/${sha}`)).tree.sha;
  const [ours, main] = [await headOf(branch), await headOf("main")];
  const edited = { "a/stpd.ini": closed, ...files };
  const entries = Object.entries(edited).map(([path, content]) => {
    return { path, mode: "100644", type: "blob", content };
  });
  const request = { base_tree: await treeOf(main), tree: entries };
  const tree = await peer.api<{ sha: string }>("POST", "/git/trees", request);
  const message = `Merge branch 'main' into ${branch}`;
  const body = { message, tree: tree.sha, parents: [ours, main] };
  const commit = await peer.api<{ sha: string }>("POST", "/git/commits", body);
  await peer.api("PATCH", `/git/refs/heads/${branch}`, { sha: commit.sha });
}

test("the button Update branch leaves the branch managed", async () => {
  const { peer, run, push } = await openRepository({ "a/stpd.ini": open });
  await run();
  await push({ "b/stpd.ini": hard });
  await mergeBase(peer);
  expect(operationOf(await run())).toBe("unchanged");
  await push({ "c/stpd.ini": open });
  await mergeBase(peer);
  expect(operationOf(await run())).toBe("updated");
  expect(await readFile(peer, branch, "a/stpd.ini")).toBe(closed);
  expect(await readFile(peer, branch, "c/stpd.ini")).toBe(closed);
});

test("a merge with other changes counts as someone else's commit", async () => {
  const { peer, run, push } = await openRepository({ "a/stpd.ini": open });
  await run();
  await push({ "b/stpd.ini": hard });
  await mergeBase(peer, { "a/stpd.ini": `${closed}# by hand\n` });
  await push({ "c/stpd.ini": open });
  expect(operationOf(await run())).toBe("skipped");
  expect(await readFile(peer, branch, "a/stpd.ini")).toContain("# by hand");
});

test("a reviewer that GitHub refuses causes a warning, and the outputs are set", async () => {
  const { run, pulls } = await openRepository({ "a/stpd.ini": open });
  const result = await run({ labels: "security", reviewers: "bot", "fail-on": "never" });
  expect([result.status, operationOf(result)]).toEqual([0, "created"]);
  expect(result.outputs["pull-request-number"]).toBe(String((await pulls())[0]?.number));
  expect(result.raw).toMatch(
    /::warning::.*some labels, assignees or reviewers could not be set.*pull request author/,
  );
});

test("the body lists what the settings relax, and not the step's own fail-on", async () => {
  const { run, pulls } = await openRepository({
    "sesam-harden.ini": "[environment.lab]\nfail_on = never\n",
    "a/stpd.ini": open,
    "a/host.ini": "environment = lab\n",
    "b/stpd.ini": open,
  });
  expect(operationOf(await run({ "fail-on": "never" }))).toBe("created");
  const [pull] = await pulls();
  const [, relaxed = ""] = /### Relaxed checks\n\n((?:- .*\n)+)/.exec(pull?.body ?? "") ?? [];
  expect(relaxed).toMatch(/^- Findings in these places never fail \S.*&#58; environment lab\.\n$/);
  expect(pull?.body).toContain(
    "the person who merges this pull request cannot approve its rollout",
  );
});

test("uses the configured title, message and assignees, and still manages the branch", async () => {
  const { peer, run, push, pulls } = await openRepository({ "a/stpd.ini": open });
  const message = "chore(backup): harden SEP sesam\n\nSesam-Harden-Tree: 0000\nRefs CHG-1";
  const given = { title: "Harden SEP sesam", "commit-message": message, assignees: "bot" };
  const result = await run(given);
  expect(operationOf(result)).toBe("created");
  expect(result.outputs["pull-request-branch"]).toBe(branch);
  const [pull] = await pulls();
  expect(pull?.title).toBe("Harden SEP sesam");
  expect(result.raw).not.toContain("::warning::");
  const { object } = await peer.api<{ object: { sha: string } }>("GET", `/git/ref/heads/${branch}`);
  const commit = await peer.api<{ message: string }>("GET", `/git/commits/${object.sha}`);
  expect(commit.message).toMatch(/^chore\(backup\): harden SEP sesam\n/);
  expect(commit.message).toContain("Refs CHG-1");
  // A line of the user's message does not count as one of the trailers.
  expect(operationOf(await run(given))).toBe("unchanged");
  await push({ "b/stpd.ini": open });
  expect(operationOf(await run(given))).toBe("updated");
  expect((await pulls())[0]?.title).toBe("Harden SEP sesam");
});

test("an assignee that GitHub ignores causes a warning", async () => {
  const { run } = await openRepository({ "a/stpd.ini": open });
  const result = await run({ assignees: "nobody-here" });
  expect(operationOf(result)).toBe("created");
  expect(result.raw).toMatch(/::warning::.*GitHub did not assign nobody-here/);
});

test.each(["sesam-harden", "sesam-harden/fix", "sesam-harden/fix/main/old"])(
  "names a branch that conflicts with the fix branch: %s",
  async (other) => {
    const { peer, run, pulls } = await openRepository({ "a/stpd.ini": open });
    const { object } = await peer.api<{ object: { sha: string } }>("GET", "/git/ref/heads/main");
    await peer.api("POST", "/git/refs", { ref: `refs/heads/${other}`, sha: object.sha });
    const { status, raw } = await run();
    expect(status).toBe(4);
    expect(raw).toContain(`branch ${other} conflicts with sesam-harden/fix/main`);
    expect(raw).toContain(`Rename or delete ${other}, or set the input branch-prefix.`);
    expect(await pulls()).toEqual([]);
  },
);

test("a prefix that Git refuses is reported with the resulting branch name", async () => {
  const { run, pulls } = await openRepository({ "a/stpd.ini": open });
  const { status, raw } = await run({ "branch-prefix": "a..b/" });
  expect(status).toBe(4);
  expect(raw).toContain("refs/heads/a..b/main is not a valid ref name.");
  expect(await pulls()).toEqual([]);
});

test("a deleted base gets no pull request, and is not recreated", async () => {
  const { peer, run, pulls } = await openRepository({ "a/stpd.ini": open });
  const { status, raw } = await run({}, { GITHUB_REF: "refs/heads/gone" });
  expect(status).toBe(4);
  expect(raw).toContain("base: invalid");
  expect(await pulls()).toEqual([]);
  const branches = await peer.api<readonly { name: string }[]>("GET", "/branches");
  expect(branches.map(({ name }) => name)).toContain("main");
  expect(branches.map(({ name }) => name)).not.toContain("gone");
});

test("the body says which checks the settings disable", async () => {
  const { run, pulls } = await openRepository({
    "sesam-harden.ini": "[rules]\nhttp-port-open = off\n",
    "a/stpd.ini": open,
  });
  expect(operationOf(await run())).toBe("created");
  const [pull] = await pulls();
  expect(pull?.body).toContain("### Relaxed checks\n\n- Rules turned off&#58; http-port-open.\n");
});

import { expect, test } from "vitest";
import { hasReason, isUnknown, rerun } from "../../../src/adapters/github/error.ts";
import { openGithubClient } from "../../../src/adapters/github/client.ts";
import { createGithub } from "../../../src/adapters/github/pull-requests.ts";
import { HardenError } from "../../../src/core/base/errors.ts";
import { clientOf } from "../../support/fakes/github/github-access.ts";
import { startGithub } from "../../support/harness/started.ts";

const noDecoration = { draft: false, labels: [], assignees: [], reviewers: [], teamReviewers: [] };
const secret = "ghs_a.secret_that_nobody_may_see";

function github(fetch: typeof globalThis.fetch, waits: number[] = []) {
  let elapsed = 0;
  const client = openGithubClient({
    apiUrl: "http://github.invalid/api/v3/",
    owner: "example",
    repo: "config",
    token: secret,
    fetch,
    timeoutMs: 20,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      elapsed += milliseconds;
    },
    elapsedMs: () => elapsed,
  });
  return createGithub(client, noDecoration);
}

const place = { branch: "b", base: "main", prefix: "fix/" };

const failure = async (run: Promise<unknown>): Promise<HardenError> => {
  const error: unknown = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HardenError) return error;
  throw new Error(`no HardenError: ${String(error)}`);
};

test("times out: reads are retried, writes are not", async () => {
  let calls = 0;
  const silent: typeof fetch = (_, init) => {
    calls++;
    return new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });
  };
  const { pulls } = github(silent);
  expect((await failure(pulls.find(place))).message).toBe(
    "GitHub did not answer GET /repos/example/config/pulls",
  );
  expect(calls).toBe(3);
  calls = 0;
  await failure(pulls.change(1, { body: "text" }));
  expect(calls).toBe(1);
});

test("uses the address that the runner names, and waits as long as GitHub asks", async () => {
  const urls: string[] = [];
  const waits: number[] = [];
  const limited: typeof fetch = async (url) => {
    urls.push(String(url));
    return urls.length < 2
      ? Response.json({ message: "slow down" }, { status: 429, headers: { "retry-after": "7" } })
      : Response.json([]);
  };
  await github(limited, waits).pulls.find(place);
  expect(urls[0]).toMatch(/^http:\/\/github\.invalid\/api\/v3\/repos\/example\/config\/pulls\?/);
  expect(waits).toEqual([7000]);
});

test.each([401, 403, 404, 422, 500])(
  "an error with status %i does not contain the token",
  async (status) => {
    const refusing: typeof fetch = async () => Response.json({ message: "no" }, { status });
    const error = await failure(github(refusing).pulls.change(1, { body: "text" }));
    const { message, next, stack, cause } = error;
    expect([message, next, stack, JSON.stringify(cause)].join()).not.toContain(secret);
    expect(next).not.toBe("");
  },
);

const refusals: readonly (readonly [string, number, object, Record<string, string>, RegExp])[] = [
  [
    "an archived repository",
    403,
    { message: "Repository was archived so is read-only." },
    {},
    /unarchive/,
  ],
  [
    "SAML",
    403,
    { message: "Resource protected by organization SAML enforcement. You must grant access." },
    {},
    /single sign-on/,
  ],
  [
    "an IP allow list",
    403,
    {
      message:
        "the `x` organization has an IP allow list enabled, and your IP address is not permitted",
    },
    {},
    /IP allow list/,
  ],
  [
    "a ruleset of names",
    422,
    { message: "Repository rule violations found\n\nBranch name must match a given pattern" },
    {},
    /ruleset.*branch-prefix/,
  ],
  [
    "a ruleset of signatures",
    422,
    { message: "Repository rule violations found\n\nCommits must have verified signatures." },
    {},
    /signed commits/,
  ],
  ["a lost race", 422, { message: "Update is not a fast forward" }, {}, /Run the workflow again/],
  [
    "a reason in the list of errors",
    422,
    { message: "Validation Failed", errors: [{ message: "A pull request already exists" }] },
    {},
    /Run the workflow again/,
  ],
  [
    "a field in the list of errors",
    422,
    {
      message: "Validation Failed",
      errors: [{ resource: "Issue", field: "title", code: "invalid" }],
    },
    {},
    /Correct what GitHub reports/,
  ],
  [
    "drafts",
    422,
    { message: "Draft pull requests are not supported in this repository." },
    {},
    /draft to false/,
  ],
  [
    "a missing permission",
    403,
    { message: "Resource not accessible by integration" },
    {},
    /permissions:/,
  ],
];

test.each(refusals)(
  "%s: GitHub's own reason is shown, with advice for it",
  async (_, status, body, headers, next) => {
    const refusing: typeof fetch = async () => Response.json(body, { status, headers });
    const error = await failure(github(refusing).pulls.change(1, { body: "text" }));
    expect(error.next).toMatch(next);
    const { message = "", errors = [] } = body as {
      message?: string;
      errors?: { message?: string }[];
    };
    expect(error.message).toContain(
      `GitHub refused PATCH /repos/example/config/pulls/1 (${status}): "${message}`,
    );
    for (const one of errors) expect(error.message).toContain(one.message ?? "title: invalid");
  },
);

test("shows an absurd end of a rate limit as the latest possible time", async () => {
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1e300" };
  const limited: typeof fetch = async () => Response.json({}, { status: 403, headers });
  const error = await failure(github(limited, []).pulls.find(place));
  expect(error.next).toContain("after 9999-12-31 23:59 UTC");
});

test("does not wait for a limit that ends in forty minutes, and names its end", async () => {
  const waits: number[] = [];
  let calls = 0;
  const reset = Math.floor(Date.now() / 1000) + 2400;
  const limited: typeof fetch = async () => {
    calls++;
    const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) };
    return Response.json({ message: "API rate limit exceeded" }, { status: 403, headers });
  };
  const error = await failure(github(limited, waits).pulls.find(place));
  expect([calls, waits]).toEqual([1, []]);
  expect(error.next).toContain(new Date(reset * 1000).toISOString().slice(11, 16));
});

test("truncates a reason of any length and shape, and keeps it as text", async () => {
  const long = "x".repeat(10_000);
  for (const body of [{ message: long }, { message: 7 }, [], null, { errors: [null, 7, {}] }]) {
    const refusing: typeof fetch = async () => Response.json(body, { status: 422 });
    const { message } = await failure(github(refusing).pulls.change(1, { body: "text" }));
    expect(message.length).toBeLessThan(700);
    expect(message).toMatch(/^GitHub refused PATCH/);
  }
});

const pages: readonly (readonly [string, () => Response])[] = [
  [
    "a sign-in page",
    () => new Response("<p>Sign in</p>", { headers: { "content-type": "text/html" } }),
  ],
  [
    "cut JSON",
    () => new Response('{"ref":"x","obj', { headers: { "content-type": "application/json" } }),
  ],
  [
    "a redirect",
    () =>
      new Response(null, { status: 301, headers: { location: "https://github.invalid/other" } }),
  ],
];

test.each(pages)(
  "%s instead of GitHub's answer does not count as a successful write",
  async (_, answer) => {
    const asked: string[] = [];
    const proxy: typeof fetch = async (url, init) => {
      asked.push(`${init?.method} ${String(url)}`);
      return answer();
    };
    const { git, pulls } = github(proxy);
    const request = { branch: "b", head: "a".repeat(40), tree: "t", parents: [], message: "m" };
    for (const write of [pulls.change(1, { body: "text" }), git.commit(request)]) {
      const error = await failure(write);
      expect(hasReason(error, "no-answer")).toBe(true);
      expect(isUnknown(error)).toBe(true);
    }
    // Nothing was repeated, and no POST became a GET.
    expect(asked.map((line) => line.split(" ")[0]).toSorted()).toEqual(["PATCH", "POST"]);
  },
);

test("a branch deleted during its update asks for another run", async () => {
  const peer = await startGithub();
  const { git } = createGithub(clientOf(peer), noDecoration);
  const head = (await git.findHead("main")) ?? "";
  const { tree } = await git.readCommit(head);
  const request = { branch: "fix/main", tree, parents: [head], message: "text" };
  await git.commit({ ...request, head: undefined });
  await peer.api("DELETE", "/git/refs/heads/fix/main");
  const { message, next } = await failure(git.commit({ ...request, head }));
  expect(message).toMatch(/\(422\): "Reference does not exist"$/);
  expect(next).toBe(rerun);
});

test.each([500, 403, 200])(
  "a refusal is unchanged if the conflicting branch cannot be read (%i)",
  async (status) => {
    const answers: typeof fetch = async (url, init) => {
      const path = new URL(String(url)).pathname;
      if (init?.method === "GET") return Response.json({ message: "no" }, { status });
      if (path.endsWith("/git/refs")) {
        return Response.json({ message: "Repository rule violations found" }, { status: 422 });
      }
      const made = { sha: "b", message: "text", tree: { sha: "t" }, parents: [{ sha: "a" }] };
      return Response.json(made, { status: 201 });
    };
    const request = { branch: "fix/main", tree: "t", parents: ["a"], message: "text" };
    const { message } = await failure(github(answers).git.commit({ ...request, head: undefined }));
    expect(message).toContain("Repository rule violations found");
  },
);

import { expect, test } from "vitest";
import { createGithub } from "../../src/adapters/github.ts";
import { HardenError } from "../../src/core/harden-error.ts";

const secret = "ghs_a.secret_that_nobody_may_see";

function github(fetch: typeof globalThis.fetch, waits: number[] = []) {
  return createGithub({
    apiUrl: "http://github.invalid/api/v3/",
    owner: "example",
    repo: "config",
    token: secret,
    draft: false,
    labels: [],
    reviewers: [],
    fetch,
    timeout: 20,
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
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

test("does not wait for an answer for ever: reads are tried again, writes are not", async () => {
  let calls = 0;
  const silent: typeof fetch = (_, init) => {
    calls++;
    return new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    });
  };
  const { pulls } = github(silent);
  expect((await failure(pulls.find(place))).message).toBe(
    "GitHub did not answer GET /repos/{owner}/{repo}/pulls",
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
  "an error with status %i tells nothing of the token",
  async (status) => {
    const refusing: typeof fetch = async () => Response.json({ message: "no" }, { status });
    const error = await failure(github(refusing).pulls.change(1, { body: "text" }));
    const { message, next, stack, cause } = error;
    expect([message, next, stack, JSON.stringify(cause)].join()).not.toContain(secret);
    expect(next).not.toBe("");
  },
);

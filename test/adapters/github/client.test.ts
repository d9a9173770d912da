import { expect, test } from "vitest";
import { createAllHeads, createHeads } from "../../../src/adapters/github/branch-heads.ts";
import { GithubError, hasReason } from "../../../src/adapters/github/error.ts";
import { openGithubClient } from "../../../src/adapters/github/client.ts";

type Answer = Response | Error;

/**
 * A client, a GitHub that gives these answers and repeats the last, and a clock that waiting
 * advances.
 */
function makeScene(...answers: readonly ((url: URL) => Answer)[]) {
  const scene = { asked: [] as string[], etags: [] as (string | null)[], elapsed: 0, open: 0 };
  const [waits, times]: [number[], number[]] = [[], []];
  const together = { most: 0 };
  const ask: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    scene.asked.push(`${init?.method} ${url.pathname}${url.search}`);
    scene.etags.push(new Headers(init?.headers).get("if-none-match"));
    times.push(scene.elapsed);
    together.most = Math.max(together.most, ++scene.open);
    await new Promise((done) => setTimeout(done));
    scene.open--;
    const answer = answers[Math.min(scene.asked.length, answers.length) - 1]?.(url);
    if (answer instanceof Response) return answer;
    throw answer ?? new Error("nothing to answer");
  };
  const client = openGithubClient({
    apiUrl: "https://github.invalid/api/v3",
    owner: "example",
    repo: "config",
    token: "t",
    fetch: ask,
    timeoutMs: 1000,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      scene.elapsed += milliseconds;
    },
    elapsedMs: () => scene.elapsed,
  });
  return { scene, client, waits, times, together };
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  (): Answer =>
    Response.json(body, { status, headers });
const cut = (): Answer => new TypeError("fetch failed");

type Client = ReturnType<typeof makeScene>["client"];

const failure = async (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

const readRepository = ({ request }: Client) => request("GET /repos/{owner}/{repo}", {});

const limit = { message: "You have exceeded a secondary rate limit" };

type Trouble = readonly [string, () => Answer];

const failures: readonly Trouble[] = [
  ["a lost connection", cut],
  ["500", json({}, 500)],
  ["502", json({}, 502)],
];
const limits: readonly Trouble[] = [
  ["429", json({}, 429)],
  ["429 with a time", json({}, 429, { "retry-after": "1" })],
  ["a secondary limit", json(limit, 403, { "retry-after": "1" })],
];
const troubles = [...failures, ...limits];

test.each(troubles)("tries a read that gets %s three times", async (_, answer) => {
  const { scene, client } = makeScene(answer);
  await failure(readRepository(client));
  expect(scene.asked.length).toBe(3);
  const next = makeScene(answer, json({ id: 7 }));
  expect((await readRepository(next.client)).id).toBe(7);
});

const place = { workflow_id: "a.yml", ref: "main" };
const writes: readonly ((client: Client) => Promise<unknown>)[] = [
  ({ request }) =>
    request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", place),
  ({ request }) =>
    request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", { ref: "heads/b", sha: "a" }),
  ({ request }) => request("PUT /repos/{owner}/{repo}/subscription", {}),
  ({ request }) => request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", { ref: "heads/b" }),
];

/** A body that ends early, as its connection is lost or its time is up. */
const cutOff =
  (type: string): (() => Answer) =>
  () =>
    new Response(
      new ReadableStream({
        pull: (body) => {
          body.enqueue(new TextEncoder().encode('{"id":'));
          body.error(new TypeError("terminated"));
        },
      }),
      { headers: { "content-type": type } },
    );

test.each([
  ["JSON that is cut off", cutOff("application/json")],
  ["text that is cut off", cutOff("text/plain")],
  ["a file that is cut off", cutOff("application/zip")],
  ["no type", () => new Response("")],
  ["no JSON", () => new Response("", { headers: { "content-type": "application/json" } })],
] as const)("repeats a read that is answered with %s", async (_, answer) => {
  const { scene, client } = makeScene(answer, json({ id: 7 }));
  expect((await readRepository(client)).id).toBe(7);
  expect(scene.asked.length).toBe(2);
  expect(hasReason(await failure(readRepository(makeScene(answer).client)), "no-answer")).toBe(
    true,
  );
});

test("a write whose answer is cut off is not repeated, and its result is unknown", async () => {
  for (const write of writes) {
    const { scene, client } = makeScene(cutOff("application/json"));
    expect(hasReason(await failure(write(client)), "no-answer")).toBe(true);
    expect(scene.asked.length).toBe(1);
  }
});

test("no content is a valid answer", async () => {
  for (const ask of [readRepository, ...writes]) {
    const { scene, client } = makeScene(() => new Response(null, { status: 204 }));
    await ask(client);
    expect(scene.asked.length).toBe(1);
  }
});

test.each(limits)("tries a query that gets %s three times", async (_, answer) => {
  const { scene, client } = makeScene(answer);
  expect(await client.query("query", {})).toBeUndefined();
  expect(scene.asked).toEqual(Array(3).fill("POST /api/graphql"));
  const next = makeScene(answer, json({ data: { repository: { id: 7 } } }));
  expect(await next.client.query("query", {})).toEqual({ id: 7 });
});

test.each(failures)("tries a query that gets %s once, without a wait", async (_, answer) => {
  const { scene, client, waits } = makeScene(answer);
  expect(await client.query("query", {})).toBeUndefined();
  expect([scene.asked, waits]).toEqual([["POST /api/graphql"], []]);
});

test("sends queries concurrently, like other reads", async () => {
  const { client, together } = makeScene(json({ data: { repository: {} } }));
  await Promise.all([1, 2, 3].map(() => client.query("query", {})));
  expect(together.most).toBe(3);
});

test.each([...troubles, ["401", json({}, 401)] as const])(
  "sends a write that gets %s once",
  async (_, answer) => {
    for (const write of writes) {
      const { scene, client } = makeScene(answer);
      expect(await failure(write(client))).toBeInstanceOf(Error);
      expect(scene.asked.length).toBe(1);
    }
  },
);

const comment = ({ request }: Client) =>
  request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    issue_number: 1,
    body: "text",
  });
const openPull = ({ request }: Client) =>
  request("POST /repos/{owner}/{repo}/pulls", { title: "t", head: "b", base: "main" });
const label = ({ request }: Client) =>
  request("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", {
    issue_number: 1,
    labels: ["l"],
  });
const invite = ({ request }: Client) =>
  request("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", {
    pull_number: 1,
    reviewers: ["anna"],
  });
const storeBlob = ({ request }: Client) =>
  request("POST /repos/{owner}/{repo}/git/blobs", { content: "text" });

test("writes that notify people are a second apart, even if one of them is refused", async () => {
  const { client, times } = makeScene(json({}, 201), json({}, 422), json({}, 201));
  await Promise.all([openPull, comment, label, invite].map((write) => failure(write(client))));
  expect(times).toEqual([0, 1000, 2000, 3000]);
});

test("does not wait again for a second that has passed", async () => {
  const { scene, client, waits } = makeScene(json({}, 201));
  await openPull(client);
  scene.elapsed += 400;
  await comment(client);
  scene.elapsed += 1000;
  await label(client);
  expect(waits).toEqual([600]);
});

test("writes Git data sequentially, without a pause", async () => {
  const { scene, client, waits, together } = makeScene(json({}, 201), json({}, 502), json({}, 201));
  await Promise.all([1, 2, 3, 4].map(() => failure(storeBlob(client))));
  expect([scene.asked.length, together.most, waits]).toEqual([4, 1, []]);
});

test("sends reads concurrently", async () => {
  const { client, together } = makeScene(json({ id: 7 }));
  await Promise.all([1, 2, 3].map(() => readRepository(client)));
  expect(together.most).toBe(3);
});

test("after a refused write no request is sent until GitHub's limit ends", async () => {
  const { scene, client, times } = makeScene(
    json(limit, 403, { "retry-after": "30" }),
    json({ id: 7 }),
  );
  await failure(storeBlob(client));
  await readRepository(client);
  await readRepository(client);
  expect(times).toEqual([0, 30_000, 30_000]);
  expect(scene.asked.length).toBe(3);
});

test("a limit ends by GitHub's clock, regardless of the local one", async () => {
  const date = new Date("2031-01-01T00:00:00Z");
  const reset = String(date.getTime() / 1000 + 20);
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
  const limited = json({}, 403, { ...headers, date: date.toUTCString() });
  const { client, waits } = makeScene(limited, json({ id: 7 }));
  await readRepository(client);
  expect(waits).toEqual([20_000]);
});

test.each(["", "soon", "-5"])(
  "an unreadable retry time (%s) counts as one minute",
  async (after) => {
    const { client, waits } = makeScene(json({}, 429, { "retry-after": after }), json({ id: 7 }));
    await readRepository(client);
    expect(waits).toEqual([60_000]);
  },
);

test("requests fail at once and are not sent until a long limit is over", async () => {
  const limited = json({}, 429, { "retry-after": "600" });
  const { scene, client, waits } = makeScene(limited, json({ id: 7 }));
  for (const ask of [readRepository, storeBlob, readRepository]) {
    expect(hasReason(await failure(ask(client)), "rate-limited")).toBe(true);
  }
  expect([scene.asked.length, waits]).toEqual([1, []]);
  scene.elapsed += 599_000;
  await readRepository(client);
  expect(waits).toEqual([1000]);
});

test("a limit that would end after today ends after an hour, like GitHub's limits", async () => {
  const limited = json({}, 429, { "retry-after": "86400" });
  const { scene, client } = makeScene(limited, json({ id: 7 }));
  await failure(readRepository(client));
  scene.elapsed += 3_600_000;
  expect((await readRepository(client)).id).toBe(7);
});

const next = (page: number) => ({
  link: `<https://github.invalid/api/v3/repositories/7/commits?page=${page}>; rel="next"`,
});
const readCommits = ({ list }: Client, most = 10) =>
  list("GET /repos/{owner}/{repo}/commits", { sha: "main" }, most);

test("reads a list as far as the server links it", async () => {
  const { scene, client } = makeScene(
    json([{ sha: "a" }], 200, next(2)),
    json([{ sha: "b" }], 200, next(3)),
    json([]),
  );
  const { items, isWhole } = await readCommits(client);
  expect([items.map(({ sha }) => sha), isWhole]).toEqual([["a", "b"], true]);
  expect(scene.asked).toEqual([
    "GET /api/v3/repos/example/config/commits?per_page=100&sha=main",
    "GET /api/v3/repositories/7/commits?page=2",
    "GET /api/v3/repositories/7/commits?page=3",
  ]);
});

test("a list with more pages than are read is incomplete", async () => {
  const { client } = makeScene(json([{ sha: "a" }], 200, next(2)), json([{ sha: "b" }]));
  expect((await readCommits(client, 1)).isWhole).toBe(false);
  const other = makeScene(json([{ sha: "a" }], 200, next(2)), json([{ sha: "b" }]));
  expect((await readCommits(other.client, 2)).isWhole).toBe(true);
});

const noPages: readonly (readonly [string, () => Answer])[] = [
  ["a conflict", json({ message: "Git Repository is empty." }, 409)],
  ["nothing", () => new Response("", { status: 200 })],
  ["no content", () => new Response(null, { status: 204 })],
  ["null", json(null)],
  ["an object", json({ message: "hello" })],
  ["a list of another shape", json({ total_count: 1, hello: 7 })],
  ["a page of a proxy", () => new Response("<p>Sign in</p>", { status: 200 })],
  ["a lost connection", cut],
];

test.each(noPages)("%s instead of a page is not the end of a list", async (_, answer) => {
  for (const answers of [[answer], [json([{ sha: "a" }], 200, next(2)), answer]]) {
    expect(await failure(readCommits(makeScene(...answers).client))).toBeInstanceOf(GithubError);
  }
});

test("remembers unchanged answers, separately for each request", async () => {
  const changing = (url: URL): Answer =>
    Response.json({ id: url.search }, { headers: { etag: `W/"${url.search}"` } });
  const same = () => new Response(null, { status: 304 });
  const { scene, client } = makeScene(changing, changing, same, same, changing);
  const read = (run: number) =>
    client.conditional("GET /repos/{owner}/{repo}/actions/runs/{run_id}", {
      run_id: 7,
      exclude_pull_requests: run === 1,
    });
  const [first, second] = [await read(1), await read(2)];
  expect([await read(1), await read(2)]).toEqual([first, second]);
  expect(scene.etags.slice(2)).toEqual([`W/"${first.id}"`, `W/"${second.id}"`]);
  expect(await read(1)).toEqual(first);
});

test("forgets answers that were not requested lately", async () => {
  const { scene, client } = makeScene((url) =>
    Response.json({}, { headers: { etag: `"${url.pathname}"` } }),
  );
  const read = (run: number) =>
    client.conditional("GET /repos/{owner}/{repo}/actions/runs/{run_id}", { run_id: run });
  for (let run = 0; run <= 64; run++) await read(run);
  await read(64);
  await read(0);
  expect(scene.etags.slice(-2).map((etag) => etag !== null)).toEqual([true, false]);
});

const refs = json([{ ref: "refs/heads/main", object: { sha: "a" } }]);

test("a branch, a missing one, an empty repository, and one without access", async () => {
  const find = (answer: () => Answer, branch = "main") =>
    failure(createHeads(makeScene(answer).client)(branch).then((head) => ({ head })));
  expect(await createHeads(makeScene(refs).client)("main")).toBe("a");
  expect(await createHeads(makeScene(refs).client)("mai")).toBeUndefined();
  expect(await createHeads(makeScene(json({}, 409)).client)("main")).toBeUndefined();
  expect(hasReason(await find(json({ message: "Not Found" }, 404)), "missing")).toBe(true);
});

test("concurrent requests for heads share an answer, later ones do not", async () => {
  const { scene, client } = makeScene(refs);
  const find = createAllHeads(client);
  expect(await Promise.all([find("main"), find("other")])).toEqual(["a", undefined]);
  expect(scene.asked.length).toBe(1);
  await find("main");
  expect(scene.asked.length).toBe(2);
});

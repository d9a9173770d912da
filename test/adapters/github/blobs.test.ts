import { isUtf8 } from "node:buffer";
import { expect, test } from "vitest";
import { readBlobs, type WantedBlob } from "../../../src/adapters/github/blobs.ts";
import { openGithubClient } from "../../../src/adapters/github/client.ts";
import { hasReason } from "../../../src/adapters/github/error.ts";
import { nameBlob } from "../../../src/adapters/runtime/crypto.ts";
import { createRandom, type Random } from "../../support/builders/random.ts";
import {
  answerQuery,
  findQueryProblem,
  type QueryBody,
} from "../../support/fakes/github/github-graphql.ts";
import { createGitLedger } from "../../support/fakes/github/git-ledger.ts";
import { runGit, writeRepository } from "../../support/harness/git.ts";

type Blobs = ReadonlyMap<string, string>;
type Reply = (body: QueryBody) => Promise<Response> | Response;

const repository = "example/config";

const encode = (bytes: string) => ({
  content: Buffer.from(bytes, "latin1").toString("base64").replaceAll(/.{60}/g, "$&\n"),
  encoding: "base64",
});

/** A GitHub with these blobs that replies to queries in a given way, by default correctly. */
function makeScene(blobs: Blobs, ...replies: readonly Reply[]) {
  const bodies: QueryBody[] = [];
  const requests: string[] = [];
  const scene = { requests, bodies, waits: [] as number[], elapsed: 0, describe: encode };
  const answer: Reply = async (body) => Response.json(await answerRightly(blobs, body));
  const ask: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    const name = pathname.split("/").at(-1) ?? "";
    if (pathname !== "/graphql") {
      scene.requests.push(name);
      const bytes = blobs.get(name);
      if (bytes === undefined) return Response.json({ message: "Not Found" }, { status: 404 });
      return Response.json({ sha: name, ...scene.describe(bytes) });
    }
    const body: QueryBody = JSON.parse(String(init?.body));
    // A redirected query would be repeated with GET, and a page could be the answer.
    expect(init?.redirect).toBe("manual");
    bodies.push(body);
    return (replies[Math.min(bodies.length, replies.length) - 1] ?? answer)(body);
  };
  const client = openGithubClient({
    apiUrl: "https://github.invalid",
    owner: "example",
    repo: "config",
    token: "t",
    fetch: ask,
    timeoutMs: 1000,
    wait: async (milliseconds) => {
      scene.waits.push(milliseconds);
      scene.elapsed += milliseconds;
    },
    elapsedMs: () => scene.elapsed,
  });
  const read = (wanted: readonly WantedBlob[] = listBlobs(blobs)) => readBlobs(client, wanted);
  return { scene, read, client };
}

function answerRightly(blobs: Blobs, body: QueryBody): Promise<unknown> {
  const readBlob = async (name: string): Promise<Buffer | undefined> => {
    const bytes = blobs.get(name);
    return bytes === undefined ? undefined : Buffer.from(bytes, "latin1");
  };
  return answerQuery(body, { repository, readBlob });
}

const nameAll = (texts: readonly string[]): Blobs =>
  new Map(texts.map((bytes) => [nameBlob(bytes), bytes]));
const listBlobs = (blobs: Blobs): readonly WantedBlob[] =>
  [...blobs].map(([name, bytes]) => ({ name, size: bytes.length }));
const makeBlobs = (count: number, size = 20): Blobs =>
  nameAll(Array.from({ length: count }, (_, index) => `${index}\n`.padEnd(size, "x")));

const utf8 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
const pieces = [
  "[STPD_Server]\r\n",
  "STPD_HTTPS_PORT=11443\n",
  "\r",
  "\xe4",
  "\0",
  "\xff\xfe",
  "\x7f\x1b",
  utf8("\ufeff"),
  utf8("\u00e4\u2028\ufffd"),
  utf8("\u{1f512}"),
  '"\\u0000\\n',
  "\xed\xa0\x80",
  '{"a":12345678901234567890,"b":"12345678901234567890n"}',
  "12345678901234567890",
];

const isText = (bytes: string): boolean =>
  !bytes.includes("\0") && isUtf8(Buffer.from(bytes, "latin1"));
const textPieces = pieces.filter(isText);

function makeBytes(random: Random): string {
  const kind = random.below(3);
  const makePiece = (): string =>
    kind === 0
      ? String.fromCharCode(random.below(256))
      : random.pick(kind === 1 ? pieces : textPieces);
  return Array.from({ length: random.below(20) }, makePiece).join("");
}

/** Files of a repository that Git made, by Git's names. */
async function readFromGit(texts: readonly string[]): Promise<Blobs> {
  const files = Object.fromEntries(texts.map((bytes, index) => [`f${index}`, bytes]));
  const { folder } = writeRepository(files);
  const listed = runGit(folder, "ls-tree", "-r", "HEAD").split("\n");
  const names = [...new Set(listed.map((line) => line.split(/\s/)[2] ?? ""))];
  const contents = await createGitLedger(folder).read(names);
  return new Map(names.map((name, index) => [name, contents[index] ?? ""]));
}

test("any files of a repository are read identically with queries and without", async () => {
  const random = createRandom(7);
  const made = Array.from({ length: 150 }, () => makeBytes(random));
  const lines = "k=\u00e4\n".repeat(45_000);
  const blobs = await readFromGit([
    "",
    ...made,
    ...pieces,
    lines,
    utf8(lines),
    "l".repeat(520_000),
  ]);
  const all = [...blobs];
  const absent: WantedBlob = { name: "f".repeat(40), size: 7 };
  const requests = { queried: 0, plain: 0 };
  for (let run = 0; run < 60; run++) {
    const chosen = Array.from({ length: random.below(30) }, () => random.pick(all));
    const wanted = chosen.map(([name, bytes]): WantedBlob => {
      // Sizes come from a listing; queries must not depend on them being right.
      const size = random.chance(0.8) ? bytes.length : [undefined, 0, 10 ** 9][random.below(3)];
      return { name, size };
    });
    const [queried, plain] = [
      makeScene(blobs),
      makeScene(blobs, () => new Response("", { status: 404 })),
    ];
    const expected = new Map(chosen);
    expect(await queried.read(wanted)).toEqual(expected);
    expect(await plain.read(wanted)).toEqual(expected);
    requests.queried += queried.scene.requests.length;
    requests.plain += plain.scene.requests.length;
    for (const body of queried.scene.bodies) expect(findQueryProblem(body)).toBeUndefined();
    const without = [...wanted, absent];
    await expect(queried.read(without)).rejects.toThrow(/git\/blobs\/f+ \(404\)/);
    await expect(plain.read(without)).rejects.toThrow(/git\/blobs\/f+ \(404\)/);
  }
  expect(requests.queried).toBeLessThan(requests.plain * 0.8);
});

test.each([
  { count: 0, queries: 0, requests: 0 },
  { count: 1, queries: 0, requests: 1 },
  { count: 2, queries: 0, requests: 2 },
  { count: 3, queries: 1, requests: 0 },
  { count: 99, queries: 1, requests: 0 },
  { count: 102, queries: 1, requests: 2 },
  { count: 250, queries: 3, requests: 0 },
  // Four megabytes, in queries of at most two.
  { count: 32, size: 128 * 1024, queries: 2, requests: 0 },
  { count: 33, size: 128 * 1024, queries: 2, requests: 1 },
  { count: 3, size: 256 * 1024 + 1, queries: 0, requests: 3 },
])("reads $count blobs with $queries queries", async ({ count, size, queries, requests }) => {
  const blobs = makeBlobs(count, size);
  const { scene, read } = makeScene(blobs);
  expect(await read()).toEqual(blobs);
  expect([scene.bodies.length, scene.requests.length]).toEqual([queries, requests]);
});

test("asks for a blob once, and for one of unknown size without a query", async () => {
  const blobs = makeBlobs(5);
  const wanted = listBlobs(blobs);
  const { scene, read } = makeScene(blobs);
  expect(await read([...wanted, ...wanted])).toEqual(blobs);
  expect([scene.bodies.length, scene.requests.length]).toEqual([1, 0]);
  await read(wanted.map(({ name }) => ({ name, size: undefined })));
  expect([scene.bodies.length, scene.requests.length]).toEqual([1, 5]);
});

test("the text of a query contains nothing but its own words", async () => {
  const { scene, read } = makeScene(makeBlobs(3));
  await read();
  const [{ query = "", variables = {} } = {}] = scene.bodies;
  expect(query).toMatchInlineSnapshot(
    `"query ($owner: String!, $repo: String!, $b0: GitObjectID!, $b1: GitObjectID!, $b2: GitObjectID!) { repository(owner: $owner, name: $repo) { b0: object(oid: $b0) { ...file } b1: object(oid: $b1) { ...file } b2: object(oid: $b2) { ...file } } } fragment file on Blob { text }"`,
  );
  expect(Object.values(variables)).toEqual([...makeBlobs(3).keys(), "example", "config"]);
});

const answer =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Reply =>
  () =>
    Response.json(body, { status, headers });
const page = (status: number, type: string, text: string): Reply => {
  return () => new Response(text, { status, headers: { "content-type": type } });
};
const failed = (type: string, message: string) => ({ errors: [{ type, message }] });
const queryHeaders = { "x-ratelimit-resource": "graphql", "x-ratelimit-remaining": "0" };
/** Points per hour; they are full again after fifty minutes. */
const usedUp = {
  "x-ratelimit-remaining": "0",
  "x-ratelimit-reset": String(Date.parse("2031-01-01T00:50:00Z") / 1000),
  date: new Date("2031-01-01T00:00:00Z").toUTCString(),
};
const exceeded = failed("RATE_LIMIT", "API rate limit already exceeded for installation ID 7.");
const noRepository = failed("NOT_FOUND", "Could not resolve to a Repository with the name 'a/b'.");

const refusals: readonly (readonly [string, Reply])[] = [
  ["404", answer({ message: "Not Found" }, 404)],
  ["a page with 404", page(404, "text/html", "<p>Not found</p>")],
  ["401", answer({ message: "Bad credentials" }, 401)],
  ["403", answer({ message: "Resource not accessible by integration" }, 403)],
  ["405", page(405, "text/plain", "")],
  ["410", answer({ message: "Gone" }, 410)],
  ["422", answer({ message: "Unprocessable" }, 422)],
  ["500", answer({}, 500)],
  ["502", page(502, "text/html", "<p>Unicorn</p>")],
  ["504", answer({ message: "We couldn't respond to your request in time." }, 504)],
  ["a redirect", () => Response.redirect("https://elsewhere.invalid/", 301)],
  ["a temporary redirect", () => Response.redirect("https://elsewhere.invalid/", 307)],
  ["a page of a proxy", page(200, "text/html", "<p>Sign in</p>")],
  ["text", page(200, "text/plain", "ok")],
  ["a truncated answer", page(200, "application/json", '{"data":{"repository":{"b0":{"te')],
  ["nothing", page(200, "application/json", "")],
  ["no content", () => new Response(null, { status: 204 })],
  ["not modified", () => new Response(null, { status: 304 })],
  ["null", answer(null)],
  ["a list", answer([])],
  ["a word", answer("data")],
  ["an empty object", answer({})],
  ["no data", answer({ data: null })],
  ["no repository", answer({ data: { repository: null }, ...noRepository })],
  ["a word for the repository", answer({ data: { repository: "config" } })],
  ["an unknown field", answer(failed("undefinedField", "Field 'object' doesn't exist"))],
  ["the end of the points for queries", answer(exceeded, 200, queryHeaders)],
  ["the same with 403", answer(exceeded, 403, queryHeaders)],
  ["the same, of an unnamed resource", answer(exceeded, 200, usedUp)],
  ["the same with 403, of an unnamed resource", answer(exceeded, 403, usedUp)],
  ["the same with 429", answer(exceeded, 429, usedUp)],
  [
    "the end of the points, of which some remain",
    answer(exceeded, 200, { ...queryHeaders, "x-ratelimit-remaining": "12" }),
  ],
  [
    "a lost connection",
    () => {
      throw new TypeError("fetch failed");
    },
  ],
];

test.each(refusals)("reads each blob by itself if a query gets %s", async (_, reply) => {
  const blobs = makeBlobs(5);
  const { scene, read, client } = makeScene(blobs, reply);
  expect(client.queryTrouble()).toBeUndefined();
  expect(await read()).toEqual(blobs);
  expect(client.queryTrouble()).toMatch(/POST \/graphql/);
  expect(scene.requests.length).toBe(5);
  // Repeating a query that no one answers would delay each plan by a minute.
  expect([scene.bodies.length, scene.waits]).toEqual([1, []]);
  scene.elapsed += 599_000;
  expect(await read()).toEqual(blobs);
  expect([scene.bodies.length, scene.requests.length]).toEqual([1, 10]);
  scene.elapsed += 1000;
  expect(await read()).toEqual(blobs);
  expect(scene.bodies.length).toBe(2);
});

type Answered = { data: { repository: Record<string, unknown> }; errors?: unknown };

/** Replies with a changed answer. */
const change =
  (edit: (fields: Record<string, unknown>, whole: Answered) => void): ((blobs: Blobs) => Reply) =>
  (blobs) =>
  async (body) => {
    const whole = structuredClone(await answerRightly(blobs, body)) as Answered;
    edit(whole.data.repository, whole);
    return Response.json(whole);
  };
const retext = (edit: (text: string) => unknown) =>
  change((fields) => {
    for (const [alias, value] of Object.entries(fields)) {
      fields[alias] = { text: edit((value as { text: string }).text) };
    }
  });

const falsehoods: readonly (readonly [string, number, (blobs: Blobs) => Reply])[] = [
  ["another text", 5, retext((text) => `${text}x`)],
  ["an empty text", 5, retext(() => "")],
  ["a byte order mark", 5, retext((text) => `\ufeff${text}`)],
  ["other line endings", 5, retext((text) => text.replaceAll("\n", "\r\n"))],
  ["a text cut off", 5, retext((text) => text.slice(0, -1))],
  ["half a character", 5, retext((text) => `${text.slice(0, -1)}\ud83d`)],
  ["no text", 5, retext(() => null)],
  ["a number for a text", 5, retext(() => 7)],
  ["a list for a text", 5, retext((text) => [text])],
  [
    "two texts exchanged",
    2,
    change((fields) => {
      [fields["b1"], fields["b3"]] = [fields["b3"], fields["b1"]];
    }),
  ],
  [
    "one blob missing",
    1,
    change((fields) => {
      delete fields["b2"];
    }),
  ],
  [
    "one blob unknown, with an error",
    1,
    change((fields, whole) => {
      fields["b4"] = null;
      whole.errors = [{ type: "RESOURCE_LIMITS_EXCEEDED", message: "Resource limits exceeded" }];
    }),
  ],
  [
    "a word for a blob",
    1,
    change((fields) => {
      fields["b0"] = "text";
    }),
  ],
];

test.each(falsehoods)("accepts no wrong bytes: %s", async (_, wrong, makeReply) => {
  const blobs = makeBlobs(5);
  const { scene, read } = makeScene(blobs, makeReply(blobs));
  expect(await read()).toEqual(blobs);
  expect([scene.bodies.length, scene.requests.length]).toEqual([1, wrong]);
  // An answer that is partly right is no refusal.
  expect(await read()).toEqual(blobs);
  expect(scene.bodies.length).toBe(2);
});

test.each([
  ["other bytes", () => encode("other")],
  ["bytes cut off", (bytes: string) => encode(bytes.slice(0, -1))],
  ["no bytes", () => ({ content: "", encoding: "none" })],
  ["another encoding", (bytes: string) => ({ content: bytes, encoding: "utf-8" })],
  ["something else", () => ({ content: null as unknown as string, encoding: "base64" })],
])("refuses a file for which GitHub returns %s", async (_, describe) => {
  const { scene, read } = makeScene(makeBlobs(1));
  scene.describe = describe;
  await expect(read()).rejects.toThrow(/^GitHub's response has no valid file [0-9a-f]{40}$/);
});

const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes.";
const after = (seconds: number) => ({ "retry-after": String(seconds) });

test.each([
  ["429", answer({}, 429), 60_000],
  ["429 with a time", answer({}, 429, after(3)), 3000],
  ["403 with a time", answer({ message: secondary }, 403, after(3)), 3000],
  [
    "403 without a time",
    answer({ message: secondary }, 403, { "x-ratelimit-resource": "graphql" }),
    60_000,
  ],
  ["403 with a time alone", answer({}, 403, { ...queryHeaders, ...after(3) }), 3000],
  ["200 with a time", answer({ errors: [{ message: secondary }] }, 200, after(3)), 3000],
  ["200 without a time", answer({ errors: [{ message: secondary }] }), 60_000],
] as const)(
  "waits for a limit that all requests share, like other reads: %s",
  async (_, limited, waitMs) => {
    const blobs = makeBlobs(5);
    const right: Reply = async (body) => Response.json(await answerRightly(blobs, body));
    const { scene, read } = makeScene(blobs, limited, right);
    expect(await read()).toEqual(blobs);
    expect(scene.waits).toEqual([waitMs]);
    expect([scene.bodies.length, scene.requests.length]).toEqual([2, 0]);
  },
);

test.each([[], [{ type: "SOMETHING", message: "Something went wrong" }]])(
  "the last point for queries is not a limit, with errors %j",
  async (...errors) => {
    const blobs = makeBlobs(5);
    const last: Reply = async (body) => {
      const { data } = (await answerRightly(blobs, body)) as { data: unknown };
      return Response.json({ data, errors }, { headers: queryHeaders });
    };
    const { scene, read } = makeScene(blobs, last);
    expect(await read()).toEqual(blobs);
    expect([scene.bodies.length, scene.requests.length]).toEqual([1, 0]);
  },
);

test("reports what GitHub answered to the last query, until one succeeds", async () => {
  const blobs = makeBlobs(5);
  const right: Reply = async (body) => Response.json(await answerRightly(blobs, body));
  const { scene, read, client } = makeScene(blobs, answer(noRepository), right);
  await read();
  const trouble = client.queryTrouble();
  expect(trouble).toBe(
    `GitHub refused POST /graphql (200): "Could not resolve to a Repository with the name 'a/b'."`,
  );
  await read();
  expect(client.queryTrouble()).toBe(trouble);
  scene.elapsed += 600_000;
  await read();
  expect(client.queryTrouble()).toBeUndefined();
});

test("a refusal among concurrent queries costs only its own files", async () => {
  const blobs = makeBlobs(900);
  const right: Reply = async (body) => Response.json(await answerRightly(blobs, body));
  const replies = [answer({}, 502), right];
  const { scene, read, client } = makeScene(blobs, ...replies);
  expect(await read()).toEqual(blobs);
  expect([scene.bodies.length, scene.requests.length]).toEqual([9, 100]);
  expect(client.queryTrouble()).toBeUndefined();
});

test("if a limit turns out to be one of queries only, blobs are read without them", async () => {
  const blobs = makeBlobs(5);
  const { scene, read } = makeScene(blobs, answer({ message: secondary }, 403, after(3)));
  expect(await read()).toEqual(blobs);
  expect([scene.bodies.length, scene.requests.length]).toEqual([3, 5]);
  // The requests wait for the last refusal, too.
  expect(new Set(scene.waits)).toEqual(new Set([3000]));
  expect(scene.elapsed).toBeGreaterThanOrEqual(9000);
});

test("a long limit that all requests share ends the read", async () => {
  const limited = answer({ errors: [{ message: secondary }] }, 200, after(600));
  const { scene, read } = makeScene(makeBlobs(5), limited);
  const error = await read().catch((caught: unknown) => caught);
  expect(hasReason(error, "rate-limited")).toBe(true);
  expect(String(error)).toMatch(
    /POST \/graphql \(200\): "You have exceeded a secondary rate limit/,
  );
  expect([scene.bodies.length, scene.requests.length, scene.waits]).toEqual([1, 0, []]);
});

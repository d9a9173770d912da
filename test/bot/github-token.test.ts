import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { expect, test } from "vitest";
import { openGithubToken } from "../../bot/runtime/github-token.ts";
import { openGithubClient } from "../../src/adapters/github/client.ts";
import { HardenError } from "../../src/core/base/errors.ts";

const makeKey = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
const { privateKey, publicKey } = makeKey();

const github = {
  owner: "example",
  repo: "config",
  apiUrl: "https://api.example.test",
  app: { id: 12, installation: 34 },
  workflow: "a.yml",
  requiresSignatures: false,
  verifyWorkflow: "b.yml",
};

function openToken(ask: typeof fetch, key = privateKey) {
  const ports = { environment: { GITHUB_APP_KEY: key }, readFile: () => "" };
  const token = openGithubToken(github, ports, ask);
  if (typeof token === "string") throw new Error("a token that was given");
  return token;
}

async function failure(run: Promise<unknown>): Promise<HardenError> {
  const error = await run.catch((thrown: unknown) => thrown);
  if (!(error instanceof HardenError)) throw new Error("no HardenError");
  expect(error.message + error.next).not.toContain("eyJ");
  return error;
}

const refuse =
  (status: number, message: string, headers = {}): typeof fetch =>
  async () =>
    Response.json({ message }, { status, headers });

test.for<readonly [string, typeof fetch, string, string, string]>([
  [
    "an unreachable GitHub",
    async () => Promise.reject(new TypeError("fetch failed")),
    privateKey,
    "GitHub did not answer",
    "can connect to https://api.example.test",
  ],
  [
    "a key of another App",
    refuse(401, "A JSON web token could not be decoded"),
    privateKey,
    "could not be decoded",
    "GITHUB_APP_KEY is a key of App 12",
  ],
  [
    "an unknown installation",
    refuse(404, "Not Found"),
    privateKey,
    "Not Found",
    "installation in bot.ini",
  ],
  ["a limit", refuse(429, "slow down"), privateKey, "too many requests", "Retry later"],
  ["a broken key", refuse(401, ""), "no key at all", "not a valid private key", "without changes"],
])("%s is distinguished from a wrong key", async ([, ask, key, message, next]) => {
  const error = await failure(openToken(ask, key)(false));
  expect(error.message).toContain(message);
  expect(error.next).toContain(next);
});

/**
 * GitHub's check of an App's signature, with a clock of its own; its tokens expire after an hour.
 */
function makeGithub(ahead: number, { tellsTime = true, key = publicKey } = {}) {
  const scene = { ahead, asked: [] as string[], valid: "", made: 0 };
  const now = (): number => Date.now() / 1000 + scene.ahead;
  const answer = (status: number, body: object): Response => {
    const date = new Date(now() * 1000).toUTCString();
    return Response.json(body, { status, headers: tellsTime ? { date } : {} });
  };
  const ask: typeof fetch = async (url, init) => {
    scene.asked.push(`${init?.method} ${new URL(String(url)).pathname}`);
    const [, shown = ""] = (new Headers(init?.headers).get("authorization") ?? "").split(" ");
    if (!String(url).endsWith("/access_tokens")) {
      const isValid = shown !== "" && shown === scene.valid;
      return isValid ? answer(200, { id: 7 }) : answer(401, { message: "Bad credentials" });
    }
    const [head = "", body = "", signature = ""] = shown.split(".");
    const signed = Buffer.from(signature, "base64url");
    if (!verify("sha256", Buffer.from(`${head}.${body}`), createPublicKey(key), signed)) {
      return answer(401, { message: "A JSON web token could not be decoded" });
    }
    const { iat, exp } = JSON.parse(Buffer.from(body, "base64url").toString());
    const problem = findProblem({ iat, exp }, Math.floor(now()));
    if (problem !== undefined) return answer(401, { message: problem });
    scene.valid = `ghs_${++scene.made}`;
    const expires = new Date((now() + 3600) * 1000).toISOString();
    return answer(201, { token: scene.valid, expires_at: expires, permissions: {} });
  };
  return { scene, ask };
}

/** In GitHub's words; the order of its checks is unknown. */
function findProblem({ iat, exp }: { iat: number; exp: number }, now: number): string | undefined {
  if (exp <= now) {
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  }
  if (exp > now + 600) return "'Expiration time' claim ('exp') is too far in the future";
  return iat > now
    ? "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
    : undefined;
}

const openClient = (ask: typeof fetch) =>
  openGithubClient({
    ...github,
    token: openToken(ask),
    fetch: ask,
    wait: async () => {},
    timeoutMs: 20_000,
  });

const readRepository = async (ask: typeof fetch): Promise<number> =>
  (await openClient(ask).request("GET /repos/{owner}/{repo}", {})).id;

test.each([
  { name: "is right", ahead: 0 },
  { name: "is 45 seconds ahead of GitHub's", ahead: -45 },
  { name: "is ten minutes behind", ahead: 600 },
  { name: "is a day ahead", ahead: -86_400 },
])("an App works if the clock of the machine $name", async ({ ahead }) => {
  const { scene, ask } = makeGithub(ahead);
  expect(await readRepository(ask)).toBe(7);
  expect(scene.made).toBe(1);
});

test.each([-45, 600])(
  "a clock off by %i s that cannot be corrected is reported, and no key is blamed",
  async (ahead) => {
    const { ask } = makeGithub(ahead, { tellsTime: false });
    const { message, next } = await failure(readRepository(ask));
    expect(message).toContain("the clock of the bot's machine is wrong");
    expect(next).toMatch(/Set the clock/);
    expect(message + next).not.toContain("GITHUB_APP_KEY");
  },
);

test("a wrong key is reported as such, regardless of the clock", async () => {
  const { ask } = makeGithub(600, { key: makeKey().publicKey });
  const { message, next } = await failure(readRepository(ask));
  expect(message).toContain("could not be decoded");
  expect(next).toContain("GITHUB_APP_KEY is a key of App 12");
});

test("a query is repeated with a new token, as it only reads", async () => {
  const { scene, ask } = makeGithub(0);
  const client = openClient(ask);
  await client.request("GET /repos/{owner}/{repo}", {});
  scene.valid = "revoked";
  scene.asked.length = 0;
  await client.query("query", {});
  const renewal = "POST /app/installations/34/access_tokens";
  expect(scene.asked).toEqual(["POST /graphql", renewal, "POST /graphql"]);
});

test("a token is created once, and again if GitHub no longer accepts it", async () => {
  const { scene, ask } = makeGithub(0);
  const client = openClient(ask);
  const read = () => client.request("GET /repos/{owner}/{repo}", {});
  const cancel = () =>
    client.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", { run_id: 1 });
  await read();
  await read();
  expect(scene.made).toBe(1);
  scene.valid = "revoked";
  await read();
  expect(scene.made).toBe(2);
  // A write is not repeated, but the next request has a new token.
  scene.valid = "revoked";
  scene.asked.length = 0;
  await failure(cancel());
  expect(scene.asked).toEqual(["POST /repos/example/config/actions/runs/1/cancel"]);
  await cancel();
  expect(scene.made).toBe(3);
});

const page = new Response("<p>Sign in</p>", { headers: { "content-type": "text/html" } });

test.each([
  { name: "a sign-in page", answer: () => page.clone() },
  { name: "nothing", answer: () => new Response("") },
  { name: "null", answer: () => Response.json(null) },
  { name: "JSON of another shape", answer: () => Response.json({ token: { a: 1 } }) },
])("$name instead of a token counts as no token, and no key is blamed", async ({ answer }) => {
  const { scene, ask } = makeGithub(0);
  let isProxied = true;
  const client = openClient(async (...asked) => (isProxied ? answer() : ask(...asked)));
  const read = () => client.request("GET /repos/{owner}/{repo}", {});
  const { message, next } = await failure(read());
  expect(message).toBe(
    "cannot get an installation token for the App: the response to POST /app/installations/34/access_tokens (200) is empty, cut off, or not from GitHub",
  );
  expect(message + next).not.toContain("GITHUB_APP_KEY");
  isProxied = false;
  expect((await read()).id).toBe(7);
  expect(scene.made).toBe(1);
});

test.each([
  { name: "502", answer: async () => Response.json({}, { status: 502 }) },
  { name: "429", answer: async () => Response.json({}, { status: 429 }) },
  { name: "a limit", answer: refuse(403, "You have exceeded a secondary rate limit") },
  { name: "a cut line", answer: async () => Promise.reject(new TypeError("fetch failed")) },
] satisfies { name: string; answer: typeof fetch }[])(
  "a token request answered with $name is not repeated",
  async ({ answer }) => {
    let count = 0;
    await failure(
      readRepository(async (...request) => {
        count++;
        return answer(...request);
      }),
    );
    expect(count).toBe(1);
  },
);

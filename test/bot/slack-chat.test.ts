import { WebClient } from "@slack/web-api";
import { expect, test } from "vitest";
import { clientOptions, createSlackChat, nameLimits } from "../../bot/slack/web-api.ts";
import { botToken } from "../support/fakes/slack/slack-peer.ts";

const quiet = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => "error",
  setName() {},
};

/** The bot's interpretation of an answer to chat.postMessage and to chat.update. */
async function answered(answer: () => Response) {
  const options = {
    ...clientOptions,
    fetch: nameLimits(async () => answer()),
    logger: quiet as never,
  };
  const chat = createSlackChat(new WebClient(botToken, options));
  const message = { text: "x", blocks: [] };
  const posted = await chat.post("C1", message);
  const updated = await chat.update({ channel: "C1", message: "1.2" }, message);
  return { posted, updated };
}

const json =
  (body: string, status = 200, headers: Record<string, string> = {}) =>
  () =>
    new Response(body, { status, headers: { "content-type": "application/json", ...headers } });

test.each([
  ["a page", () => new Response("<p>Sign in</p>", { headers: { "content-type": "text/html" } })],
  ["cut JSON", json('{"ok":true,"ts":"17')],
  ["nothing", json("")],
  ["JSON of another shape", json("[]")],
  ["an error that is a text", json('{"ok":false,"error":"<p>Sign in</p>"}')],
  ["trouble", json('{"ok":false,"error":"internal_error"}')],
])("%s instead of Slack's answer is neither a success nor a refusal", async (_, answer) => {
  const { posted, updated } = await answered(answer);
  expect(posted).toEqual({ kind: "unknown" });
  expect(updated.kind).toBe("later");
});

test("a refusal is reported as such, with Slack's code", async () => {
  const { posted } = await answered(json('{"ok":false,"error":"is_archived"}'));
  expect(posted).toEqual({ kind: "refused", reason: "is_archived" });
});

// With only `retries: 0` the client of 8.2.0 waits, and reports a failed connection afterwards.
test("does not wait for a limit, and repeats nothing", async () => {
  let requests = 0;
  const start = performance.now();
  const limited = json("", 429, { "retry-after": "60" });
  const { posted, updated } = await answered(() => {
    requests++;
    return limited();
  });
  expect(performance.now() - start).toBeLessThan(10_000);
  expect([posted, updated]).toEqual([
    { kind: "refused", reason: "ratelimited" },
    { kind: "later", pauseMs: 60_000 },
  ]);
  expect(requests).toBe(2);
});

test("does not repeat a request that Slack answered with a server error", async () => {
  let requests = 0;
  const { posted, updated } = await answered(() => {
    requests++;
    return new Response("", { status: 503 });
  });
  expect([posted.kind, updated.kind, requests]).toEqual(["unknown", "later", 2]);
});

test.each<[string, Record<string, string>]>([
  ["with its time", { "retry-after": "3" }],
  ["without a time", {}],
  ["with a time that is not a number", { "retry-after": "soon" }],
])("recognizes a limit %s", async (_, headers) => {
  const { posted, updated } = await answered(json("", 429, headers));
  expect(posted).toEqual({ kind: "refused", reason: "ratelimited" });
  expect(updated).toEqual({ kind: "later", pauseMs: headers["retry-after"] === "3" ? 3000 : 5000 });
});

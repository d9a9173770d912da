import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { postJson } from "../../bot/runtime/post-json.ts";

async function startServer(answer: RequestListener) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const counted = { connections: 0 };
  server.on("connection", () => counted.connections++);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, counted };
}

test("several answers use one connection", async () => {
  const received: unknown[] = [];
  const { url, counted } = await startServer(async (request, response) => {
    expect(request.headers["content-type"]).toBe("application/json");
    received.push(JSON.parse(Buffer.concat(await request.toArray()).toString("utf8")));
    response.end("ok");
  });
  const answers = ["first", "zweite „Antwort“", "third"].map((text) => ({ text }));
  for (const answer of answers) {
    expect(await postJson(url, answer)).toBe(true);
    await new Promise((done) => setImmediate(done));
  }
  expect(received).toEqual(answers);
  expect(counted.connections).toBe(1);
});

test.each([301, 307, 404, 410, 429, 500])("status %i is no success", async (status) => {
  const { url } = await startServer((_, response) => {
    response.writeHead(status, { location: "/elsewhere" }).end("no");
  });
  expect(await postJson(url, {})).toBe(false);
});

test("a truncated answer is no success", async () => {
  const { url } = await startServer((_, response) => {
    response.writeHead(200, { "content-length": 10 });
    response.write("ok", () => response.destroy());
  });
  expect(await postJson(url, {})).toBe(false);
});

test.each(["http://127.0.0.1:1/", "ftp://127.0.0.1/", "no address", ""])(
  "nothing can be posted to '%s'",
  async (url) => {
    expect(await postJson(url, {})).toBe(false);
  },
);

test("a server that never answers is no success", async () => {
  const asked = Promise.withResolvers<void>();
  const { url } = await startServer(() => asked.resolve());
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const answer = postJson(url, {});
  await asked.promise;
  vi.advanceTimersByTime(10_000);
  expect(await answer).toBe(false);
});

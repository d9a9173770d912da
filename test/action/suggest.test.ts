import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { renderDiff } from "../../src/adapters/unified-diff.ts";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { priorityIni } from "../support/builders/rules.ts";
import { readPayload, startStep, token } from "../support/harness/runner.ts";
import { startGithub } from "../support/harness/started.ts";

const hard = priorityIni(vendorPriority);
type Files = Readonly<Record<string, string>>;

/** The patch of a file as GitHub returns it: only the hunks. */
function patchOf(path: string, before: string, after: string): { filename: string; patch: string } {
  const diff = renderDiff({ path, before, after });
  return { filename: path, patch: diff.slice(diff.indexOf("@@")).trimEnd() };
}

/** A pull request from `before` to `after`, and the step as the runner starts it there. */
async function openPull(before: Files, after: Files, head = "example/config") {
  const peer = await startGithub();
  peer.setFiles(
    Object.entries(after)
      .filter(([path, text]) => before[path] !== text)
      .map(([path, text]) => patchOf(path, before[path] ?? "", text)),
  );
  const run = async (extra: Files = {}, inputs: Files = {}) => {
    const workspace = writeFleet(after);
    const payload = readPayload("pull_request");
    const event = {
      ...payload,
      number: 7,
      pull_request: {
        ...(payload["pull_request"] as object),
        number: 7,
        head: { sha: "a".repeat(40), repo: { full_name: head } },
      },
      repository: { ...(payload["repository"] as object), full_name: "example/config" },
    };
    writeFileSync(join(workspace, "event.json"), JSON.stringify(event));
    const result = await startStep({ fix: "suggest", ...inputs }, workspace, {
      GITHUB_API_URL: peer.url,
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_EVENT_PATH: join(workspace, "event.json"),
      GITHUB_REF: "refs/pull/7/merge",
      ...extra,
    });
    expect(peer.problems).toEqual([]);
    expect(result.raw).not.toContain(token);
    return result;
  };
  return { peer, run };
}

test("suggests fixes of changed lines once and lists the rest in the summary", async () => {
  const { peer, run } = await openPull(
    { "a/stpd.ini": hard, "b/stpd.ini": `${hard}STPD_PORT=1\n` },
    { "a/stpd.ini": `${hard}STPD_PORT=11001\n`, "b/stpd.ini": `${hard}STPD_PORT=1\n` },
  );
  const first = await run();
  expect(
    peer.comments.map(({ path, line, body }) => [path, line, body.split("\n<!--")[0]]),
  ).toEqual([["a/stpd.ini", 4, "```suggestion\n# STPD_PORT=11001\n```"]]);
  expect(first.summary).toContain("1 new fix suggestion on changed lines, 0 posted before.");
  expect(first.summary).toContain("for fixes that cannot be suggested: b/stpd.ini.");
  expect(first.status).toBe(1);
  peer.takeRequests();
  const second = await run();
  expect(second.summary).toContain("0 new fix suggestions on changed lines, 1 posted before.");
  expect(peer.takeRequests().filter((line) => line.startsWith("POST"))).toEqual([]);
});

test("names files relative to the repository root, regardless of where the fleet is", async () => {
  const { peer, run } = await openPull({}, { "hosts/a/stpd.ini": `${hard}STPD_PORT=11001\n` });
  await run({}, { paths: "hosts" });
  expect(peer.comments.map(({ path, line }) => [path, line])).toEqual([["hosts/a/stpd.ini", 4]]);
});

test("repeats the line before an insertion", async () => {
  const text = "[STPD_Server]\nSTPD_HTTPS_PORT=11443\n";
  const { peer, run } = await openPull({}, { "a/stpd.ini": text });
  await run();
  expect(peer.comments.map(({ line, body }) => [line, body.split("\n<!--")[0]])).toEqual([
    [1, `\`\`\`suggestion\n[STPD_Server]\nSTPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\n\`\`\``],
  ]);
});

test("does not suggest a part of edits that are only safe together", async () => {
  const text = `[STPD_Server]\nSTPD_PORT=11001\nX=1\nY=2\n# STPD_HTTPS_PORT=11443\nZ=1\n${hard.split("\n")[2]}\n`;
  const { peer, run } = await openPull({}, { "a/stpd.ini": text });
  const { summary } = await run();
  expect(peer.comments).toEqual([]);
  expect(summary).toContain("for fixes that cannot be suggested: a/stpd.ini.");
});

test("suggests nothing for a host that needs its global settings changed as well", async () => {
  const { peer, run } = await openPull(
    {},
    { "a/stpd.ini": `${hard}STPD_PORT=11001\n`, "a/host.ini": "role = server\n" },
  );
  await run();
  expect(peer.comments).toEqual([]);
});

test.each([
  {
    name: "CRLF",
    before: hard.replaceAll("\n", "\r\n"),
    after: `${hard}STPD_PORT=1\n`.replaceAll("\n", "\r\n"),
  },
  {
    name: "a file that is not UTF-8",
    before: `# \u00fc\n${hard}`,
    after: `# \u00fc\n${hard}STPD_PORT=1\n`,
  },
  {
    name: "a line outside of the diff",
    before: `${hard}STPD_PORT=1\n${"#\n".repeat(20)}`,
    after: `${hard}STPD_PORT=1\n${"#\n".repeat(20)}# new\n`,
  },
])("lists $name in the summary", async ({ before, after }) => {
  const { peer, run } = await openPull({ "a/stpd.ini": before }, { "a/stpd.ini": after });
  const { summary } = await run();
  expect(peer.comments).toEqual([]);
  expect(summary).toContain("for fixes that cannot be suggested: a/stpd.ini.");
});

test("does not try to write on a pull request from a fork, and says what a maintainer can do", async () => {
  const { peer, run } = await openPull(
    {},
    { "a/stpd.ini": `${hard}STPD_PORT=1\n` },
    "stranger/config",
  );
  const { summary, status } = await run();
  expect(peer.takeRequests()).toEqual([]);
  expect(summary).toContain("A maintainer can run");
  expect(status).toBe(1);
});

test("suggests nothing if there are no findings, and nothing on a push", async () => {
  const clean = await openPull({}, { "a/stpd.ini": hard });
  expect((await clean.run()).status).toBe(0);
  expect(clean.peer.takeRequests()).toEqual([]);
  const pushed = await openPull({}, { "a/stpd.ini": `${hard}STPD_PORT=1\n` });
  expect((await pushed.run({ GITHUB_EVENT_NAME: "push" })).raw).toContain(
    "No suggestions: not a pull request.",
  );
  expect(pushed.peer.takeRequests()).toEqual([]);
});

test("uses a proxy that the environment names", async () => {
  const origin = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end("[]");
  });
  await new Promise<void>((ready) => origin.listen(0, "127.0.0.1", ready));
  const seen: string[] = [];
  const proxy = createServer().on("connect", ({ url }, client) => {
    seen.push(url ?? "");
    const server = connect((origin.address() as AddressInfo).port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      server.pipe(client).pipe(server);
    });
  });
  await new Promise<void>((ready) => proxy.listen(0, "127.0.0.1", ready));
  onTestFinished(() => {
    origin.closeAllConnections();
    origin.close();
    proxy.close();
  });
  const { run } = await openPull({}, { "a/stpd.ini": `${hard}STPD_PORT=1\n` });
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  // The host does not exist: only a proxy can answer for it.
  const { summary } = await run({
    GITHUB_API_URL: "http://ghes.invalid/api/v3",
    HTTP_PROXY: address,
  });
  expect(seen).toContain("ghes.invalid:80");
  expect(summary).toContain("0 new fix suggestions");
});

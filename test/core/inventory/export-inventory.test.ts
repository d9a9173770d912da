import { expect, test } from "vitest";
import { defaultClientKeys } from "../../../src/core/inventory/item.ts";
import { defaultEndpoints } from "../../../src/core/inventory/endpoints.ts";
import { usageKinds } from "../../../src/core/fleet/interfaces.ts";
import type { RestAnswer, RestReply, RestRequest } from "../../../src/core/inventory/sesam-port.ts";
import { maxBytes } from "../../../src/core/inventory/sesam-session.ts";
import {
  takeInventory,
  type InventoryRequest,
  type TakenInventory,
} from "../../../src/core/inventory/export-inventory.ts";
import { backupLists } from "../../support/fakes/sesam/sesam-lists.ts";

const header = { total: undefined, link: undefined };
const answer = (json: unknown, changes: Partial<RestAnswer> = {}): RestAnswer => ({
  kind: "answer",
  status: 200,
  content: { json },
  mediaType: "application/json",
  size: 100,
  header,
  ...changes,
});
const failed: RestReply = { kind: "failed", reason: "nothing listens there" };

const good: Readonly<Record<string, RestReply>> = {
  "POST /auth/login": answer({ sessionId: "s-1" }),
  "GET /auth/logout": answer(true),
  "GET /server/info": answer({ name: "sesam1" }),
  ...Object.fromEntries(Object.entries(backupLists).map(([route, list]) => [route, answer(list)])),
};

const request: InventoryRequest = {
  credentials: { user: "u", password: "p", type: "CLASSIC" },
  endpoints: defaultEndpoints,
  skipped: new Set(usageKinds.filter((kind) => !kind.startsWith("backup"))),
  absent: new Map(),
  details: new Map(),
  paging: undefined,
  terms: { interfaceKeys: ["interface"], ignoredKeys: [], clientKeys: defaultClientKeys },
  serverName: undefined,
};

const nothing: Pick<TakenInventory, "gaps" | "counts"> = { gaps: [], counts: new Map() };

type Replies = Readonly<Record<string, RestReply | ((asked: RestRequest) => RestReply)>>;

async function take(replies: Replies = {}, changes: Partial<InventoryRequest> = {}) {
  const asked: RestRequest[] = [];
  const notes: string[] = [];
  const rest = {
    ask: async (question: RestRequest): Promise<RestReply> => {
      asked.push(question);
      const route = `${question.method} ${question.path}`;
      const reply = { ...good, ...replies }[route] ?? answer({}, { status: 404 });
      return typeof reply === "function" ? reply(question) : reply;
    },
  };
  const tools = { rest, note: (text: string) => void notes.push(text), tell: () => {} };
  const taken = await takeInventory({ ...request, ...changes }, tools).catch(
    (error: unknown) => error,
  );
  const outcome = taken instanceof Error ? taken.message : "taken";
  const { gaps, counts } = taken instanceof Error ? nothing : (taken as TakenInventory);
  const routes = asked.map(({ method, path }) => `${method} ${path}`);
  return { outcome, gaps: gaps.map(({ reason }) => reason), counts, routes, asked, notes };
}

test.each<[string, RestReply]>([
  ["a text", answer("s-1")],
  ["an object", answer({ sessionId: "s-1" })],
  // Otherwise a server with another media type for plain text would keep an open session.
  ["a text that is called plain", answer("s-1", { mediaType: "text/plain" })],
  ["an answer of 201", answer("s-1", { status: 201 })],
])("takes a session from %s, and sends it with every later request", async (_, login) => {
  const { outcome, gaps, asked } = await take({ "POST /auth/login": login });
  expect([outcome, gaps]).toEqual(["taken", []]);
  const [first, ...later] = asked;
  expect(first).toEqual({
    method: "POST",
    path: "/auth/login",
    session: undefined,
    body: { username: "u", secret: "p", type: "CLASSIC" },
  });
  expect(later.map(({ session }) => session)).toEqual(Array(5).fill("s-1"));
  expect(later.map(({ body }) => body)).toEqual([undefined, undefined, {}, {}, undefined]);
});

test.each<[string, RestReply, RegExp]>([
  ["401", answer({ parameter: "p" }, { status: 401 }), /^the login was refused \(401\)$/],
  ["500", answer({}, { status: 500 }), /^the login was refused \(500\)$/],
  ["a redirect", answer({}, { status: 302 }), /^the login was refused \(302\)$/],
  ["no connection", failed, /cannot reach the Server: nothing listens there/],
  ["nothing", answer(null), /no session id/],
  ["an empty session", answer(""), /no session id/],
  ["a session with a line break", answer("a\r\nX: y"), /no session id/],
  ["another object", answer({ token: "s-1" }), /no session id/],
  ["no JSON", answer(undefined, { content: undefined }), /no session id/],
])("does not log in again after %s", async (_, login, message) => {
  const { outcome, routes } = await take({ "POST /auth/login": login });
  expect(outcome).toMatch(message);
  expect(routes).toEqual(["POST /auth/login"]);
});

test.each<[string, Replies, RegExp]>([
  ["the session ends", { "GET /clients": answer({}, { status: 401 }) }, /has ended \(401\)/],
  ["the connection breaks", { "GET /clients": failed }, /GET \/clients: nothing listens there/],
  [
    "too much came",
    { "GET /clients": answer(backupLists["GET /clients"], { size: maxBytes }) },
    /more than 256 MiB/,
  ],
])("stops if %s, and logs out", async (_, replies, message) => {
  const { outcome, routes } = await take(replies);
  expect(outcome).toMatch(message);
  expect(routes.filter((route) => route === "POST /auth/login").length).toBe(1);
  expect(routes.at(-1)).toBe("GET /auth/logout");
});

test.each<[string, Partial<RestAnswer>, RegExp]>([
  ["404", { status: 404 }, /does not have this path \(404\)/],
  ["405", { status: 405 }, /does not have this path \(405\)/],
  ["403", { status: 403 }, /may not read/],
  ["500", { status: 500 }, /responded with 500/],
  ["206", { status: 206 }, /responded with 206/],
  ["302", { status: 302 }, /the Server redirects/],
  [
    "another type",
    { mediaType: "text/html" },
    /media type text\/html \(expected application\/json\)/,
  ],
  ["no type", { mediaType: "" }, /media type none/],
  ["no JSON", { content: undefined }, /not JSON/],
  ["no content", { status: 204, content: undefined }, /not JSON/],
  ["nameless items", { content: { json: [{}] } }, /neither name nor id/],
  ["an error in a 200", { content: { json: { error: "x" } } }, /an object with no list/],
])("continues after %s, with a gap", async (_, changes, reason) => {
  const reply = answer([], changes);
  const { outcome, gaps, routes } = await take({ "POST /backups/findTasks": reply });
  expect([outcome, gaps.length]).toEqual(["taken", 1]);
  expect(gaps[0]).toMatch(reason);
  expect(routes.slice(-2)).toEqual(["POST /backupevents/find", "GET /auth/logout"]);
});

test("a session that cannot be ended is reported, and is not a gap", async () => {
  for (const reply of [failed, answer({}, { status: 500 })]) {
    const { outcome, gaps, notes } = await take({ "GET /auth/logout": reply });
    expect([outcome, gaps]).toEqual(["taken", []]);
    expect(notes).toEqual([expect.stringMatching(/^the session could not be ended/)]);
  }
});

test("an endpoint that is not requested is a gap, unless the user says so", async () => {
  const { gaps } = await take({}, { skipped: new Set() });
  expect(gaps).toEqual(Array(6).fill("no known path"));
  expect((await take({}, { skipped: new Set(usageKinds) })).gaps).toEqual([]);
});

test("does not request a given name; an unknown one is a gap", async () => {
  const nameless = { "GET /server/info": answer({}) };
  expect((await take(nameless)).gaps).toEqual([expect.stringMatching(/has no name/)]);
  const { gaps, routes } = await take(nameless, { serverName: "mine" });
  expect(gaps).toEqual([]);
  expect(routes).not.toContain("GET /server/info");
});

test("requests details of each item, and adds them to the list", async () => {
  const replies = {
    "GET /clients": answer([{ id: 5, name: "a/b" }]),
    "GET /clients/5/a%2Fb": answer({ interfaces: ["http://a:11000"] }),
  };
  const details = new Map([["client", "/clients/{id}/{name}"]] as const);
  expect((await take(replies)).gaps).toEqual([
    expect.stringMatching(/none of 1 has an interface field/),
  ]);
  expect((await take(replies, { details })).gaps).toEqual([]);
  for (const [reply, reason] of [
    [answer({}, { status: 404 }), /a\/b: the Server does not have this path/],
    [answer([]), /a\/b: the response is not an object/],
  ] as const) {
    const { gaps } = await take({ ...replies, "GET /clients/5/a%2Fb": reply }, { details });
    expect(gaps).toEqual([expect.stringMatching(reason)]);
  }
  const nameless = { ...replies, "GET /clients": answer([{ name: "a/b" }]) };
  expect((await take(nameless, { details })).gaps).toEqual([
    expect.stringMatching(/a\/b has no id/),
  ]);
});

test("reports a Server that ignores paging, and counts nothing twice", async () => {
  const paging = {
    start: { name: "offset", unit: "items", first: 0 },
    size: { name: "limit", value: 1 },
  } as const;
  const at = (offset: number) => ({
    [`GET /clients?offset=${offset}&limit=1`]: good["GET /clients"],
  });
  const all = { ...at(0), ...at(3) } as Replies;
  const { gaps, counts, notes, asked } = await take(all, { paging });
  expect(gaps).toEqual([]);
  expect([...counts.values()]).toEqual([3, 2, 3]);
  expect(notes).toEqual(
    ["client", "backup-task", "backup-event"].map(
      (kind) => `${kind}: the Server ignores --paging and lists everything at once`,
    ),
  );
  const bodies = asked.filter(({ path }) => path.includes("find")).map(({ body }) => body);
  expect(bodies).toEqual([0, 2, 0, 3].map((offset) => ({ offset, limit: 1 })));
});

test("ends an endless list", async () => {
  const paging = {
    start: { name: "page", unit: "pages", first: 0 },
    size: { name: "size", value: 1 },
  } as const;
  let id = 0;
  const more = (): RestReply => answer([{ id: id++, interface: null }], { size: 1 });
  const endpoints = {
    ...defaultEndpoints,
    lists: new Map([["backup-task", { method: "POST", path: "/find" }]] as const),
  };
  const { outcome, routes } = await take({ "POST /find": more }, { paging, endpoints });
  expect(outcome).toBe("this takes more than 100000 requests");
  expect(routes.at(-1)).toBe("GET /auth/logout");
});

import { expect, test } from "vitest";
import { askServer } from "../../../src/core/host/query-busy-jobs.ts";
import type { RestReply, SesamRest } from "../../../src/core/inventory/sesam-port.ts";

const answer = (status: number, json?: unknown, link?: string): RestReply => ({
  kind: "answer",
  status,
  content: json === undefined ? undefined : { json },
  mediaType: "application/json",
  size: 10,
  header: { total: undefined, link },
});

function createRest(jobs: RestReply, asked: string[]): SesamRest {
  return {
    ask: async ({ path }) => {
      asked.push(path);
      if (path === "/auth/login") return answer(200, "session");
      return path === "/auth/logout" ? answer(204) : jobs;
    },
  };
}

const credentials = { user: "reader", password: "not shown", type: "CLASSIC" };
const busyStates = ["ACTIVE", "IN_QUEUE"];

test.each<{ name: string; jobs: RestReply; busy: object }>([
  { name: "no jobs", jobs: answer(200, []), busy: { kind: "no" } },
  { name: "nothing", jobs: answer(204), busy: { kind: "no" } },
  { name: "finished jobs", jobs: answer(200, [{ state: "SUCCESSFUL" }]), busy: { kind: "no" } },
  {
    name: "a running job, nested, in another case",
    jobs: answer(200, { items: [{ state: "ok" }, { job: { jobStatus: "active" } }] }),
    busy: { kind: "yes", detail: "the Server has a job in the state active" },
  },
  {
    name: "jobs without any state",
    jobs: answer(200, [{ name: "a" }]),
    busy: {
      kind: "unknown",
      detail: "the Server's answer to /jobs contains a job without a state",
    },
  },
  {
    name: "jobs without any state, below a state of the answer itself",
    jobs: answer(200, { status: "OK", jobs: [{ name: "a" }] }),
    busy: {
      kind: "unknown",
      detail: "the Server's answer to /jobs contains a job without a state",
    },
  },
  {
    name: "a first page without a running job",
    jobs: answer(200, [{ state: "ok" }], '</jobs?page=2>; rel="next"'),
    busy: {
      kind: "unknown",
      detail:
        "the Server's answer to /jobs contains only some of the jobs; set jobs in the pins to a path that lists all",
    },
  },
  {
    name: "fewer jobs than the stated total",
    jobs: answer(200, { total: 2, jobs: [{ state: "ok" }] }),
    busy: {
      kind: "unknown",
      detail:
        "the Server's answer to /jobs contains only some of the jobs; set jobs in the pins to a path that lists all",
    },
  },
  {
    name: "a first page with a running job",
    jobs: answer(200, { total: 2, jobs: [{ state: "ACTIVE" }] }),
    busy: { kind: "yes", detail: "the Server has a job in the state ACTIVE" },
  },
  {
    name: "no list",
    jobs: answer(200, { state: "ok" }),
    busy: {
      kind: "unknown",
      detail: "/jobs of the Server: the response is an object with no list",
    },
  },
  {
    name: "invalid JSON",
    jobs: answer(200),
    busy: { kind: "unknown", detail: "the Server's answer to /jobs is not JSON" },
  },
  {
    name: "a part of the jobs",
    jobs: answer(206, []),
    busy: { kind: "unknown", detail: "the Server answered 206 to /jobs" },
  },
  {
    name: "no answer",
    jobs: { kind: "failed", reason: "nothing came back" },
    busy: { kind: "unknown", detail: "GET /jobs: nothing came back" },
  },
])("$name", async ({ jobs, busy }) => {
  const asked: string[] = [];
  const seen = await askServer({ credentials, jobs: "/jobs", busyStates }, createRest(jobs, asked));
  expect(seen).toEqual(busy);
  expect(asked).toEqual(["/auth/login", "/jobs", "/auth/logout"]);
});

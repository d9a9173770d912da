import { expect, test } from "vitest";
import { createGithubTime } from "../../../src/adapters/github/time.ts";

const start = Date.parse("2027-01-04T10:00:00Z") / 1000;

/** A GitHub whose answers take some seconds, and a machine with its own clock. */
function makeScene(own: number) {
  const url = "https://api.example/x";
  const scene = { own, github: start, takes: 0, headers: true, url, status: 200 };
  const ask: typeof fetch = async () => {
    const date = new Date(scene.github * 1000).toUTCString();
    scene.own += scene.takes;
    scene.github += scene.takes;
    const { status } = scene;
    const body = status === 304 ? null : "{}";
    const answer = new Response(body, { status, headers: scene.headers ? { date } : {} });
    Object.defineProperty(answer, "url", { value: scene.url });
    return answer;
  };
  const time = createGithubTime(ask, "https://api.example/v3", () => scene.own);
  return { scene, time, look: async (at = url) => time.fetch(at) };
}

test("uses GitHub's time, regardless of the local clock", async () => {
  const { scene, time, look } = makeScene(start + 86_400);
  expect(() => time.toldSeconds()).toThrow(/have no Date header/);
  expect(() => time.nowSeconds()).toThrow(/have no Date header/);
  expect(time.aheadSeconds()).toBe(0);
  await look();
  expect([time.toldSeconds(), time.nowSeconds()]).toEqual([start, start]);
  scene.own += 7;
  expect([time.toldSeconds(), time.nowSeconds()]).toEqual([start, start + 7]);
  // The clock was set back meanwhile.
  scene.own -= 1000;
  expect(time.nowSeconds()).toBe(start);
  scene.github += 9;
  await look();
  expect([time.toldSeconds(), time.nowSeconds()]).toEqual([start + 9, start + 9]);
});

test.each([
  { name: "right", off: 0, takes: 0, ahead: 0 },
  { name: "right within the second", off: 0.9, takes: 0, ahead: 0 },
  { name: "right, within the precision of a slow answer", off: 0, takes: 90, ahead: 0 },
  { name: "ahead", off: 100, takes: 0, ahead: 99 },
  { name: "ahead, by a slow answer", off: 100, takes: 30, ahead: 99 },
  { name: "behind", off: -100, takes: 0, ahead: -100 },
  { name: "behind, by a slow answer", off: -100, takes: 30, ahead: -70 },
])("recognizes a clock that is $name", async ({ off, takes, ahead }) => {
  const { scene, time, look } = makeScene(start + off);
  scene.takes = takes;
  await look();
  expect(time.aheadSeconds()).toBeCloseTo(ahead, 5);
});

test("ignores another server's time", async () => {
  const { scene, time, look } = makeScene(start);
  await look();
  scene.url = "https://files.example/x";
  scene.github += 5000;
  await look();
  expect(time.toldSeconds()).toBe(start);
});

test("an answer without a time gives none", async () => {
  const { scene, time, look } = makeScene(start);
  await look();
  scene.headers = false;
  await look();
  expect(() => time.toldSeconds()).toThrow(/have no Date header/);
});

test("an unchanged answer gives a time", async () => {
  const { scene, time, look } = makeScene(start);
  scene.status = 304;
  await look();
  expect(time.toldSeconds()).toBe(start);
});

test.each([
  { name: "a refusal", status: 403 },
  { name: "a redirect to a login page", status: 302 },
  { name: "an error", status: 502 },
  { name: "a page instead of the answer to a query", url: "https://api.example/api/graphql" },
])("$name may be a proxy's and gives no time", async ({ status = 200, url }) => {
  const { scene, time, look } = makeScene(start);
  await look();
  scene.status = status;
  scene.github += 5000;
  await look(url);
  expect([time.toldSeconds(), time.aheadSeconds()]).toEqual([start, 0]);
  scene.headers = false;
  await look(url);
  expect(time.toldSeconds()).toBe(start);
});

import { expect, test } from "vitest";
import {
  listAuthors,
  type AuthoredChange,
  type ChangeCommit,
} from "../../../../src/core/rollout/state/change-authors.ts";

const commit = (sha: string, parents: readonly string[], change: Partial<ChangeCommit> = {}) => ({
  sha,
  parents,
  author: 1,
  committer: 1,
  message: "m",
  isVerified: true,
  ...change,
});

/** a - b - c - m, with f parallel to c, merged by m. */
const line = [
  commit("a", ["base"]),
  commit("b", ["a"]),
  commit("c", ["b"]),
  commit("f", ["b"]),
  commit("m", ["c", "f"]),
];

const authorsOf = (touching: readonly string[], change: Partial<AuthoredChange> = {}) =>
  listAuthors({
    commits: line,
    touching: new Set(touching),
    moves: [],
    pulls: new Map(),
    ...change,
  });

test.each([
  { name: "no co-author without a trailer", message: "m", is: [1, 2] },
  {
    name: "a co-author with a GitHub noreply address",
    message: "m\n\nCo-authored-by: Ben B <42+ben@users.noreply.github.com>",
    is: [1, 2, 42],
  },
  {
    name: "several trailers, in any case, between other lines",
    message:
      "m\n\nco-authored-by: a <7+a@users.noreply.github.com>\r\nSigned-off-by: x <x@y>\nCO-AUTHORED-BY:<8+b@users.noreply.ghe.example.com>",
    is: [1, 2, 7, 8],
  },
  {
    name: "an unknown co-author",
    message: "m\n\nCo-authored-by: B <b@example.org>",
    is: [1, 2, null],
  },
  {
    name: "an unknown co-author with an old noreply address",
    message: "Co-authored-by: B <ben@users.noreply.github.com>",
    is: [1, 2, null],
  },
  { name: "no co-author in prose", message: "see co-authored-by: B <b@example.org>", is: [1, 2] },
])("counts $name among the trailers", ({ message, is }) => {
  const commits = [commit("a", [], { author: 1, committer: 2, message })];
  expect(authorsOf(["a"], { commits })).toEqual(is);
});

test.each([
  { name: "pushed it", before: "a", after: "b", touching: ["b"], counts: true },
  { name: "pushed it among others", before: "base", after: "c", touching: ["b"], counts: true },
  { name: "pushed something later", before: "b", after: "c", touching: ["b"], counts: false },
  { name: "pushed something else", before: "b", after: "c", touching: ["f"], counts: false },
  { name: "merged it", before: "c", after: "m", touching: ["f"], counts: true },
  { name: "merged something else", before: "c", after: "m", touching: ["a"], counts: false },
  { name: "created the branch", before: "0", after: "m", touching: ["a"], counts: true },
  { name: "moved to an unknown commit", before: "a", after: "z", touching: ["a"], counts: false },
])("a push that $name", ({ before, after, touching, counts }) => {
  const accounts = authorsOf(touching, { moves: [{ before, after, actor: 9, isForced: false }] });
  expect(accounts.includes(9)).toBe(counts);
});

test("only commits that touch the hosts count", () => {
  const commits = [commit("a", [], { author: 5, committer: null }), commit("b", ["a"])];
  expect(authorsOf(["b"], { commits })).toEqual([1]);
  expect(authorsOf(["a"], { commits })).toEqual([5, null]);
});

test("a cyclic history terminates", () => {
  const commits = [commit("a", ["b"]), commit("b", ["a"])];
  const moves = [{ before: "x", after: "a", actor: 9, isForced: false }];
  expect(authorsOf(["b"], { commits, moves })).toEqual([1, 9]);
});

const nowhere = "0".repeat(40);
const push = (before: string, after: string, actor: number | null, isForced = false) => ({
  before,
  after,
  actor,
  isForced,
});
const mine = push(nowhere, "f1", 7);

test.each([
  { name: "an unsigned commit without a pull request", is: [1, null] },
  { name: "a signed one", isVerified: true, is: [1] },
  { name: "that of a pull request", pull: { pushes: [mine] }, is: [1, 6, 7] },
  { name: "a signed one of it", isVerified: true, pull: { pushes: [mine] }, is: [1, 6, 7] },
  { name: "one whose pushers are unknown", pull: { pushes: [] }, is: [1, 6, null] },
  {
    name: "a signed one whose pushers are unknown",
    isVerified: true,
    pull: { opener: null, pushes: [] },
    is: [1],
  },
  {
    name: "one whose opener was deleted",
    pull: { opener: null, pushes: [mine] },
    is: [1, null, 7],
  },
  {
    name: "one that an unknown account pushed",
    pull: { pushes: [push(nowhere, "f1", null)] },
    is: [1, 6, null],
  },
  {
    name: "one whose branch was pushed to by several, before it was rewritten too",
    pull: { pushes: [push("f1", "f2", 8), push("x", "f1", 9, true), push(nowhere, "x", 10)] },
    is: [1, 6, 8, 9, 10],
  },
  {
    name: "one whose branch was used before",
    pull: { pushes: [mine, push("o", nowhere, 11), push(nowhere, "o", 12)] },
    is: [1, 6, 7],
  },
  {
    name: "one whose branch is older than GitHub's activity log",
    pull: { pushes: [push("o", "f1", 7)] },
    is: [1, 6, 7, null],
  },
  {
    name: "one of a long-lived branch that contains the change",
    pull: { pushes: [push("b", "c", 7), push("base", "b", 8), push("old", "base", 9)] },
    is: [1, 6, 7, 8],
  },
  {
    name: "one of a long-lived branch that was rewritten",
    pull: { pushes: [push("base", "b", 8, true), push(nowhere, "base", 9)] },
    is: [1, 6, 8, 9],
  },
])("$name has these authors", ({ isVerified = false, pull, is }) => {
  const commits = [commit("c", ["b"], { isVerified }), commit("b", ["base"], { author: 2 })];
  const pulls = new Map(pull === undefined ? [] : [["c", [{ opener: 6, ...pull }]]]);
  expect(authorsOf(["c"], { commits, pulls })).toEqual(is);
});

test("if signatures are required, no other commit has a known author", () => {
  const pulls = new Map([["c", [{ opener: 6, pushes: [mine] }]]]);
  const authorsIf = (isVerified: boolean) =>
    listAuthors(
      { commits: [commit("c", [], { isVerified })], touching: new Set("c"), moves: [], pulls },
      true,
    );
  expect(authorsIf(false)).toEqual([1, 6, 7, null]);
  expect(authorsIf(true)).toEqual([1, 6, 7]);
});

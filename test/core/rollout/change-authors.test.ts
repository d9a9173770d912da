import { expect, test } from "vitest";
import {
  listAuthors,
  type Change,
  type ChangeCommit,
} from "../../../src/core/rollout/change-authors.ts";

const commit = (sha: string, parents: readonly string[], change: Partial<ChangeCommit> = {}) => ({
  sha,
  parents,
  author: 1,
  committer: 1,
  message: "m",
  ...change,
});

/** a - b - c - m, with f beside c, merged by m. */
const line = [
  commit("a", ["base"]),
  commit("b", ["a"]),
  commit("c", ["b"]),
  commit("f", ["b"]),
  commit("m", ["c", "f"]),
];

const authorsOf = (touching: readonly string[], change: Partial<Change> = {}) =>
  listAuthors({ commits: line, touching: new Set(touching), moves: [], ...change });

test.each([
  { name: "nobody for nothing", message: "m", is: [1, 2] },
  {
    name: "who is named by GitHub's own address",
    message: "m\n\nCo-authored-by: Ben B <42+ben@users.noreply.github.com>",
    is: [1, 2, 42],
  },
  {
    name: "several, in any case, with other things between",
    message:
      "m\n\nco-authored-by: a <7+a@users.noreply.github.com>\r\nSigned-off-by: x <x@y>\nCO-AUTHORED-BY:<8+b@users.noreply.ghe.example.com>",
    is: [1, 2, 7, 8],
  },
  { name: "somebody unknown", message: "m\n\nCo-authored-by: B <b@example.org>", is: [1, 2, null] },
  {
    name: "somebody unknown by an old address",
    message: "Co-authored-by: B <ben@users.noreply.github.com>",
    is: [1, 2, null],
  },
  { name: "nobody for prose", message: "see co-authored-by: B <b@example.org>", is: [1, 2] },
])("of the trailers counts $name", ({ message, is }) => {
  const commits = [commit("a", [], { author: 1, committer: 2, message })];
  expect(authorsOf(["a"], { commits })).toEqual(is);
});

test.each([
  { name: "brought it", before: "a", after: "b", touching: ["b"], counts: true },
  { name: "brought it among others", before: "base", after: "c", touching: ["b"], counts: true },
  { name: "brought something later", before: "b", after: "c", touching: ["b"], counts: false },
  { name: "brought something else", before: "b", after: "c", touching: ["f"], counts: false },
  { name: "merged it", before: "c", after: "m", touching: ["f"], counts: true },
  { name: "merged something else", before: "c", after: "m", touching: ["a"], counts: false },
  { name: "came from nowhere", before: "0", after: "m", touching: ["a"], counts: true },
  { name: "went somewhere unknown", before: "a", after: "z", touching: ["a"], counts: false },
])("a push that $name", ({ before, after, touching, counts }) => {
  const accounts = authorsOf(touching, { moves: [{ before, after, actor: 9 }] });
  expect(accounts.includes(9)).toBe(counts);
});

test("only commits that touch the hosts count", () => {
  const commits = [commit("a", [], { author: 5, committer: null }), commit("b", ["a"])];
  expect(authorsOf(["b"], { commits })).toEqual([1]);
  expect(authorsOf(["a"], { commits })).toEqual([5, null]);
});

test("a history that goes in a circle ends", () => {
  const commits = [commit("a", ["b"]), commit("b", ["a"])];
  const moves = [{ before: "x", after: "a", actor: 9 }];
  expect(authorsOf(["b"], { commits, moves })).toEqual([1, 9]);
});

import { describe } from "vitest";
import type { RolloutState } from "../../../../src/core/rollout/state/rollout.ts";
import { makeRollout, resultOf, testGuards } from "../../../support/builders/rollout-states.ts";

describe("judge", () => {
  const running = (wave: number): RolloutState => ({ kind: "running", wave, run: 7 });
  const aborting = { kind: "aborting", wave: 2, run: 7, by: "ben" } as const;
  const lenient = { terms: { ...makeRollout().terms, maxFailures: 1 } };
  const judge = (wave: number, ...results: readonly ReturnType<typeof resultOf>[]) =>
    ({ kind: "judge", wave, run: 7, results }) as const;
  testGuards([
    {
      name: "good, with more to come",
      rollout: { state: running(1), recorded: ["backup"] },
      event: judge(1, resultOf("a")),
      becomes: { state: { kind: "paused", judged: 1, since: 1000 }, done: ["a"], recorded: [] },
    },
    {
      name: "good, the last",
      rollout: { state: running(3) },
      event: judge(3, resultOf("s")),
      becomes: { state: { kind: "succeeded" } },
    },
    ...(["bad", "unknown", "not-started"] as const).map((outcome) => ({
      name: `${outcome} fails`,
      rollout: { state: running(2) },
      event: judge(2, resultOf("b"), resultOf("c", outcome)),
      becomes: { state: { kind: "failed" as const, reason: `wave 2: c ${outcome}` }, done: ["b"] },
    })),
    {
      name: "the maximum number of failures",
      rollout: { state: running(2), ...lenient },
      event: judge(2, resultOf("b"), resultOf("c", "bad")),
      becomes: { state: { kind: "paused", judged: 2, since: 1000 }, done: ["b"] },
    },
    {
      name: "one failure too many",
      rollout: { state: running(2), ...lenient },
      event: judge(2, resultOf("b", "unknown"), resultOf("c", "bad")),
      becomes: { state: { kind: "failed", reason: "wave 2: b unknown, c bad" } },
    },
    {
      name: "aborted, with hosts that were not started",
      rollout: { state: aborting },
      event: judge(2, resultOf("b"), resultOf("c", "not-started")),
      becomes: { state: { kind: "aborted", judged: 1, by: "ben" }, done: ["b"] },
    },
    {
      name: "aborted after all hosts finished",
      rollout: { state: aborting },
      event: judge(2, resultOf("b"), resultOf("c")),
      becomes: { state: { kind: "aborted", judged: 2, by: "ben" } },
    },
    {
      name: "aborted, with a failure",
      rollout: { state: aborting },
      event: judge(2, resultOf("b", "bad"), resultOf("c", "not-started")),
      becomes: { state: { kind: "failed", reason: "wave 2: b bad" } },
    },
    {
      name: "the rest of a wave after an abort",
      rollout: { state: running(2), done: ["b"] },
      event: judge(2, resultOf("c")),
      becomes: { state: { kind: "paused", judged: 2, since: 1000 }, done: ["b", "c"] },
    },
    ...[
      { name: "a missing host", results: [resultOf("b")] },
      { name: "an extra host", results: [resultOf("b"), resultOf("c"), resultOf("a")] },
      { name: "a host twice", results: [resultOf("b"), resultOf("b")] },
      { name: "another host", results: [resultOf("b"), resultOf("s")] },
    ].map(({ name, results }) => ({
      name,
      rollout: { state: running(2) },
      event: judge(2, ...results),
      becomes: "wrong-results",
    })),
    {
      name: "another run",
      rollout: { state: running(1) },
      event: { ...judge(1, resultOf("a")), run: 8 },
      becomes: "wrong-wave",
    },
    {
      name: "another wave",
      rollout: { state: running(2) },
      event: judge(1, resultOf("a")),
      becomes: "wrong-wave",
    },
  ]);
});

import { expect, test } from "vitest";
import type { Journal } from "../../../../src/core/host/journal.ts";
import type { HostState } from "../../../../src/core/host/status/state.ts";
import { explainUnreached, judgeHostState } from "../../../../src/core/host/status/verdict.ts";
import { refusal } from "../../../../src/core/base/reasons.ts";

const nowMs = Date.UTC(2026, 10, 30, 6);
const journal: Journal = {
  schemaVersion: 1,
  id: "change-1",
  host: "rds1",
  phase: "open",
  stage: "replacing",
  startedAt: "2026-11-30T05:56:00.000Z",
  before: "0".repeat(64),
  after: "1".repeat(64),
  bridge: null,
  authority: "ticket",
};
const fine: HostState = {
  journal: { kind: "done", value: undefined },
  decision: undefined,
  holder: { kind: "done", value: undefined },
  undo: { kind: "done", value: { kind: "none" } },
  live: { kind: "done", value: { bytes: "", objection: "", changedAtMs: 0 } },
  ports: [],
  reach: { answer: "good", reasons: [] },
  hindrances: [],
};
const changing: HostState = { ...fine, journal: { kind: "done", value: journal } };
const since = "change unfinished since 2026-11-30 05:56:00 UTC";
const waiting = { kind: "done", value: { kind: "waiting", leftSeconds: 720 } } as const;
const holder = (alive: "yes" | "no" | "unknown"): HostState["holder"] => ({
  kind: "done",
  value: { who: "apply open (process 7)", ageSeconds: 83, alive },
});
const stuck: HostState["journal"] = { kind: "done", value: { ...journal, stage: "stuck" } };
const reach = (answer: "bad" | "unknown"): HostState["reach"] => ({
  answer,
  reasons: [{ answer, message: "port 11000 is closed" }],
});
const failed = { kind: "failed", reason: "it is gone" } as const;

test.each<{ name: string; state: HostState; isFine?: true; text: string }>([
  { name: "everything is in order", state: fine, isFine: true, text: "fine, nothing under way" },
  {
    name: "it is not ready",
    state: { ...fine, hindrances: [refusal("busy"), refusal("no-timer"), refusal("busy")] },
    isFine: true,
    text: "fine, nothing under way; not ready for a change (busy, no-timer)",
  },
  {
    name: "a run has just started",
    state: { ...fine, holder: holder("yes") },
    isFine: true,
    text: "apply open (process 7) is running, for 1 min 23 s; no change yet",
  },
  {
    name: "a run died before it changed anything",
    state: { ...fine, holder: holder("no") },
    isFine: true,
    text: "fine, nothing under way",
  },
  {
    name: "it is not reachable",
    state: { ...fine, reach: reach("bad") },
    text: "NOT REACHABLE: port 11000 is closed",
  },
  {
    name: "it is unknown whether it is reachable",
    state: { ...fine, reach: reach("unknown") },
    text: "unknown whether clients reach it: port 11000 is closed",
  },
  {
    name: "the file is missing",
    state: { ...fine, live: failed, reach: reach("unknown") },
    text: "stpd.ini cannot be read: it is gone",
  },
  {
    name: "the journal is unreadable",
    state: { ...fine, journal: failed },
    text: "unknown: it is gone",
  },
  {
    name: "an interrupted change is undone later",
    state: { ...changing, undo: waiting },
    text: `${since}, to be undone at 2026-11-30 06:12:00 UTC (in 12 min)`,
  },
  {
    name: "and the host is down until then",
    state: { ...changing, undo: waiting, reach: reach("bad") },
    text: `${since}, to be undone at 2026-11-30 06:12:00 UTC (in 12 min); NOT REACHABLE now`,
  },
  {
    name: "its run continues",
    state: { ...changing, undo: waiting, holder: holder("yes") },
    text: `apply open (process 7) is running, for 1 min 23 s; ${since}, to be undone at 2026-11-30 06:12:00 UTC (in 12 min), unless it is verified before`,
  },
  {
    name: "the time of the undo is unknown",
    state: {
      ...changing,
      undo: { kind: "done", value: { kind: "waiting", leftSeconds: undefined } },
    },
    text: `${since}, rolled back automatically at an unknown time`,
  },
  {
    name: "the undo is running",
    state: { ...changing, undo: { kind: "done", value: { kind: "working" } } },
    text: `${since}, being undone now`,
  },
  {
    name: "no undo will run",
    state: changing,
    text: `${since}, no undo is armed: run sesam-harden recover --host rds1`,
  },
  {
    name: "the timer state is unknown",
    state: { ...changing, undo: failed },
    text: `${since}, unknown whether it is rolled back automatically (it is gone)`,
  },
  {
    name: "it was verified, and interrupted afterwards",
    state: { ...changing, decision: "confirm" },
    text: "change verified, but not cleaned up: run sesam-harden recover --host rds1",
  },
  {
    name: "it is stuck",
    state: { ...changing, journal: stuck, reach: reach("bad") },
    text: `${since} and STUCK: no file made it reachable; run sesam-harden recover --show --host rds1; NOT REACHABLE now`,
  },
  {
    name: "it was stuck, and a person fixed it",
    state: { ...changing, journal: stuck },
    text: `${since} and marked as stuck, but reachable now: run sesam-harden recover --host rds1`,
  },
])("$name", ({ state, isFine = false, text }) => {
  const verdict = judgeHostState({ kind: "read", state }, { host: "rds1", nowMs });
  expect(verdict).toEqual({ isFine, text });
});

test("a failed login says nothing about the host", () => {
  const reason = "ssh: ssh: connect to host rds1 port 22: Connection refused.";
  const told = "connect to host rds1 port 22: Connection refused";
  const reading = { kind: "unreached", reason } as const;
  expect(judgeHostState(reading, { host: "rds1", nowMs })).toEqual({
    isFine: false,
    text: `unknown: could not log in over ssh (${told}); nothing was changed`,
  });
  expect(explainUnreached("rds1", reason)).toBe(
    `Could not log in to rds1 over ssh (${told}). Its state is unknown; nothing was changed.`,
  );
});

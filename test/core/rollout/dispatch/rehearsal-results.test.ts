import { describe, expect, test } from "vitest";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import {
  printRehearsalReport,
  signRehearsalReport,
  type CheckFinding,
  type RehearsalReport,
} from "../../../../src/core/rollout/dispatch/rehearsal-report.ts";
import {
  readDownloaded,
  readRehearsal,
  type RehearsalRequest,
} from "../../../../src/core/rollout/dispatch/rehearsal-results.ts";
import {
  sightRehearsal,
  type JobSight,
} from "../../../../src/core/rollout/dispatch/workflow-port.ts";
import type { HostKeys } from "../../../../src/core/rollout/state/host-keys.ts";
import { planOf } from "../../../support/builders/rollout.ts";
import { makeRollout } from "../../../support/builders/rollout-states.ts";
import { makeKeys } from "../../../support/builders/tickets.ts";

const { plan, digest } = planOf({ rds1: {} });
const rollout = makeRollout({
  plan: digest,
  phase: "open",
  waves: [["rds1"]],
  state: { kind: "requested" },
});
const start = 1_800_000_000;
const sent = { wave: 1, sequence: 4, at: start, digest: "e".repeat(64) };
const job = (change: Partial<JobSight> = {}): JobSight => ({
  name: "rds1",
  attempt: 1,
  state: "done",
  touched: false,
  applied: false,
  rehearsal: "passed",
  ...change,
});
const [own, other] = [await makeKeys(), await makeKeys()];
const none: HostKeys = new Map();
const keys: HostKeys = new Map([["rds1", own.publicKey]]);

const ok: CheckFinding = { check: "pins", state: "ok", code: "", message: "valid", next: "" };
const finding = (state: CheckFinding["state"], code: string, message = "why"): CheckFinding => ({
  check: "busy",
  state,
  code,
  message,
  next: "do this",
});
const ready: RehearsalReport = {
  schemaVersion: 1,
  kind: "rehearsal",
  host: "rds1",
  rollout: rollout.id,
  wave: 1,
  attempt: 1,
  plan: digest,
  phase: "open",
  repository: plan.repository,
  at: start + 30,
  answer: "ready",
  findings: [ok],
  signature: null,
};

/** The result for rds1, as `answer code…`. */
const judge = async (
  text: RehearsalReport | string | null | { readonly kind: "several" } | undefined,
  change: Partial<RehearsalRequest> = {},
): Promise<string> => {
  const isReport = typeof text === "object" && text !== null && "answer" in text;
  const left = isReport ? printRehearsalReport(text) : text;
  const texts = new Map(left === undefined ? [] : [["rds1", left] as const]);
  const common = { rollout, plan, sent, texts, jobs: [job()], keys: none, nowSeconds: start + 60 };
  const [host, ...more] = await readRehearsal({ ...common, ...change }, { verifySignature });
  expect([host?.host, more]).toEqual(["rds1", []]);
  return [host?.answer, ...(host?.findings ?? []).map(({ code }) => code)].join(" ");
};

describe("an answer counts only if it is the host's own, from this rehearsal", () => {
  test.each<[string, Partial<RehearsalReport>, string]>([
    ["ready", {}, "ready"],
    ["another host", { host: "rds2" }, "unknown report-foreign"],
    ["another rollout", { rollout: "2026-11-9" }, "unknown report-foreign"],
    ["another wave", { wave: 2 }, "unknown report-foreign"],
    ["another plan", { plan: "e".repeat(64) }, "unknown report-foreign"],
    ["the other phase", { phase: "close" }, "unknown report-foreign"],
    ["another repository", { repository: 1 }, "unknown report-foreign"],
    ["another attempt", { attempt: 2 }, "unknown report-foreign"],
    ["the rehearsal before", { at: start - 301 }, "unknown report-foreign"],
    ["the future", { at: start + 361 }, "unknown report-foreign"],
    ["ready without a ticket", { rollout: null, wave: null }, "unknown report-foreign"],
    [
      "a ticket that was refused",
      {
        rollout: null,
        wave: null,
        answer: "not-ready",
        findings: [finding("failed", "ticket-key-unknown")],
      },
      "not-ready ticket-key-unknown",
    ],
  ])("a report of %s", async (_, change, becomes) => {
    expect(await judge({ ...ready, ...change })).toBe(becomes);
  });

  test("a report by a job other than the host's own", async () => {
    const failed = [job({ rehearsal: "failed" })];
    expect(await judge(ready, { jobs: failed })).toBe("unknown check-failed");
    expect(await judge(ready, { jobs: [job({ rehearsal: "none" })] })).toBe(
      "unknown report-without-job",
    );
    const foreign = [job({ name: "rds2" })];
    expect(await judge(ready, { jobs: foreign })).toBe("unknown report-without-job");
    const bad = { answer: "not-ready", findings: [finding("failed", "busy")] } as const;
    expect(await judge({ ...ready, ...bad }, { jobs: failed })).toBe("not-ready busy");
  });

  test("an unreadable report", async () => {
    expect(await judge(undefined)).toBe("unknown no-report");
    expect(await judge(null)).toBe("unknown report-unreadable");
    expect(await judge("ready")).toBe("unknown report-unreadable");
    expect(await judge({ kind: "several" })).toBe("unknown report-twice");
    expect(await judge(ready, { texts: undefined })).toBe("unknown run-missing");
  });

  test("a signature that is required, and must match", async () => {
    const { signature: _, ...unsigned } = ready;
    const signed = await signRehearsalReport(unsigned, own.signer);
    expect(await judge(signed, { keys })).toBe("ready");
    expect(await judge(ready, { keys })).toBe("unknown report-unsigned");
    const strange = await signRehearsalReport(unsigned, other.signer);
    expect(await judge(strange, { keys })).toBe("unknown report-key");
    expect(await judge({ ...signed, at: start + 31 }, { keys })).toBe("unknown report-signature");
    const twins = new Map([...keys, ["rds2", own.publicKey]]);
    expect(await judge(signed, { keys: twins })).toBe("unknown key-twice");
  });
});

test("keeps few findings, short and the most severe first", async () => {
  const findings = [
    ok,
    finding("warning", "certificate-ends", "x".repeat(300)),
    finding("unknown", "busy-unknown"),
    finding("failed", "Not A Code"),
    finding("failed", "drift", `${"x".repeat(199)}🙂`),
    finding("warning", "one-more"),
  ];
  const report = { ...ready, answer: "not-ready", findings } as const;
  const request = { rollout, plan, sent, jobs: [job()], keys: none, nowSeconds: start + 60 };
  const texts = new Map([["rds1", printRehearsalReport(report)]]);
  const [host] = await readRehearsal({ ...request, texts }, { verifySignature });
  expect(host).toEqual({
    host: "rds1",
    answer: "not-ready",
    at: start + 30,
    findings: [
      { code: "busy", message: "why" },
      { code: "drift", message: `${"x".repeat(199)}\uFFFD` },
      { code: "busy-unknown", message: "why" },
      { code: "certificate-ends", message: "x".repeat(200) },
    ],
  });
});

test("downloaded reports count for the plan that they belong to", () => {
  const said = (texts: ReadonlyMap<string, string | null>): string => {
    const [only, ...more] = readDownloaded({ plan, digest }, texts);
    expect([only?.host, more]).toEqual(["rds1", []]);
    return `${only?.answer} ${only?.findings[0]?.code ?? ""}`;
  };
  const left = (change: Partial<RehearsalReport>): string =>
    said(new Map([["rds1", printRehearsalReport({ ...ready, ...change })]]));
  expect(left({})).toBe("ready ");
  expect(left({ plan: "e".repeat(64) })).toBe("unknown report-foreign");
  expect(left({ phase: "close" })).toBe("unknown report-foreign");
  expect(left({ host: "rds2" })).toBe("unknown report-foreign");
  expect(left({ repository: 1 })).toBe("unknown report-foreign");
  expect(said(new Map([["rds1", null]]))).toBe("unknown report-unreadable");
  expect(said(new Map([["rds2", "ready"]]))).toBe("unknown no-report");
});

test.each<[string, readonly JobSight[], JobSight["rehearsal"]]>([
  ["no job", [], "none"],
  ["its job", [job()], "passed"],
  ["its job, which failed", [job({ rehearsal: "failed" })], "failed"],
  ["a job of another host", [job({ name: "rds2" })], "none"],
  ["a later attempt", [job({ attempt: 2 })], "failed"],
  ["two jobs of its name", [job(), job()], "failed"],
  [
    "another job with its name that did not reach the step",
    [job(), job({ rehearsal: "none" })],
    "passed",
  ],
])("the rehearsal by %s", (_, jobs, is) => {
  expect(sightRehearsal(jobs, "rds1")).toBe(is);
});

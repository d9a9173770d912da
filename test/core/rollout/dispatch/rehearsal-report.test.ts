import { describe, expect, test } from "vitest";
import { verifySignature } from "../../../../src/adapters/signatures.ts";
import {
  answerFindings,
  printRehearsalReport,
  readRehearsalReport,
  signRehearsalReport,
  type RehearsalReport,
} from "../../../../src/core/rollout/dispatch/rehearsal-report.ts";
import { judgeRehearsalSignature } from "../../../../src/core/rollout/dispatch/report-signature.ts";
import type { HostKeys } from "../../../../src/core/rollout/state/host-keys.ts";
import { makeKeys } from "../../../support/builders/tickets.ts";

const report: RehearsalReport = {
  schemaVersion: 1,
  kind: "rehearsal",
  host: "rds1",
  rollout: "2026-11-17",
  wave: 2,
  attempt: 1,
  plan: "a".repeat(64),
  phase: "open",
  repository: 4711,
  at: 1_800_000_000,
  answer: "not-ready",
  findings: [
    { check: "pins", state: "ok", code: "", message: "valid", next: "" },
    { check: "busy", state: "failed", code: "busy", message: "2 transfers", next: "Wait." },
  ],
  signature: null,
};
const { signature: _, ...unsigned } = report;
const [own, other] = [await makeKeys(), await makeKeys()];
const keys: HostKeys = new Map([
  ["rds1", own.publicKey],
  ["rds2", other.publicKey],
]);

describe("the report of a rehearsal", () => {
  test("is read back as printed, signed or not", async () => {
    expect(readRehearsalReport(printRehearsalReport(report))).toEqual(report);
    const signed = await signRehearsalReport(unsigned, own.signer);
    expect(readRehearsalReport(printRehearsalReport(signed))).toEqual(signed);
    // From a host that refused the ticket.
    const refused = { ...report, rollout: null, wave: null };
    expect(readRehearsalReport(printRehearsalReport(refused))).toEqual(refused);
  });

  test.each<{ name: string; text: string }>([
    { name: "no JSON", text: "ready" },
    { name: "another kind", text: JSON.stringify({ ...report, kind: "apply" }) },
    { name: "an additional field", text: JSON.stringify({ ...report, more: 1 }) },
    {
      name: "an answer that does not follow from its findings",
      text: printRehearsalReport({ ...report, answer: "ready" }),
    },
    {
      name: "ready without a finding",
      text: printRehearsalReport({ ...report, answer: "ready", findings: [] }),
    },
  ])("is rejected: $name", ({ text }) => {
    expect(readRehearsalReport(text)).toBeUndefined();
  });

  test.each([
    { states: ["ok", "warning"], answer: "ready" },
    { states: ["ok", "unknown"], answer: "unknown" },
    { states: ["failed", "unknown"], answer: "not-ready" },
    { states: [], answer: "unknown" },
  ] as const)("$states: $answer", ({ states, answer }) => {
    expect(answerFindings(states.map((state) => ({ state })))).toBe(answer);
  });

  test("counts as the host's only with the host's signature over all of it", async () => {
    const judge = (given: RehearsalReport, known = keys) =>
      judgeRehearsalSignature(given, "rds1", known, verifySignature);
    const signed = await signRehearsalReport(unsigned, own.signer);
    expect(await judge(signed)).toBe("signed");
    expect(await judge(report)).toBe("report-unsigned");
    expect(await judge(report, new Map())).toBe("unsigned");
    expect(await judge(await signRehearsalReport(unsigned, other.signer))).toBe("report-key");
    expect(await judge({ ...signed, at: signed.at + 1 })).toBe("report-signature");
    expect(await judge({ ...signed, host: "rds2" })).toBe("report-signature");
  });
});

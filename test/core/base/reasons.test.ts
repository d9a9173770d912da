import { expect, test } from "vitest";
import {
  explainReason,
  reasons,
  approvalReasons,
  gateReasons,
  hostReasons,
  ledgerReasons,
  planReasons,
  refusal,
  rehearsalReasons,
  stateReasons,
  ticketReasons,
} from "../../../src/core/base/reasons.ts";
const lists = [
  planReasons,
  approvalReasons,
  stateReasons,
  ticketReasons,
  hostReasons,
  gateReasons,
  ledgerReasons,
  rehearsalReasons,
];

test("a code has one meaning, regardless of its source", () => {
  const codes = lists.flatMap((list) => Object.keys(list));
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  expect(Object.keys(reasons).toSorted()).toEqual(codes.toSorted());
});

test.each(Object.entries(reasons))("%s has a cause and a next step", (code, { cause, next }) => {
  expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(cause).toMatch(/^\S.*[^.\s]$/);
  expect(next).toMatch(/^[A-Z].*\.$/);
});

test("host and controller give the same text for a code", () => {
  const { message, next } = refusal("ticket-expired");
  expect(explainReason("ticket-expired")).toBe(`ticket-expired: ${message}. ${next}`);
  expect(refusal("busy", "two jobs").message).toBe(
    "transfers are running, and a restart would interrupt them: two jobs",
  );
});

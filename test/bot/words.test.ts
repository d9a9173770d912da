import { expect, test } from "vitest";
import { readCommand } from "../../bot/runtime/command-grammar.ts";

/** 2026-11-30 15:20 UTC. */
const now = Date.UTC(2026, 10, 30, 15, 20) / 1000;

const freeze = (words: string) => {
  const reading = readCommand(`freeze lab ${words}`, now);
  if (reading.kind === "misused") return reading.wrong ?? "misused";
  if (reading.kind !== "command" || reading.command.kind !== "freeze") return "no freeze";
  const { reason, until } = reading.command;
  return [reason, until === null ? null : new Date(until * 1000).toISOString().slice(0, 16)];
};

test.for([
  ["because wait until 2026-12-01 06:00", "2026-12-01T06:00"],
  ["because wait until 2026-12-01T06:00", "2026-12-01T06:00"],
  ["because wait until 2026-12-01T06:00Z", "2026-12-01T06:00"],
  ["because wait until 2026-12-01 06:00 UTC", "2026-12-01T06:00"],
  ["wait until 2026-12-01", "2026-12-02T00:00"],
  ["because wait until 06:00", "2026-12-01T06:00"],
  ["because wait until 6:00 UTC", "2026-12-01T06:00"],
  ["because wait until 18:30", "2026-11-30T18:30"],
  ["because wait until 15:20", "2026-12-01T15:20"],
  ["because wait for 8h", "2026-11-30T23:20"],
  ["because wait for 90 minutes", "2026-11-30T16:50"],
  ["because wait for 2 Days", "2026-12-02T15:20"],
])("the end of a freeze is read: %s", ([words = "", end]) => {
  expect(freeze(words)).toEqual(["wait", end]);
});

test.for([
  ["because wait until tomorrow", "until tomorrow"],
  ["because wait until 30.11.2026", "until 30.11.2026"],
  ["because wait until 2026-02-30", "until 2026-02-30"],
  ["because wait until 2026-12-01 24:00", "until 2026-12-01 24:00"],
  ["because wait until 2026-12-01 06:00 CET", "until 2026-12-01 06:00 CET"],
  ["because wait until", "until"],
  ["because wait for 8x", "for 8x"],
  ["because wait for 3 hosts", "for 3 hosts"],
  ["because wait for 0h", "for 0h"],
  ["until 06:00", "misused"],
  ["because", "misused"],
  ["", "misused"],
])("an end that cannot be read is no part of the reason: %s", ([words = "", wrong]) => {
  expect(freeze(words)).toBe(wrong);
});

test("a reason may speak of what it is for", () => {
  expect(freeze("because we wait for the audit")).toEqual(["we wait for the audit", null]);
  expect(freeze("because of 3 hosts for 2 h")).toEqual(["of 3 hosts", "2026-11-30T17:20"]);
});

test("globals takes exceptions, and nothing else", () => {
  const read = (words: string) => readCommand(`globals ${words}`, now);
  const globals = { kind: "globals", environment: "lab" };
  expect(read("lab")).toEqual({ kind: "command", command: { ...globals, exceptions: [] } });
  expect(read("lab except a b")).toMatchObject({ command: { exceptions: ["a", "b"] } });
  for (const words of ["", "lab except", "lab a"]) expect(read(words).kind).toBe("misused");
});

test("rollback takes hosts and a reason, and rest takes no hosts", () => {
  const read = (words: string) => readCommand(words, now);
  expect(read("rollback lab")).toEqual({
    kind: "command",
    command: { kind: "rollback", target: "lab", hosts: [], purpose: "" },
  });
  expect(read("rollback lab a b because of c")).toMatchObject({
    command: { hosts: ["a", "b"], purpose: "of c" },
  });
  expect(read("rest lab because of c")).toMatchObject({ command: { purpose: "of c" } });
  expect(read("withdraw lab")).toMatchObject({ command: { target: "lab", reason: "" } });
  for (const words of ["rollback", "rest", "rest lab a", "withdraw", "withdraw lab a"]) {
    expect(read(words).kind).toBe("misused");
  }
});

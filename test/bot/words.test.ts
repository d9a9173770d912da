import { expect, test } from "vitest";
import { readCommand } from "../../bot/runtime/command-grammar.ts";
import { commandWords, usages } from "../../bot/views/help.ts";

/** 2026-11-30 15:20 UTC, 16:20 in Berlin. */
const nowSeconds = Date.UTC(2026, 10, 30, 15, 20) / 1000;
const typedAt = {
  nowSeconds,
  timeZoneOf: (environment: string) => (environment === "lab" ? "UTC" : "Europe/Berlin"),
};

const freeze = (words: string, environment = "lab", at = nowSeconds) => {
  const reading = readCommand(`freeze ${environment} ${words}`, { ...typedAt, nowSeconds: at });
  if (reading.kind === "misused") return reading.problem;
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
  ["because wait until tomorrow 6:00", "2026-12-01T06:00"],
  ["because wait until today 18:00", "2026-11-30T18:00"],
  ["because wait for 8h", "2026-11-30T23:20"],
  ["because wait for 90 minutes", "2026-11-30T16:50"],
  ["because wait for 2 Days", "2026-12-02T15:20"],
  ["until 2026-12-01 06:00 because wait", "2026-12-01T06:00"],
  ["until tomorrow 06:00 because wait", "2026-12-01T06:00"],
  ["for 8 hours because wait", "2026-11-30T23:20"],
])("reads the end of a freeze: %s", ([words = "", end]) => {
  expect(freeze(words)).toEqual(["wait", end]);
});

test.for([
  ["until 06:00", "2026-12-01T05:00"],
  ["until 16:30", "2026-11-30T15:30"],
  ["until 06:00 UTC", "2026-12-01T06:00"],
  ["until 2026-12-01", "2026-12-01T23:00"],
  ["until 2027-07-01 06:00", "2027-07-01T04:00"],
  ["until 2027-07-01T06:00Z", "2027-07-01T06:00"],
  ["for 8h", "2026-11-30T23:20"],
])("an end uses the time zone of its environment: %s", ([words = "", end]) => {
  expect(freeze(`because wait ${words}`, "production")).toEqual(["wait", end]);
});

test("tomorrow depends on the time zone of the environment", () => {
  // 23:30 UTC is the next day in Berlin.
  const late = Date.UTC(2026, 10, 30, 23, 30) / 1000;
  const ends = ["lab", "production"].map(
    (one) => freeze("wait until tomorrow 06:00", one, late)[1],
  );
  expect(ends).toEqual(["2026-12-01T06:00", "2026-12-02T05:00"]);
});

const forms =
  "expected 06:00, tomorrow 06:00, 2027-01-31 or 2027-01-31 06:00, optionally followed by UTC";
const reasonMissing = "the reason is missing: add because REASON";

test.for([
  [
    "because wait until tomorrow",
    "“until tomorrow” has no time of day: write until tomorrow 06:00",
  ],
  ["because wait until 30.11.2026", `invalid time “until 30.11.2026”: ${forms}`],
  ["because wait until 2026-02-30", "there is no date 2026-02-30"],
  ["because wait until 2026-02-30 06:00", "there is no date 2026-02-30"],
  ["because wait until 9999-12-31", `invalid time “until 9999-12-31”: ${forms}`],
  ["because wait until 2026-12-01 24:00", `invalid time “until 2026-12-01 24:00”: ${forms}`],
  [
    "because wait until 2026-12-01 06:00 CET",
    `invalid time “until 2026-12-01 06:00 CET”: ${forms}`,
  ],
  ["because wait until", "the time after “until” is missing"],
  ["because wait for 8x", "invalid duration “for 8x”: expected 30m, 8h or 2 days"],
  ["because wait for 3 hosts", "invalid duration “for 3 hosts”: expected 30m, 8h or 2 days"],
  ["because wait for 0h", "invalid duration “for 0h”: expected 30m, 8h or 2 days"],
  ["until soon because wait", `invalid time “until soon”: ${forms}`],
  ["for ever because wait", "invalid duration “for ever”: expected 30m, 8h or 2 days"],
  ["until 06:00 wait because of it", `invalid time “until 06:00 wait”: ${forms}`],
  ["until 06:00 because wait until 07:00", "there are two ends: “until 06:00” and “until 07:00”"],
  ["now because wait", "unexpected word “now”: expected because, until or for"],
  ["until 06:00", reasonMissing],
  ["because", reasonMissing],
  ["", reasonMissing],
])("an invalid end does not become part of the reason: %s", ([words = "", problem]) => {
  expect(freeze(words)).toBe(problem);
});

test("a reason may contain words of the grammar", () => {
  expect(freeze("because we wait for the audit")).toEqual(["we wait for the audit", null]);
  expect(freeze("because of 3 hosts for 2 h")).toEqual(["of 3 hosts", "2026-11-30T17:20"]);
});

test.for([
  ["plan", "the phase is missing: expected open or close"],
  ["plan opn lab", "unknown phase “opn”: expected open or close. Did you mean open?"],
  ["rollout lab open", "unknown phase “lab”: expected open or close"],
  ["rollout open", "the environment is missing"],
  ["plan open lab because x", "plan takes no reason: use because with rollout"],
  ["plan close lab except", "the hosts after “except” are missing"],
  ["rollout open lab except a", "“except” works only with close"],
  ["globals", "the environment is missing"],
  ["globals lab a", "unexpected word “a”: expected except HOST…, or nothing"],
  ["globals lab except", "the hosts after “except” are missing"],
  ["abort", "the rollout is missing"],
  ["abort 5 now", "unexpected word “now”"],
  ["abort 5", reasonMissing],
  ["unlock lab because", reasonMissing],
  ["unfreeze", "the environment is missing"],
  ["unfreeze lab now", "unexpected word “now”"],
  ["status a b", "unexpected word “b”"],
  ["history a b", "unexpected word “b”"],
  ["locks lab", "unexpected word “lab”"],
  ["record rds1", "the SHA-256 is missing"],
  ["record rds1 abc", "invalid SHA-256 “abc”: expected 64 hexadecimal digits"],
  ["freeze", "the environment is missing"],
])("names the wrong word: %s", ([words = "", problem]) => {
  expect(readCommand(words, typedAt)).toMatchObject({ kind: "misused", problem });
});

test("every example is a valid command, and help accepts each command", () => {
  for (const word of commandWords) {
    const read = readCommand(usages[word].example, typedAt);
    expect(read, word).toMatchObject({ kind: "command", command: { kind: word } });
    const help = readCommand(`help ${word.toUpperCase()}`, typedAt);
    expect(help).toEqual({ kind: "command", command: { kind: "help", word } });
  }
  expect(readCommand("help freze", typedAt)).toEqual({ kind: "unknown", word: "freze" });
  expect(readCommand("", typedAt)).toMatchObject({ command: { kind: "help", word: null } });
});

test("globals accepts exceptions, and nothing else", () => {
  const read = (words: string) => readCommand(`globals ${words}`, typedAt);
  const globals = { kind: "globals", environment: "lab" };
  expect(read("lab")).toEqual({ kind: "command", command: { ...globals, exceptions: [] } });
  expect(read("lab except a b")).toMatchObject({ command: { exceptions: ["a", "b"] } });
});

test("rollback accepts hosts and a reason, and rest accepts no hosts", () => {
  const read = (words: string) => readCommand(words, typedAt);
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

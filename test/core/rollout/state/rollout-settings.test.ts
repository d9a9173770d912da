import { describe, expect, test } from "vitest";
import { findStanding, type Members } from "../../../../src/core/rollout/state/approvals.ts";
import {
  isWithin,
  timeZoneField,
  windowsField,
} from "../../../../src/core/rollout/state/time-windows.ts";
import { readControllerSettings } from "../../../support/builders/controller-settings.ts";

const complete = `# who is who
[person.anna]
slack = U012AB3CD
github = 1001
groups = storage backup-admins
[person.ben]
github = 1002
[group.operators]
team = example/backup-operators
[environment.production]
approvals = 2
groups = backup-admins operators
expires = 4h
soak = 45m
record = backup restore
max_failures = 1
wave_size = 20
after = lab
announce_drift = no
rehearsal = required
freeze = 2026-12-20..2027-01-06, fri 15:00-mon 06:00
backup_windows = 20:00-06:00
time_zone = Europe/Berlin
[environment.lab]
approvals = 1
groups = storage
`;

const told = (text: string): readonly string[] =>
  readControllerSettings("bot.ini", text).problems.map(
    ({ line, message, next }) => `${line}: ${message} | ${next}`,
  );

test("reads all keys, with defaults for the rest", () => {
  const { settings, problems } = readControllerSettings("bot.ini", complete);
  expect(problems).toEqual([]);
  expect([...settings.persons.values()]).toEqual([
    { name: "anna", slack: "U012AB3CD", github: 1001, groups: ["storage", "backup-admins"] },
    { name: "ben", slack: null, github: 1002, groups: [] },
  ]);
  expect([...settings.teams]).toEqual([["operators", "example/backup-operators"]]);
  expect(settings.environments.get("production")).toEqual({
    name: "production",
    approvals: 2,
    groups: ["backup-admins", "operators"],
    expiresSeconds: 14_400,
    soakSeconds: 2700,
    record: ["backup", "restore"],
    maxFailures: 1,
    waveSize: 20,
    after: "lab",
    announceDrift: false,
    rehearsal: "required",
    freeze: [
      { kind: "dates", from: "2026-12-20", to: "2027-01-06" },
      { kind: "weekly", from: 6660, to: 360 },
    ],
    backupWindows: [{ kind: "daily", from: 1200, to: 360 }],
    timeZone: "Europe/Berlin",
  });
  expect(settings.environments.get("lab")).toMatchObject({
    expiresSeconds: 28_800,
    soakSeconds: 1800,
    record: [],
    maxFailures: 0,
    waveSize: 256,
    after: null,
    announceDrift: true,
    rehearsal: "optional",
    timeZone: "UTC",
  });
});

const anna = "[person.anna]\ngithub = 1\ngroups = g\n";
const lab = "[environment.lab]\napprovals = 1\ngroups = g\n";

test.each([
  {
    name: "no account",
    text: "[person.anna]\n",
    says: ["1: [person.anna] lacks github | Add the missing keys."],
  },
  ...["5", "a-open-1", "a-close-12", "2026-11-4"].map((name) => ({
    name: `an environment named like a rollout: ${name}`,
    text: `${anna}[environment.${name}]\napprovals = 1\ngroups = g\n`,
    says: [
      `4: the environment name '${name}' reads like the name or number of a rollout | Rename it in all settings and host.ini files, for example to site-5.`,
    ],
  })),
  {
    name: "a shared GitHub account",
    text: `${anna}[person.ben]\ngithub = 1\n`,
    says: ["4: ben and anna share an account: github = 1 | Give each person their own accounts."],
  },
  {
    name: "a shared Slack account",
    text: `${anna}slack = U12345\n[person.ben]\ngithub = 2\nslack = U12345\n`,
    says: [
      "5: ben and anna share an account: slack = U12345 | Give each person their own accounts.",
    ],
  },
  {
    name: "a group without members",
    text: lab,
    says: [
      "1: group 'g' has no members, so no one can approve | Add the group to a person's groups, or add a section [group.g].",
    ],
  },
  {
    name: "no approvals and no groups",
    text: "[environment.lab]\n",
    says: ["1: [environment.lab] lacks approvals, groups | Add the missing keys."],
  },
  {
    name: "zero approvals",
    text: `${anna}[environment.lab]\napprovals = 0\ngroups = g\n`,
    says: [
      "5: invalid value '0' for approvals (expected a whole number from 1 to 20) | Correct the value.",
    ],
  },
  {
    name: "windows without a time zone",
    text: `${anna}${lab}freeze = 20:00-06:00\n`,
    says: ["4: [environment.lab] lacks time_zone | Add the missing keys."],
  },
  {
    name: "an environment after an unknown one",
    text: `${anna}${lab}after = labs\n`,
    says: [
      "7: invalid value 'labs' for after (expected the name of an environment) | Add a section [environment.labs], or correct the name.",
    ],
  },
  {
    name: "an environment after itself",
    text: `${anna}${lab}after = lab\n`,
    says: ["7: no rollout of lab can ever start: lab waits for lab | Remove one of these keys."],
  },
  {
    name: "environments that wait for each other, but not one that waits for them",
    text: ["b", "c", "b"]
      .map((after, index) => `${lab.replace("lab", "abc"[index] ?? "")}after = ${after}\n`)
      .reduce((text, section) => text + section, anna),
    says: [
      "11: no rollout of b can ever start: b waits for c waits for b | Remove one of these keys.",
      "15: no rollout of c can ever start: c waits for b waits for c | Remove one of these keys.",
    ],
  },
  {
    name: "an unknown section",
    text: "[persons.anna]\n",
    says: [
      "1: unknown section [persons.anna] | Valid sections: [person.NAME], [group.NAME] and [environment.NAME], in lowercase.",
    ],
  },
  {
    name: "a key before the sections",
    text: "approvals = 1\n",
    says: ["1: unknown key 'approvals' | Put it in a section."],
  },
])("refuses $name", ({ text, says }) => {
  expect(told(text)).toEqual(says);
});

describe("windows", () => {
  test.each([
    ["2026-11-25T19:00:00Z", "20:00-06:00", true],
    ["2026-11-25T18:59:59Z", "20:00-06:00", false],
    ["2026-11-26T04:59:59Z", "20:00-06:00", true],
    ["2026-11-26T05:00:00Z", "20:00-06:00", false],
    ["2026-07-25T18:00:00Z", "20:00-06:00", true],
    ["2026-11-25T12:00:00Z", "00:00-24:00", true],
    ["2026-11-27T13:59:00Z", "fri 15:00-mon 06:00", false],
    ["2026-11-27T14:00:00Z", "fri 15:00-mon 06:00", true],
    ["2026-11-29T23:30:00Z", "fri 15:00-mon 06:00", true],
    ["2026-11-30T05:00:00Z", "fri 15:00-mon 06:00", false],
    ["2026-11-24T23:00:00Z", "wed 00:00-24:00", true],
    ["2026-11-25T23:00:00Z", "wed 00:00-24:00", false],
    ["2026-12-19T23:00:00Z", "2026-12-20..2027-01-06", true],
    ["2027-01-06T22:59:00Z", "2026-12-20..2027-01-06", true],
    ["2027-01-06T23:00:00Z", "2026-12-20..2027-01-06", false],
    ["2026-11-25T13:00:00Z", "20:00-06:00, 12:00-14:00", false],
    ["2026-11-25T11:00:00Z", "20:00-06:00, 12:00-14:00", true],
  ])("at %s, of %s: %s", (moment, text, within) => {
    const windows = windowsField(text);
    expect(windows.ok && isWithin(windows.value, Date.parse(moment), "Europe/Berlin")).toBe(within);
  });

  test.each([
    "",
    "20:00",
    "25:00-26:00",
    "20:00-20:00",
    "20:60-21:00",
    "funday 20:00-21:00",
    "fri 15:00-xyz 06:00",
    "2026-02-30..2026-03-01",
    "2026-03-02..2026-03-01",
    "20:00-06:00,",
  ])("refuses %j", (text) => expect(windowsField(text).ok).toBe(false));

  test.each([
    ["Europe/Berlin", true],
    ["Asia/Kolkata", true],
    ["UTC", true],
    ["Europe/Berlim", false],
    ["+01:00", false],
    ["", false],
  ])("time zone %s: %s", (name, known) => expect(timeZoneField(name).ok).toBe(known));
});

describe("standing", () => {
  const { persons } = readControllerSettings("bot.ini", complete).settings;
  const members = (...names: readonly string[]): Members => ({
    kind: "members",
    names: new Set(names),
  });
  const noAuthors = { kind: "authors", accounts: [] } as const;
  const request = {
    persons,
    members: members("anna", "ben"),
    authors: noAuthors,
    requester: "carl",
  };
  test.each([
    { name: "a member", request, standing: { isKnown: true, group: "member", own: "no" } },
    {
      name: "a person outside the group",
      request: { ...request, members: members("ben") },
      standing: { group: "outside" },
    },
    {
      name: "of an empty group",
      request: { ...request, members: members() },
      standing: { group: "empty" },
    },
    {
      name: "of an unreadable group",
      request: { ...request, members: { kind: "unreadable" } as const },
      standing: { group: "unreadable" },
    },
    { name: "the requester", request: { ...request, requester: "anna" }, standing: { own: "yes" } },
    {
      name: "an author with a second account",
      request: { ...request, authors: { kind: "authors", accounts: [7, 1001] } as const },
      standing: { own: "yes" },
    },
    {
      name: "in addition to an unknown author",
      request: { ...request, authors: { kind: "authors", accounts: [7, null] } as const },
      standing: { own: "author-unknown" },
    },
    {
      name: "of a change that cannot be read",
      request: { ...request, authors: { kind: "unreadable" } as const },
      standing: { own: "authors-unreadable" },
    },
  ])("$name", ({ request: asked, standing }) => {
    expect(findStanding("anna", asked)).toMatchObject(standing);
  });

  test("of a person who is not in the settings", () => {
    expect(findStanding("eve", request)).toEqual({ isKnown: false, group: "outside", own: "yes" });
  });
});

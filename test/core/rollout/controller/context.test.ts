import { expect, test } from "vitest";
import { HardenError } from "../../../../src/core/base/errors.ts";
import {
  createContextPort,
  type ContextSources,
} from "../../../../src/core/rollout/controller/context.ts";
import { makeRollout } from "../../../support/builders/rollout-states.ts";
import { readControllerSettings } from "../../../support/builders/controller-settings.ts";

const { settings, problems } = readControllerSettings(
  "bot.ini",
  `[person.anna]
github = 1
groups = ops
[person.ben]
github = 2
groups = ops
[person.carl]
github = 3
[person.dora]
github = 4
[group.admins]
team = example/admins
[environment.production]
approvals = 1
groups = ops admins
freeze = fri 15:00-mon 06:00
backup_windows = 01:00-05:00
time_zone = Europe/Berlin
[environment.later]
approvals = 1
groups = ops
after = production
`,
);
const rollout = makeRollout();
const fails = async (): Promise<never> => {
  throw new HardenError("broke", "GitHub did not answer", "Wait.");
};

function open(change: Partial<ContextSources> = {}) {
  return createContextPort(settings, {
    readTeam: async () => [3, 99],
    readAuthors: async () => [2],
    isSame: async () => true,
    readClosing: async () => "ready",
    isClosed: async () => true,
    ...change,
  });
}

test("the settings of this test are valid", () => {
  expect(problems).toEqual([]);
});

test("combines groups of settings and team, and compares people", async () => {
  const standingOf = await open().standings("production", rollout);
  expect(standingOf("anna")).toEqual({ isKnown: true, group: "member", own: "yes" });
  expect(standingOf("ben")).toEqual({ isKnown: true, group: "member", own: "yes" });
  expect(standingOf("carl")).toEqual({ isKnown: true, group: "member", own: "no" });
  expect(standingOf("dora")).toEqual({ isKnown: true, group: "outside", own: "no" });
  expect(standingOf("eve").isKnown).toBe(false);
});

test("without a rollout there are no own changes, and an unknown environment has no members", async () => {
  const { standings } = open({ readAuthors: fails });
  expect((await standings("production", undefined))("ben").own).toBe("no");
  expect((await standings("nowhere", undefined))("ben").group).toBe("empty");
});

test("unreadable facts block the decision", async () => {
  const { standings, target } = open({ readTeam: fails, readAuthors: fails, isSame: fails });
  const carl = (await standings("production", rollout))("carl");
  expect(carl).toEqual({ isKnown: true, group: "unreadable", own: "authors-unreadable" });
  expect(await target(rollout)).toBe("unreadable");
  expect(await open({ isSame: async () => false }).target(rollout)).toBe("changed");
  expect(await open().target(rollout)).toBe("same");
  await expect(open({ readClosing: fails }).closing(rollout)).rejects.toThrow("did not answer");
});

test("an environment waits for the one in the settings, and unknown never counts as closed", async () => {
  const asked: string[] = [];
  const isClosed = (answer: boolean) => async (name: string) => {
    asked.push(name);
    return answer;
  };
  expect(await open({ isClosed: isClosed(true) }).predecessor("later")).toBe("ready");
  expect(await open({ isClosed: isClosed(false) }).predecessor("later")).toBe("not-closed");
  expect(await open({ isClosed: isClosed(false) }).predecessor("production")).toBe("ready");
  expect(asked).toEqual(["production", "production"]);
  await expect(open({ isClosed: fails }).predecessor("later")).rejects.toThrow("did not answer");
});

test.each([
  ["2026-11-26T12:00:00+01:00", "none"],
  ["2026-11-26T03:00:00+01:00", "backup-window"],
  ["2026-11-28T12:00:00+01:00", "freeze-window"],
])("at %s the window is %s", (time, window) => {
  expect(open().window("production", Date.parse(time) / 1000)).toBe(window);
  expect(open().window("nowhere", Date.parse(time) / 1000)).toBe("freeze-window");
});

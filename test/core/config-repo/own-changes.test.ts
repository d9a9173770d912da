import { expect, test } from "vitest";
import { listOwnChanges } from "../../../src/core/config-repo/own-changes.ts";

const changed = [
  "sesam-harden.ini",
  "hosts/a/stpd.ini",
  "hosts/a/globals.ini",
  "hosts/a/host.ini",
  "hosts/server/interfaces.json",
  "hosts/sesam-harden.ini",
  "other/sesam-harden.ini",
  "other/a/host.ini",
  "other/known.json",
  ".github/workflows/check.yml",
  ".github/workflows/other.yml",
];

const none = { baseline: undefined, workflow: undefined };

test("settings come first, then what else decides about the check", () => {
  expect(listOwnChanges(changed, { prefix: "", ...none })).toEqual([
    "hosts/sesam-harden.ini",
    "other/sesam-harden.ini",
    "sesam-harden.ini",
    "hosts/a/host.ini",
    "hosts/server/interfaces.json",
    "other/a/host.ini",
  ]);
  const named = { baseline: "other/known.json", workflow: ".github/workflows/check.yml" };
  expect(listOwnChanges(changed, { prefix: "hosts/", ...named })).toEqual([
    "hosts/sesam-harden.ini",
    "sesam-harden.ini",
    ".github/workflows/check.yml",
    "other/known.json",
    "hosts/a/host.ini",
    "hosts/server/interfaces.json",
  ]);
});

test("settings above the checked part decide about it, and those of another part do not", () => {
  expect(listOwnChanges(changed, { prefix: "hosts/a/", ...none })).toEqual([
    "hosts/sesam-harden.ini",
    "sesam-harden.ini",
    "hosts/a/host.ini",
  ]);
  expect(listOwnChanges(["hosts/stpd.ini"], { prefix: "", ...none })).toEqual([]);
});

import type { Relaxed } from "../../../src/core/rules/relaxed.ts";

/** A check without relaxations. */
export const nothingRelaxed: Relaxed = {
  rules: [],
  notIncluded: [],
  settingsNotUsed: [],
  neverFails: [],
};

import type { Relaxed } from "../../../src/core/rules/relaxed.ts";

/** A check that nothing is taken away from. */
export const nothingRelaxed: Relaxed = {
  rules: [],
  notIncluded: [],
  settingsNotUsed: [],
  neverFails: [],
};

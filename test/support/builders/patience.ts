import type { Patience } from "../../../src/core/rollout/controller/reconcile.ts";

export const defaultPatience: Patience = {
  answer: 120,
  search: 900,
  retry: 600,
  start: 3600,
  abort: 60,
};

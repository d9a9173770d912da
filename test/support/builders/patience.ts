import type { Patience } from "../../../src/core/rollout/controller/reconcile.ts";

export const defaultPatience: Patience = {
  answerSeconds: 120,
  searchSeconds: 900,
  retrySeconds: 600,
  startSeconds: 3600,
  abortSeconds: 60,
  rehearsalSeconds: 600,
};

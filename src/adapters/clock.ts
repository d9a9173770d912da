import type { Clock } from "../core/host/ports.ts";

export const clock: Clock = {
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  elapsedMs: () => performance.now(),
  nowMs: () => Date.now(),
};

import type { Outcome, ServiceState } from "./ports.ts";

export function startOf(service: Outcome<ServiceState>): number | undefined {
  return service.kind === "done" ? service.value.startTick : undefined;
}

/** A restart that says it failed needs to be seen; any other one must not be seen to be none. */
export function hasStarted({
  before,
  after,
  isTold,
}: {
  readonly before: Outcome<ServiceState>;
  readonly after: Outcome<ServiceState>;
  readonly isTold: boolean;
}): boolean {
  if (before.kind === "failed" || after.kind === "failed") return isTold;
  return after.value.startTick === undefined
    ? isTold
    : after.value.startTick !== before.value.startTick;
}

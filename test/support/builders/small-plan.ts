import { printCanonical } from "../../../src/core/formats/json/canonical.ts";
import type { PlannedHost } from "../../../src/core/rollout/plan/host-plan.ts";
import type { Plan } from "../../../src/core/rollout/plan/plan.ts";

export type SmallPlanned = Pick<PlannedHost, "name" | "before" | "file" | "desired">;

/**
 * A plan of one wave as `plan --format json` prints it, for hosts where only the digests matter.
 */
export function printSmallPlan(
  hosts: readonly SmallPlanned[],
  change: Partial<Plan> & Pick<Plan, "phase" | "repository">,
): string {
  const none = "0".repeat(64);
  return printCanonical({
    schemaVersion: 1,
    commit: "c".repeat(40),
    ledger: null,
    environment: "lab",
    asOf: "2026-11-25",
    exceptions: [],
    waves: hosts.length === 0 ? [] : [hosts.map(({ name }) => name)],
    hosts: hosts.map((host) => {
      const { name } = host;
      return { role: "server", wave: 1, runner: name, facts: none, policy: none, ...host } as const;
    }),
    refused: [],
    ...change,
  });
}

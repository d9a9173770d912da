import { HardenError } from "../../base/errors.ts";
import { listTargets, type Plan, type Planned, type RestoredFile } from "./plan.ts";
import { largestWave } from "./waves.ts";
import type { FleetFiles } from "../../config-repo/files-port.ts";
import { planFleet, type LedgerView } from "./plan-fleet.ts";
import type { Hash } from "../../base/hash.ts";

export interface PlanBasis {
  /** Planned directories or files of the config repo. */
  readonly paths: readonly string[];
  /** GitHub's id of the repository, and the commit of the files. */
  readonly repository: number;
  readonly commit: string;
  /** The ledger as it was when the plan was computed. */
  readonly ledger: LedgerView;
  /** For a rollback: bytes of the files that it restores, by SHA-256. */
  readonly contents?: ReadonlyMap<string, string>;
}

/**
 * Plans again what a recorded plan says was requested; from the same commits, the result is the
 * same plan. Throws HardenError like planFleet(), and `broke` if a file to restore is missing.
 */
export function planAgain(
  plan: Plan,
  basis: PlanBasis,
  tools: { readonly files: FleetFiles; readonly hash: Hash },
): Planned {
  const { phase, asOf, exceptions, refused, waves, restores: restored = [] } = plan;
  // A host that has its earlier file already is only in the list of restored files.
  const names = [...listTargets(plan), ...refused, ...restored].map(({ name }) => name);
  const longest = Math.max(1, ...waves.map(({ length }) => length));
  const waveSize = Math.min(longest, largestWave);
  const restores = plan.restores && findRestored(plan.restores, basis.contents);
  return planFleet({ ...basis, phase, asOf, names, exceptions, waveSize, restores }, tools);
}

function findRestored(
  restores: readonly RestoredFile[],
  contents: PlanBasis["contents"],
): ReadonlyMap<string, string> {
  return new Map(
    restores.map(({ name, file }) => {
      const bytes = contents?.get(file);
      if (bytes !== undefined) return [name, bytes];
      throw new HardenError(
        "broke",
        `the file ${file}, which the plan restores, is missing`,
        "Check out the ledger's branch with its directory files/.",
      );
    }),
  );
}

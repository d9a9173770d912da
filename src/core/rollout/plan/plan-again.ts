import { HardenError } from "../../base/errors.ts";
import { listTargets, type Plan, type Planned, type RestoredFile } from "./plan.ts";
import { largestWave } from "./waves.ts";
import type { FleetFiles } from "../../config-repo/files-port.ts";
import { planFleet, type LedgerView } from "./plan-fleet.ts";
import type { Hash } from "../../base/hash.ts";

export interface PlanBasis {
  /** Folders or files of the config repo that were planned. */
  readonly paths: readonly string[];
  /** GitHub's number of the repository, and the commit that the files are of. */
  readonly repository: number;
  readonly commit: string;
  /** The ledger as it was when the plan was computed. */
  readonly ledger: LedgerView;
  /** For a rollback: the bytes of the files that it restores, by their SHA-256. */
  readonly contents?: ReadonlyMap<string, string>;
}

/**
 * Plans with what a recorded plan says was asked for: from the commits that it names, the same plan
 * comes of it. Throws HardenError as planFleet() does, and `broke` where a file to restore is missing.
 */
export function planAgain(
  plan: Plan,
  basis: PlanBasis,
  tools: { readonly files: FleetFiles; readonly hash: Hash },
): Planned {
  const { phase, asOf, exceptions, refused, waves } = plan;
  const names = [...listTargets(plan), ...refused].map(({ name }) => name);
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

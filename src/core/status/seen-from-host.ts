import type { FleetCheck } from "../check/check-fleet.ts";
import type { InputFile } from "../config-repo/recorded-files.ts";
import type { Host, Verdict } from "../fleet/verdict.ts";
import type { LedgerHost } from "../rollout/ledger/ledger.ts";
import type { HostOutcome } from "../rollout/state/rollout.ts";

/** SHA-256 of the stpd.ini of each host in the config repo, by the host's name. */
export type RepoFiles = ReadonlyMap<string, string>;

/** Selects them from the files that a check read. */
export function listRepoFiles(
  { folders }: Pick<FleetCheck, "folders">,
  inputs: readonly InputFile[],
): RepoFiles {
  const digests = new Map(inputs.map(({ path, digest }) => [path, digest]));
  return new Map(
    folders.flatMap(({ path, host }) => {
      const digest = digests.get(`${path}stpd.ini`);
      return digest === undefined ? [] : [[host.name, digest] as const];
    }),
  );
}

export interface SeenFromHost {
  readonly verdict: Verdict;
  /** When the wave was sent, in seconds since 1970; `apply` ran later. */
  readonly at: number;
}

interface LastResult {
  readonly outcome: HostOutcome;
  readonly rollout: string;
  readonly sentAt: number;
}

/**
 * What `apply` verified on a host; undefined if its last result is not good, or another file was
 * found there since. A file other than the config repo's counts as `partial`, since its content is
 * unknown.
 */
export function seeFromHost(
  { verdict }: Host,
  known: LedgerHost | undefined,
  {
    last,
    repoFile,
  }: { readonly last: LastResult | undefined; readonly repoFile: string | undefined },
): SeenFromHost | undefined {
  if (last?.outcome !== "good" || known?.proven?.rollout !== last.rollout) return undefined;
  const isHardened = known.file === repoFile && verdict === "hardened";
  return { verdict: isHardened ? "hardened" : "partial", at: last.sentAt };
}

import { describeFleet, type FleetStatus } from "../../src/core/status/fleet-status.ts";
import type { LocatedFinding } from "../../src/core/rules/finding.ts";
import { checkFleet, type FleetCheck } from "../../src/core/check/check-fleet.ts";
import type { LedgerState } from "../../src/core/rollout/ledger/reader.ts";
import { listRepoFiles, type RepoFiles } from "../../src/core/status/seen-from-host.ts";
import { witnessFiles } from "../../src/core/config-repo/recorded-files.ts";
import { openTree } from "../../src/core/config-repo/tree-files.ts";
import type { Controller } from "./controller.ts";

export interface FleetNow {
  readonly status: FleetStatus;
  readonly findings: readonly LocatedFinding[];
  readonly state: LedgerState;
}

/** The current fleet from config repo, ledger and scans. Throws HardenError as the ports do. */
export type ReadFleet = () => Promise<FleetNow>;

export type FleetTools = Pick<Controller, "config" | "writer" | "nowSeconds" | "hash">;

/** Concurrent calls share one read; unchanged parts are cached. */
export function createFleetReader(tools: FleetTools, wireLimitSeconds: number): ReadFleet {
  let running: Promise<FleetNow> | undefined;
  const check = createCheck(tools);
  const read = async (): Promise<FleetNow> => {
    const [{ commit, checked, repoFiles }, state] = await Promise.all([
      check(),
      tools.writer.read(),
    ]);
    const { ledger, commit: ledgerCommit = null } = state;
    const nowSeconds = tools.nowSeconds();
    const about = {
      checked,
      repoFiles,
      ledger,
      commit,
      ledgerCommit,
      nowSeconds,
      wireLimitSeconds,
    };
    const status = describeFleet(about);
    return { status, findings: checked.findings, state };
  };
  return async () => {
    running ??= read().finally(() => {
      running = undefined;
    });
    return running;
  };
}

interface CheckedHead {
  readonly commit: string;
  readonly checked: FleetCheck;
  readonly repoFiles: RepoFiles;
}

/**
 * Cached per day, since exceptions expire. readNewestFleet() of the controller has its own cache of
 * the same tree: it needs no findings, and a directory without an stpd.ini never stops it.
 */
function createCheck({ config, nowSeconds, hash }: FleetTools): () => Promise<CheckedHead> {
  let known: { readonly key: string; readonly head: CheckedHead } | undefined;
  return async () => {
    const { commit } = await config.readHead();
    const asOf = new Date(nowSeconds() * 1000).toISOString().slice(0, 10);
    const key = `${commit} ${asOf}`;
    if (known?.key !== key) {
      const { files, list } = witnessFiles(openTree(await config.readTree(commit)), hash);
      const checked = checkFleet({ paths: ["."], overrides: {}, asOf }, files);
      const repoFiles = listRepoFiles(checked, list(checked.root));
      known = { key, head: { commit, checked, repoFiles } };
    }
    return known.head;
  };
}

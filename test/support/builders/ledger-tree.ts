import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { emptyLedger, type Ledger } from "../../../src/core/rollout/ledger/ledger.ts";
import {
  filePath,
  ledgerBranch as branch,
  planPath,
  printViews,
} from "../../../src/core/rollout/ledger/layout.ts";
import type { EnvironmentRecord, HostRecord } from "../../../src/core/rollout/state/records.ts";
import type { RolloutState } from "../../../src/core/rollout/state/rollout.ts";
import { encodeBytes } from "../../../src/core/base/text.ts";
import { commitAll, runGit } from "../harness/git.ts";
import { traceOf } from "./bot-fleet.ts";
import { makeRollout } from "./rollout-states.ts";

export interface LedgerContent {
  readonly environments?: readonly EnvironmentRecord[];
  readonly hosts?: readonly HostRecord[];
  /** Canonical texts of plans. */
  readonly plans?: readonly string[];
  /** States of rollouts, by id. */
  readonly rollouts?: Readonly<Record<string, RolloutState>>;
}

/** The files that a controller writes next to the entries of the ledger, as bytes by path. */
export function ledgerFilesOf({
  environments = [],
  hosts = [],
  plans = [],
  rollouts = {},
}: LedgerContent): Readonly<Record<string, string>> {
  const known = Object.entries(rollouts).map(([id, state]) => makeRollout({ id, state }));
  const ledger: Ledger = {
    ...emptyLedger,
    environments: new Map(environments.map((one) => [one.environment, one])),
    hosts: new Map(hosts.map((one) => [one.host, { ...one, file: hashSha256(one.file) }])),
    rollouts: new Map(known.map((rollout) => [rollout.id, rollout])),
    traces: new Map(known.map((rollout) => [rollout.id, traceOf(rollout)])),
  };
  return Object.fromEntries([
    ...printViews(ledger),
    ...hosts.map(({ file }) => [filePath(hashSha256(file)), file] as const),
    ...plans.map((text) => [planPath(hashSha256(encodeBytes(text))), encodeBytes(text)] as const),
  ]);
}

/** Commits files to the ledger branch of a repository; returns the commit. */
export function commitLedger(repository: string, content: LedgerContent): string {
  const folder = mkdtempSync(join(tmpdir(), "ledger-"));
  try {
    runGit(folder, "init", "--quiet", `--initial-branch=${branch}`);
    runGit(folder, "remote", "add", "origin", repository);
    if (runGit(folder, "ls-remote", "--heads", "origin", branch) !== "") {
      runGit(folder, "pull", "--quiet", "origin", branch);
    }
    for (const [path, bytes] of Object.entries(ledgerFilesOf(content))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes, "latin1");
    }
    const commit = commitAll(folder);
    runGit(folder, "push", "--quiet", "origin", `HEAD:refs/heads/${branch}`);
    return commit;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

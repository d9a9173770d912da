import { lookUpCommit, readGitTree } from "../adapters/git-tree.ts";
import { HardenError } from "../core/base/errors.ts";
import { ledgerBranch } from "../core/rollout/ledger/layout.ts";
import { readRecords, type RecordsReading } from "../core/rollout/plan/records-file.ts";
import { decodeBytes, makeVisible } from "../core/base/text.ts";
import { findAbove, isOfFleet } from "../core/config-repo/discover-hosts.ts";
import type { FleetFiles } from "../core/config-repo/files-port.ts";
import {
  createRecordsSource,
  readLedgerRecords,
  type LedgerSource,
} from "../core/rollout/ledger/plan-source.ts";
import { createTreeSource, isOfLedgerView } from "../core/rollout/ledger/tree-source.ts";
import { createTreeFiles } from "../core/config-repo/tree-files.ts";
import type { LedgerKeys } from "./ledger-access.ts";
import { usage } from "./options.ts";
import type { Shell } from "./context.ts";
import type { Hash } from "../core/base/hash.ts";

export interface CommitFiles {
  /** Absolute path of the top of the repository. */
  readonly top: string;
  /** The full commit id. */
  readonly commit: string;
  readonly files: FleetFiles;
}

/** Reads the files of a fleet at a commit of the repository that contains a path. */
export function openCommit(typed: string, ref: string, files: FleetFiles): CommitFiles {
  const top = findTop(typed, files);
  const tree = readGitTree({ top, ref, wants: isOfFleet });
  return { top, commit: tree.commit, files: createTreeFiles(tree, files.absolute) };
}

function findTop(typed: string, files: FleetFiles): string {
  const { found, blocked } = findAbove(files.absolute(typed), ".git", files);
  if (found !== undefined) return found;
  if (blocked !== undefined) {
    const message = `no Git repository found above ${makeVisible(typed)}: ${blocked.folder}: ${blocked.reason}`;
    throw new HardenError("broke", message, blocked.next ?? "Grant the user read access.");
  }
  const next = "Use a clone of the config repo, because a plan refers to a commit.";
  throw new HardenError("usage", `${makeVisible(typed)} is not in a Git repository`, next);
}

/** Returns the last verified files from the ledger on GitHub, at its head or at a commit. */
export async function readLedgerSource(
  parsed: LedgerKeys,
  at: string | undefined,
  shell: Shell,
): Promise<LedgerSource | undefined> {
  if (at !== undefined && !/^[0-9a-f]{40}$/.test(at)) {
    throw usage("invalid value for --ledger (expected a full commit id of 40 hexadecimal digits)");
  }
  const access = await import("./ledger-access.ts");
  const { store, tools } = access.openLedger(parsed, shell);
  const records = await readLedgerRecords(at, store, tools);
  return records && createRecordsSource(records);
}

const maxRecords = 512 * 1024 * 1024;

/** Returns the last verified files from an export, or from a checkout of the ledger branch. */
export function openPlanLedger(typed: string, { files, hash }: LedgerShell): LedgerSource {
  const path = files.absolute(typed);
  return files.kindOf(path).kind === "folder"
    ? openLedgerAt(findTop(typed, files), "HEAD", hash)
    : openRecords(typed, files);
}

interface LedgerShell {
  readonly files: FleetFiles;
  readonly hash: Hash;
}

/**
 * Finds the ledger branch in a clone of the config repo, as last fetched; undefined if it was not.
 */
export function findLedger(top: string, hash: Hash): LedgerSource | undefined {
  const refs = [`refs/remotes/origin/${ledgerBranch}`, `refs/heads/${ledgerBranch}`];
  const ref = refs.find((name) => lookUpCommit(top, name) !== undefined);
  return ref === undefined ? undefined : openLedgerAt(top, ref, hash);
}

function openLedgerAt(top: string, ref: string, hash: Hash): LedgerSource {
  return createTreeSource(readGitTree({ top, ref, wants: isOfLedgerView }), hash);
}

function openRecords(path: string, files: FleetFiles): LedgerSource {
  const reading = files.read(files.absolute(path), maxRecords);
  const read: RecordsReading =
    reading.kind === "bytes"
      ? readRecords(decodeBytes(reading.bytes))
      : { kind: "refused", reason: reading.kind === "missing" ? "it is missing" : reading.reason };
  if (read.kind === "records") return createRecordsSource(read.records);
  throw new HardenError(
    "usage",
    `cannot read the records in ${makeVisible(path)}: ${makeVisible(read.reason)}`,
    ("next" in reading && reading.next) || "Export them again from the ledger.",
  );
}

import type { FileChange } from "../core/fix/file-change.ts";
import {
  decideFix,
  digestChanges,
  readCommitMessage,
  readBelowMarks,
  readMark,
  renderFixBody,
  renderFixTitle,
  writeCommitMessage,
  writeMark,
  type FixBranch,
  type FixPullRequest,
} from "../core/fix/pull-request.ts";
import { HardenError } from "../core/harden-error.ts";
import type { Hash } from "../core/policy/baseline.ts";
import type { FolderFixes } from "./check-fleet.ts";

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly message: string;
  readonly isVerified: boolean;
}

/** Branches and commits of the repository. */
export interface GitData {
  /** Undefined where there is no such branch. */
  readonly findHead: (branch: string) => Promise<string | undefined>;
  readonly readCommit: (sha: string) => Promise<Commit>;
  /** Throws HardenError `broke` where a file at the base is not what was read. */
  readonly writeTree: (base: Commit, changes: readonly FileChange[]) => Promise<string>;
  readonly commit: (request: CommitRequest) => Promise<Commit>;
}

export interface CommitRequest {
  readonly branch: string;
  /** Undefined where the branch is to be made. It only ever moves forward. */
  readonly head: string | undefined;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

export interface Pulls {
  /** The newest one from a branch to a base, whatever its state. */
  readonly find: (branch: string, base: string) => Promise<FixPullRequest | undefined>;
  readonly open: (request: PullText & { branch: string; base: string }) => Promise<FixPullRequest>;
  /** Closes it, with a comment, where there is a reason to. */
  readonly change: (number: number, body: string, closing?: string) => Promise<void>;
  /** Sets labels and reviewers; false where there are none to set. */
  readonly decorate: (number: number) => Promise<boolean>;
}

export interface PullText {
  readonly title: string;
  readonly body: string;
}

export interface FixRequest {
  readonly fixes: readonly FolderFixes[];
  /** From the root of the repository to the root of the fleet: `` or `config/`. */
  readonly prefix: string;
  readonly base: string;
  /** The commit that was checked. */
  readonly sha: string;
  readonly branch: string;
}

export interface FixPorts {
  readonly git: GitData;
  readonly pulls: Pulls;
  readonly hash: Hash;
  readonly renderDiff: (change: FileChange) => string;
}

export interface FixResult {
  readonly operation: "created" | "updated" | "unchanged" | "closed" | "skipped";
  readonly reason: string;
  readonly pull: FixPullRequest | undefined;
  readonly head: string | undefined;
  readonly isVerified: boolean | undefined;
}

/** GitHub takes a file that is no UTF-8 as a request of its own. */
const mostOthers = 200;

/** Opens, keeps up or closes the one pull request with the fixes. A second run finds it done. */
export async function fixByPullRequest(request: FixRequest, ports: FixPorts): Promise<FixResult> {
  const { branch, base, sha } = request;
  const { git, pulls, hash } = ports;
  const { changes, leftOut } = chooseChanges(request);
  const digest = digestChanges(changes, hash);
  const pull = await pulls.find(branch, base);
  const head = await git.findHead(branch);
  const headCommit = head === undefined ? undefined : await git.readCommit(head);
  const state = headCommit === undefined ? undefined : describeBranch(headCommit);
  const decision = decideFix(digest, state, pull);
  const done = (
    operation: FixResult["operation"],
    reason: string,
    result: Partial<FixResult> = {},
  ): FixResult => ({
    operation,
    reason,
    pull,
    head,
    isVerified: headCommit?.isVerified,
    ...result,
  });

  switch (decision.kind) {
    case "unchanged":
      // A run that broke off may have left it without its labels.
      if (digest !== undefined && pull !== undefined) await decorateOnce(pull, pulls);
      return done(decision.kind, decision.reason);
    case "skipped":
      return done(decision.kind, decision.reason);
    case "close":
      if (pull === undefined) throw lost();
      await pulls.change(
        pull.number,
        pull.body + writeMark("closed", "tool"),
        "Nothing is left to fix: the files are as they should be. Closed.",
      );
      return done("closed", "nothing is left to fix");
    case "create":
    case "update": {
      if (digest === undefined) throw lost();
      const hosts = request.fixes.filter(({ files }) => files.length > 0).length;
      const body = renderFixBody({
        hosts: request.fixes,
        prefix: request.prefix,
        diffs: changes.map(ports.renderDiff),
        leftOut,
        digest,
      });
      const parent = await git.readCommit(sha);
      const tree = await git.writeTree(parent, changes);
      // The branch moves forward only, so nobody's commit can be lost on the way.
      const parents = head === undefined ? [sha] : [head, sha];
      const message = writeCommitMessage(hosts, digest, tree);
      const commit = await git.commit({ branch, head, tree, parents, message });
      const result = { head: commit.sha, isVerified: commit.isVerified };
      if (decision.kind === "update" && pull !== undefined) {
        await pulls.change(pull.number, keepAdditions(pull.body, body));
        return done("updated", "the fixes changed", result);
      }
      const title = renderFixTitle(hosts);
      const opened = await pulls.open({ title, body, branch, base });
      await decorateOnce(opened, pulls);
      return done("created", "there is something to fix", { ...result, pull: opened });
    }
  }
}

/** Labels and reviewers are set once: whoever takes one away is not fought over it. */
async function decorateOnce({ number, body }: FixPullRequest, pulls: Pulls): Promise<void> {
  if (readMark(body, "decorated") !== undefined) return;
  if (await pulls.decorate(number)) {
    await pulls.change(number, body + writeMark("decorated", "once"));
  }
}

function lost(): HardenError {
  return new HardenError("broke", "the pull request is gone", "Run the workflow again.");
}

function describeBranch({ sha, tree, message }: Commit): FixBranch {
  const read = readCommitMessage(message);
  return { head: sha, isOurs: read.tree === tree, digest: read.digest };
}

/** What people wrote below our last mark stays. */
function keepAdditions(old: string, fresh: string): string {
  const additions = readBelowMarks(old).trim();
  const decorated = readMark(old, "decorated") === undefined ? "" : writeMark("decorated", "once");
  return `${fresh.trimEnd()}${decorated}\n${additions === "" ? "" : `\n${additions}\n`}`;
}

/** What goes into this run, and the paths that are left for the next one. */
export function chooseChanges({ fixes, prefix }: Pick<FixRequest, "fixes" | "prefix">): {
  readonly changes: readonly FileChange[];
  readonly leftOut: readonly string[];
} {
  let room = mostOthers;
  const changes: FileChange[] = [];
  const leftOut: string[] = [];
  for (const { path, files } of fixes) {
    const others = files.filter(({ after }) => !isUtf8(after)).length;
    const own = files.map(({ name, ...file }) => ({ ...file, path: prefix + path + name }));
    // A host goes whole or not at all: closing a port rests on its global settings.
    if (others > room) leftOut.push(...own.map((file) => file.path));
    else {
      room -= others;
      changes.push(...own);
    }
  }
  return { changes, leftOut };
}

export function isUtf8(bytes: string): boolean {
  if (!/[\x80-\xff]/.test(bytes)) return true;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
    return true;
  } catch {
    return false;
  }
}

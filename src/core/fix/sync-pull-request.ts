import {
  isPlainMerge,
  listEdits,
  refuseChange,
  type BlobChange,
  type FileTree,
  type NameBlob,
} from "./fix-tree.ts";
import { renderFixBody, type FixedHost, type SkippedHost } from "./pull-request-body.ts";
import {
  decideFix,
  digestEdits,
  isOwnTitle,
  readBelowMarks,
  readCommitMessage,
  readMark,
  renderFixTitle,
  writeCommitMessage,
  writeMark,
  type FixBranch,
  type FixPullRequest,
} from "./pull-request.ts";
import { hostFiles } from "../fleet/host-folder.ts";
import { HardenError } from "../base/errors.ts";
import type { Hash } from "../base/hash.ts";
import type { FileChange } from "./changes.ts";

export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly isVerified: boolean;
}

/** Branches and commits of the repository. */
export interface GitData {
  /** Undefined if the branch does not exist. */
  readonly findHead: (branch: string) => Promise<string | undefined>;
  readonly readCommit: (sha: string) => Promise<Commit>;
  /** Always the complete tree, even if GitHub truncates it. */
  readonly readTree: (tree: string) => Promise<FileTree>;
  /** True if the first commit is the second one or an ancestor of it. */
  readonly isAncestor: (sha: string, of: string) => Promise<boolean>;
  readonly writeTree: (request: TreeRequest) => Promise<string>;
  readonly commit: (request: CommitRequest) => Promise<Commit>;
}

export interface TreeRequest {
  /** The tree that the changes are applied to. */
  readonly base: string;
  readonly changes: readonly FileChange[];
  /** Edits whose blobs already exist in the repository. */
  readonly kept: readonly BlobChange[];
}

export interface CommitRequest {
  readonly branch: string;
  /** Undefined to create the branch. It is never force-pushed. */
  readonly head: string | undefined;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

export interface Pulls {
  /**
   * Finds, in this order: the open pull request from the branch to the base; another open one of ours
   * to the base, from a branch with the prefix (the base was renamed); the newest closed one.
   */
  readonly find: (place: PullPlace) => Promise<FixPullRequest | undefined>;
  readonly open: (request: PullText & PullPlace) => Promise<FixPullRequest>;
  /** Changes the text; with `closing`, also posts it as a comment and closes the pull request. */
  readonly change: (number: number, text: Partial<PullText>, closing?: string) => Promise<void>;
  /** Sets labels, assignees and reviewers; returns false if none are configured. */
  readonly decorate: (number: number) => Promise<boolean>;
}

export interface PullPlace {
  readonly branch: string;
  readonly base: string;
  /** Prefix of all fix branches. */
  readonly prefix: string;
}

export interface PullText {
  readonly title: string;
  readonly body: string;
}

export interface FixRequest {
  /** All hosts that were checked, including those that need no fix. */
  readonly hosts: readonly FixedHost[];
  /** Path from the repository root to the fleet's root: empty or like `config/`. */
  readonly prefix: string;
  readonly base: string;
  /** The commit that was checked. */
  readonly sha: string;
  /** Prefix of the fix branch; the base branch name is appended. */
  readonly branchPrefix: string;
  /** How the settings relax the check, as sentences for the body. */
  readonly relaxed?: readonly string[];
  /** Title of a new pull request; undefined for the default one. */
  readonly title?: string | undefined;
  /** Message of commits; undefined for the default one. */
  readonly commitMessage?: string | undefined;
}

export interface FixPorts {
  readonly git: GitData;
  readonly pulls: Pulls;
  readonly hash: Hash;
  readonly nameBlob: NameBlob;
  readonly renderDiff: (change: FileChange) => string;
  /** Reads a file of the checkout by its path in the repository; undefined if it cannot be read. */
  readonly read: (path: string) => string | undefined;
}

export interface FixResult {
  readonly operation: "created" | "updated" | "unchanged" | "closed" | "skipped";
  readonly reason: string;
  readonly pull: FixPullRequest | undefined;
  /** Name of the fix branch, whether it exists or not. */
  readonly branch: string;
  readonly head: string | undefined;
  readonly isVerified: boolean | undefined;
  /** Hosts whose fixes were not made, with the reason. */
  readonly skipped: readonly SkippedHost[];
  /** A pull request that may lack labels and reviewers; these come last because GitHub may reject them. */
  readonly undecorated: FixPullRequest | undefined;
}

/** Most non-UTF-8 files per run; each needs its own request. */
const maxOthers = 200;
/** Most "Update branch" merges since our last commit that are followed. */
const maxMerges = 50;

/** Creates, updates or closes the fix pull request. Idempotent. */
export async function fixByPullRequest(request: FixRequest, ports: FixPorts): Promise<FixResult> {
  const { base, branchPrefix, commitMessage } = request;
  const { git, pulls } = ports;
  const none = {
    pull: undefined,
    head: undefined,
    isVerified: undefined,
    skipped: [],
    undecorated: undefined,
  };
  if (base.startsWith(branchPrefix)) {
    const reason = `${base} is itself a branch of fixes, which get no fixes of their own`;
    return { ...none, branch: "", operation: "skipped", reason };
  }
  const place = { branch: branchPrefix + base, base, prefix: branchPrefix };
  const pull = await pulls.find(place);
  const branch = pull?.state === "open" ? pull.branch : place.branch;
  const head = await git.findHead(branch);
  const work = await prepare(
    request,
    { pull, state: await readBranch(head, request.sha, git) },
    ports,
  );
  const { digest, state, skipped } = work;
  const done = (
    operation: FixResult["operation"],
    reason: string,
    result: Partial<FixResult> = {},
  ): FixResult => ({
    operation,
    reason,
    pull,
    branch,
    head,
    isVerified: state?.commit.isVerified,
    skipped,
    undecorated: undefined,
    ...result,
  });

  const decision = decideFix(digest, state, pull);
  switch (decision.kind) {
    case "unchanged":
      // An interrupted run may not have set the labels.
      return done(
        decision.kind,
        decision.reason,
        digest === undefined ? {} : { undecorated: pull },
      );
    case "skipped":
      return done(decision.kind, decision.reason);
    case "close": {
      if (pull === undefined) throw lost();
      const [unseen] = work.unseen;
      if (unseen !== undefined) {
        return done(
          "skipped",
          `this run did not check ${unseen}, which the pull request fixes, so it stays open`,
        );
      }
      await pulls.change(
        pull.number,
        { body: pull.body + writeMark("closed", "tool") },
        "Closed because nothing is left to fix.",
      );
      return done("closed", "nothing is left to fix");
    }
    case "create":
    case "update": {
      if (digest === undefined || work.base === undefined) throw lost();
      const text = describe(request, work, ports);
      const { base: parentTree, changes, kept } = work;
      const tree = await git.writeTree({ base: parentTree, changes, kept });
      // The new commit descends from the old head, so no one's commit can be lost.
      const parents = head === undefined ? [request.sha] : [head, request.sha];
      const message = writeCommitMessage(text.count, { digest, tree, message: commitMessage });
      const commit = await git.commit({ branch, head, tree, parents, message });
      const result = { head: commit.sha, isVerified: commit.isVerified };
      if (decision.kind === "update" && pull !== undefined) {
        const title = isOwnTitle(pull.title) ? { title: text.title } : {};
        await pulls.change(pull.number, { ...title, body: keepAdditions(pull.body, text.body) });
        return done("updated", "the fixes changed", result);
      }
      const { title = text.title } = request;
      const { body } = text;
      const opened = await pulls.open({ title, body, ...place, branch });
      const reason = "there is something to fix";
      return done("created", reason, { ...result, pull: opened, undecorated: opened });
    }
  }
}

/** The fix branch with its head commit. */
interface ReadBranch extends FixBranch {
  readonly commit: Commit;
  /** The commit of the base that its edits were made on. */
  readonly basedOn: string;
}

/** Finds our commit, skipping merges of the base that GitHub's "Update branch" button made. */
async function readBranch(
  head: string | undefined,
  sha: string,
  git: GitData,
): Promise<ReadBranch | undefined> {
  if (head === undefined) return undefined;
  const commit = await git.readCommit(head);
  let ours = commit;
  for (let merges = 0; merges < maxMerges; merges++) {
    const read = readCommitMessage(ours.message);
    const basedOn = commit.parents.at(-1) ?? sha;
    if (read.tree === ours.tree)
      return { head, commit, basedOn, isOurs: true, digest: read.digest };
    const [first, second, third] = ours.parents;
    if (first === undefined || second === undefined || third !== undefined) break;
    if (!(await git.isAncestor(second, sha))) break;
    const before = await git.readCommit(first);
    const edits = listEdits(
      await git.readTree(before.tree),
      await readTreeOf(before.parents.at(-1) ?? first, git),
    );
    const merged = await git.readTree(ours.tree);
    if (!isPlainMerge(merged, await readTreeOf(second, git), edits)) break;
    ours = before;
  }
  return { head, commit, basedOn: sha, isOurs: false, digest: undefined };
}

async function readTreeOf(sha: string, git: GitData): Promise<FileTree> {
  return git.readTree((await git.readCommit(sha)).tree);
}

/** The changes of this run, and what is left out. */
interface Work {
  readonly state: ReadBranch | undefined;
  /** Tree of the commit that was checked; undefined if it was not needed. */
  readonly base: string | undefined;
  readonly changes: readonly FileChange[];
  /** Edits of other runs, for files that this run did not check. */
  readonly kept: readonly BlobChange[];
  /** Paths that the branch fixes and that this run did not check. */
  readonly unseen: readonly string[];
  readonly leftOut: readonly string[];
  readonly skipped: readonly SkippedHost[];
  readonly digest: string | undefined;
}

/**
 * A run may see only part of the repository, in a sparse checkout or if several jobs have different
 * paths. Files that it did not check stay as they are on the branch.
 */
async function prepare(
  request: FixRequest,
  {
    state,
    pull,
  }: { readonly state: ReadBranch | undefined; readonly pull: FixPullRequest | undefined },
  { git, hash, nameBlob, read }: FixPorts,
): Promise<Work> {
  const chosen = chooseChanges(request);
  const whole = { state, base: undefined, ...chosen, kept: [], unseen: [], skipped: [] };
  const digest = digestEdits(nameEdits(chosen.changes, nameBlob), hash);
  const isDone = pull?.state === "open" && state?.digest === digest;
  const isIdle = state === undefined && digest === undefined;
  if (isDone || isIdle || state?.isOurs === false) return { ...whole, digest };
  const base = (await git.readCommit(request.sha)).tree;
  const tree = await git.readTree(base);
  const skipped: SkippedHost[] = [];
  const paths = new Set<string>();
  for (const host of request.hosts) {
    const own = listChanges(host, request.prefix);
    const reason = own.flatMap((change) => refuseChange(change, tree, nameBlob) ?? [])[0];
    if (reason !== undefined) skipped.push({ name: host.name, reason });
    else for (const name of hostFiles) paths.add(request.prefix + host.path + name);
  }
  const changes = chosen.changes.filter(({ path }) => paths.has(path));
  const edited = new Set(changes.map(({ path }) => path));
  // A clean file only counts as checked if it is the file in the commit.
  const isChecked = (path: string): boolean =>
    edited.has(path) || (paths.has(path) && isOfCommit(path, tree, { nameBlob, read }));
  const carried =
    state?.isOurs === true
      ? listEdits(await git.readTree(state.commit.tree), await readTreeOf(state.basedOn, git))
      : [];
  const unseen = carried.filter(({ path }) => tree.has(path) && !isChecked(path));
  const kept = unseen.filter(({ path, before }) => tree.get(path)?.sha === before);
  return {
    ...whole,
    base,
    changes,
    kept,
    unseen: unseen.map(({ path }) => path),
    skipped,
    digest: digestEdits([...nameEdits(changes, nameBlob), ...kept], hash),
  };
}

function isOfCommit(
  path: string,
  tree: FileTree,
  { nameBlob, read }: Pick<FixPorts, "nameBlob" | "read">,
): boolean {
  const bytes = read(path);
  return tree.get(path)?.sha === (bytes === undefined ? undefined : nameBlob(bytes));
}

function nameEdits(changes: readonly FileChange[], nameBlob: NameBlob): readonly BlobChange[] {
  return changes.map(({ path, before, after }) => ({
    path,
    before: before === undefined ? undefined : nameBlob(before),
    after: nameBlob(after),
  }));
}

function describe(
  { hosts, prefix, relaxed }: FixRequest,
  { changes, kept, leftOut, skipped, digest = "" }: Work,
  { renderDiff }: FixPorts,
): PullText & { readonly count: number } {
  const edited = new Set(changes.map(({ path }) => path));
  const shown = hosts.map((host) => {
    const isUpdated = host.files.some(({ name }) => edited.has(prefix + host.path + name));
    return isUpdated ? host : { ...host, files: [], applied: [] };
  });
  const keptHosts = new Set(kept.map(({ path }) => path.slice(0, path.lastIndexOf("/") + 1)));
  const updated = shown.filter(({ files }) => files.length > 0);
  const count = updated.length + keptHosts.size;
  const diffs = new Map(changes.map((change) => [change.path, renderDiff(change)]));
  const paths = kept.map(({ path }) => path);
  const body = renderFixBody({
    hosts: shown,
    prefix,
    diffs,
    leftOut,
    skipped,
    kept: paths,
    relaxed,
    digest,
  });
  return { title: renderFixTitle(count), body, count };
}

/** Sets labels, assignees and reviewers once: if someone removes one, it is not set again. */
export async function decorateOnce({ number, body }: FixPullRequest, pulls: Pulls): Promise<void> {
  if (readMark(body, "decorated") !== undefined) return;
  if (await pulls.decorate(number)) {
    await pulls.change(number, { body: body + writeMark("decorated", "once") });
  }
}

function lost(): HardenError {
  return new HardenError("broke", "the pull request no longer exists", "Run the workflow again.");
}

/** Keeps the text that people added below our last mark. */
function keepAdditions(old: string, fresh: string): string {
  const additions = readBelowMarks(old).trim();
  const decorated = readMark(old, "decorated") === undefined ? "" : writeMark("decorated", "once");
  return `${fresh.trimEnd()}${decorated}\n${additions === "" ? "" : `\n${additions}\n`}`;
}

/** The changes of this run, and the paths left for the next one. */
export function chooseChanges({ hosts, prefix }: Pick<FixRequest, "hosts" | "prefix">): {
  readonly changes: readonly FileChange[];
  readonly leftOut: readonly string[];
} {
  let room = maxOthers;
  const changes: FileChange[] = [];
  const leftOut: string[] = [];
  for (const host of hosts) {
    const others = host.files.filter(({ after }) => !isUtf8(after)).length;
    const own = listChanges(host, prefix);
    // All files of a host or none: closing a port depends on the global settings.
    if (others > room) leftOut.push(...own.map((file) => file.path));
    else {
      room -= others;
      changes.push(...own);
    }
  }
  return { changes, leftOut };
}

function listChanges({ path, files }: FixedHost, prefix: string): readonly FileChange[] {
  return files.map(({ name, ...file }) => ({ ...file, path: prefix + path + name }));
}

function isUtf8(bytes: string): boolean {
  if (!/[\x80-\xff]/.test(bytes)) return true;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
    return true;
  } catch {
    return false;
  }
}

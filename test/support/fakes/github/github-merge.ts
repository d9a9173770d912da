import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBranch, listAncestors } from "./github-history.ts";
import { refuse, type Ask, type Call } from "./github-refusals.ts";

interface Sha {
  readonly sha: string;
}

interface Commit {
  readonly tree: Sha;
  readonly parents: readonly Sha[];
}

interface Entry extends Sha {
  readonly path: string;
  readonly mode: string;
  readonly type: string;
}

interface Pull {
  readonly state: string;
  readonly draft: boolean;
  readonly title: string;
  readonly number: number;
  readonly head: Sha & { readonly ref: string; readonly label: string };
  readonly base: { readonly ref: string };
}

/**
 * Merges as Git does, or refuses. Emulate takes the tree of the pull request's head, and its
 * parents from the time when it was opened, so that later changes of the base are lost. Here it
 * only notes that the pull request is merged, and the branch then gets the right commit.
 */
export async function mergePull({ top, path, body }: Call, ask: Ask): Promise<Response> {
  const pull = await ask<Pull>("GET", `${top}/${path.replace(/\/merge$/, "")}`);
  const notMergeable = refuse(405, "Pull Request is not mergeable");
  if (pull.state !== "open") return notMergeable;
  if (pull.draft) return refuse(405, "Pull Request is still a draft");
  const { sha = pull.head.sha, merge_method: method = "merge" } = body;
  if (sha !== pull.head.sha) {
    return refuse(409, "Head branch was modified. Review and try the merge again.");
  }
  const base = (await findBranch(top, pull.base.ref, ask)) ?? "";
  const tree = await mergeTrees(top, { base, head: pull.head.sha }, ask);
  if (tree === undefined) return notMergeable;
  await ask("PUT", `${top}/${path}`, { merge_method: method });
  const parents = method === "merge" ? [base, pull.head.sha] : [base];
  const message = `Merge pull request #${pull.number} from ${pull.head.label.replace(":", "/")}\n\n${pull.title}`;
  const commit = await ask<Sha>("POST", `${top}/git/commits`, { message, tree, parents });
  const moved = { sha: commit.sha, force: true };
  await ask("PATCH", `${top}/git/refs/heads/${pull.base.ref}`, moved);
  const answer = { sha: commit.sha, merged: true, message: "Pull Request successfully merged" };
  return Response.json(answer);
}

interface Sides {
  readonly base: string;
  readonly head: string;
}

/** Returns the tree; undefined for a conflict. */
async function mergeTrees(
  top: string,
  { base, head }: Sides,
  ask: Ask,
): Promise<string | undefined> {
  const ofBase = await listAncestors(top, base, ask);
  const ancestor = [...(await listAncestors(top, head, ask))].find((sha) => ofBase.has(sha));
  if (ancestor === undefined) return undefined;
  const [before, ours, theirs] = await Promise.all(
    [ancestor, base, head].map((sha) => readEntries(top, sha, ask)),
  );
  const entries: Entry[] = [];
  const paths = new Set([...(ours?.keys() ?? []), ...(theirs?.keys() ?? [])]);
  for (const path of paths) {
    const [old, our, their] = [before?.get(path), ours?.get(path), theirs?.get(path)];
    const isSame = (left: Entry | undefined, right: Entry | undefined): boolean =>
      left?.sha === right?.sha && left?.mode === right?.mode;
    const taken = isSame(our, old) ? their : our;
    if (isSame(our, old) || isSame(their, old) || isSame(our, their)) {
      if (taken !== undefined) entries.push(taken);
      continue;
    }
    if (old === undefined || our === undefined || their === undefined) return undefined;
    const sha = await mergeBlobs(top, [our.sha, old.sha, their.sha], ask);
    if (sha === undefined) return undefined;
    entries.push({ ...our, sha });
  }
  // A file on one side, and a directory on the other.
  const names = new Set(entries.map(({ path }) => path));
  const isFile = (_: string, index: number, parts: readonly string[]): boolean =>
    index > 0 && names.has(parts.slice(0, index).join("/"));
  if (entries.some(({ path }) => path.split("/").some(isFile))) return undefined;
  return (await ask<Sha>("POST", `${top}/git/trees`, { tree: entries })).sha;
}

async function readEntries(
  top: string,
  commit: string,
  ask: Ask,
): Promise<ReadonlyMap<string, Entry>> {
  const { tree } = await ask<Commit>("GET", `${top}/git/commits/${commit}`);
  const path = `${top}/git/trees/${tree.sha}?recursive=1`;
  const listed = await ask<{ readonly tree: readonly Entry[] }>("GET", path);
  const files = listed.tree.filter(({ type }) => type !== "tree");
  return new Map(files.map((entry) => [entry.path, entry]));
}

/** Ours, the common ancestor, theirs; undefined if Git finds a conflict. */
async function mergeBlobs(
  top: string,
  shas: readonly string[],
  ask: Ask,
): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "merge-"));
  try {
    for (const [index, sha] of shas.entries()) {
      type Blob = { readonly content: string; readonly encoding: BufferEncoding };
      const blob = await ask<Blob>("GET", `${top}/git/blobs/${sha}`);
      writeFileSync(join(folder, String(index)), Buffer.from(blob.content, blob.encoding));
    }
    const { status, stdout } = spawnSync("git", ["merge-file", "-p", "0", "1", "2"], {
      cwd: folder,
    });
    if (status !== 0) return undefined;
    const content = stdout.toString("base64");
    return (await ask<Sha>("POST", `${top}/git/blobs`, { content, encoding: "base64" })).sha;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

import { HardenError } from "../core/base/errors.ts";
import { makeVisible } from "../core/base/text.ts";
import { spawnGit } from "./git-run.ts";
import type { Tree, TreeEntry } from "../core/config-repo/tree-files.ts";

export interface LocalTreeRequest {
  /** Absolute path of the root of a working copy. */
  readonly top: string;
  /** A branch, tag or commit. */
  readonly ref: string;
  /** Which files to read, by path. */
  readonly wants: (path: string) => boolean;
}

/**
 * Reads a commit with Git, so that uncommitted changes do not count. Throws HardenError `usage` if
 * the commit does not exist, `broke` if Git is missing or fails.
 */
export function readGitTree({
  top,
  ref,
  wants,
}: LocalTreeRequest): Tree & { readonly commit: string } {
  const commit = findCommit(top, ref);
  const items = askGit(top, ["ls-tree", "-r", "-z", "--full-tree", commit])
    .split("\0")
    .filter((line) => line !== "")
    .map(readItem);
  // Does not ask for sizes: in a partial clone that would fetch missing objects.
  const isRead = ({ mode, path }: Item): boolean =>
    mode === "120000" || (mode.startsWith("100") && wants(path));
  const names = new Set(items.filter(isRead).map(({ name }) => name));
  const blobs = readBlobs(top, [...names]);
  const entries = items.map((item): [string, TreeEntry] => [
    item.path,
    describe(item, isRead(item) ? blobs.get(item.name) : undefined),
  ]);
  return { top, commit, entries: new Map(entries) };
}

/** The full hash of a commit. Throws like readGitTree(). */
function findCommit(top: string, ref: string): string {
  const commit = lookUpCommit(top, ref);
  if (commit !== undefined) return commit;
  throw new HardenError(
    "usage",
    `there is no commit ${makeVisible(ref)} in ${makeVisible(top)}`,
    "Fetch it first, or use another branch, tag or commit, and check that Git works there.",
  );
}

/** The full hash of a commit; undefined if it does not exist. */
export function lookUpCommit(top: string, ref: string): string | undefined {
  // A name that starts with a dash would be an option.
  if (ref.startsWith("-")) return undefined;
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  const { status, stdout } = runGit(top, args);
  return status === 0 ? stdout.trim() : undefined;
}

interface Item {
  readonly mode: string;
  readonly name: string;
  readonly path: string;
}

/** `100644 blob 1234…<tab>path` */
function readItem(line: string): Item {
  const tab = line.indexOf("\t");
  const [mode = "", , name = ""] = line.slice(0, tab).split(" ");
  return { mode, name, path: decode(line.slice(tab + 1)) };
}

function describe({ mode }: Item, bytes: string | undefined): TreeEntry {
  if (mode === "160000") return { kind: "other" };
  if (mode === "120000") return { kind: "link", target: decode(bytes ?? "") };
  return { kind: "file", bytes };
}

function readBlobs(top: string, names: readonly string[]): ReadonlyMap<string, string> {
  const blobs = new Map<string, string>();
  if (names.length === 0) return blobs;
  const output = askGit(top, ["cat-file", "--batch"], names.map((name) => `${name}\n`).join(""));
  let start = 0;
  for (const name of names) {
    const end = output.indexOf("\n", start);
    // `name blob size`, the bytes, and a line feed.
    const size = Number(/ blob (\d+)$/.exec(output.slice(start, end))?.[1] ?? NaN);
    if (Number.isNaN(size)) throw failed("cat-file", `it does not have ${name}`);
    blobs.set(name, output.slice(end + 1, end + 1 + size));
    start = end + 1 + size + 1;
  }
  return blobs;
}

function askGit(top: string, args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = runGit(top, args, input);
  if (status === 0) return stdout;
  throw failed(args[0] ?? "", stderr.trim());
}

function failed(command: string, reason: string): HardenError {
  return new HardenError(
    "broke",
    `git ${command} failed: ${reason}`,
    "Check that this is a full clone of the config repo, and that Git works in it.",
  );
}

interface Ran {
  readonly status: number | null;
  /** One character per byte. */
  readonly stdout: string;
  readonly stderr: string;
}

function runGit(top: string, args: readonly string[], input = ""): Ran {
  try {
    const ran = spawnGit(top, args, { most: maxOutput, input });
    if (ran.error !== undefined) throw ran.error;
    const { status, stdout, stderr } = ran;
    // Without --allow-run, Deno 2.9.5 returns no output and no error.
    if (stdout === undefined) throw new TypeError("Deno needs --allow-run=git");
    return { status, stdout: stdout.toString("latin1"), stderr: stderr.toString("utf8") };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HardenError(
      "broke",
      `git cannot be run: ${reason}`,
      "Install git; under Deno, allow it with --allow-run=git --allow-env.",
      { cause: error },
    );
  }
}

const maxOutput = 1024 * 1024 * 1024;

function decode(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

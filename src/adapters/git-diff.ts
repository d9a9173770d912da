import { spawnGit } from "./git-run.ts";

/**
 * The lines that the newest commit of a checkout adds or changes compared with its first parent. In
 * a pull request that is GitHub's merge commit compared with the base. Undefined if the checkout
 * has no parent (`fetch-depth: 1`) or Git is missing; that is not an error, because it only orders
 * annotations.
 */
export function readChangedLines(
  top: string,
): ReadonlyMap<string, ReadonlySet<number>> | undefined {
  const diff = ask(top, [...diffWords, "--unified=0", "HEAD^1", "HEAD", "--"]);
  return diff === undefined ? undefined : readHunks(diff);
}

/**
 * The paths that a pull request adds, changes or removes; both paths of a rename. Undefined unless
 * the checkout is `merge`, GitHub's merge commit with its base (`fetch-depth: 2`): the parent of
 * another commit may hide a part of the pull request. Reads names without a diff, because an
 * attribute in the pull request could suppress a diff.
 */
export function readChangedFiles(top: string, merge: string): readonly string[] | undefined {
  const found = ask(top, ["rev-list", "--parents", "--max-count=1", "HEAD"]) ?? "";
  const [head, base, proposed] = found.trim().split(" ");
  if (head !== merge || base === undefined || proposed === undefined) return undefined;
  const names = ask(top, [...diffWords, "--name-only", "-z", base, head, "--"]);
  return names?.split("\0").filter((name) => name !== "");
}

const diffWords = ["diff", "--no-ext-diff", "--no-textconv", "--no-renames"];

/** Overrides the user's settings. */
const plain = ["-c", "core.quotePath=false", "-c", "diff.noprefix=false"];

const maxOutput = 64 * 1024 * 1024;

/** Git's output; undefined if Git fails or is missing. */
function ask(top: string, words: readonly string[]): string | undefined {
  try {
    const ran = spawnGit(top, [...plain, ...words], { most: maxOutput });
    return ran.status === 0 ? ran.stdout.toString("utf8") : undefined;
  } catch {
    return undefined;
  }
}

function readHunks(diff: string): ReadonlyMap<string, ReadonlySet<number>> {
  const changed = new Map<string, Set<number>>();
  let lines = new Set<number>();
  for (const line of diff.split("\n")) {
    const file = /^\+\+\+ b\/(.*?)\t?$/.exec(line)?.[1];
    if (file !== undefined) {
      lines = new Set();
      changed.set(file, lines);
    }
    const [, start, count = "1"] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (start === undefined) continue;
    for (let at = 0; at < Number(count); at++) lines.add(Number(start) + at);
  }
  return changed;
}

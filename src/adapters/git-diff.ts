/**
 * The lines that the newest commit of a checkout adds or changes against its first parent: for a
 * pull request that is GitHub's merge commit against the base. Undefined where the checkout has no
 * parent (`fetch-depth: 1`) or git is missing; that is no error, since it only orders annotations.
 */
export function readChangedLines(
  top: string,
): ReadonlyMap<string, ReadonlySet<number>> | undefined {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const careful = ["--no-replace-objects", "--no-pager", "-c", "core.fsmonitor=false"];
  const quiet = ["-c", "core.quotePath=false", "-c", "diff.noprefix=false"];
  const diff = ["diff", "--no-ext-diff", "--no-textconv", "--no-renames", "--unified=0"];
  const range = ["HEAD^1", "HEAD", "--"];
  try {
    const ran = spawnSync("git", [...careful, ...quiet, "-C", top, ...diff, ...range], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return ran.status === 0 ? readHunks(ran.stdout.toString("utf8")) : undefined;
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

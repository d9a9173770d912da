import type { SpawnSyncReturns } from "node:child_process";

const careful = ["--no-replace-objects", "--no-pager", "-c", "core.fsmonitor=false"];

/**
 * Runs Git in a working copy, and waits for it. Disables hooks, the file system monitor, object
 * replacement and the pager, so that nothing from the repository is executed. `most` limits the
 * bytes of output, `limit` the milliseconds; the input has one character per byte. Throws if Deno
 * does not permit it; in other cases `error` says why Git did not run.
 */
export function spawnGit(
  top: string,
  words: readonly string[],
  {
    most,
    input = "",
    limit,
  }: { readonly most: number; readonly input?: string; readonly limit?: number },
): SpawnSyncReturns<Buffer> {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const options = { input: Buffer.from(input, "latin1"), maxBuffer: most, timeout: limit };
  return spawnSync("git", [...careful, "-C", top, ...words], options);
}

import type { SpawnSyncReturns } from "node:child_process";

const careful = ["--no-replace-objects", "--no-pager", "-c", "core.fsmonitor=false"];

/**
 * Runs git in a working copy, and waits for it. Nothing of the repository is carried out: no hook,
 * no file system monitor, no replacement of objects, no pager. `most` bounds the bytes that it may
 * print, `limit` the milliseconds that it may take, and the input has one character a byte. Throws
 * where Deno does not permit it; otherwise `error` says why it did not run.
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

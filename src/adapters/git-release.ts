import { isNotPermitted } from "./runtime/deno-permission.ts";
import { spawnGit } from "./git-run.ts";

/** Timeout in milliseconds. */
const limit = 15_000;

/**
 * Reads the commit of a tag from a repository; undefined if Git or the network is missing, or the
 * tag does not exist. Never prompts for a password.
 */
export function lookUpRelease(url: string, tag: string): string | undefined {
  // For an annotated tag, the second line has the commit.
  const refs = [`refs/tags/${tag}`, `refs/tags/${tag}^{}`];
  // Ignores the settings of a surrounding repository.
  const careful = ["-c", "credential.helper=", "-c", "core.askPass=true"];
  try {
    const words = [...careful, "ls-remote", "--end-of-options", url, ...refs];
    const { status, stdout } = spawnGit("/", words, { most: 65_536, limit });
    const found = stdout?.toString("latin1").matchAll(/^([0-9a-f]{40})\trefs\/tags\//gm) ?? [];
    return status === 0 ? [...found].at(-1)?.[1] : undefined;
  } catch (error) {
    if (isNotPermitted(error)) return undefined;
    throw error;
  }
}

import { isNotPermitted } from "./runtime/deno-permission.ts";
import { spawnGit } from "./git-run.ts";

/** Milliseconds for an answer. */
const limit = 15_000;

/**
 * Asks a repository for the commit of a tag; undefined where git or the network is missing, or
 * there is no such tag. Never asks for a password.
 */
export function lookUpRelease(url: string, tag: string): string | undefined {
  // Of an annotated tag the second line is the commit.
  const refs = [`refs/tags/${tag}`, `refs/tags/${tag}^{}`];
  // The settings of a repository around this do not count.
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

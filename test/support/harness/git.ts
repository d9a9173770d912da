import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { writeFleet } from "../builders/fleet.ts";

/** Runs Git in a directory, regardless of the settings of this machine; returns its output. */
export function runGit(folder: string, ...args: readonly string[]): string {
  const who = ["-c", "user.name=Anna", "-c", "user.email=anna@example.org"];
  const plain = ["-c", "core.autocrlf=false", "-c", "commit.gpgSign=false"];
  const { status, stdout, stderr } = spawnSync("git", [...who, ...plain, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", HOME: folder },
  });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

/** Commits everything; returns the commit. */
export function commitAll(folder: string): string {
  runGit(folder, "add", "--all");
  runGit(folder, "commit", "--quiet", "--message", "A change");
  return runGit(folder, "rev-parse", "HEAD");
}

/** GitHub's archive of a commit, unpacked: a tar archive with everything below one directory. */
export function archiveRepository(folder: string): Buffer {
  const args = ["archive", "--prefix=example-config-c0ffee/", "HEAD"];
  const { status, stdout } = spawnSync("git", args, { cwd: folder, maxBuffer: 10 ** 8 });
  if (status !== 0) throw new Error("git archive failed");
  return stdout;
}

/** A repository with a fleet, removed after the test. */
export function writeRepository(
  fleet: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): { readonly folder: string; readonly commit: string } {
  const folder = writeFleet(fleet);
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(folder, path));
  runGit(folder, "init", "--quiet", "--initial-branch=main");
  return { folder, commit: commitAll(folder) };
}

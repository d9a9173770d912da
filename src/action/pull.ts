import { relativePath } from "../core/base/paths.ts";
import type { ChangedLines } from "../core/report/github.ts";
import { listOwnChanges } from "../core/config-repo/own-changes.ts";
import type { ActionShell } from "./context.ts";

type Runner = Pick<ActionShell, "environment" | "files">;

/** Path from the workspace to the fleet's root: empty or like `config/`. */
export function findPrefix(root: string, runner: Runner): string {
  const below = pathInWorkspace(root, runner);
  return below === undefined || below === "" ? "" : `${below}/`;
}

/** Undefined for paths outside the workspace. */
function pathInWorkspace(path: string, { environment, files }: Runner): string | undefined {
  const workspace = environment["GITHUB_WORKSPACE"];
  if (!workspace) return undefined;
  const real = (typed: string): string => {
    const kind = files.kindOf(files.absolute(typed));
    return "realPath" in kind ? kind.realPath : typed;
  };
  return relativePath(real(workspace), real(path));
}

/** Lines that a pull request changes; needs its base in the checkout (`fetch-depth: 2`). */
export async function findChangedLines({ environment }: Runner): Promise<ChangedLines | undefined> {
  const workspace = environment["GITHUB_WORKSPACE"];
  if (!workspace || environment["GITHUB_EVENT_NAME"] !== "pull_request") return undefined;
  return (await import("../adapters/git-diff.ts")).readChangedLines(workspace);
}

const pullEvents: readonly (string | undefined)[] = ["pull_request", "pull_request_target"];

/**
 * The changed files of a pull request that its own check uses, as paths in the repository. Null if
 * the checkout does not show what the pull request changes; undefined on other events.
 */
export async function findOwnChanges(
  { root, baseline }: { readonly root: string; readonly baseline: string | undefined },
  runner: Runner,
): Promise<readonly string[] | null | undefined> {
  const { environment } = runner;
  if (!pullEvents.includes(environment["GITHUB_EVENT_NAME"])) return undefined;
  const workspace = environment["GITHUB_WORKSPACE"] ?? "";
  const { readChangedFiles } = await import("../adapters/git-diff.ts");
  const changed = readChangedFiles(workspace, environment["GITHUB_SHA"] ?? "");
  if (changed === undefined) return null;
  return listOwnChanges(changed, {
    prefix: findPrefix(root, runner),
    baseline: baseline === undefined ? undefined : pathInWorkspace(baseline, runner),
    // OWNER/REPO/.github/workflows/NAME.yml@REF
    workflow: /^[^/]+\/[^/]+\/([^@]+)@/.exec(environment["GITHUB_WORKFLOW_REF"] ?? "")?.[1],
  });
}

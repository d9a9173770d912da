import { baseName, parentOf } from "../base/paths.ts";
import { settingsFile } from "./discover-hosts.ts";

/** Files that a check uses in addition to the checked ones; paths in the repository. */
interface CheckPlace {
  /** Path from the repository root to the fleet's root: empty or like `config/`. */
  readonly prefix: string;
  readonly baseline: string | undefined;
  /** The workflow that runs the check. */
  readonly workflow: string | undefined;
}

/**
 * Changed files of a pull request that its own check uses: settings (including outer and inner ones),
 * the baseline, the workflow, then facts and inventories of hosts.
 */
export function listOwnChanges(
  changed: readonly string[],
  { prefix, baseline, workflow }: CheckPlace,
): readonly string[] {
  const sorted = changed.toSorted();
  const isSettings = (path: string): boolean =>
    baseName(path) === settingsFile && (path.startsWith(prefix) || isAbove(path, prefix));
  return [
    ...sorted.filter(isSettings),
    ...sorted.filter((path) => path === baseline || path === workflow),
    ...sorted.filter((path) => facts.includes(baseName(path)) && path.startsWith(prefix)),
  ];
}

const facts: readonly string[] = ["host.ini", "interfaces.json"];

function isAbove(path: string, prefix: string): boolean {
  const folder = parentOf(path);
  return folder === "" || prefix.startsWith(`${folder}/`);
}

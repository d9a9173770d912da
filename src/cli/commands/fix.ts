import { exitCodes, HardenError } from "../../core/base/errors.ts";
import { joinPath, relativePath } from "../../core/base/paths.ts";
import { failLimits } from "../../core/settings/policy.ts";
import { renderDiff } from "../../adapters/unified-diff.ts";
import { failsCheck } from "../../core/check/checked-fleet.ts";
import { rules } from "../../core/rules/index.ts";
import {
  countOf,
  decodeBytes,
  hasWorkflowCommand,
  makeVisible,
  startSafely,
} from "../../core/base/text.ts";
import type { FleetCheck } from "../../core/check/check-fleet.ts";
import { findAbove } from "../../core/config-repo/discover-hosts.ts";
import { usage, chooseOptional } from "../../shell/options.ts";
import { checkWatched, showUnread } from "./check.ts";
import { reportError } from "../errors.ts";
import { parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { profiles } from "../../core/base/profile.ts";
import type { FolderFixes } from "../../core/fix/plan.ts";
import type { FileChange } from "../../core/fix/changes.ts";

/** Shows or writes the fixes. Returns the exit code of a check: with --write after it, else before. */
export function runFix(args: readonly string[], shell: Shell): number {
  const { positionals, has, one, many } = parseCommand(args, "fix");
  if (has("--diff") && has("--write")) throw usage("--diff and --write cannot be combined");
  const chosen = has("--rule") ? many("--rule") : undefined;
  const known = rules.map(({ id }) => id);
  const wrong = chosen?.find((id) => !known.includes(id));
  if (wrong !== undefined)
    throw usage(`unknown rule '${makeVisible(wrong)}' for --rule`, wrong, known);
  const request = {
    paths: positionals.length > 0 ? positionals : ["."],
    overrides: {
      profile: chooseOptional("--profile", one("--profile"), profiles),
      failOn: chooseOptional("--fail-on", one("--fail-on"), failLimits),
    },
    asOf: shell.today(),
    fix: { unsafe: has("--unsafe"), rules: chosen },
    progress: shell.progress.show,
  };
  const checked = checkWatched(request, shell);
  const changes = checked.fixes.flatMap(listChanges);
  showUnread(checked.unread, shell);
  if (has("--write") && checked.unread.length > 0) throw refuseUnread();
  showWithheld(checked, shell);
  if (!has("--write")) {
    const hidden = changes.filter((change) => !showDiff(change, shell));
    if (changes.length > 0) showWhereToApply(checked.root, shell);
    else showNothingToFix(checked, shell);
    return failsCheck(checked) || hidden.length > 0 ? 1 : 0;
  }
  const failures = checked.fixes.flatMap((host) => writeHost(checked.root, host, shell) ?? []);
  if (failures.length > 0) {
    for (const failure of failures) reportError(failure, shell);
    return exitCodes.broke;
  }
  if (changes.length === 0) {
    showNothingToFix(checked, shell);
    return failsCheck(checked) ? 1 : 0;
  }
  const after = checkWatched(request, shell);
  showFixed(checked, after, shell);
  return failsCheck(after) ? 1 : 0;
}

/** A diff has to be exact, so nothing in it can be escaped. Returns false if it was not shown. */
function showDiff(change: FileChange, { terminal }: Shell): boolean {
  const diff = renderDiff(change);
  if (!hasWorkflowCommand(decodeBytes(diff))) {
    terminal.outBytes(diff);
    return true;
  }
  const path = makeVisible(startSafely(change.path));
  const why = "a GitHub runner would take a line of its diff for a workflow command";
  terminal.err(`not shown: ${path}: ${why}; use fix --write, and git diff\n`);
  return false;
}

/** What was changed, what is withheld, and what is left. */
function showFixed({ fixes }: FleetCheck, after: FleetCheck, { terminal }: Shell): void {
  for (const { path, files, applied } of fixes) {
    const names = [...new Set(applied.map(({ finding }) => finding.rule))].join(", ");
    for (const { name } of files) terminal.err(`changed: ${makeVisible(path + name)} (${names})\n`);
  }
  const files = fixes.flatMap(listChanges).length;
  const fixed = fixes.reduce((sum, { applied }) => sum + applied.length, 0);
  const withheld = fixes.reduce((sum, host) => sum + host.withheld.length, 0);
  const left = after.findings.filter(({ finding }) => finding.suppressed === null).length;
  const parts = [
    `${countOf(files, "file")} written`,
    `${countOf(fixed, "finding")} fixed`,
    ...(withheld === 0 ? [] : [`${withheld} withheld`]),
    left === 0 ? "none left" : `${left} left (see sesam-harden check)`,
  ];
  terminal.err(`${parts.join(", ")}\n`);
}

/** Unread settings or inventories may require that a port stays open. */
function refuseUnread(): HardenError {
  return new HardenError(
    "broke",
    "nothing was written because some files that fixes depend on could not be read",
    "Make the files in the notes readable, or run fix without --write and review the diff.",
  );
}

function showNothingToFix(checked: FleetCheck, { terminal }: Shell): void {
  const left = checked.findings.filter(({ finding }) => finding.suppressed === null).length;
  const what = left === 0 ? "nothing to fix" : "no fixes available";
  terminal.err(
    left === 0
      ? `${what}\n`
      : `${what} (${countOf(left, "finding")} left: see sesam-harden check)\n`,
  );
}

/** Paths are relative to the root. git apply expects them relative to its top, and silently skips others. */
function showWhereToApply(root: string, { terminal, files }: Shell): void {
  const top = findAbove(root, ".git", files).found;
  const folder = top === undefined ? undefined : relativePath(top, root);
  if (folder) terminal.err(`to apply this: git apply --directory="${makeVisible(folder)}"\n`);
}

function listChanges({ path, files }: FolderFixes): readonly FileChange[] {
  return files.map(({ name, before, after }) => ({ path: path + name, before, after }));
}

/** Stops at the first file that fails, because closing a port depends on the global settings before it. */
function writeHost(root: string, host: FolderFixes, { files }: Shell): HardenError | undefined {
  for (const { path, before, after } of listChanges(host)) {
    const outcome = files.replace(joinPath(root, path), before, after);
    if (outcome.kind === "replaced") continue;
    return new HardenError(
      "broke",
      `${path} was not changed: ${outcome.reason}`,
      outcome.next ??
        "This file and the host's files that depend on it were not written. Check the file and run the command again.",
    );
  }
  return undefined;
}

/** Prints withheld fixes with their reasons on standard error. */
function showWithheld({ fixes }: FleetCheck, { terminal }: Shell): void {
  for (const { withheld } of fixes) {
    for (const { located, reason } of withheld) {
      const { file, line, rule } = located.finding;
      const place = makeVisible(`${startSafely(file)}:${line}`);
      terminal.err(`withheld: ${place} ${rule}: ${makeVisible(reason)}\n`);
    }
  }
}

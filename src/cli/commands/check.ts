import { joinPath, relativePath } from "../../core/base/paths.ts";
import { makeVisible } from "../../core/base/text.ts";
import { failLimits } from "../../core/settings/policy.ts";
import { failsCheck } from "../../core/check/checked-fleet.ts";
import { formats, renderAny } from "../../core/report/render.ts";
import { checkFleet, type CheckRequest, type FleetCheck } from "../../core/check/check-fleet.ts";
import { applyBaseline, readBaseline, writeBaseline } from "../../core/check/baseline-file.ts";
import { readEarlier } from "../../core/check/earlier-report.ts";
import { compareSince } from "../../core/check/since.ts";
import {
  chooseColor,
  chooseWord,
  chooseOptional,
  parseDay,
  parseOutput,
  usage,
} from "../../shell/options.ts";
import { parseCommit, preparePage, writePieces } from "../../shell/html-page.ts";
import { parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { profiles } from "../../core/base/profile.ts";

/** Returns the exit code. */
export async function runCheck(args: readonly string[], outer: Shell): Promise<number> {
  const { positionals, one, many, has } = parseCommand(args, "check");
  const format = chooseWord("--format", one("--format"), formats, "text");
  const detail = has("--summary") ? "summary" : has("--quiet") ? "findings" : "full";
  if (detail !== "full" && (format !== "text" || (has("--summary") && has("--quiet")))) {
    throw usage("--summary and --quiet need --format text, and cannot be combined");
  }
  const overrides = {
    profile: chooseOptional("--profile", one("--profile"), profiles),
    failOn: chooseOptional("--fail-on", one("--fail-on"), failLimits),
  };
  const colour = chooseColor(one("--color"), outer.colour);
  const outputs = many("--output").map(parseOutput);
  const asOf = parseDay(one("--as-of"));
  const commit = parseCommit(one("--commit"));
  const page = preparePage([format, ...outputs.map(({ format: kind }) => kind)], outer);
  const shell = { ...outer, files: page.files };

  const paths = positionals.length > 0 ? positionals : ["."];
  const request = {
    paths,
    overrides,
    asOf: asOf ?? shell.today(),
    progress: shell.progress.show,
  };
  const found = checkWatched(request, shell);
  showUnread(found.unread, shell);
  const since = one("--since");
  const earlier = since === undefined ? undefined : readEarlier(since, shell);
  const [baseline, written] = [one("--baseline"), one("--write-baseline")];
  const known = baseline === undefined ? undefined : readBaseline(baseline, shell);
  if (written !== undefined) writeBaseline(written, found.findings, known, shell);
  const current = written === undefined ? known : readBaseline(written, shell);
  const { findings, remark, baselined } = applyBaseline(found.findings, current, shell);
  const checked = {
    ...found,
    findings,
    baselined,
    since: earlier && compareSince(earlier, found, findings),
  };

  if (remark !== undefined) shell.terminal.err(`${remark}\n`);
  const { root, fixes } = found;
  const describe = () => page.describe({ command: "check", root, asOf, commit, fixes, probes: [] });
  const pathTo = showFrom(root, shell.files);
  const tools = {
    colour,
    detail,
    pathTo,
    page: describe,
  } as const;
  for (const { format: kind, file } of outputs) {
    const out = writePieces(file, shell.terminal);
    await renderAny(kind, checked, { ...tools, colour: false, detail: "full", out });
  }
  await renderAny(format, checked, { ...tools, out: shell.terminal.out });
  return failsCheck(checked) ? 1 : 0;
}

/** Paths that a reader can open: relative to the current directory, or absolute outside it. */
export function showFrom(root: string, files: Shell["files"]): (file: string) => string {
  const current = files.absolute(".");
  return (file) => {
    const path = joinPath(root, file);
    return relativePath(current, path) ?? path;
  };
}

/** Checks the fleet with progress, which is cleared before anything else is written. */
export function checkWatched(request: CheckRequest, { files, progress }: Shell): FleetCheck {
  try {
    return checkFleet(request, files);
  } finally {
    progress.clear();
  }
}

/** Prints what was not read. It is not part of reports, which are the same on every machine. */
export function showUnread(unread: readonly string[], { terminal }: Shell): void {
  for (const line of unread) terminal.err(`note: ${makeVisible(line)}\n`);
}

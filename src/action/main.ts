import {
  getInput,
  getMultilineInput,
  setFailed,
  setOutput,
  error as annotate,
} from "@actions/core";
import { chooseWord, chooseOptional, parseOutput, usage } from "../shell/options.ts";
import {
  isCommit,
  preparePage,
  writePieces,
  type PageShell,
  type Run,
} from "../shell/html-page.ts";
import { exitCodes, HardenError } from "../core/base/errors.ts";
import { joinPath } from "../core/base/paths.ts";
import { failLimits } from "../core/settings/policy.ts";
import { countResults, failsCheck, summarize, type Checked } from "../core/check/checked-fleet.ts";
import { renderGithub } from "../core/report/github.ts";
import type { PageFacts } from "../core/report/html/model.ts";
import { createWriter, renderMarkdown } from "../core/report/markdown.ts";
import { escapeMarkdown } from "../core/formats/markdown.ts";
import { describeRelaxed, showRelaxed } from "../core/report/relaxed.ts";
import type { Overrides } from "../core/settings/settings.ts";
import {
  renderAny,
  renderReport,
  textFormats,
  type Format,
  type TextFormat,
} from "../core/report/render.ts";
import { decodeBytes, makeVisible } from "../core/base/text.ts";
import { applyBaseline, readBaseline } from "../core/check/baseline-file.ts";
import { readEarlier } from "../core/check/earlier-report.ts";
import { compareSince } from "../core/check/since.ts";
import { describeSince } from "../core/report/groups.ts";
import { checkFleet } from "../core/check/check-fleet.ts";
import { inputs, type InputName, type OutputName } from "./inputs.ts";
import { profiles } from "../core/base/profile.ts";
import { phases } from "../core/fleet/phase.ts";
import type { ActionShell } from "./context.ts";
import { findChangedLines, findOwnChanges, findPrefix } from "./pull.ts";

/** Characters of the summary. GitHub drops a summary over 1 MiB, and a character may take several bytes. */
const maxSummaryLength = 300_000;

const fixModes = ["none", "pull-request", "suggest"] as const;
const commands = ["check", "verify", "gate", "judge"] as const;

/** Context of check and verify. */
interface RunSettings {
  readonly paths: readonly string[];
  readonly overrides: Overrides;
  /** Format of the log. */
  readonly format: TextFormat;
  readonly reports: readonly { readonly format: Format; readonly file: string }[];
}

/** Runs the Action and returns the exit code. Never throws. */
export async function runAction(shell: ActionShell): Promise<number> {
  try {
    return await runCommand(shell);
  } catch (error) {
    if (error instanceof HardenError) {
      reportProblems(error, shell);
      summarizeError(error, shell);
      setFailed([error.message, error.next].filter(Boolean).map(makeVisible).join("\n"));
      return exitCodes[error.code];
    }
    const message = error instanceof Error ? error.message : String(error);
    setFailed(
      `internal error: ${makeVisible(message)}\nRun the job again; if the error persists, please report it.`,
    );
    return exitCodes.broke;
  }
}

function showText(text: string): string {
  return escapeMarkdown(decodeBytes(text));
}

/** The job summary has all problems; annotations stop at ten. */
function summarizeError(
  { message, next, problems, root = "." }: HardenError,
  shell: ActionShell,
): void {
  const file = shell.environment["GITHUB_STEP_SUMMARY"];
  if (!file) return;
  const prefix = findPrefix(root, shell);
  const lines = problems.map(
    (problem) =>
      `- ${showText(prefix + problem.file)}&#58;${problem.line}: ${showText(problem.message)} ${showText(problem.next)}\n`,
  );
  const text = `## sesam-harden\n\n**Failed:** ${showText(message)}. ${showText(next)}\n\n`;
  const writer = createWriter(maxSummaryLength, "fix these first, and run the check again");
  writer.add(text);
  if (lines.length > 0) writer.addAll("", lines, "problem");
  try {
    shell.terminal.append(file, writer.text());
  } catch (error) {
    // The error itself is what counts.
    if (!(error instanceof HardenError)) throw error;
  }
}

/** Annotates the first problems. GitHub shows ten annotations per level, and the failure takes one. */
function reportProblems({ problems, root = "." }: HardenError, shell: ActionShell): void {
  const prefix = findPrefix(root, shell);
  for (const { file, line, column, message, next } of problems.slice(0, 9)) {
    const text = `${makeVisible(decodeBytes(message))}\n${makeVisible(decodeBytes(next))}`;
    annotate(text, {
      title: "sesam-harden settings",
      file: prefix + file,
      startLine: line,
      startColumn: column,
    });
  }
}

/** The value of an input; the runner sets a missing input to its default or to an empty string. */
function readInput(name: InputName): string | undefined {
  const text = getInput(name);
  return text === "" ? undefined : text;
}

/** The lines of an input; undefined if it is empty. */
function readLines(name: InputName): readonly string[] | undefined {
  const lines = getMultilineInput(name);
  return lines.length > 0 ? lines : undefined;
}

async function runCommand(outer: ActionShell): Promise<number> {
  const command = chooseWord("command", readInput("command"), commands, inputs.command);
  const paths = readLines("paths") ?? [inputs.paths];
  if (command === "gate") return (await import("./run-gate.ts")).runGate(paths, outer);
  if (command === "judge") return (await import("./run-judge.ts")).runJudge(outer);
  if (command === "verify" && readInput("since") !== undefined) {
    throw usage("the input since works only with command check");
  }
  const settings: RunSettings = {
    paths,
    overrides: {
      profile: chooseOptional("profile", readInput("profile"), profiles),
      failOn: chooseOptional("fail-on", readInput("fail-on"), failLimits),
    },
    format: chooseWord("format", readInput("format"), textFormats, inputs.format),
    reports: getMultilineInput("output" satisfies InputName).map(parseOutput),
  };
  const page = preparePage(
    settings.reports.map(({ format }) => format),
    outer,
  );
  const job = { settings, shell: { ...outer, files: page.files }, page };
  return command === "verify" ? verify(job) : check(job);
}

interface Job {
  readonly settings: RunSettings;
  readonly shell: ActionShell;
  readonly page: PageShell;
}

async function check({ settings, shell, page }: Job): Promise<number> {
  const { paths, overrides } = settings;
  const fix = chooseWord("fix", readInput("fix"), fixModes, inputs.fix);
  // Report an invalid input before the check, not after it.
  const draft = chooseWord("draft", readInput("draft"), ["true", "false"], inputs.draft) === "true";
  const request = { paths, overrides, asOf: shell.today() };
  const found = checkFleet(request, shell.files);
  const baseline = readInput("baseline");
  const known = baseline === undefined ? undefined : readBaseline(baseline, shell);
  const { findings, remark, baselined } = applyBaseline(found.findings, known, shell);
  const since = readInput("since");
  const earlier = since === undefined ? undefined : readEarlier(since, shell);
  const { root, fixes } = found;
  const ownChanges = await findOwnChanges({ root, baseline }, shell);
  const checked = {
    ...found,
    findings,
    baselined,
    ownChanges,
    since: earlier && compareSince(earlier, found, findings),
  };
  const run = { command: "check", root, fixes, probes: [], ...nameRun(shell) } as const;
  await publish(checked, remark, { settings, shell, describe: () => page.describe(run) });
  if (fix !== "none") {
    const { offerFixes } = await import("./run-fix.ts");
    const prefix = findPrefix(found.root, shell);
    await offerFixes(fix, { found, request, prefix, draft }, shell);
  }
  return failsCheck(checked) ? 1 : 0;
}

/** An inconclusive result also fails the step, regardless of `fail-on`. */
async function verify({ settings, shell, page }: Job): Promise<number> {
  const { paths, overrides } = settings;
  const phase = chooseWord(
    "expect-phase",
    readInput("expect-phase"),
    phases,
    inputs["expect-phase"],
  );
  const { runVerification } = await import("./run-verify.ts");
  const names = readLines("hosts") ?? [];
  const verified = await runVerification({ paths, overrides, names, phase }, shell);
  const { root, probes } = verified;
  const run = { command: "verify", root, fixes: [], probes, ...nameRun(shell) } as const;
  await publish(verified, undefined, { settings, shell, describe: () => page.describe(run) });
  if (verified.isUnknown) return exitCodes.broke;
  return failsCheck(verified) ? 1 : 0;
}

/** Facts of the run for the HTML page. */
function nameRun({ environment, today }: ActionShell): Pick<Run, "asOf" | "commit"> {
  const commit = environment["GITHUB_SHA"];
  return { asOf: today(), commit: commit && isCommit(commit) ? commit : undefined };
}

interface Publication extends Pick<Job, "settings" | "shell"> {
  readonly describe: () => Promise<PageFacts>;
}

/** Annotations, log, summary, reports and outputs. */
async function publish(
  checked: Checked & { readonly root: string },
  remark: string | undefined,
  { settings, shell, describe }: Publication,
): Promise<void> {
  const { terminal, environment } = shell;
  const { format, reports } = settings;
  for (const { format: kind, file } of reports) {
    const out = writePieces(file, terminal);
    await renderAny(kind, checked, { colour: false, page: describe, out });
  }
  if (format !== "github") terminal.out(renderReport(format, checked));
  const where =
    format === "text" ? "all are listed above." : "set the input format to text to list all.";
  const prefix = findPrefix(checked.root, shell);
  const changed = await findChangedLines(shell);
  terminal.out(renderGithub(checked, { prefix, where, changed }));
  if (remark !== undefined) terminal.out(`${remark}\n`);
  if (format !== "text" && format !== "concise") {
    const notes = showRelaxed([...describeSince(checked), ...describeRelaxed(checked)]);
    terminal.out(`${notes}${summarize(countResults(checked))}\n`);
  }
  const summaryFile = environment["GITHUB_STEP_SUMMARY"];
  if (summaryFile) {
    const linkTo = createLinks(prefix, environment);
    terminal.append(summaryFile, renderMarkdown(checked, { limit: maxSummaryLength, linkTo }));
  }
  const report = reports.find(({ format: kind }) => kind === "json")?.file;
  writeOutputs(checked, report ?? writeReport(checked, shell));
}

/** URLs of lines at the checked commit; undefined if the commit is unknown. */
function createLinks(
  prefix: string,
  environment: ActionShell["environment"],
): ((file: string, line: number) => string) | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_SHA: sha } = environment;
  if (!server || !name || !sha || !isCommit(sha)) return undefined;
  const start = `${server}/${name}/blob/${sha}/`;
  return (file, line) => {
    const path = `${prefix}${file}`.split("/").map(encodeURIComponent).join("/");
    // Parentheses would end a Markdown link.
    return `${start}${path.replaceAll("(", "%28").replaceAll(")", "%29")}#L${line}`;
  };
}

function writeReport(checked: Checked, { environment, terminal, files }: ActionShell): string {
  const tempFolder = environment["RUNNER_TEMP"];
  if (!tempFolder) return "";
  const file = joinPath(files.absolute(tempFolder), "sesam-harden.json");
  terminal.write(file, renderReport("json", checked));
  return file;
}

function writeOutputs(checked: Checked, report: string): void {
  const { findings, bySeverity, byVerdict, hosts, fixable } = countResults(checked);
  const values: Readonly<Partial<Record<OutputName, number | string>>> = {
    findings,
    errors: bySeverity.error,
    warnings: bySeverity.warning,
    hosts,
    hardened: byVerdict.hardened,
    unknown: byVerdict.unknown,
    fixable,
    report,
  };
  for (const [name, value] of Object.entries(values)) setOutput(name, value);
}

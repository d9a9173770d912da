import { renderDiff } from "../../adapters/unified-diff.ts";
import { listObstacles, needsAttention, type PlanReport } from "../../core/report/plan.ts";
import { renderPlanMarkdown } from "../../core/report/plan-markdown.ts";
import { HardenError } from "../../core/base/errors.ts";
import { renderPlanText } from "../../core/report/plan-text.ts";
import { coloured, uncoloured } from "../../core/report/text.ts";
import { printCanonical } from "../../core/formats/json/canonical.ts";
import { hasWorkflowCommand, makeVisible, readWholeNumber } from "../../core/base/text.ts";
import { largestWave } from "../../core/rollout/plan/waves.ts";
import { noLedger, type LedgerSource } from "../../core/rollout/ledger/plan-source.ts";
import { planFleet, type PlanFleetRequest } from "../../core/rollout/plan/plan-fleet.ts";
import { collectTexts } from "../../core/rollout/dispatch/collect-reports.ts";
import { readDownloaded } from "../../core/rollout/dispatch/rehearsal-results.ts";
import type { Planned } from "../../core/rollout/plan/plan.ts";
import type { RehearsedHost } from "../../core/rollout/state/rehearsal.ts";
import type { FleetFiles } from "../../core/config-repo/files-port.ts";
import { chooseColor, chooseWord, parseDay, usage, readNumber } from "../../shell/options.ts";
import {
  findLedger,
  openCommit,
  openPlanLedger,
  readLedgerSource,
} from "../../shell/plan-inputs.ts";
import { parseCommand, type Parsed } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { phases } from "../../core/fleet/phase.ts";

const formats = ["text", "json", "markdown"] as const;

/** Exit code 0 if nothing blocks the plan, 1 if a host or the whole plan is refused. */
export async function runPlan(args: readonly string[], shell: Shell): Promise<number> {
  const asked = readAsked(args, shell);
  const { environment, paths, format, ref, repository, colour } = asked;
  const { files, hash, terminal } = shell;
  const { top, commit, files: committed } = openCommit(paths[0] ?? ".", ref, files);
  const source = (await openSource(asked, top, shell)) ?? noLedger;
  const number = readRepository(repository, source.repository, shell);
  terminal.err(`planned at commit ${commit}; uncommitted changes are ignored\n`);
  if (source === noLedger) terminal.err(asked.isLedgerAsked ? emptyLedger : withoutLedger);
  const ledger = await source.read(environment);
  const planned = planFleet(
    { ...asked, repository: number, commit, ledger },
    { files: committed, hash },
  );
  if (format === "json") {
    for (const line of listObstacles(planned)) terminal.err(`${makeVisible(line)}\n`);
  }
  const rehearsal = readRehearsed(asked, planned, files);
  const report = { ...planned, renderDiff, ...(rehearsal === undefined ? {} : { rehearsal }) };
  terminal.out(renderPlan(format, report, colour));
  return needsAttention(report) ? 1 : 0;
}

/** One directory per run, and so per wave. */
function readRehearsed(
  { rehearsals }: Asked,
  planned: Planned,
  files: FleetFiles,
): readonly RehearsedHost[] | undefined {
  if (rehearsals.length === 0) return undefined;
  for (const typed of rehearsals) {
    if (files.kindOf(files.absolute(typed)).kind !== "folder") {
      throw usage(
        `--rehearsal: ${makeVisible(typed)} is not a directory with reports; create one with gh run download RUN --dir DIR`,
      );
    }
  }
  const texts = new Map(rehearsals.flatMap((typed) => [...collectTexts(typed, files)]));
  return readDownloaded(planned, texts);
}

type Format = (typeof formats)[number];

/** The ledger on GitHub, in a file, or in the clone; undefined if there is none yet. */
async function openSource(
  { records, isLedgerAsked, ledgerAt, parsed }: Asked,
  top: string,
  shell: Shell,
): Promise<LedgerSource | undefined> {
  if (records === undefined) {
    return isLedgerAsked ? readLedgerSource(parsed, ledgerAt, shell) : findLedger(top, shell.hash);
  }
  if (!isLedgerAsked) return openPlanLedger(records, shell);
  throw usage("--records cannot be combined with --key or --keys");
}

interface Asked extends Omit<PlanFleetRequest, "repository" | "commit" | "ledger"> {
  readonly environment: string;
  readonly ref: string;
  readonly records: string | undefined;
  readonly isLedgerAsked: boolean;
  /** Commit of the ledger; undefined for its head. */
  readonly ledgerAt: string | undefined;
  readonly parsed: Parsed<"plan">;
  readonly repository: string | undefined;
  /** Directories with the reports of rehearsals. */
  readonly rehearsals: readonly string[];
  readonly format: Format;
  readonly colour: boolean;
}

function readAsked(args: readonly string[], { today, colour }: Shell): Asked {
  const parsed = parseCommand(args, "plan");
  const { positionals, has, one, many } = parsed;
  const isLedgerAsked = has("--key") || has("--keys") || has("--ledger");
  const [environment, ...typed] = positionals;
  if (environment === undefined) throw usage("plan needs the name of an environment");
  const phase = one("--phase");
  if (phase === undefined) throw usage("plan needs --phase open or --phase close");
  const format = chooseWord("--format", one("--format"), formats, "text");
  const rehearsals = many("--rehearsal");
  // The JSON is exactly the plan, so a rehearsal cannot be added.
  if (format === "json" && rehearsals.length > 0) {
    throw usage("--rehearsal is shown by --format text and markdown only");
  }
  return {
    environment,
    paths: typed.length > 0 ? typed : ["."],
    phase: chooseWord("--phase", phase, phases, "open"),
    asOf: parseDay(one("--as-of")) ?? today(),
    names: many("--host"),
    exceptions: many("--except"),
    waveSize: readNumber("--wave-size", one("--wave-size"), [1, largestWave]) ?? largestWave,
    ref: one("--ref") ?? "HEAD",
    records: one("--records"),
    isLedgerAsked,
    ledgerAt: one("--ledger"),
    parsed,
    repository: one("--repository"),
    rehearsals,
    format,
    colour: chooseColor(one("--color"), colour),
  };
}

/**
 * The JSON is exactly the plan, byte for byte, because its digest covers it and `apply --plan`
 * reads it.
 */
function renderPlan(format: Format, report: PlanReport, colour: boolean): string {
  switch (format) {
    case "text":
      return renderPlanText(report, colour ? coloured : uncoloured);
    case "markdown":
      return renderPlanMarkdown(report);
    case "json":
      return refuseCommands(printCanonical(report.plan));
  }
}

/** A digest covers the text, so nothing in it can be escaped. */
function refuseCommands(text: string): string {
  if (!hasWorkflowCommand(text)) return text;
  throw new HardenError(
    "usage",
    "a name in this plan contains ##[, which a GitHub runner would take for a workflow command",
    "Rename the host's directory or the environment.",
  );
}

const withoutLedger =
  "no ledger found, so the files on the hosts are unknown and each host is refused as never-seen; fetch the branch sesam-harden/ledger, read it from GitHub with --key or --keys, or pass an export with --records\n";

const emptyLedger =
  "there is no ledger yet, so the files on the hosts are unknown and each host is refused as never-seen\n";

/** On a runner the variable is set; it is read only if the records do not name the repository. */
function readRepository(
  given: string | undefined,
  recorded: number | undefined,
  { environment }: Shell,
): number {
  if (given === undefined && recorded !== undefined) return recorded;
  const text = given ?? environment("GITHUB_REPOSITORY_ID") ?? "";
  const number = readWholeNumber(text) ?? 0;
  if (number === 0) {
    throw usage(
      "plan needs --repository NUMBER, GitHub's number of the config repo: gh api repos/OWNER/NAME --jq .id",
    );
  }
  if (recorded === undefined || number === recorded) return number;
  throw usage(`the records are for repository ${recorded}, not ${text}`);
}

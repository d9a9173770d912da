import type { LedgerProblem } from "../../core/rollout/ledger/verify-entries.ts";
import { reasons } from "../../core/base/reasons.ts";
import { makeVisible, countOf } from "../../core/base/text.ts";
import { auditLedger } from "../../core/rollout/ledger/run-audit.ts";
import { chooseWord, usage } from "../../shell/options.ts";
import { openLedger, readId } from "../../shell/ledger-access.ts";
import { parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { printJson } from "../../core/formats/json/print.ts";

type Audit = Awaited<ReturnType<typeof auditLedger>>;

/** Exit code 0 if there is no problem, 1 if there is one. */
export async function runLedgerVerify(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "ledger verify");
  const { one } = parsed;
  const format = chooseWord("--format", one("--format"), ["text", "json"], "text");
  const remembered = one("--head");
  if (remembered !== undefined && !/^[0-9a-f]{40}$/.test(remembered)) {
    throw usage("--head needs a full commit SHA (40 hexadecimal digits)");
  }
  // On a runner the variable is set.
  const given = one("--repository") ?? shell.environment("GITHUB_REPOSITORY_ID");
  const repository = readId("--repository", given);
  const audit = await auditLedger({ remembered }, openLedger(parsed, shell));
  const problems = [...audit.problems, ...refuseRepository(audit, repository)];
  shell.terminal.out(
    format === "json"
      ? printJson(describe(audit, problems), 1)
      : renderAudit(audit, problems, remembered !== undefined),
  );
  return problems.length > 0 ? 1 : 0;
}

/** A ledger copied from another repository is intact, but is about other hosts. */
function refuseRepository({ ledger }: Audit, wanted: number | undefined): readonly LedgerProblem[] {
  const { repository } = ledger;
  if (wanted === undefined || repository === null || repository === wanted) return [];
  const detail = `it is of ${repository}`;
  return [{ reason: "ledger-repository", where: "all entries", detail }];
}

function describe({ commit, ledger }: Audit, problems: readonly LedgerProblem[]) {
  const { repository, sequence, tip } = ledger;
  return { schemaVersion: 1, commit: commit ?? null, repository, sequence, tip, problems };
}

function renderAudit(
  { commit, ledger }: Audit,
  problems: readonly LedgerProblem[],
  isRemembered: boolean,
): string {
  if (problems.length > 0) return problems.map(renderProblem).join("");
  if (commit === undefined) return "there is no ledger yet\n";
  const { sequence, rollouts, hosts } = ledger;
  const counts = [
    `${sequence} signed ${sequence === 1 ? "entry" : "entries"}`,
    countOf(rollouts.size, "rollout"),
    countOf(hosts.size, "host"),
  ];
  const tail = isRemembered
    ? "it goes on from the commit that was given\n"
    : "whether its newest entries were cut off shows with --head COMMIT alone\n";
  return `the ledger holds at commit ${commit}: ${counts.join(", ")}\n${tail}`;
}

function renderProblem({ reason, where, detail }: LedgerProblem): string {
  const { cause, next } = reasons[reason];
  const more = detail === "" ? "" : ` (${makeVisible(detail)})`;
  return `${reason}: ${makeVisible(where)}: ${cause}${more}\n  ${next}\n`;
}

import { readPlan } from "../../core/rollout/plan/plan-file.ts";
import { printRunbook } from "../../core/report/runbook.ts";
import { decodeBytes } from "../../core/base/text.ts";
import { HardenError } from "../../core/base/errors.ts";
import { findLedger, openCommit, openPlanLedger } from "../../shell/plan-inputs.ts";
import { readOptionFile } from "../../shell/option-file.ts";
import { usage } from "../../shell/options.ts";
import { parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";

const maxPlanBytes = 64 * 1024 * 1024;

/** Exit code 0 if the script was printed; it is refused if `apply` would refuse the change. */
export async function runRunbook(args: readonly string[], shell: Shell): Promise<number> {
  const { positionals, one } = parseCommand(args, "runbook");
  const [host, more] = positionals;
  const [path, repo = ".", records] = [one("--plan"), one("--repo"), one("--records")];
  if (host === undefined || more !== undefined) throw usage("runbook needs exactly one host");
  if (path === undefined) throw usage("runbook needs --plan FILE");
  const { hash } = shell;
  const file = readOptionFile({ option: "--plan", path, limit: maxPlanBytes }, shell);
  const plan = decodeBytes(file);
  const read = readPlan(plan, hash);
  if (read === undefined) throw usage("--plan needs the output of sesam-harden plan --format json");
  const { commit, environment } = read.plan;
  const { top, files } = openCommit(repo, commit, shell.files);
  const source = records === undefined ? findLedger(top, hash) : openPlanLedger(records, shell);
  if (source === undefined) {
    const next = "Fetch the branch sesam-harden/ledger, or pass an export of it with --records.";
    throw new HardenError("usage", "there is no ledger here", next);
  }
  const recorded = (await source.read(environment)).hosts.get(host)?.file;
  const request = { repo, host, plan, recorded };
  shell.terminal.out(printRunbook(request, { files, hash, nowMs: shell.now().getTime() }).text);
  return 0;
}

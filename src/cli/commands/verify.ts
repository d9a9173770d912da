import { showFrom, showUnread } from "./check.ts";
import { findLocalFile } from "../../adapters/runtime/find-local-stpd.ts";
import { failLimits } from "../../core/settings/policy.ts";
import { failsCheck } from "../../core/check/checked-fleet.ts";
import { formats, renderAny } from "../../core/report/render.ts";
import { exitCodes } from "../../core/base/errors.ts";
import {
  verifyFleet,
  type Verified,
  type VerifyFleetRequest,
  type VerifyTools,
} from "../../core/verify/verify-fleet.ts";
import {
  chooseColor,
  chooseWord,
  usage,
  chooseOptional,
  parseDay,
  parseOutput,
} from "../../shell/options.ts";
import { parseCommit, preparePage, writePieces } from "../../shell/html-page.ts";
import { chooseFamilies, createProbeTools } from "./probe.ts";
import { parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { profiles } from "../../core/base/profile.ts";
import { phases } from "../../core/fleet/phase.ts";

/** Exit code 0 as expected, 1 findings, 4 inconclusive. */
export async function runVerify(args: readonly string[], shell: Shell): Promise<number> {
  const parsed = parseCommand(args, "verify");
  const { one } = parsed;
  const format = chooseWord("--format", one("--format"), formats, "text");
  const colour = chooseColor(one("--color"), shell.colour);
  const outputs = parsed.many("--output").map(parseOutput);
  const names = parsed.many("--host");
  if (names.length > 0 && parsed.has("--fleet")) {
    throw usage("--host and --fleet cannot be combined");
  }
  const stpdIni = one("--stpd-ini");
  if (stpdIni !== undefined && names.length !== 1) {
    throw usage("--stpd-ini is the file on this machine, so it needs exactly one --host");
  }
  const asOf = parseDay(one("--as-of"));
  const commit = parseCommit(one("--commit"));
  const request: VerifyFleetRequest = {
    paths: parsed.positionals.length > 0 ? parsed.positionals : ["."],
    overrides: {
      profile: chooseOptional("--profile", one("--profile"), profiles),
      failOn: chooseOptional("--fail-on", one("--fail-on"), failLimits),
      unreachable: chooseFamilies(one("--unreachable-families")),
    },
    names,
    phase: chooseWord("--expect-phase", one("--expect-phase"), phases, "close"),
    full: parsed.has("--full"),
    // With --as-of, the end of that day, so what expires on it has expired.
    nowMs: asOf === undefined ? shell.now().getTime() : Date.parse(`${asOf}T23:59:59Z`),
  };
  const page = preparePage([format, ...outputs.map(({ format: kind }) => kind)], shell);
  const { progress, terminal } = shell;
  const { files } = page;
  const tools: VerifyTools = {
    ...createProbeTools({ timeout: one("--timeout"), sockets: one("--sockets") }),
    files,
    findLocal: (known) =>
      stpdIni === undefined ? findLocalFile(known, files) : files.absolute(stpdIni),
    tell: (done, all) => progress.tell(`${done} of ${all} hosts verified`),
  };
  const verified = await verifyFleet(request, tools).finally(progress.clear);
  const { root, probes } = verified;
  const pathTo = showFrom(root, files);
  showUnread(verified.unread, shell);
  const describe = () =>
    page.describe({ command: "verify", root, asOf, commit, fixes: [], probes });
  for (const { format: kind, file } of outputs) {
    const out = writePieces(file, terminal);
    await renderAny(kind, verified, { colour: false, pathTo, page: describe, out });
  }
  await renderAny(format, verified, { colour, pathTo, page: describe, out: terminal.out });
  return exitOf(verified);
}

/** Inconclusive takes precedence over findings, regardless of --fail-on. */
function exitOf(verified: Verified): number {
  if (verified.isUnknown) return exitCodes.broke;
  return failsCheck(verified) ? 1 : 0;
}

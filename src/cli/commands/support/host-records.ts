import { findInstallation, listPinned } from "../../../adapters/host-local/installation.ts";
import { openReportKey } from "../../../adapters/host-local/report-key.ts";
import { HardenError } from "../../../core/base/errors.ts";
import { newEnvironment, type HostRecord } from "../../../core/rollout/state/records.ts";
import { printRecords } from "../../../core/rollout/plan/records-file.ts";
import { readWholeNumber } from "../../../core/base/text.ts";
import { explainUnreached } from "../../../core/host/status/verdict.ts";
import { readOptionFile } from "../../../shell/option-file.ts";
import { usage } from "../../../shell/options.ts";
import type { Parsed } from "../../option-kinds.ts";
import { findHost, findProgram } from "./open-host.ts";
import { openForReading } from "./open-look.ts";
import type { Shell } from "../../../shell/context.ts";
import type { HostKey } from "../../../core/rollout/state/host-keys.ts";

/**
 * Prints the files on the hosts that have pins here, as seen but not verified, for `plan
 * --records`, and the public keys with which they sign their reports. For a fleet that has no
 * ledger yet, or cannot reach it.
 */
export async function showRecords(parsed: Parsed<"host records">, shell: Shell): Promise<number> {
  if (parsed.has("--stpd-ini")) return showCopied(parsed, shell);
  const typed = (["--host", "--repository"] as const).find((option) => parsed.has(option));
  if (typed !== undefined) throw usage(`${typed} needs --stpd-ini`);
  const hosts: HostRecord[] = [];
  const keys: HostKey[] = [];
  const environments = new Set<string>();
  const repositories = new Set<number>();
  for (const name of listPinned(findInstallation(findProgram()))) {
    const host = findHost(name);
    const { repository, environment } = host.pins;
    repositories.add(repository);
    if (environment !== undefined) environments.add(environment);
    const live = await openForReading(host, "host records", shell).port.copies.read("live");
    if (live.kind === "failed" && live.isUnreached === true) {
      throw refuse(explainUnreached(name, live.reason));
    }
    const reason =
      live.kind === "failed" ? live.reason : (live.value?.objection ?? "it does not exist");
    if (live.kind === "failed" || live.value === undefined || reason !== "") {
      throw refuse(`stpd.ini of ${name}: ${reason}`);
    }
    hosts.push({ host: name, file: live.value.bytes, proven: null });
    const key = await openReportKey(host.state);
    if (key !== undefined) keys.push({ host: name, kid: key.kid, x: key.x });
  }
  const [repository, ...others] = repositories;
  if (repository === undefined) throw refuse("no host has pins here");
  if (others.length > 0) throw refuse("the hosts belong to several config repos");
  const records = {
    schemaVersion: 1,
    repository,
    ledger: null,
    environments: [...environments].toSorted().map(newEnvironment),
    hosts,
    ...(keys.length === 0 ? {} : { keys }),
  } as const;
  shell.terminal.out(printRecords(records));
  return 0;
}

/** The same limit as for every stpd.ini. */
const maxBytes = 1024 * 1024;

/** A host on another machine, given by a copy of its file. */
function showCopied({ one }: Parsed<"host records">, shell: Shell): number {
  const [path = "", host] = [one("--stpd-ini"), one("--host")];
  const repository = readWholeNumber(one("--repository") ?? "") ?? 0;
  if (host === undefined) throw usage("--stpd-ini needs --host NAME");
  if (repository === 0) throw usage("--stpd-ini needs --repository ID, GitHub's number of it");
  const file = readOptionFile({ option: "--stpd-ini", path, limit: maxBytes }, shell);
  const records = { schemaVersion: 1, repository, ledger: null, environments: [] } as const;
  shell.terminal.out(printRecords({ ...records, hosts: [{ host, file, proven: null }] }));
  return 0;
}

function refuse(message: string): HardenError {
  return new HardenError("broke", message, "Nothing was printed. Fix this, then run it again.");
}

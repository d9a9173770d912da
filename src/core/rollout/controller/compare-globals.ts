import { factsOf } from "../../fleet/host-folder.ts";
import { findGlobal, globalKeys } from "../../fleet/globals.ts";
import type { HostRead } from "../../fleet/read-host.ts";
import type { Hash } from "../../base/hash.ts";
import { loadTargets } from "../../config-repo/load-hosts.ts";
import { openTree } from "../../config-repo/tree-files.ts";
import type { VerifySignature } from "../../formats/jws.ts";
import { readGlobalsReport, type GlobalsReport } from "../dispatch/globals-report.ts";
import { judgeGlobalsSignature } from "../dispatch/report-signature.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { digestGlobals } from "../plan/plan.ts";
import { clockDifferenceSeconds } from "../state/rehearsal.ts";
import type { ConfigBranch } from "./config-repo-port.ts";
import type { VerifyRun, VerifyRuns } from "./record-verify.ts";

/** A Server's global settings, compared with those that were recorded for its environment. */
export interface ServerGlobals {
  readonly host: string;
  readonly environment: string;
  /** unknown: there is no valid reading; that is neither drift nor agreement. */
  readonly answer: "agrees" | "differs" | "unknown";
  /** When they were read, in seconds since 1970; null without a valid reading. */
  readonly at: number | null;
  /** The settings that differ, with recorded and read values. */
  readonly details: readonly string[];
}

export interface GlobalsTools {
  readonly verifyRuns: Pick<VerifyRuns, "readGlobals">;
  readonly verifySignature: VerifySignature;
  readonly hash: Hash;
  /** GitHub's id of the config repo. */
  readonly repository: number;
}

/**
 * Compares the Servers of all environments whose settings a person recorded. Throws HardenError
 * like loadTargets() and the ports.
 */
export async function readServers(
  run: VerifyRun,
  ledger: Ledger,
  tools: GlobalsTools & { readonly config: Pick<ConfigBranch, "readTree"> },
): Promise<readonly ServerGlobals[]> {
  if (ledger.globalsBy.size === 0) return [];
  const files = openTree(await tools.config.readTree(run.commit));
  const { hosts } = loadTargets({ paths: ["."], overrides: {}, names: [] }, files);
  return compareServers({ run, hosts, ledger }, tools);
}

/**
 * Compares Servers among hosts that were loaded at the commit of the run. Throws HardenError like
 * the port.
 */
export async function compareServers(
  {
    run,
    hosts,
    ledger,
  }: { readonly run: VerifyRun; readonly hosts: readonly HostRead[]; readonly ledger: Ledger },
  { verifyRuns, verifySignature, hash, repository }: GlobalsTools,
): Promise<readonly ServerGlobals[]> {
  const servers = hosts.flatMap((read) => {
    const { environment, role } = factsOf(read.folder);
    const recorded = ledger.globalsBy.get(environment ?? "");
    const isAsked = role === "server" && environment !== undefined && recorded !== undefined;
    return isAsked ? [{ read, host: read.folder.name, environment, recorded }] : [];
  });
  if (servers.length === 0) return [];
  const texts = await verifyRuns.readGlobals(
    run.run,
    servers.map(({ host }) => host),
  );
  return Promise.all(
    servers.map(async ({ read, host, environment, recorded }): Promise<ServerGlobals> => {
      const unknown = { host, environment, answer: "unknown", at: null, details: [] } as const;
      // The ledger has only the digest of the settings, so the values come from these files.
      const own = hosts.filter(({ folder }) => factsOf(folder).environment === environment);
      const isKnown = ledger.environments.get(environment)?.globals === digestGlobals(own, hash);
      if (!isKnown || recorded.at >= run.startedAt) return unknown;
      const report = readGlobalsReport(texts.get(host) ?? "");
      if (report?.host !== host || report.repository !== repository) return unknown;
      if (!isOfRun(report, run)) return unknown;
      const signature = await judgeGlobalsSignature(report, host, ledger.keys, verifySignature);
      if (signature !== "signed" && signature !== "unsigned") return unknown;
      return { ...unknown, at: report.at, ...compareValues(read, report) };
    }),
  );
}

/** Any job can present a report of an earlier run again. */
function isOfRun({ at }: GlobalsReport, { startedAt, at: endedAt }: VerifyRun): boolean {
  return at >= startedAt - clockDifferenceSeconds && at <= endedAt + clockDifferenceSeconds;
}

function compareValues(
  { folder }: HostRead,
  { values }: GlobalsReport,
): Pick<ServerGlobals, "answer" | "details"> {
  const wanted = globalKeys.flatMap((key) => {
    const value = folder.globals && findGlobal(folder.globals, key).value;
    return value === undefined ? [] : [{ key, value, read: values[key] }];
  });
  const details = wanted.flatMap(({ key, value, read }) =>
    read === null || read === value
      ? []
      : [`the global setting ${key} is “${read}” on the Server, and “${value}” was recorded`],
  );
  if (details.length > 0) return { answer: "differs", details };
  const isSeen = wanted.length > 0 && wanted.every(({ read }) => read !== null);
  return { answer: isSeen ? "agrees" : "unknown", details };
}

import { createHostCheck } from "../check/check-host.ts";
import { factsOf } from "../fleet/host-folder.ts";
import type { HostRead } from "../fleet/read-host.ts";
import { withoutErrors, type Host } from "../fleet/verdict.ts";
import { createUseFinder } from "../fleet/port-usage.ts";
import { judge } from "../fleet/verdict.ts";
import { listWirePorts } from "../probe/target-ports.ts";
import type { Checked } from "../check/checked-fleet.ts";
import type { HostProbe } from "../probe/host-probe.ts";
import {
  compareFindings,
  locateFinding,
  stampFinding,
  type LocatedFinding,
} from "../rules/finding.ts";
import { createAllowList } from "../rules/allow-list.ts";
import type { Settings } from "../settings/settings.ts";
import { rules } from "../rules/index.ts";
import type { LocalFile } from "./local-file.ts";
import { locksOut, verifyHost, type VerifiedHost } from "./verify-host.ts";
import { addressOfRead, loadTargets } from "../config-repo/load-hosts.ts";
import type { FleetFiles } from "../config-repo/files-port.ts";
import type { FleetRequest } from "../config-repo/open-fleet.ts";
import type { ProbeTools } from "../probe/probe-address.ts";
import { type HostRequest, probeFleet } from "../probe/probe-host.ts";
import { compareText } from "../base/text.ts";
import type { Phase } from "../fleet/phase.ts";

export interface VerifyFleetRequest extends FleetRequest {
  /** Host names; empty for all hosts. */
  readonly names: readonly string[];
  readonly phase: Phase;
  readonly full: boolean;
  readonly nowMs: number;
}

export interface VerifyTools extends ProbeTools {
  readonly files: FleetFiles;
  /** Path of this machine's stpd.ini, if this machine is the host. */
  readonly findLocal: (names: readonly string[]) => string | undefined;
  readonly tell: (done: number, all: number) => void;
}

export interface Verified extends Checked {
  /** Absolute path. */
  readonly root: string;
  /** True if a fact that a verdict depends on could not be established. */
  readonly isUnknown: boolean;
  /** In the order of the host directories. */
  readonly probes: readonly HostProbe[];
  /** Files that may belong to the fleet but could not be read, with the reason. */
  readonly unread: readonly string[];
}

const largestFile = 1024 * 1024;

/** Verifies the hosts. Throws HardenError as `loadTargets` does; network failures are findings. */
export async function verifyFleet(
  request: VerifyFleetRequest,
  tools: VerifyTools,
): Promise<Verified> {
  const { root, settings, hosts, relaxed, unread } = loadTargets(request, tools.files);
  const checkFile = createFileCheck(settings, request);
  const tell = (done: number): void => tools.tell(done, hosts.length);
  const targets = hosts.map((read) => ({ read, local: readLocal(read, tools) }));
  const requests = targets.map((target) => createRequest(target, request));
  const probes = await probeFleet(requests, tools, tell);
  const verified = targets.flatMap((target, index) => {
    const probe = probes[index];
    if (probe === undefined) return [];
    return [verifyTarget(target, probe, { phase: request.phase, checkFile })];
  });
  return {
    root,
    findings: verified.flatMap(({ findings }) => findings),
    hosts: verified
      .map(({ host }) => host)
      .toSorted((left, right) => compareText(left.name, right.name)),
    failOn: (environment) => settings.policyOf(environment).failOn,
    isUnknown: verified.some(({ findings }) =>
      findings.some(({ finding }) => finding.rule === "wire-unknown"),
    ),
    probes,
    relaxed,
    unread,
  };
}

type CheckFile = (read: HostRead) => readonly LocatedFinding[];

/** Errors of a file that would lock its host out; other errors are reported by check. */
function createFileCheck(settings: Settings, { nowMs }: VerifyFleetRequest): CheckFile {
  const asOf = new Date(nowMs).toISOString().slice(0, 10);
  const checkHost = createHostCheck({
    rules,
    settings,
    asOf,
    allowList: createAllowList(settings, asOf),
    findUse: createUseFinder([]),
    fix: { unsafe: false, rules: undefined },
  });
  return (read) => {
    if (!locksOut(judge(read.folder))) return [];
    const { findings } = checkHost(read);
    return findings.filter(isError).toSorted(compareLocated);
  };
}

function isError({ finding }: LocatedFinding): boolean {
  return finding.severity === "error" && finding.suppressed === null;
}

function compareLocated(left: LocatedFinding, right: LocatedFinding): number {
  return compareFindings(left.finding, right.finding);
}

interface Target {
  readonly read: HostRead;
  readonly local: LocalFile;
}

/** Uses the ports of the file in use, if known. */
function createRequest({ read, local }: Target, request: VerifyFleetRequest): HostRequest {
  const { folder } = read;
  const { profile, filteredPort, unreachable } = folder.policy;
  const inPlace = local.kind === "read" && local.stpd.kind === "file" ? local.stpd : folder.stpd;
  return {
    host: folder.name,
    target: addressOfRead(read),
    ports: listWirePorts({ ...folder, stpd: inPlace }),
    demands: { profile, filteredPort, nowMs: request.nowMs },
    full: request.full,
    unreachable,
  };
}

function verifyTarget(
  { read, local }: Target,
  probe: HostProbe,
  { phase, checkFile }: { readonly phase: Phase; readonly checkFile: CheckFile },
): { readonly host: Host; readonly findings: readonly LocatedFinding[] } {
  const { folder } = read;
  const { verdict, findings } = verifyHost({ folder, local, probe, phase });
  const { role, environment = null } = factsOf(folder);
  const seen = findings.map((finding) => stamp(read, finding)).toSorted(compareLocated);
  // Errors of the file come first, because they must be fixed first.
  const located = [...checkFile(read), ...seen];
  const counted = withoutErrors(
    verdict,
    located.map(({ finding }) => finding),
  );
  return {
    host: { name: folder.name, role, environment, verdict: counted },
    findings: located,
  };
}

function readLocal(read: HostRead, { files, findLocal }: VerifyTools): LocalFile {
  const path = findLocal([read.folder.name, addressOfRead(read)]);
  if (path === undefined) return { kind: "elsewhere" };
  const reading = files.read(path, largestFile);
  if (reading.kind === "bytes") return { kind: "read", path, stpd: read.parse(reading.bytes) };
  const reason = reading.kind === "missing" ? "it is not there" : reading.reason;
  return { kind: "unreadable", path, reason };
}

function stamp({ folder }: HostRead, finding: VerifiedHost["findings"][number]): LocatedFinding {
  const { rule } = finding;
  const { place, source, subject } = locateFinding(folder, finding);
  const file = `${folder.path}stpd.ini`;
  const seen = {
    host: folder.name,
    file,
    severity: rule.severity,
    fixable: "no",
    suppressed: null,
    source,
  } as const;
  return { finding: stampFinding(rule, finding, place, seen), source, subject };
}

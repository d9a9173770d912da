import type { HostFolder } from "../fleet/host-folder.ts";
import type { StpdFile } from "../fleet/stpd-file.ts";
import { judge, type Verdict } from "../fleet/verdict.ts";
import { nameSome, type ProbeReasonCode } from "../probe/address-probe.ts";
import type { HostProbe } from "../probe/host-probe.ts";
import { hostFileDrift } from "../rules/catalog/host-file-drift.ts";
import { wireUnchecked } from "../rules/catalog/wire-unchecked.ts";
import { wireUnknown } from "../rules/catalog/wire-unknown.ts";
import { readExpectation } from "./expectation.ts";
import {
  compareWithFile,
  unreachableCodes,
  type Owner,
  type WireFinding,
} from "./compare-with-file.ts";
import { findDifference, type LocalFile } from "./local-file.ts";
import type { Phase } from "../fleet/phase.ts";

export interface VerifyRequest {
  /** The host in the config repo. */
  readonly folder: HostFolder;
  readonly local: LocalFile;
  readonly probe: HostProbe;
  readonly phase: Phase;
}

export interface VerifiedHost {
  readonly verdict: Verdict;
  readonly findings: readonly WireFinding[];
}

/**
 * Compares the config repo, the file on the host if it is known, and the scan. The expectation for
 * the scan follows from the file in use, so a port that the file leaves open may be open.
 */
export function verifyHost({ folder, local, probe, phase }: VerifyRequest): VerifiedHost {
  const desired = folder.stpd.kind === "file" ? folder.stpd : undefined;
  const onHost = local.kind === "read" && local.stpd.kind === "file" ? local.stpd : undefined;
  const inPlace = onHost ?? desired;
  const drift = desired === undefined ? [noDesire] : findDrift(desired, local, phase);
  const findings: WireFinding[] = [...drift];
  if (inPlace !== undefined) {
    const expectation = readExpectation(inPlace);
    const owner = describeOwner({ ...folder, stpd: inPlace }, onHost !== undefined, drift);
    const view = { expectation, desired, phase, owner, several: probe.addresses.length > 1 };
    findings.push(...probe.addresses.flatMap((address) => compareWithFile(address, view)));
  }
  findings.push(
    ...probe.reasons.map(({ message }) => ({
      rule: wireUnknown,
      message,
      help: "Correct the host name, or set address in its host.ini.",
    })),
  );
  if (probe.addresses.length > 0 && probe.unchecked.length > 0) {
    const addresses = nameSome(probe.unchecked);
    const message = `not scanned from here: ${addresses}`;
    const identity = `not checked from here: ${addresses}`;
    const help = "Run verify on a machine that reaches all addresses.";
    findings.push({ rule: wireUnchecked, message, identity, help });
  }
  return { verdict: verdictOfScan(probe), findings };
}

const noDesire: WireFinding = {
  rule: wireUnknown,
  message: "cannot read stpd.ini in the config repo, so the desired state of this host is unknown",
  identity:
    "the expected state of this host is unknown: its stpd.ini in the config repo cannot be read",
  help: "Run sesam-harden check to see why.",
};

function findDrift(desired: StpdFile, local: LocalFile, phase: Phase): readonly WireFinding[] {
  if (local.kind === "elsewhere") return [];
  const { path } = local;
  const rule = hostFileDrift;
  if (local.kind === "unreadable" || local.stpd.kind !== "file") {
    const reason = local.kind === "unreadable" ? local.reason : "it is not a readable stpd.ini";
    const message = `cannot compare ${path} on the host with the config repo: ${reason}`;
    return [{ rule, message, help: "Check the file on the host." }];
  }
  const difference = findDifference(desired, local.stpd, phase);
  if (difference === undefined) return [];
  const message = `${path} on the host differs from the config repo: ${difference}`;
  return [{ rule, message, help: "Find out which file is right, and roll it out or commit it." }];
}

/** Never recommends a restart with a file that may keep HTTPS from starting. */
function describeOwner(
  inPlace: HostFolder,
  isLocal: boolean,
  drift: readonly WireFinding[],
): Owner {
  const isSafe = !locksOut(judge(inPlace));
  const fix = "Do not restart STPD: this file may lock the host out. Fix what check finds in it.";
  if (!isLocal) {
    return {
      name: "the config repo",
      note: "the host's own file was not checked",
      step: isSafe
        ? "Roll the file out (plan, then apply); if it is on the host already, restart STPD."
        : fix,
    };
  }
  const restart = isSafe ? "Restart STPD, which reads its file at startup." : fix;
  return drift.length > 0
    ? {
        name: "the file on the host",
        note: "it differs from the config repo",
        step: isSafe ? "Restart STPD, or roll out the config repo's file." : fix,
      }
    : { name: "the file on the host", note: "it matches the config repo", step: restart };
}

/** True if a file with this verdict must never be loaded, so verify must not recommend a restart. */
export function locksOut(verdict: Verdict): boolean {
  return verdict === "locked-out" || verdict === "unknown";
}

const oldCodes: readonly ProbeReasonCode[] = ["legacy-protocol", "weak-suite"];

/** The verdict of the scan over all addresses. */
function verdictOfScan({ addresses, reasons }: HostProbe): Verdict {
  const all = [...reasons, ...addresses.flatMap((address) => address.reasons)];
  if (all.some(({ answer }) => answer === "unknown")) return "unknown";
  const isPlain = addresses.some(({ ports }) =>
    [ports.http, ports.ftp].some(({ state }) => state === "open"),
  );
  const isModern = !all.some(({ code }) => unreachableCodes.includes(code));
  if (!isModern) return isPlain ? "plaintext" : "locked-out";
  return isPlain || all.some(({ code }) => oldCodes.includes(code)) ? "partial" : "hardened";
}

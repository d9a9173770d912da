import type { HostFolder } from "../fleet/host-folder.ts";
import type { StpdFile } from "../fleet/stpd-file.ts";
import { judge, type Verdict } from "../fleet/verdict.ts";
import { nameSome, type ProbeReasonCode } from "../probe/address-probe.ts";
import type { HostProbe } from "../probe/host-probe.ts";
import { hostFileDrift } from "../rules/catalog/host-file-drift.ts";
import { wireUnchecked } from "../rules/catalog/wire-unchecked.ts";
import { wireUnknown } from "../rules/catalog/wire-unknown.ts";
import { readExpectation } from "./expectation.ts";
import { judgeWire, unreachableCodes, type Owner, type WireFinding } from "./judge-wire.ts";
import { findDifference, type LocalFile } from "./local-file.ts";
import type { Phase } from "../fleet/phase.ts";

export interface VerifyRequest {
  /** The host as the config repo wants it. */
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
 * Holds three against each other: the config repo, the file on the host where it is known, and the
 * wire. What the wire has to show follows from the file in place, so a port that is open by an
 * exception may be open.
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
    findings.push(...probe.addresses.flatMap((address) => judgeWire(address, view)));
  }
  findings.push(
    ...probe.reasons.map(({ message }) => ({
      rule: wireUnknown,
      message,
      help: "Correct the name, or write the host's address into its host.ini.",
    })),
  );
  if (probe.addresses.length > 0 && probe.unchecked.length > 0) {
    const message = `not checked from here: ${nameSome(probe.unchecked)}`;
    const help = "Run verify from a machine that reaches every address.";
    findings.push({ rule: wireUnchecked, message, help });
  }
  return { verdict: judgeByWire(probe), findings };
}

const noDesire: WireFinding = {
  rule: wireUnknown,
  message: "what the config repo wants of this host is not known: its stpd.ini cannot be read",
  help: "See what sesam-harden check says of it.",
};

function findDrift(desired: StpdFile, local: LocalFile, phase: Phase): readonly WireFinding[] {
  if (local.kind === "elsewhere") return [];
  const { path } = local;
  const rule = hostFileDrift;
  if (local.kind === "unreadable" || local.stpd.kind !== "file") {
    const reason =
      local.kind === "unreadable" ? local.reason : "it is no text that STPD could read";
    const message = `the file on the host, ${path}, cannot be compared: ${reason}`;
    return [{ rule, message, help: "Look at the file on the host." }];
  }
  const difference = findDifference(desired, local.stpd, phase);
  if (difference === undefined) return [];
  const message = `the file on the host, ${path}, is not that of the config repo: ${difference}`;
  return [{ rule, message, help: "See which is right, and bring the other to it." }];
}

/** Never advises a restart with a file that may keep HTTPS from starting. */
function describeOwner(
  inPlace: HostFolder,
  isLocal: boolean,
  drift: readonly WireFinding[],
): Owner {
  const isSafe = !shutsOut(judge(inPlace));
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
  const restart = isSafe ? "Restart STPD, which reads its file when it starts." : fix;
  return drift.length > 0
    ? {
        name: "the file on the host",
        note: "it differs from the config repo",
        step: isSafe ? "Restart STPD, or roll out the file of the config repo." : fix,
      }
    : { name: "the file on the host", note: "it is the config repo's", step: restart };
}

/** Such a file must never be loaded, so no finding of verify may ask for a restart. */
export function shutsOut(verdict: Verdict): boolean {
  return verdict === "locked-out" || verdict === "unknown";
}

const oldCodes: readonly ProbeReasonCode[] = ["legacy-protocol", "weak-suite"];

/** How the host stands by the wire alone, over all its addresses. */
function judgeByWire({ addresses, reasons }: HostProbe): Verdict {
  const all = [...reasons, ...addresses.flatMap((address) => address.reasons)];
  if (all.some(({ answer }) => answer === "unknown")) return "unknown";
  const isPlain = addresses.some(({ ports }) =>
    [ports.http, ports.ftp].some(({ state }) => state === "open"),
  );
  const isModern = !all.some(({ code }) => unreachableCodes.includes(code));
  if (!isModern) return isPlain ? "plaintext" : "locked-out";
  return isPlain || all.some(({ code }) => oldCodes.includes(code)) ? "partial" : "hardened";
}

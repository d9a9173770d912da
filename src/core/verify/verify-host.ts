import type { HostFolder } from "../fleet/host-folder.ts";
import type { StpdFile } from "../fleet/stpd-file.ts";
import type { Verdict } from "../fleet/verdict.ts";
import type { ReasonCode } from "../probe/address-probe.ts";
import type { HostProbe } from "../probe/host-probe.ts";
import { hostFileDrift } from "../rules/host-file-drift.ts";
import { wireUnknown } from "../rules/wire-unknown.ts";
import { readExpectation, type Phase } from "./expectation.ts";
import { judgeWire, unreachableCodes, type WireFinding } from "./judge-wire.ts";
import { findDifference, type LocalFile } from "./local-file.ts";

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
    const who = nameWitnesses(onHost !== undefined, drift.length > 0);
    const view = { expectation, desired, phase, who, several: probe.addresses.length > 1 };
    findings.push(...probe.addresses.flatMap((address) => judgeWire(address, view)));
  }
  findings.push(
    ...probe.reasons.map(({ message }) => ({
      rule: wireUnknown,
      message,
      help: "Mend the name, or write the host's address into its host.ini.",
    })),
  );
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

/** Which of the three disagrees, in words behind a finding about the wire. */
function nameWitnesses(isLocal: boolean, drifted: boolean): string {
  if (!isLocal) return "the config repo says otherwise; the file on the host was not looked at";
  return drifted
    ? "the file on the host says otherwise, and so differs from the config repo as well"
    : "the config repo and the file on the host agree, and the wire does not";
}

const oldCodes: readonly ReasonCode[] = ["legacy-protocol", "weak-suite"];

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

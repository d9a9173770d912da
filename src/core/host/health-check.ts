import { keyOfPort, listWirePorts } from "../probe/target-ports.ts";
import { plainNumber, plainPortEntries, type StpdFile } from "../fleet/stpd-file.ts";
import { worstOf, type AddressProbe, type ProbeAnswer } from "../probe/address-probe.ts";
import type { PortName } from "../probe/observation.ts";
import { wireUnknown } from "../rules/catalog/wire-unknown.ts";
import { readExpectation, type Expectation } from "../verify/expectation.ts";
import { compareWithFile } from "../verify/compare-with-file.ts";

/** Probe results of a host at one point in time. */
export interface HostObservation {
  /** Probe of the host's own loopback. */
  readonly inside: AddressProbe | undefined;
  /** Probes of every address that clients use for the host. */
  readonly outside: readonly AddressProbe[];
  /** TCP ports with a listener; undefined if the system does not report them. */
  readonly listening: ReadonlySet<number> | undefined;
}

export interface Proof {
  readonly answer: ProbeAnswer;
  readonly reasons: readonly {
    readonly answer: Exclude<ProbeAnswer, "good">;
    readonly message: string;
  }[];
}

type ProofReason = Proof["reasons"][number];

/**
 * hardened: everything the file in place promises is verified; reachable: one of its data ports
 * works.
 */
export type Requirement = "hardened" | "reachable";

export interface ProofRequest {
  readonly requirement: Requirement;
  /** The file in place. */
  readonly file: StpdFile;
  readonly observation: HostObservation;
}

/**
 * Checks an observation against a requirement. Good only if everything it depends on was observed.
 */
export function judgeProof({ requirement, file, observation }: ProofRequest): Proof {
  const expectation = readExpectation(file);
  const reasons: ProofReason[] = [];
  if (observation.outside.length === 0) reasons.push(unknown("no address of the host was checked"));
  for (const probe of observation.outside) {
    const reach = judgeReach(probe, expectation, observation);
    if (requirement === "reachable") reasons.push(...reach);
    else reasons.push(...judgeHardened(probe, expectation, observation));
  }
  return { answer: worstOf(reasons), reasons };
}

const plainPorts = ["http", "ftp"] as const;

/** One working port is enough if it is verified to be this host's. */
function judgeReach(
  probe: AddressProbe,
  { opensHttps, opensPlain }: Expectation,
  observation: HostObservation,
): readonly ProofReason[] {
  const https = opensHttps ? judgeHttps(probe, observation) : [bad("the file does not open HTTPS")];
  if (https.length === 0) return [];
  const plain = plainPorts
    .filter((name) => opensPlain[keyOfPort[name]])
    .map((name) => judgeOpen(name, probe, observation));
  if (plain.some((reasons) => reasons.length === 0)) return [];
  const all = [...https, ...plain.flat()];
  // While any port may still work, the host is not known to be unreachable.
  const answer = all.some((reason) => reason.answer === "unknown") ? "unknown" : "bad";
  return [{ answer, message: all.map(({ message }) => message).join("; ") }];
}

function judgeHttps(probe: AddressProbe, observation: HostObservation): readonly ProofReason[] {
  const { address, reachable, reasons, certificate } = probe;
  if (reachable !== "good") {
    const why = reasons[0]?.message ?? "no further detail";
    return [{ answer: reachable, message: `HTTPS does not answer at ${address}: ${why}` }];
  }
  const own = observation.inside?.certificate?.spkiSha256;
  const seen = certificate?.spkiSha256;
  if (own === undefined || seen === undefined) {
    return [unknown(`cannot tell whose key answers at ${address}: loopback shows none`)];
  }
  if (own === seen) return [];
  return [bad(`the key at ${address} differs from the one on the host: it is another machine`)];
}

/** A plain port has no key, so only the host itself can confirm that the listener is its own. */
function judgeOpen(
  name: PortName,
  { address, ports }: AddressProbe,
  observation: HostObservation,
): readonly ProofReason[] {
  const { port, state } = ports[name];
  if (state === "filtered") return [unknown(`port ${port} at ${address} does not answer`)];
  if (state === "closed") return [bad(`port ${port} at ${address} is closed`)];
  const isOwn = listensOn(port, name, observation);
  if (isOwn === true) return [];
  const message = `port ${port} is open at ${address}, but no listener on the host is known`;
  return [isOwn === undefined ? unknown(message) : bad(message)];
}

/** According to the system, else the loopback probe; undefined if neither reports it. */
function listensOn(
  port: number,
  name: PortName,
  { listening, inside }: HostObservation,
): boolean | undefined {
  if (listening !== undefined) return listening.has(port);
  if (inside === undefined || inside.ports[name].port !== port) return undefined;
  const { state } = inside.ports[name];
  return state === "filtered" ? undefined : state === "open";
}

function judgeHardened(
  probe: AddressProbe,
  expectation: Expectation,
  observation: HostObservation,
): readonly ProofReason[] {
  const reasons: ProofReason[] = [...judgeHttps(probe, observation)];
  for (const name of plainPorts) {
    if (expectation.opensPlain[keyOfPort[name]]) {
      reasons.push(...judgeOpen(name, probe, observation));
      continue;
    }
    const { port } = probe.ports[name];
    const listens = listensOn(port, name, observation);
    if (listens === undefined) reasons.push(unknown(`cannot tell whether port ${port} is closed`));
    if (listens === true) reasons.push(bad(`something on the host still listens on port ${port}`));
  }
  // What must be closed follows from the file in place, so in both phases nothing else may be open.
  const view = {
    expectation,
    desired: undefined,
    phase: "close",
    owner: { name: "the file in place", note: undefined, step: "" },
  } as const;
  const findings = compareWithFile(probe, { ...view, several: observation.outside.length > 1 });
  for (const { rule, message } of findings) {
    reasons.push(rule === wireUnknown ? unknown(message) : bad(message));
  }
  return reasons;
}

function bad(message: string): ProofReason {
  return { answer: "bad", message };
}

function unknown(message: string): ProofReason {
  return { answer: "unknown", message };
}

/**
 * Ports to probe for a file in place. For ports that it closes, returns the number that the
 * previous file opened, because that one must now be closed.
 */
export function portsToProve(
  file: StpdFile,
  before: StpdFile | undefined,
): Readonly<Record<PortName, number>> {
  const ports = listWirePorts({ stpd: file, facts: undefined });
  const closed = (name: "http" | "ftp"): number => {
    const key = keyOfPort[name];
    if (before === undefined || plainPortEntries(file, key).length > 0) return ports[name];
    const old = plainPortEntries(before, key).map(plainNumber);
    return old.find((port) => port !== undefined) ?? ports[name];
  };
  return { https: ports.https, http: closed("http"), ftp: closed("ftp") };
}

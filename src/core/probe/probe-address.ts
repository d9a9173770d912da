import { findLackingGroups } from "./lacking-group.ts";
import { tlsVersions } from "../tls/versions.ts";
import { judgeAddress, refusesName, type AddressProbe, type Demands } from "./address-probe.ts";
import { probedPorts, type Handshake, type Observation, type PortName } from "./observation.ts";
import { createClientHelloProbe } from "./hello-client.ts";
import { probeTls, type TlsSeen } from "./probe-tls.ts";
import type { Endpoint, NetworkPort } from "./network-port.ts";

export interface AddressRequest {
  readonly address: string;
  /** For SNI; undefined if only an address is known. */
  readonly serverName: string | undefined;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly demands: Demands;
  readonly full: boolean;
}

export interface ProbeTools {
  readonly network: NetworkPort;
  /** 32 bytes for a hello. */
  readonly random: () => Uint8Array;
}

/** Scans the three ports of one address. Never throws or rejects. */
export async function probeAddress(
  request: AddressRequest,
  tools: ProbeTools,
): Promise<AddressProbe> {
  const { network } = tools;
  const { address, ports, demands } = request;
  const connect = (name: PortName) => network.connect({ address, port: ports[name] });
  const [https, http, ftp] = await Promise.all([connect("https"), connect("http"), connect("ftp")]);
  const connections = { https, http, ftp };
  const endpoint = { address, port: ports.https };
  const isOpen = https.state === "open";
  const [tls, handshake] = isOpen
    ? await talkTls(endpoint, request, tools)
    : [undefined, undefined];
  const observation: Observation = {
    address,
    ports: {
      https: { port: ports.https, state: https.state },
      http: { port: ports.http, state: http.state },
      ftp: { port: ports.ftp, state: ftp.state },
    },
    portNotes: { https: https.note, http: http.note, ftp: ftp.note },
    untried: probedPorts.filter((name) => connections[name].isUntried === true),
    serverName: request.serverName,
    tls,
    handshake,
  };
  return judgeAddress(observation, demands);
}

/** A handshake in parallel with the ClientHellos; if it fails, it is repeated after them. */
async function talkTls(
  endpoint: Endpoint,
  { serverName, demands, full }: AddressRequest,
  { network, random }: ProbeTools,
): Promise<readonly [TlsSeen, Handshake]> {
  const handshake = network.handshake(endpoint, serverName);
  const tls = await probeTls(
    { profile: demands.profile, full },
    {
      createAsker: (session) =>
        createClientHelloProbe(network, endpoint, { random, serverName, session }),
      random,
      hasName: serverName !== undefined,
      alone: handshake,
      timeMs: maxAloneMs,
    },
  );
  const first = await handshake;
  const isHeard = Object.values(tls).some(({ answer }) => answer !== "unknown");
  if (first.kind !== "failed" || !isHeard) return [tls, first];
  // A host that refuses its name still shows its certificate.
  const second = await network.handshake(endpoint, refusesName(tls) ? undefined : serverName);
  if (second.kind !== "failed" || network.runtime === undefined) return [tls, second];
  const accepted = tlsVersions.filter((version) => tls[version].answer === "accepted");
  const helloProbe = createClientHelloProbe(network, endpoint, {
    random,
    serverName,
    session: false,
  });
  const lacking = await findLackingGroups(accepted, network.runtime, helloProbe);
  if (lacking.length === 0) return [tls, second];
  const cause = `it accepts only ${lacking.join(", ")}, which the TLS library of ${network.runtime.name} does not support`;
  return [tls, { kind: "failed", reason: `${second.reason}; ${cause}` }];
}

/** Limit for all sequential ClientHellos, in milliseconds. */
const maxAloneMs = 60_000;

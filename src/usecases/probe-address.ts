import { judgeAddress, type AddressProbe, type Demands } from "../core/probe/address-probe.ts";
import type { Observation, PortName } from "../core/probe/observation.ts";
import { createHelloAsker } from "./hello-asker.ts";
import { probeTls } from "./probe-tls.ts";
import type { Wire } from "./wire.ts";

export interface AddressRequest {
  readonly address: string;
  /** For SNI; undefined where only an address is known. */
  readonly serverName: string | undefined;
  readonly ports: Readonly<Record<PortName, number>>;
  readonly demands: Demands;
  readonly full: boolean;
}

export interface ProbeTools {
  readonly wire: Wire;
  /** 32 bytes for a hello. */
  readonly random: () => Uint8Array;
}

/** Looks at the three ports of one address; never throws or rejects. */
export async function probeAddress(
  request: AddressRequest,
  tools: ProbeTools,
): Promise<AddressProbe> {
  const { wire, random } = tools;
  const { address, serverName, ports, demands, full } = request;
  const connect = (name: PortName) => wire.connect({ address, port: ports[name] });
  const [https, http, ftp] = await Promise.all([connect("https"), connect("http"), connect("ftp")]);
  const endpoint = { address, port: ports.https };
  const isOpen = https.state === "open";
  const asker = createHelloAsker(wire, endpoint, { random, serverName });
  const [tls, handshake] = await Promise.all([
    isOpen ? probeTls({ profile: demands.profile, full }, asker) : undefined,
    isOpen ? wire.handshake(endpoint, serverName) : undefined,
  ]);
  const observation: Observation = {
    address,
    ports: {
      https: { port: ports.https, state: https.state },
      http: { port: ports.http, state: http.state },
      ftp: { port: ports.ftp, state: ftp.state },
    },
    portNotes: { https: https.note, http: http.note, ftp: ftp.note },
    tls,
    handshake,
  };
  return judgeAddress(observation, demands);
}

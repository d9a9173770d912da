import type { RuntimeTls } from "../tls/runtime-groups.ts";
import type { Handshake, PortState } from "./observation.ts";

/** One port of one address. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Result of sending bytes, with the milliseconds from the first to the last packet. */
export type Exchange = { readonly elapsedMs: number } & (
  | /** The requested bytes, or the maximum number of bytes. */
    { readonly kind: "received"; readonly bytes: Uint8Array }
  /** The peer closed the connection normally after it had read the data. */
  | { readonly kind: "closed"; readonly bytes: Uint8Array }
  /** The peer ended the connection without reading the data: at once, or with a reset. */
  | { readonly kind: "dropped" }
  /** Timeout. */
  | { readonly kind: "silent"; readonly bytes: Uint8Array }
  /** There was no connection. */
  | {
      readonly kind: "unconnected";
      readonly state: Exclude<PortState, "open">;
      readonly note: string;
    }
);

/** The note says why a port is not open. */
export interface Connection {
  readonly state: PortState;
  readonly note: string;
  /** True if this machine or runtime prevented the attempt, so nothing is known about the port. */
  readonly isUntried?: boolean;
}

/**
 * The network. All operations have limits of time, bytes and sockets. None throws or rejects.
 */
export interface NetworkPort {
  /** Resolves a name to all A and AAAA addresses; an address resolves to itself. */
  readonly resolve: (
    name: string,
  ) => Promise<
    | { readonly kind: "addresses"; readonly addresses: readonly string[] }
    | { readonly kind: "failed"; readonly reason: string }
  >;
  readonly connect: (endpoint: Endpoint) => Promise<Connection>;
  /** Waits a moment, sends, then reads until `isComplete` is true for all bytes so far. */
  readonly exchange: (
    endpoint: Endpoint,
    bytes: Uint8Array,
    isComplete: (received: Uint8Array) => boolean,
  ) => Promise<Exchange>;
  /** Completes a handshake without verifying the certificate, then requests `/` over HTTP. */
  readonly handshake: (endpoint: Endpoint, serverName: string | undefined) => Promise<Handshake>;
  /** TLS library of the handshakes; undefined if unknown. */
  readonly runtime?: RuntimeTls;
}

import type { RuntimeTls } from "../tls/runtime-groups.ts";
import type { Handshake, PortState } from "./observation.ts";

/** One port of one address. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What came of sending some bytes, and the milliseconds from the first to the last packet. */
export type Exchange = { readonly elapsedMs: number } & (
  | /** As many bytes as were asked for, or as many as are ever read. */
    { readonly kind: "received"; readonly bytes: Uint8Array }
  /** The other side ended the connection in order, and had read what was sent. */
  | { readonly kind: "closed"; readonly bytes: Uint8Array }
  /** The other side ended it without reading what was sent: at once, or by a reset. */
  | { readonly kind: "dropped" }
  /** The time ran out first. */
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
  /** True if this machine or runtime did not let it be tried, which says nothing of the port. */
  readonly isUntried?: boolean;
}

/**
 * What the use cases ask of the network. All have limits of time, bytes and sockets, and end;
 * none throws or rejects.
 */
export interface NetworkPort {
  /** Every address of a name, A and AAAA; an address is its own. */
  readonly resolve: (
    name: string,
  ) => Promise<
    | { readonly kind: "addresses"; readonly addresses: readonly string[] }
    | { readonly kind: "failed"; readonly reason: string }
  >;
  readonly connect: (endpoint: Endpoint) => Promise<Connection>;
  /** Waits a moment, sends, then reads until `isComplete` holds for all bytes so far. */
  readonly exchange: (
    endpoint: Endpoint,
    bytes: Uint8Array,
    isComplete: (received: Uint8Array) => boolean,
  ) => Promise<Exchange>;
  /** A whole handshake without judging the certificate, then an HTTP request for `/`. */
  readonly handshake: (endpoint: Endpoint, serverName: string | undefined) => Promise<Handshake>;
  /** What makes the handshakes; undefined where that is not known. */
  readonly runtime?: RuntimeTls;
}

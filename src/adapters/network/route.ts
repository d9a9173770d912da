import type { Endpoint } from "../../core/probe/network-port.ts";

/** Where an endpoint is reached: there itself, or at a socket of this machine that leads there. */
export type Route = (
  endpoint: Endpoint,
) => { readonly host: string; readonly port: number } | { readonly path: string };

export const direct: Route = ({ address, port }) => ({ host: address, port });

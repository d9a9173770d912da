import { printClientHello, type HelloContext, type Offer } from "../tls/client-hello.ts";
import { alerts, readServerAnswer } from "../tls/server-answer.ts";
import type { Endpoint, Exchange, NetworkPort } from "./network-port.ts";

/** Reply of an address to one offer. */
export type Reply =
  | { readonly kind: "accepted"; readonly suite: number }
  /** `version`: no other suite of this version would be accepted either. */
  | { readonly kind: "refused"; readonly what: "version" | "suites" }
  /** It chose a suite and then failed, so the other suites are unknown. */
  | { readonly kind: "broken" }
  /** It read the ClientHello and closed without a response; a refusal only if that is not chance. */
  | { readonly kind: "closed" }
  /** It ended the connection without reading the ClientHello, so this is not a reply. */
  | { readonly kind: "dropped" }
  | { readonly kind: "unknown"; readonly reason: string };

/** A reply with its duration in milliseconds. */
export type TimedReply = Reply & { readonly elapsedMs: number };

/** An offer with its reply. */
export interface Heard {
  readonly offer: Offer;
  readonly isAccepted: boolean;
}

export interface ClientHelloProbe {
  readonly ask: (offer: Offer) => Promise<TimedReply>;
}

/** Maximum ClientHellos per address. No real server has so many suites. */
const maxHellos = 1000;

/** Sends offers to one address; all ClientHellos have the same name and session id options. */
export function createClientHelloProbe(
  network: Pick<NetworkPort, "exchange">,
  endpoint: Endpoint,
  { random, ...context }: HelloContext & { readonly random: () => Uint8Array },
): ClientHelloProbe {
  let sent = 0;
  /** Caches encoded ClientHellos, since many are sent repeatedly. */
  const printed = new WeakMap<Offer, Uint8Array>();
  const print = (offer: Offer): Uint8Array => {
    const bytes = printed.get(offer) ?? printClientHello(offer, random(), context);
    printed.set(offer, bytes);
    return bytes;
  };
  return {
    ask: async (offer) => {
      if (++sent > maxHellos) {
        return { ...unknown(`it would take more than ${maxHellos} ClientHellos`), elapsedMs: 0 };
      }
      const exchange = await network.exchange(
        endpoint,
        print(offer),
        (received) => readServerAnswer(received, offer).kind !== "incomplete",
      );
      return { ...readReply(exchange, offer), elapsedMs: exchange.elapsedMs };
    },
  };
}

/** Distinguishes replies to the offer from connections that ended without one. */
export function isAnswer({ kind }: Reply): boolean {
  return kind === "accepted" || kind === "refused" || kind === "broken";
}

function readReply(exchange: Exchange, offer: Offer): Reply {
  if (exchange.kind === "unconnected") return unknown(`no connection: ${exchange.note}`);
  if (exchange.kind === "dropped") return { kind: "dropped" };
  const answer = readServerAnswer(exchange.bytes, offer);
  switch (answer.kind) {
    case "accepted":
      return answer;
    case "older":
      // Perhaps for these suites alone.
      return { kind: "refused", what: "suites" };
    case "alert":
      if (answer.description === alerts.internalError) return { kind: "broken" };
      return {
        kind: "refused",
        what: answer.description === alerts.protocolVersion ? "version" : "suites",
      };
    case "garbage":
      return unknown(answer.reason);
    case "incomplete":
      break;
  }
  if (exchange.kind === "silent") return unknown(noAnswer);
  if (exchange.kind === "received") return unknown("it sends endless data instead of a response");
  return exchange.bytes.length === 0
    ? { kind: "closed" }
    : unknown("it closes in the middle of a response");
}

const noAnswer = "no complete response in time";

function unknown(reason: string): Extract<Reply, { kind: "unknown" }> {
  return { kind: "unknown", reason };
}

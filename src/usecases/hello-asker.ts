import { printClientHello, type Offer } from "../core/tls/client-hello.ts";
import { alerts, readServerAnswer } from "../core/tls/server-answer.ts";
import type { Endpoint, Exchange, Wire } from "./wire.ts";

/** What an address says to one offer. */
export type Reply =
  | { readonly kind: "accepted"; readonly suite: number }
  /** `version`: no other suite of this version would be taken either. */
  | { readonly kind: "refused"; readonly what: "version" | "suites" }
  /** It chose a suite, and then could not go on: nothing is known of the others. */
  | { readonly kind: "broken" }
  /** It closed before it had answered anything, so that nothing stands before the close. */
  | { readonly kind: "unheard" }
  /** It closes again and again; a refusal only if `confirm` says so at the end. */
  | { readonly kind: "closed" }
  | { readonly kind: "unknown"; readonly reason: string };

export interface HelloAsker {
  readonly ask: (offer: Offer) => Promise<Reply>;
  /**
   * True if closing without an alert was a refusal: the address still answers what it answered
   * before. To be asked when all else was.
   */
  readonly confirm: () => Promise<boolean>;
}

/** No server has so many suites; one that takes everything is no server. */
const mostHellos = 1000;

/**
 * Asks one address. libmicrohttpd refuses by closing, as a dead or overloaded port does: so a close
 * counts only when it repeats and stands between two hellos that the address answered. Source:
 * measured with libmicrohttpd 0.9.75 and gnutls-serv 3.7.9.
 */
export function createHelloAsker(
  wire: Pick<Wire, "exchange">,
  endpoint: Endpoint,
  hello: { readonly random: () => Uint8Array; readonly serverName: string | undefined },
): HelloAsker {
  let sent = 0;
  /** An offer that was answered, by a suite if there is one. */
  let answered: { readonly offer: Offer; readonly accepted: boolean } | undefined;

  const send = async (offer: Offer): Promise<Reply> => {
    if (++sent > mostHellos) return unknown(`it takes more than ${mostHellos} hellos`);
    const bytes = printClientHello(offer, hello.random(), hello.serverName);
    const exchange = await wire.exchange(
      endpoint,
      bytes,
      (received) => readServerAnswer(received, offer).kind !== "incomplete",
    );
    const reply = readReply(exchange, offer);
    const isAnswer = ["accepted", "refused", "broken"].includes(reply.kind);
    if (isAnswer && answered?.accepted !== true) {
      answered = { offer, accepted: reply.kind === "accepted" };
    }
    return reply;
  };

  return {
    ask: async (offer) => {
      const first = await send(offer);
      if (first.kind !== "closed") return first;
      return answered === undefined ? { kind: "unheard" } : send(offer);
    },
    confirm: async () => {
      if (answered === undefined) return false;
      const { kind } = await send(answered.offer);
      return answered.accepted ? kind === "accepted" : kind === "refused" || kind === "broken";
    },
  };
}

function readReply(exchange: Exchange, offer: Offer): Reply {
  if (exchange.kind === "unconnected") return unknown(`it was not reached: ${exchange.note}`);
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
  if (exchange.kind === "silent") return unknown("no whole answer came in time");
  if (exchange.kind === "received") return unknown("it sends without an end, and no answer");
  return exchange.bytes.length === 0
    ? { kind: "closed" }
    : unknown("it closes in the middle of an answer");
}

function unknown(reason: string): Reply {
  return { kind: "unknown", reason };
}

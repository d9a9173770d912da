import type { Offer } from "../tls/client-hello.ts";
import { planRepeats, shuffle } from "../tls/repeats.ts";
import { isAnswer, type Heard, type ClientHelloProbe, type TimedReply } from "./hello-client.ts";

/** Result for an offer that the address closed. */
export type Settled =
  | { readonly kind: "refused" }
  | { readonly kind: "accepted"; readonly suite: number }
  | { readonly kind: "unknown"; readonly reason: string };

export interface SettleRequest {
  readonly closed: readonly Offer[];
  /** An offer that the address answered; undefined if there is none. */
  readonly known: Heard | undefined;
  readonly random: () => Uint8Array;
  /** Limit for everything, in milliseconds. */
  readonly timeMs: number;
}

/**
 * Repeats closed offers sequentially, in random order among ClientHellos that the address is known to
 * answer. An offer that is closed each time is refused, if nothing else is closed; planRepeats bounds
 * the probability of chance. A dropped connection does not count as a try.
 */
export async function settleClosed(
  request: SettleRequest,
  helloProbe: ClientHelloProbe,
): Promise<ReadonlyMap<Offer, Settled>> {
  const { closed, known, random, timeMs } = request;
  const settled = new Map<Offer, Settled>();
  if (closed.length === 0 || known === undefined) return giveUp(closed, settled, noBaseline);
  const { tries, controls } = planRepeats(closed.length);
  const queue = [
    ...shuffle(
      [
        ...Array.from({ length: controls }, () => known.offer),
        ...Array.from({ length: tries }, () => closed).flat(),
      ],
      random,
    ),
  ];
  const closes = new Map<Offer, number>();
  let slowestAnswerMs = 0;
  let slowestCloseMs = 0;
  const isLate = (): boolean => slowestCloseMs > lateCloseMs + 4 * slowestAnswerMs;
  let dropsLeft = queue.length;
  let spentMs = 0;
  // Dropped offers are appended to the queue.
  for (const offer of queue) {
    if (settled.has(offer)) continue;
    const reply: TimedReply = await helloProbe.ask(offer);
    spentMs += reply.elapsedMs;
    if (spentMs > timeMs) return giveUp(closed, settled, tooSlow);
    if (reply.kind === "dropped") {
      if (dropsLeft-- === 0) return giveUp(closed, settled, dropsAll);
      queue.push(offer);
    } else if (offer === known.offer) {
      const isSame = isAnswer(reply) && (reply.kind === "accepted") === known.isAccepted;
      if (!isSame) return giveUp(closed, settled, closesOnAll);
      slowestAnswerMs = Math.max(slowestAnswerMs, reply.elapsedMs);
    } else if (reply.kind === "closed") {
      closes.set(offer, (closes.get(offer) ?? 0) + 1);
      slowestCloseMs = Math.max(slowestCloseMs, reply.elapsedMs);
      if (slowestAnswerMs > 0 && isLate()) return giveUp(closed, settled, closesLate);
    } else {
      settled.set(offer, readSettled(reply));
      if (closes.has(offer)) return giveUp(closed, settled, closesOnAll);
    }
  }
  if (isLate()) return giveUp(closed, settled, closesLate);
  for (const offer of closes.keys()) settled.set(offer, { kind: "refused" });
  return settled;
}

/** Milliseconds; an idle timeout closes later than this. */
const lateCloseMs = 1000;

const noBaseline = "it closes without an alert and answered no ClientHello";
const closesOnAll = "it closes without an alert, sometimes also on offers that it accepts";
const dropsAll = "it ends most connections before reading the ClientHello, like a rate limit";
const closesLate = "it closes only after a delay, like an idle timeout";
const tooSlow = "it closes without an alert and is too slow to be tested often enough";

function readSettled(reply: TimedReply): Settled {
  if (reply.kind === "accepted") return { kind: "accepted", suite: reply.suite };
  if (reply.kind === "refused") return { kind: "refused" };
  const reason = reply.kind === "unknown" ? reply.reason : "it chooses a suite and then fails";
  return { kind: "unknown", reason };
}

function giveUp(
  closed: readonly Offer[],
  settled: Map<Offer, Settled>,
  reason: string,
): ReadonlyMap<Offer, Settled> {
  for (const offer of closed) {
    if (!settled.has(offer)) settled.set(offer, { kind: "unknown", reason });
  }
  return settled;
}

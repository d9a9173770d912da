import { expect, test } from "vitest";
import type { Offer } from "../../../src/core/tls/client-hello.ts";
import type { Reply } from "../../../src/core/probe/hello-client.ts";
import { settleClosed, type Settled } from "../../../src/core/probe/settle-closed.ts";
import { createRandom } from "../../support/builders/random.ts";

const offerOf = (version: Offer["version"]): Offer => ({ version, suites: [47], form: "usual" });
const [old, known] = [offerOf("TLS1.1"), offerOf("TLS1.3")];
const accepted: Reply = { kind: "accepted", suite: 47 };
const closed: Reply = { kind: "closed" };

interface Scene {
  /** Answer to the closed offer, and after how many milliseconds. */
  readonly reply?: Reply;
  readonly elapsed?: number;
  readonly control?: Reply;
  readonly controlElapsed?: number;
  readonly isAccepted?: boolean;
  readonly time?: number;
  readonly seed?: number;
}

async function settle(scene: Scene): Promise<Settled | undefined> {
  const { reply = closed, elapsed: elapsedMs = 1, control = accepted, controlElapsed = 1 } = scene;
  const { below } = createRandom(scene.seed ?? 1);
  const settled = await settleClosed(
    {
      closed: [old],
      known: { offer: known, isAccepted: scene.isAccepted ?? true },
      random: () => Uint8Array.from({ length: 32 }, () => below(256)),
      timeMs: scene.time ?? 1_000_000,
    },
    {
      ask: async (offer) =>
        offer === known ? { ...control, elapsedMs: controlElapsed } : { ...reply, elapsedMs },
    },
  );
  return settled.get(old);
}

const reasonOf = (settled: Settled | undefined): string =>
  settled?.kind === "unknown" ? settled.reason : (settled?.kind ?? "");

test.each<readonly [string, Scene, string | RegExp]>([
  ["a close each time", {}, "refused"],
  ["an alert in the end", { reply: { kind: "refused", what: "suites" } }, "refused"],
  ["an answer in the end", { reply: accepted }, "accepted"],
  ["an error in the end", { reply: { kind: "broken" } }, /chooses a suite and then fails/],
  ["silence in the end", { reply: { kind: "unknown", reason: "silence" } }, "silence"],
  ["a known hello that is closed", { control: closed }, /on offers that it accepts/],
  ["a known hello that is refused", { control: { kind: "refused", what: "suites" } }, /accepts/],
  ["an alert that repeats", { control: { kind: "broken" }, isAccepted: false }, "refused"],
  ["an alert that does not repeat", { isAccepted: false }, /accepts/],
  ["connections that are dropped", { reply: { kind: "dropped" } }, /before reading/],
  ["a close just in time", { elapsed: 1004 }, "refused"],
  ["a close too late", { elapsed: 1005 }, /after a delay/],
  ["just enough time", { time: 20 }, "refused"],
  ["too little time", { time: 19 }, /too slow/],
])("%s", async (_, scene, expected) => {
  expect(reasonOf(await settle(scene))).toMatch(expected);
});

test("a server that is always slow closes no later than it answers", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const slow = { elapsed: 3000, controlElapsed: 3000, seed };
    expect(await settle(slow)).toEqual({ kind: "refused" });
  }
});

test("a close before an answer is a random close", async () => {
  let asked = 0;
  const settled = await settleClosed(
    {
      closed: [old],
      known: { offer: known, isAccepted: true },
      random: () => new Uint8Array(32),
      timeMs: 1000,
    },
    {
      ask: async (offer) => {
        const reply = offer === known || ++asked > 1 ? accepted : closed;
        return { ...reply, elapsedMs: 1 };
      },
    },
  );
  // What was accepted stays accepted.
  expect(settled.get(old)).toEqual({ kind: "accepted", suite: 47 });
});

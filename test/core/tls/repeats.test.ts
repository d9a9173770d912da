import { expect, test } from "vitest";
import { countChoices, minOdds, planRepeats, shuffle } from "../../../src/core/tls/repeats.ts";
import { createRandom } from "../../support/builders/random.ts";

test("the number of choices follows Pascal's triangle", () => {
  expect([countChoices(1, 1), countChoices(2, 2), countChoices(3, 4)]).toEqual([2, 6, 35]);
});

test("for any number of closes, chance is unlikely enough, at no more cost than needed", () => {
  for (let closed = 1; closed <= 120; closed++) {
    const { tries, controls } = planRepeats(closed);
    expect(countChoices(tries, controls)).toBeGreaterThanOrEqual(minOdds);
    expect(countChoices(tries, controls - 1)).toBeLessThan(minOdds);
    expect(closed * tries + controls).toBeLessThanOrEqual(closed * 4 + 37);
  }
  expect(planRepeats(1)).toEqual({ tries: 8, controls: 12 });
  expect(planRepeats(21)).toEqual({ tries: 4, controls: 37 });
  // As many choices as requested are enough.
  expect(planRepeats(50, 35)).toEqual({ tries: 3, controls: 4 });
});

test("every order is equally likely", () => {
  const { below } = createRandom(3);
  const random = (): Uint8Array => Uint8Array.from({ length: 32 }, () => below(256));
  const counts = new Map<string, number>();
  for (let turn = 0; turn < 6000; turn++) {
    const order = shuffle(["a", "b", "c"], random).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

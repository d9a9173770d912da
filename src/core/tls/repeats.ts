/** How often each hello that was closed is asked again, and how many known ones among them. */
export interface Repeats {
  readonly tries: number;
  readonly controls: number;
}

/** One in so many: how likely chance may at most turn one accepted hello into a refused one. */
export const minOdds = 100_000;

/**
 * The cheapest plan for so many closed hellos. A server that closes for reasons of its own knows
 * nothing of the random order in which hellos that it closed and hellos that it answered are asked.
 * That its closes meet all tries of one hello, and none of the controls, is one of the ways to
 * choose the places of the tries among both, whatever the closes depend on.
 */
export function planRepeats(closed: number, odds = minOdds): Repeats {
  const plans = [3, 4, 5, 6, 7, 8].map((tries): Repeats => {
    let controls = tries;
    while (countChoices(tries, controls) < odds) controls++;
    return { tries, controls };
  });
  const costOf = ({ tries, controls }: Repeats): number => closed * tries + controls;
  const [cheapest = { tries: 8, controls: 12 }] = plans.toSorted(
    (left, right) => costOf(left) - costOf(right),
  );
  return cheapest;
}

/** Ways to choose the places of the tries among both. */
export function countChoices(tries: number, controls: number): number {
  let ways = 1;
  for (let index = 1; index <= tries; index++) ways = (ways * (controls + index)) / index;
  return ways;
}

/** A random order; `random` gives 32 bytes. */
export function shuffle<Item>(items: readonly Item[], random: () => Uint8Array): readonly Item[] {
  const keyed = items.map((item) => {
    const [a = 0, b = 0, c = 0, d = 0] = random();
    return { item, key: ((a * 256 + b) * 256 + c) * 256 + d };
  });
  return keyed.toSorted((left, right) => left.key - right.key).map(({ item }) => item);
}

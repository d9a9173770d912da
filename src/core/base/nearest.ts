/**
 * The known word nearest to a wrong one, if it is near enough. Parts of a word are compared one by
 * one: a short part that differs in two letters is a different word.
 */
export function findNearest(word: string, known: readonly string[]): string | undefined {
  const asked = word.toUpperCase().slice(0, longest);
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const candidate of known) {
    const distance = distanceOf(asked, candidate.toUpperCase());
    if (distance !== undefined && distance < (best?.distance ?? Infinity)) {
      best = { word: candidate, distance };
    }
  }
  return best?.word;
}

/** Undefined if two words are too different. */
function distanceOf(asked: string, candidate: string): number | undefined {
  const [left, right] = [asked, candidate].map((word) => word.split(/[-_. ]/));
  if (left === undefined || right === undefined || left.length !== right.length) {
    if (Math.abs(asked.length - candidate.length) > 2) return undefined;
    const distance = editDistance(asked, candidate);
    return distance <= 2 ? distance : undefined;
  }
  const distances = left.map((part, index) => editDistance(part, right[index] ?? ""));
  const isNear = distances.every(
    (distance, index) => distance <= Math.max(1, Math.floor((left[index]?.length ?? 0) / 3)),
  );
  return isNear ? distances.reduce((sum, distance) => sum + distance, 0) : undefined;
}

/** No known word is longer than this. */
const longest = 64;

/** Edit distance that counts a swap of neighbours as one (Damerau). */
function editDistance(left: string, right: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}

import { compareText } from "../../base/text.ts";

/** GitHub starts no more jobs from one matrix. */
export const largestWave = 256;

export interface WaveHost {
  readonly name: string;
  readonly role: "server" | "rds";
  /** As host.ini says; hosts without one come first. */
  readonly wave: number;
}

/**
 * Names by wave: first one RDS alone, then the other RDS, then the Servers, each by `wave`, in
 * portions of at most `size`. The order of the hosts given does not count.
 */
export function planWaves(
  hosts: readonly WaveHost[],
  size: number,
): readonly (readonly string[])[] {
  const limit = Math.max(1, Math.min(size, largestWave));
  const [canary, ...others] = hosts.toSorted(compareTurns);
  if (canary === undefined) return [];
  const turns = new Map<string, string[]>();
  for (const { name, role, wave } of others) {
    const turn = `${role} ${wave}`;
    turns.set(turn, [...(turns.get(turn) ?? []), name]);
  }
  const portions = [...turns.values()].flatMap((names) => {
    const count = Math.ceil(names.length / limit);
    return Array.from({ length: count }, (_, index) =>
      names.slice(index * limit, (index + 1) * limit),
    );
  });
  return [[canary.name], ...portions];
}

function compareTurns(left: WaveHost, right: WaveHost): number {
  return (
    Number(left.role === "server") - Number(right.role === "server") ||
    left.wave - right.wave ||
    compareText(left.name, right.name)
  );
}

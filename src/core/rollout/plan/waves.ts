import { compareText } from "../../base/text.ts";

/** Maximum number of jobs that GitHub starts from one matrix. */
export const largestWave = 256;

export interface WaveHost {
  readonly name: string;
  readonly role: "server" | "rds";
  /** The wave set in host.ini; hosts without one come first. */
  readonly wave: number;
}

/**
 * Names by wave: first a single host, an RDS if there is one; then the other RDS, then the Servers,
 * one `wave` after the other, in groups of at most `size`. Independent of the order of the given
 * hosts.
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

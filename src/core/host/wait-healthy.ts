import type { StpdFile } from "../fleet/stpd-file.ts";
import { judgeProof, type Requirement, type Proof } from "./health-check.ts";
import type { HostPort } from "./ports.ts";

export interface ProofLimits {
  readonly proveForMs: number;
  /** Milliseconds for which a good result has to stay good. */
  readonly settleMs: number;
}

export interface ProveRequest {
  readonly requirement: Requirement;
  /** The file in place, and the previous one. */
  readonly file: StpdFile;
  readonly before: StpdFile | undefined;
  readonly limits: ProofLimits;
  /** Called between checks; true stops them, because another run has taken over. */
  readonly isOver?: () => Promise<boolean>;
}

const pauseMs = 1000;

/** Checks the requirement once. */
export async function proveOnce(
  { requirement, file, before }: Pick<ProveRequest, "requirement" | "file" | "before">,
  { observer }: Pick<HostPort, "observer">,
): Promise<Proof> {
  return judgeProof({ requirement, file, observation: await observer.observe(file, before) });
}

/**
 * Checks until the result is good and stays good for `settleMs`, or the time runs out. Returns the
 * last result.
 */
export async function waitHealthy(
  request: ProveRequest,
  host: Pick<HostPort, "observer" | "clock">,
): Promise<Proof> {
  const { limits, isOver } = request;
  const { clock } = host;
  const startMs = clock.elapsedMs();
  let goodSinceMs: number | undefined;
  for (;;) {
    const proof = await proveOnce(request, host);
    const nowMs = clock.elapsedMs();
    if (proof.answer !== "good") goodSinceMs = undefined;
    else if (goodSinceMs !== undefined && nowMs - goodSinceMs >= limits.settleMs) return proof;
    else goodSinceMs ??= nowMs;
    // A result that became good near the end of the time still gets its time to settle.
    const isLate = (goodSinceMs ?? nowMs) - startMs >= limits.proveForMs;
    if (isLate && proof.answer !== "good") return proof;
    if (nowMs - startMs >= limits.proveForMs + 2 * limits.settleMs)
      return proof.answer === "good" ? brief : proof;
    if ((await isOver?.()) === true) return overtaken;
    await clock.wait(pauseMs);
  }
}

const brief: Proof = {
  answer: "unknown",
  reasons: [
    { answer: "unknown", message: "the check succeeded only shortly before the time ran out" },
  ],
};

const overtaken: Proof = {
  answer: "unknown",
  reasons: [{ answer: "unknown", message: "another run has taken over" }],
};

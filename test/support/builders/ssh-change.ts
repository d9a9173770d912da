import { planBridge } from "../../../src/core/rollout/plan/bridge.ts";
import type { ApplyRequest } from "../../../src/core/host/apply.ts";
import type { RecoverRequest } from "../../../src/core/host/recover.ts";
import { applyRequest } from "../fakes/host/model-change.ts";
import { hash, parse } from "../fakes/host/model-host.ts";
import { folderOf } from "./rules.ts";
import type { TestTarget } from "../fakes/host/ssh-target.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

/** The file on a host before and after a phase. */
export interface PhaseFiles {
  readonly before: string;
  readonly after: string;
}

type Files = Pick<TestTarget, "plain" | "desired">;

export function filesOf({ plain, desired }: Files, phase: Phase): PhaseFiles {
  const outcome = planBridge({ desired, current: plain, parse });
  if (outcome.kind === "refused") throw new Error(outcome.refusal.message);
  return phase === "open"
    ? { before: plain, after: outcome.bytes }
    : { before: outcome.bytes, after: desired };
}

const limits = { proveForMs: 15_000, settleMs: 500, quietForMs: 15_000, restartForMs: 20_000 };

/** As in a plan that contains the host. */
export function requestChange(files: Files, phase: Phase, id: string): ApplyRequest {
  const { before, after } = filesOf(files, phase);
  const { desired } = files;
  const model = applyRequest(phase);
  const digests = { before: hash(before), file: hash(after), desired: hash(desired) };
  return {
    ...model,
    id,
    host: "rds1",
    limits,
    change: {
      ...model.change,
      desired,
      folder: folderOf(parse(desired)),
      inventoryAtMs: Date.now(),
      plan: { kind: "planned", change: { phase, repository: 7, isRestored: false, ...digests } },
    },
  };
}

export function requestRecovery(cause: RecoverRequest["cause"]): RecoverRequest {
  return { cause, id: undefined, parse, limits };
}

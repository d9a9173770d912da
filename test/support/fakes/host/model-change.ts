import { vendorPriority } from "../../../../src/core/gnutls/verdict.ts";
import { planBridge } from "../../../../src/core/rollout/plan/bridge.ts";
import type { ApplyRequest } from "../../../../src/core/host/apply.ts";
import type { RecoverRequest } from "../../../../src/core/host/recover.ts";
import { hash, parse } from "./model-host.ts";
import { now } from "../../builders/observations.ts";
import { folderOf } from "../../builders/rules.ts";
import type { Phase } from "../../../../src/core/fleet/phase.ts";

const priority = `STPD_HTTPS_PRIORITY_STRING="${vendorPriority}"`;
/** The file as SEP installs it, as in the config repo, and the bridge. */
export const plain = "[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\n";
export const desired = `[STPD_Server]\n# STPD_PORT=11001\n# STPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\n${priority}\n`;
export const bridge = bridgeOf(plain);

function bridgeOf(current: string): string {
  const outcome = planBridge({ desired, current, parse });
  if (outcome.kind === "refused") throw new Error(outcome.refusal.message);
  return outcome.bytes;
}

/** The file on the host before and after a phase. */
export const filesOf: Readonly<Record<Phase, { readonly before: string; readonly after: string }>> =
  {
    open: { before: plain, after: bridge },
    close: { before: bridge, after: desired },
  };

export const limits = {
  proveForMs: 20_000,
  settleMs: 3000,
  quietForMs: 30_000,
  restartForMs: 10_000,
};

export function applyRequest(phase: Phase, part: Partial<ApplyRequest> = {}): ApplyRequest {
  const { before, after } = filesOf[phase];
  return {
    id: "change-1",
    host: "host",
    change: {
      phase,
      folder: folderOf(parse(desired)),
      desired,
      restored: undefined,
      plan: {
        kind: "planned",
        change: {
          phase,
          repository: 7,
          before: hash(before),
          file: hash(after),
          desired: hash(desired),
          isRestored: false,
        },
      },
      parse,
      findUse: () => undefined,
      inventoryAtMs: now,
    },
    pins: { repository: 7, os: "linux", avx: "unknown", expect: undefined },
    preflight: { phase, role: "server", version: undefined },
    limits,
    authority: "ticket",
    tickets: { check: async () => undefined },
    ...part,
  };
}

export function recoverRequest(cause: RecoverRequest["cause"]): RecoverRequest {
  return { cause, id: cause === "timer" ? "change-1" : undefined, parse, limits };
}

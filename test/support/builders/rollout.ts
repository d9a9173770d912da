import { hashSha256 } from "../../../src/adapters/runtime/crypto.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { createStpdParser } from "../../../src/core/fleet/stpd-file.ts";
import { defaultPolicy } from "../../../src/core/settings/policy.ts";
import { planBridge } from "../../../src/core/rollout/plan/bridge.ts";
import type { Planned } from "../../../src/core/rollout/plan/plan.ts";
import {
  newEnvironment,
  type HostProof,
  type HostRecord,
} from "../../../src/core/rollout/state/records.ts";
import { planFleet, type PlanFleetRequest } from "../../../src/core/rollout/plan/plan-fleet.ts";
import type { FleetFiles } from "../../../src/core/config-repo/files-port.ts";
import { createMemoryFiles } from "./fleet.ts";
import { priorityIni } from "./rules.ts";

/** The file in the config repo, and the one on a host before any change. */
export const hard = priorityIni(vendorPriority);
export const oldPorts = "STPD_PORT=11001\nSTPD_HTTP_PORT=11000\n";
export const soft = `${priorityIni("NORMAL")}${oldPorts}`;

export const commit = "c".repeat(40);

export const bridgeOf = (desired: string, current: string): string => {
  const made = planBridge({ desired, current, parse: createStpdParser(defaultPolicy) });
  if (made.kind === "refused") throw new Error(made.refusal.message);
  return made.bytes;
};

export interface TestHost {
  readonly file?: string;
  readonly facts?: string;
  readonly others?: Readonly<Record<string, string>>;
  /** The file on the host according to the ledger; undefined if nothing is known. */
  readonly known?: string | undefined;
  readonly proven?: HostProof["phase"] | null;
}

export const proofOf = (phase: HostProof["phase"]): HostProof => ({
  phase,
  plan: "d".repeat(64),
  rollout: "2026-11-1",
  wave: 1,
});

/** The files of hosts in the environment `production`. */
export function filesOf(hosts: Readonly<Record<string, TestHost>>): Record<string, string> {
  const entries = Object.entries(hosts).flatMap(
    ([name, { file = hard, facts = "", others = {} }]) => [
      [`hosts/${name}/stpd.ini`, file] as const,
      [`hosts/${name}/host.ini`, `environment = production\n${facts}`] as const,
      ...Object.entries(others).map(([other, text]) => [`hosts/${name}/${other}`, text] as const),
    ],
  );
  return Object.fromEntries(entries);
}

export function recordsOf(
  hosts: Readonly<Record<string, TestHost>>,
): ReadonlyMap<string, HostRecord> {
  const records = Object.entries(hosts).flatMap(([host, row]) => {
    const { known, proven = null } = row;
    if ("known" in row && known === undefined) return [];
    const record = {
      host,
      file: known ?? soft,
      proven: proven === null ? null : proofOf(proven),
    };
    return [[host, record] as const];
  });
  return new Map(records);
}

/** Plans for hosts; by default they have the old file, and need the new one. */
export function planOf(
  hosts: Readonly<Record<string, TestHost>>,
  request: Partial<PlanFleetRequest> & { readonly environment?: object } = {},
  files: Readonly<Record<string, string>> = filesOf(hosts),
): Planned {
  return planFrom(createMemoryFiles(files), hosts, request);
}

/** The same from any files. */
export function planFrom(
  files: FleetFiles,
  hosts: Readonly<Record<string, TestHost>>,
  { environment = {}, ...rest }: Partial<PlanFleetRequest> & { readonly environment?: object } = {},
): Planned {
  return planFleet(
    {
      paths: ["."],
      repository: 4711,
      commit,
      phase: "open",
      asOf: "2026-11-25",
      names: [],
      exceptions: [],
      waveSize: 256,
      ledger: {
        commit: "e".repeat(40),
        environment: { ...newEnvironment("production"), ...environment },
        hosts: recordsOf(hosts),
      },
      ...rest,
    },
    { files, hash: hashSha256 },
  );
}

import {
  readServers,
  type ServerGlobals,
} from "../../src/core/rollout/controller/compare-globals.ts";
import type { Controller } from "./controller.ts";

/** The global settings that the newest recorded run of verify read on an environment's Servers. */
export type ReadGlobals = (environment: string) => Promise<readonly ServerGlobals[]>;

/** Fetches and compares the readings of a run once per ledger entry. */
export function createGlobalsReader(
  controller: Pick<
    Controller,
    "writer" | "verifyRuns" | "config" | "hash" | "verifySignature" | "repository"
  >,
): ReadGlobals {
  let known:
    | { readonly of: string; readonly servers: Promise<readonly ServerGlobals[]> }
    | undefined;
  return async (environment) => {
    const { ledger } = await controller.writer.read();
    const { last } = ledger.wire;
    if (last === null || !ledger.globalsBy.has(environment)) return [];
    const of = `${last.run} ${ledger.sequence}`;
    if (known?.of !== of) {
      const servers = controller.verifyRuns
        .newest(last.run - 1)
        .then((run) => (run?.run === last.run ? readServers(run, ledger, controller) : []));
      known = { of, servers };
      servers.catch(() => {
        known = undefined;
      });
    }
    return (await known.servers).filter((server) => server.environment === environment);
  };
}

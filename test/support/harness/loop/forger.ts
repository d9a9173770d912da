import { renameSync, writeFileSync } from "node:fs";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";
import { printHostReport } from "../../../../src/core/rollout/dispatch/host-report.ts";
import { decideEnvironment } from "../../../../src/core/rollout/controller/commands.ts";
import { approve, carryOn, need, type Controlled, type Controller } from "./controlled.ts";
import { environment, findHost, nameFile } from "./fleet.ts";
import type { RunChange } from "./site.ts";

interface Stage {
  readonly bench: Controlled;
  readonly notes: string[];
}

/** A forged report that says good for rds3, in the format of real ones. */
async function forge({ rollout, site }: Controlled, tools: Controller): Promise<string> {
  const { id, phase } = await rollout();
  const { ledger } = await tools.writer.read();
  const { wave = 0, sequence = 0 } = ledger.dispatches.get(id) ?? {};
  const file = hashSha256(findHost(site.hosts, "rds3").files.bridge);
  const of = { schemaVersion: 1, host: "rds3", phase, rollout: id, wave, sequence } as const;
  return printHostReport({ ...of, outcome: "good", code: "forged", message: "", file });
}

/**
 * First another host's job leaves a report of rds3, whose runner never comes; then rds3's own
 * runner lies.
 */
const forgery = { offline: ["rds3"], isForged: false };

export function createForger(find: () => Controlled): RunChange {
  return {
    offline: forgery.offline,
    beforeJob: async (id, { host }) => {
      if (id !== "hosts") return;
      const bench = find();
      const text = await forge(bench, bench.start());
      if (host === "rds2" && forgery.offline.length > 0) {
        const name = "sesam-harden-rds3";
        bench.actions.started
          .at(-1)
          ?.artifacts.set(name, new Map([[`${name}.json`, Buffer.from(text)]]));
      }
      if (host !== "rds3" || forgery.offline.length > 0 || forgery.isForged) return;
      // The runner never runs the program.
      forgery.isForged = true;
      const [forged, honest] = [`${bench.site.sudo}.forged`, `${bench.site.sudo}.honest`];
      writeFileSync(forged, text);
      renameSync(bench.site.sudo, honest);
      const script = `#!/bin/sh\ncat '${forged}'\nmv '${honest}' '${bench.site.sudo}'\n`;
      writeFileSync(bench.site.sudo, script, { mode: 0o755 });
    },
  };
}

/** Two rollouts in which rds3 fails, and one after both were fixed. */
export async function forgeAndRepair({ bench, notes }: Stage): Promise<void> {
  const tools = bench.start();
  const by = "ben";
  for (let round = 0; round < 2; round++) {
    await approve("open", bench);
    await carryOn(tools, bench);
    const { ledger } = await tools.writer.read();
    const { id } = await bench.rollout();
    const { wave = 0 } = ledger.dispatches.get(id) ?? {};
    const results = [...(ledger.traces.get(id)?.results.values() ?? [])];
    const told = results.flatMap(({ host, outcome, reason }) =>
      host === "rds1" ? [] : [`${host} ${outcome}${reason === "" ? "" : ` (${reason})`}`],
    );
    const file = nameFile(findHost(bench.site.hosts, "rds3"));
    notes.push(`wave ${wave}: ${told.join(", ")}; rds3 ${file}`);
    forgery.offline.length = 0;
    const event = { kind: "unlock", by, reason: "the runner is a new one" } as const;
    need(await decideEnvironment(environment, event, tools));
  }
  await approve("open", bench);
  await carryOn(tools, bench);
}

import { encodeBytes } from "../../base/text.ts";
import { readCanonical } from "../../formats/json/canonical.ts";
import { type ByHandHost, type PlannedHost, planRefusals, type RefusedHost } from "./host-plan.ts";
import { listTargets, type Plan, type RestoredFile } from "./plan.ts";
import {
  commitDecoder,
  countDecoder,
  digestDecoder,
  listDecoder,
  matchDecoder,
  nameDecoder,
  nullable,
  recordDecoder,
  textDecoder,
  wordDecoder,
} from "../../formats/json/decode.ts";
import type { Hash } from "../../base/hash.ts";
import { phases } from "../../fleet/phase.ts";

const fileShapes = {
  name: textDecoder,
  role: wordDecoder("server", "rds"),
  before: digestDecoder,
  file: digestDecoder,
  desired: digestDecoder,
  facts: digestDecoder,
  policy: digestDecoder,
};

const planDecoder = recordDecoder<Plan>({
  schemaVersion: wordDecoder(1),
  repository: countDecoder,
  commit: commitDecoder,
  ledger: nullable(commitDecoder),
  environment: nameDecoder,
  phase: wordDecoder(...phases),
  asOf: matchDecoder(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/),
  exceptions: listDecoder(textDecoder),
  waves: listDecoder(listDecoder(textDecoder)),
  hosts: listDecoder(
    recordDecoder<PlannedHost>({ ...fileShapes, wave: countDecoder, runner: textDecoder }),
  ),
  refused: listDecoder(
    recordDecoder<RefusedHost>({
      name: textDecoder,
      // Object.keys() loses the type of the keys; the table is complete.
      reason: wordDecoder(...planRefusals),
    }),
  ),
  byHand: {
    optional: listDecoder(
      recordDecoder<ByHandHost>({ ...fileShapes, reason: wordDecoder("windows-by-hand") }),
    ),
  },
  restores: {
    optional: listDecoder(recordDecoder<RestoredFile>({ name: textDecoder, file: digestDecoder })),
  },
});

/** Parses the canonical text of a plan, and computes its digest; undefined for anything else. */
export function readPlan(
  text: string,
  hash: Hash,
): { readonly plan: Plan; readonly digest: string } | undefined {
  const reading = readCanonical(text);
  const plan = reading.kind === "value" ? planDecoder(reading.value) : undefined;
  if (plan === undefined || !isConsistent(plan)) return undefined;
  return { plan, digest: hash(encodeBytes(text)) };
}

/**
 * Every planned host is in exactly one wave or changed by hand, and waves contain no other hosts. A
 * rollback deploys to each host the file that it lists, is of the phase `open`, and has no hosts
 * that are changed by hand.
 */
function isConsistent(plan: Plan): boolean {
  const { hosts, waves, byHand, restores } = plan;
  const names = waves.flat();
  const planned = new Set(hosts.map(({ name }) => name));
  const changed = listTargets(plan);
  return (
    byHand?.length !== 0 &&
    (restores === undefined || isRollback(plan, restores)) &&
    new Set(changed.map(({ name }) => name)).size === changed.length &&
    planned.size === hosts.length &&
    names.length === hosts.length &&
    new Set(names).size === names.length &&
    names.every((name) => planned.has(name)) &&
    waves.every((wave) => wave.length > 0)
  );
}

function isRollback({ phase, hosts, byHand }: Plan, restores: readonly RestoredFile[]): boolean {
  const files = new Map(restores.map(({ name, file }) => [name, file]));
  return (
    phase === "open" &&
    byHand === undefined &&
    files.size === restores.length &&
    hosts.every(({ name, file }) => files.get(name) === file)
  );
}

import { encodeBytes } from "../../base/text.ts";
import { readCanonical } from "../../formats/json/canonical.ts";
import type { PlannedHost, PlanReason, RefusedHost } from "./host-plan.ts";
import type { Plan } from "./plan.ts";
import {
  commitShape,
  countShape,
  digestShape,
  listShape,
  matchShape,
  nameShape,
  nullable,
  recordShape,
  textShape,
  wordShape,
} from "../../formats/json/decode.ts";
import type { Hash } from "../../base/hash.ts";
import { phases } from "../../fleet/phase.ts";
import { planReasons } from "../../base/reasons.ts";

const planShape = recordShape<Plan>({
  schemaVersion: wordShape(1),
  repository: countShape,
  commit: commitShape,
  ledger: nullable(commitShape),
  environment: nameShape,
  phase: wordShape(...phases),
  asOf: matchShape(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/),
  exceptions: listShape(textShape),
  waves: listShape(listShape(textShape)),
  hosts: listShape(
    recordShape<PlannedHost>({
      name: textShape,
      role: wordShape("server", "rds"),
      wave: countShape,
      runner: textShape,
      before: digestShape,
      file: digestShape,
      desired: digestShape,
      facts: digestShape,
      policy: digestShape,
    }),
  ),
  refused: listShape(
    recordShape<RefusedHost>({
      name: textShape,
      // The keys of a table that is written out in full.
      reason: wordShape(...(Object.keys(planReasons) as PlanReason[])),
    }),
  ),
});

/** Reads a plan from its canonical text, with its digest; undefined for anything else. */
export function readPlan(
  text: string,
  hash: Hash,
): { readonly plan: Plan; readonly digest: string } | undefined {
  const reading = readCanonical(text);
  const plan = reading.kind === "value" ? planShape(reading.value) : undefined;
  if (plan === undefined || !isConsistent(plan)) return undefined;
  return { plan, digest: hash(encodeBytes(text)) };
}

/** Every planned host is in one wave, and no wave holds another. */
function isConsistent({ hosts, waves }: Plan): boolean {
  const names = waves.flat();
  const planned = new Set(hosts.map(({ name }) => name));
  return (
    planned.size === hosts.length &&
    names.length === hosts.length &&
    new Set(names).size === names.length &&
    names.every((name) => planned.has(name)) &&
    waves.every((wave) => wave.length > 0)
  );
}

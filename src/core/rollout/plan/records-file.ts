import { printCanonical, readJsonValue } from "../../formats/json/canonical.ts";
import type {
  CurrentRollout,
  EnvironmentRecord,
  Freeze,
  HostProof,
  HostRecord,
  Lock,
} from "../state/records.ts";
import {
  commitShape,
  countShape,
  digestShape,
  flagShape,
  listShape,
  matchShape,
  nameShape,
  nullable,
  recordShape,
  rolloutShape,
  textShape,
  wordShape,
} from "../../formats/json/decode.ts";
import { phases } from "../../fleet/phase.ts";

/** What the ledger said at one commit: an export that plans can be made from without it. */
export type RecordsFile = {
  readonly schemaVersion: 1;
  /** GitHub's number of the config repo. */
  readonly repository: number;
  /** Commit of the ledger; null where there was none. */
  readonly ledger: string | null;
  readonly environments: readonly EnvironmentRecord[];
  readonly hosts: readonly HostRecord[];
};

export const environmentShape = recordShape<EnvironmentRecord>({
  environment: nameShape,
  frozen: nullable(
    recordShape<Freeze>({ by: nameShape, reason: textShape, until: nullable(countShape) }),
  ),
  locked: nullable(
    recordShape<Lock>({ rollout: rolloutShape, requester: nameShape, reason: textShape }),
  ),
  rollout: nullable(recordShape<CurrentRollout>({ id: rolloutShape, replaceable: flagShape })),
  globals: nullable(digestShape),
});

/** One character a byte. */
const bytesShape = matchShape(/^[\0-\xff]*$/);

export const proofShape = recordShape<HostProof>({
  phase: wordShape(...phases),
  plan: digestShape,
  rollout: rolloutShape,
  wave: countShape,
});

const hostShape = recordShape<HostRecord>({
  host: textShape,
  file: bytesShape,
  proven: nullable(proofShape),
});

const recordsShape = recordShape<RecordsFile>({
  schemaVersion: wordShape(1),
  repository: countShape,
  ledger: nullable(commitShape),
  environments: listShape(environmentShape),
  hosts: listShape(hostShape),
});

export type RecordsReading =
  | { readonly kind: "records"; readonly records: RecordsFile }
  | { readonly kind: "refused"; readonly reason: string };

/** Reads an export, however it is laid out; names may not stand twice. */
export function readRecords(text: string): RecordsReading {
  const reading = readJsonValue(text);
  if (reading.kind === "refused") return { kind: "refused", reason: reading.message };
  const records = recordsShape(reading.value);
  if (records === undefined) return { kind: "refused", reason: "it is no export of records" };
  const names = [
    records.environments.map(({ environment }) => environment),
    records.hosts.map(({ host }) => host),
  ];
  return names.every((list) => new Set(list).size === list.length)
    ? { kind: "records", records }
    : { kind: "refused", reason: "an environment or a host stands in it twice" };
}

export function printRecords(records: RecordsFile): string {
  return printCanonical(records);
}

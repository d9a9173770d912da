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
  commitDecoder,
  countDecoder,
  digestDecoder,
  flagDecoder,
  listDecoder,
  matchDecoder,
  nameDecoder,
  nullable,
  recordDecoder,
  rolloutDecoder,
  textDecoder,
  wordDecoder,
} from "../../formats/json/decode.ts";
import { phases } from "../../fleet/phase.ts";
import { hostKeysDecoder, type HostKey } from "../state/host-keys.ts";

/** An export of the ledger at one commit, from which plans can be made without the ledger. */
export type RecordsFile = {
  readonly schemaVersion: 1;
  /** GitHub's id of the config repo. */
  readonly repository: number;
  /** Commit of the ledger; null if there was none. */
  readonly ledger: string | null;
  readonly environments: readonly EnvironmentRecord[];
  readonly hosts: readonly HostRecord[];
  /** Public keys with which hosts sign their reports; omitted if there are none. */
  readonly keys?: readonly HostKey[];
};

export const environmentDecoder = recordDecoder<EnvironmentRecord>({
  environment: nameDecoder,
  frozen: nullable(
    recordDecoder<Freeze>({ by: nameDecoder, reason: textDecoder, until: nullable(countDecoder) }),
  ),
  locked: nullable(
    recordDecoder<Lock>({ rollout: rolloutDecoder, requester: nameDecoder, reason: textDecoder }),
  ),
  rollout: nullable(
    recordDecoder<CurrentRollout>({ id: rolloutDecoder, replaceable: flagDecoder }),
  ),
  globals: nullable(digestDecoder),
});

/** One character per byte. */
const bytesDecoder = matchDecoder(/^[\0-\xff]*$/);

export const proofDecoder = recordDecoder<HostProof>({
  phase: wordDecoder(...phases),
  plan: digestDecoder,
  rollout: rolloutDecoder,
  wave: countDecoder,
});

const hostDecoder = recordDecoder<HostRecord>({
  host: textDecoder,
  file: bytesDecoder,
  proven: nullable(proofDecoder),
});

const recordsDecoder = recordDecoder<RecordsFile>({
  schemaVersion: wordDecoder(1),
  repository: countDecoder,
  ledger: nullable(commitDecoder),
  environments: listDecoder(environmentDecoder),
  hosts: listDecoder(hostDecoder),
  keys: { optional: hostKeysDecoder },
});

export type RecordsReading =
  | { readonly kind: "records"; readonly records: RecordsFile }
  | { readonly kind: "refused"; readonly reason: string };

/** Parses an export in any JSON layout; duplicate names are refused. */
export function readRecords(text: string): RecordsReading {
  const reading = readJsonValue(text);
  if (reading.kind === "refused") return { kind: "refused", reason: reading.message };
  const records = recordsDecoder(reading.value);
  if (records === undefined) return { kind: "refused", reason: "it is not an export of records" };
  const names = [
    records.environments.map(({ environment }) => environment),
    records.hosts.map(({ host }) => host),
    (records.keys ?? []).map(({ host }) => host),
  ];
  return names.every((list) => new Set(list).size === list.length)
    ? { kind: "records", records }
    : { kind: "refused", reason: "it lists an environment or a host twice" };
}

/** `##[`, which a GitHub runner would read as a command, is escaped. */
export function printRecords(records: RecordsFile): string {
  return printCanonical(records).replaceAll("##[", "\\u0023#[");
}

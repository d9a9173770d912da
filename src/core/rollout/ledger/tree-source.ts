import { HardenError } from "../../base/errors.ts";
import { readCanonical } from "../../formats/json/canonical.ts";
import { environmentPath, filePath } from "./layout.ts";
import { newEnvironment, type EnvironmentRecord, type HostRecord } from "../state/records.ts";
import { environmentDecoder, proofDecoder } from "../plan/records-file.ts";
import {
  digestDecoder,
  nullable,
  recordDecoder,
  textDecoder,
  type Decoder,
} from "../../formats/json/decode.ts";
import { decodeBytes } from "../../base/text.ts";
import type { LedgerSource } from "./plan-source.ts";
import type { Tree } from "../../config-repo/tree-files.ts";
import type { Hash } from "../../base/hash.ts";

/** What of a commit of the ledger a plan looks at. */
export function isOfLedgerView(path: string): boolean {
  return /^(environments|files|hosts)\//.test(path);
}

/** Here the file is named by its SHA-256. */
const hostDecoder = recordDecoder<HostRecord>({
  host: textDecoder,
  file: digestDecoder,
  proven: nullable(proofDecoder),
});

/**
 * The ledger at a commit, by the files that the controller writes beside its entries. Whoever names
 * the commit vouches for it: a ticket does, by the plan; signatures are not looked at here. Throws
 * HardenError `broke` for files that do not fit together.
 */
export function createTreeSource(
  { commit, entries }: Pick<Tree, "entries"> & { readonly commit: string },
  hash: Hash,
): LedgerSource {
  const read = (path: string): string | undefined => {
    const entry = entries.get(path);
    return entry?.kind === "file" ? entry.bytes : undefined;
  };
  const parse = <Value>(path: string, shape: Decoder<Value>): Value => {
    const reading = readCanonical(decodeBytes(read(path) ?? "").replace(/\n$/, ""));
    const value = reading.kind === "value" ? shape(reading.value) : undefined;
    if (value === undefined) throw refuse(path, "it is no record of this version");
    return value;
  };
  const readFile = (digest: string): string => {
    const place = filePath(digest);
    const file = read(place);
    if (file === undefined || hash(file) !== digest) throw refuse(place, "it is not whole");
    return file;
  };
  const readHost = (path: string): readonly [string, HostRecord] => {
    const { host, file: digest, proven } = parse(path, hostDecoder);
    return [host, { host, file: readFile(digest), proven }];
  };
  return {
    repository: undefined,
    readFiles: (digests) => new Map(digests.map((digest) => [digest, readFile(digest)])),
    read: async (name) => {
      const path = environmentPath(name);
      const environment: EnvironmentRecord =
        read(path) === undefined ? newEnvironment(name) : parse(path, environmentDecoder);
      if (environment.environment !== name) throw refuse(path, "it is of another environment");
      const paths = [...entries.keys()].filter((one) => one.startsWith("hosts/"));
      return { commit, environment, hosts: new Map(paths.map(readHost)) };
    },
  };
}

function refuse(path: string, reason: string): HardenError {
  return new HardenError(
    "broke",
    `the ledger cannot be read: ${path}: ${reason}`,
    "Verify it with sesam-harden ledger verify, and look at who wrote to its branch.",
  );
}

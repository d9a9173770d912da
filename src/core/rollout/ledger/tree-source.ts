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

/** Whether a plan reads this path of the ledger. */
export function isOfLedgerView(path: string): boolean {
  return /^(environments|files|hosts)\//.test(path);
}

/** Contains the SHA-256 of the file instead of its bytes. */
const hostDecoder = recordDecoder<HostRecord>({
  host: textDecoder,
  file: digestDecoder,
  proven: nullable(proofDecoder),
});

/**
 * Reads the ledger at a commit from the files that the controller writes next to its entries.
 * Signatures are not checked: the ticket names the commit, and so vouches for it. Throws
 * HardenError `broke` if files do not match.
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
    if (value === undefined)
      throw refuse(path, "not a record of a version that this release can read");
    return value;
  };
  const readFile = (digest: string): string => {
    const place = filePath(digest);
    const file = read(place);
    if (file === undefined || hash(file) !== digest)
      throw refuse(place, "the file is missing, or does not match its SHA-256");
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
      if (environment.environment !== name) throw refuse(path, "it belongs to another environment");
      const paths = [...entries.keys()].filter((one) => one.startsWith("hosts/"));
      return { commit, environment, hosts: new Map(paths.map(readHost)) };
    },
  };
}

function refuse(path: string, reason: string): HardenError {
  return new HardenError(
    "broke",
    `the ledger cannot be read: ${path}: ${reason}`,
    "Run sesam-harden ledger verify, and check who pushed to the ledger branch.",
  );
}

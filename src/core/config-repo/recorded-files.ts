import { relativePath } from "../base/paths.ts";
import type { FleetFiles } from "./files-port.ts";
import type { Hash } from "../base/hash.ts";

/** Files that record every read, so that a report can list its inputs. */
export interface WitnessedFiles {
  readonly files: FleetFiles;
  /** The files that were read, relative to a root; absolute outside it. */
  readonly list: (root: string) => readonly InputFile[];
}

export function witnessFiles(files: FleetFiles, hash: Hash): WitnessedFiles {
  const digests = new Map<string, string>();
  return {
    files: {
      ...files,
      read: (path, limit) => {
        const reading = files.read(path, limit);
        if (reading.kind === "bytes") digests.set(path, hash(reading.bytes));
        return reading;
      },
    },
    list: (root) =>
      [...digests].map(([path, digest]) => ({ path: relativePath(root, path) ?? path, digest })),
  };
}

/** An input file of the result. */
export interface InputFile {
  /** Relative to the root of the fleet; absolute outside it. */
  readonly path: string;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

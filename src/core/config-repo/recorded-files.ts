import { relativePath } from "../base/paths.ts";
import type { FleetFiles } from "./files-port.ts";
import type { Hash } from "../base/hash.ts";

/** Files whose every reading is remembered, so that a report can say what it rests on. */
export interface WitnessedFiles {
  readonly files: FleetFiles;
  /** What was read, named from a root; absolute where it lies elsewhere. */
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

/** A file that the result rests on. */
export interface InputFile {
  /** From the root of the fleet; absolute where it lies elsewhere. */
  readonly path: string;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

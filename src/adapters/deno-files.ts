import type { FileReading } from "../core/fleet/read-host.ts";
import { resolvePath } from "../core/paths.ts";
import type { FleetFiles, PathKind } from "../usecases/fleet-files.ts";
import type { DenoNamespace } from "./deno.ts";
import { explainFileError, tooLarge } from "./file-errors.ts";

/** The files as Deno sees them; needs `--allow-read` and nothing else. */
export function createDenoFiles(deno: DenoNamespace): FleetFiles {
  const windows = deno.build.os === "windows";
  let buffer = new Uint8Array(0);

  const read = (path: string, limit: number): FileReading => {
    try {
      const file = deno.openSync(path);
      try {
        let length = 0;
        // One byte more than the limit tells a file that is too large.
        while (length <= limit) {
          if (length === buffer.length) buffer = grow(buffer, limit + 1);
          const count = file.readSync(buffer.subarray(length));
          if (count === null || count === 0) break;
          length += count;
        }
        if (length > limit) return { kind: "unreadable", reason: tooLarge(limit) };
        return { kind: "bytes", bytes: byteString(buffer.subarray(0, length)) };
      } finally {
        file.close();
      }
    } catch (error) {
      return { kind: "unreadable", reason: explainFileError(error) };
    }
  };

  return {
    absolute: (typed) => resolvePath(deno.cwd(), typed, windows),
    kindOf: (path): PathKind => {
      try {
        const { isFile, isDirectory } = deno.statSync(path);
        const kind = isFile ? "file" : isDirectory ? "folder" : "other";
        const realPath = deno.realPathSync(path);
        return { kind, realPath: windows ? realPath.replaceAll("\\", "/") : realPath };
      } catch (error) {
        if (error instanceof Error && error.name === "NotFound") return { kind: "missing" };
        return { kind: "unreadable", reason: explainFileError(error) };
      }
    },
    list: (folder) => {
      try {
        const entries = Array.from(deno.readDirSync(folder), (entry) => ({
          name: entry.name,
          kind: entry.isFile
            ? ("file" as const)
            : entry.isDirectory
              ? ("folder" as const)
              : entry.isSymlink
                ? ("link" as const)
                : ("other" as const),
        }));
        return { kind: "entries", entries };
      } catch (error) {
        return { kind: "unreadable", reason: explainFileError(error) };
      }
    },
    read,
  };
}

/** Real files fit the first size; a large buffer would cost every start some time. */
function grow(buffer: Uint8Array<ArrayBuffer>, most: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(most, Math.max(16_384, buffer.length * 4)));
  larger.set(buffer);
  return larger;
}

/** One character a byte; in pieces, since a call takes only so many arguments. */
function byteString(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}

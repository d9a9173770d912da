import type { FileReading } from "../../core/fleet/read-host.ts";
import { parentOf, resolvePath } from "../../core/base/paths.ts";
import type { FleetFiles, PathKind, Replacement } from "../../core/config-repo/files-port.ts";
import type { DenoNamespace } from "./deno.ts";
import { explainAccess, isNotPermitted, isPermitted, type FileRefusal } from "./deno-permission.ts";
import { changedMeanwhile, explainFileError, notRegular, tooLarge } from "./file-errors.ts";

/** Files under Deno; reading needs only `--allow-read` for the paths. */
export function createDenoFiles(deno: DenoNamespace): FleetFiles {
  const windows = deno.build.os === "windows";
  let buffer = new Uint8Array(0);

  const read = (path: string, limit: number): FileReading => {
    try {
      // Opening a FIFO without a writer would block.
      const { isFile, isDirectory } = deno.statSync(path);
      if (!isFile && !isDirectory) return { kind: "unreadable", reason: notRegular };
      const file = deno.openSync(path);
      try {
        let length = 0;
        // One byte more than the limit detects a file that is too large.
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
      return { kind: "unreadable", ...explainReading(error, path) };
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
        return { kind: "unreadable", ...explainReading(error, path) };
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
        return { kind: "unreadable", ...explainReading(error, folder) };
      }
    },
    read,
    // Same steps as createNodeFiles(), except for the mode, which Deno can only set by path.
    replace: (path, before, after): Replacement => {
      let temporary: string | undefined;
      try {
        // Follows a link within the repository, so that it stays a link.
        const target = before === undefined ? path : deno.realPathSync(path);
        const mode = before === undefined ? 0o644 : (deno.statSync(target).mode ?? 0o644) & 0o7777;
        const name = `${target}.${crypto.randomUUID()}.new`;
        const file = deno.openSync(name, { write: true, createNew: true, mode });
        temporary = name;
        try {
          let rest = Uint8Array.from(after, (char) => char.charCodeAt(0));
          while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
          file.syncSync();
        } finally {
          file.close();
        }
        if (!windows) deno.chmodSync(name, mode);
        const current = read(target, Number.MAX_SAFE_INTEGER);
        const bytes = current.kind === "bytes" ? current.bytes : undefined;
        // Two hosts may share a file through a link: then it is fixed already.
        if (bytes === after) return { kind: "replaced" };
        if (bytes !== before) return { kind: "refused", reason: changedMeanwhile };
        deno.renameSync(name, target);
        temporary = undefined;
        return { kind: "replaced" };
      } catch (error) {
        return { kind: "refused", ...explainWriting(error, path) };
      } finally {
        if (temporary !== undefined) deno.removeSync(temporary);
      }
    },
  };
}

function explainReading(error: unknown, path: string): FileRefusal {
  return isNotPermitted(error) ? explainAccess("read", path) : { reason: explainFileError(error) };
}

/** A file is replaced by a new one next to it, so its directory must be writable. */
function explainWriting(error: unknown, path: string): FileRefusal {
  if (!isNotPermitted(error)) return { reason: explainFileError(error) };
  const folder = parentOf(path);
  return isPermitted("read", path) && isPermitted("read", folder)
    ? explainAccess("write", folder)
    : explainAccess("read", folder);
}

/** Most files fit the first size; a large buffer would slow down every start. */
function grow(buffer: Uint8Array<ArrayBuffer>, most: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(most, Math.max(16_384, buffer.length * 4)));
  larger.set(buffer);
  return larger;
}

/** One character per byte; in pieces, because a call has a limited number of arguments. */
function byteString(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}

import type { Dirent } from "node:fs";
import type { FileReading } from "../../core/fleet/read-host.ts";
import { resolvePath } from "../../core/base/paths.ts";
import type {
  FleetFiles,
  FolderEntry,
  PathKind,
  Replacement,
} from "../../core/config-repo/files-port.ts";
import { changedMeanwhile, explainFileError, notRegular, tooLarge } from "./file-errors.ts";

/** Files under Node. Uses `getBuiltinModule`, because imports slow down every start. */
export function createNodeFiles(): FleetFiles {
  const fs = process.getBuiltinModule("node:fs");
  const windows = process.platform === "win32";
  let buffer = Buffer.allocUnsafe(0);

  const read = (path: string, limit: number): FileReading => {
    let file: number | undefined;
    try {
      // Without O_NONBLOCK, opening a FIFO without a writer blocks; Windows has no such flag.
      file = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
      const status = fs.fstatSync(file);
      if (!status.isFile() && !status.isDirectory()) {
        return { kind: "unreadable", reason: notRegular };
      }
      let length = 0;
      // One byte more than the limit detects a file that is too large.
      while (length <= limit) {
        if (length === buffer.length) buffer = grow(buffer, limit + 1);
        const count = fs.readSync(file, buffer, length, buffer.length - length, null);
        if (count === 0) break;
        length += count;
      }
      if (length > limit) return { kind: "unreadable", reason: tooLarge(limit) };
      return { kind: "bytes", bytes: buffer.toString("latin1", 0, length) };
    } catch (error) {
      return { kind: "unreadable", reason: explainFileError(error) };
    } finally {
      if (file !== undefined) fs.closeSync(file);
    }
  };

  return {
    absolute: (typed) => resolvePath(process.cwd(), typed, windows),
    kindOf: (path): PathKind => {
      try {
        const status = fs.statSync(path, { throwIfNoEntry: false });
        if (status === undefined) return { kind: "missing" };
        const kind = status.isFile() ? "file" : status.isDirectory() ? "folder" : "other";
        const realPath = fs.realpathSync.native(path);
        return { kind, realPath: windows ? realPath.replaceAll("\\", "/") : realPath };
      } catch (error) {
        return { kind: "unreadable", reason: explainFileError(error) };
      }
    },
    list: (folder) => {
      try {
        const entries = fs.readdirSync(folder, { withFileTypes: true });
        return { kind: "entries", entries: entries.map(describeEntry) };
      } catch (error) {
        return { kind: "unreadable", reason: explainFileError(error) };
      }
    },
    read,
    replace: (path, before, after): Replacement => {
      let temporary: string | undefined;
      try {
        // Follows a link within the repository, so that it stays a link.
        const target = before === undefined ? path : fs.realpathSync.native(path);
        const mode = before === undefined ? 0o644 : fs.statSync(target).mode & 0o7777;
        const name = `${target}.${crypto.randomUUID()}.new`;
        const file = fs.openSync(name, "wx", mode);
        temporary = name;
        try {
          fs.writeFileSync(file, after, "latin1");
          fs.fchmodSync(file, mode);
          fs.fsyncSync(file);
        } finally {
          fs.closeSync(file);
        }
        const current = fs.existsSync(target) ? fs.readFileSync(target, "latin1") : undefined;
        // Two hosts may share a file through a link: then it is fixed already.
        if (current === after) return { kind: "replaced" };
        if (current !== before) return { kind: "refused", reason: changedMeanwhile };
        fs.renameSync(temporary, target);
        temporary = undefined;
        return { kind: "replaced" };
      } catch (error) {
        return { kind: "refused", reason: explainFileError(error) };
      } finally {
        if (temporary !== undefined) fs.rmSync(temporary, { force: true });
      }
    },
  };
}

/** Most files fit the first size; a large buffer would slow down every start. */
function grow(buffer: Buffer<ArrayBuffer>, most: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(Math.min(most, Math.max(16_384, buffer.length * 4)));
  buffer.copy(larger);
  return larger;
}

function describeEntry(entry: Dirent): FolderEntry {
  const { name } = entry;
  if (entry.isFile()) return { name, kind: "file" };
  if (entry.isDirectory()) return { name, kind: "folder" };
  return { name, kind: entry.isSymbolicLink() ? "link" : "other" };
}

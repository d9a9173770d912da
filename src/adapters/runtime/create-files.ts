import { parentOf } from "../../core/base/paths.ts";
import { explainAccess, isNotPermitted, type FileRefusal } from "./deno-permission.ts";
import { explainFileError } from "./file-errors.ts";

export type Creation = { readonly kind: "created" } | ({ readonly kind: "refused" } & FileRefusal);

/**
 * Writes a new file and missing directories above it, and syncs them to disk. Never overwrites: a
 * file that appeared in the meantime is refused. One character per byte; removes a file that could
 * not be written completely.
 */
export function createFile(path: string, bytes: string): Creation {
  const fs = process.getBuiltinModule("node:fs");
  let made = false;
  try {
    makeFolder(parentOf(path));
    const file = fs.openSync(path, "wx", 0o644);
    made = true;
    try {
      fs.writeFileSync(file, bytes, "latin1");
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    return { kind: "created" };
  } catch (error) {
    if (made) fs.rmSync(path, { force: true });
    const refusal: FileRefusal = isNotPermitted(error)
      ? explainAccess("write", parentOf(path))
      : {
          reason: hasCode(error, "EEXIST")
            ? "it was created in the meantime"
            : explainFileError(error),
        };
    return { kind: "refused", ...refusal };
  }
}

/** On a read-only disk, Node's recursive mkdir reports that the directory does not exist. */
function makeFolder(folder: string): void {
  const fs = process.getBuiltinModule("node:fs");
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    if (hasCode(error, "EEXIST")) return;
    if (!hasCode(error, "ENOENT") || parentOf(folder) === folder) throw error;
    makeFolder(parentOf(folder));
    fs.mkdirSync(folder);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

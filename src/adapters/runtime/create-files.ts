import { parentOf } from "../../core/base/paths.ts";
import { explainAccess, isNotPermitted, type FileRefusal } from "./deno-permission.ts";
import { explainFileError } from "./file-errors.ts";

export type Creation = { readonly kind: "created" } | ({ readonly kind: "refused" } & FileRefusal);

/**
 * Writes a file that does not exist yet, with the directories above it, and forces it to the disk.
 * Never overwrites: a file that appeared meanwhile is refused. One character a byte; removes what it
 * could not write whole.
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
      : { reason: hasCode(error, "EEXIST") ? "it appeared meanwhile" : explainFileError(error) };
    return { kind: "refused", ...refusal };
  }
}

/** On a read-only disk Node's own recursion says that the directory does not exist. */
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

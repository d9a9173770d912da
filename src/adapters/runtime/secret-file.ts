import { explainAccess, isNotPermitted, type FileRefusal } from "./deno-permission.ts";
import { HardenError } from "../../core/base/errors.ts";
import { makeVisible } from "../../core/base/text.ts";

/**
 * Writes a new file that only its owner can read; on Windows the permissions of its directory
 * apply. Throws HardenError `broke`, also if the name exists: a key that is in use is never
 * overwritten.
 */
export function writeSecretFile(path: string, text: string): void {
  const fs = process.getBuiltinModule("node:fs");
  try {
    const file = fs.openSync(path, "wx", 0o600);
    try {
      fs.fchmodSync(file, 0o600);
      fs.writeFileSync(file, text);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const refusal: FileRefusal = isNotPermitted(error)
      ? explainAccess("write", path)
      : { reason: message };
    const {
      reason,
      next = "Name a new file in a writable directory; an existing key is never overwritten.",
    } = refusal;
    throw new HardenError(
      "broke",
      `the key could not be written to ${makeVisible(path)}: ${makeVisible(reason)}`,
      next,
      { cause: error },
    );
  }
}

import { lstatSync, mkdirSync } from "node:fs";
import { HardenError } from "../../core/base/errors.ts";

/**
 * Makes the folder for the sockets of connections, or sees that it is nobody else's: whoever can
 * write there can take a connection over. Throws HardenError `settings` where that is so.
 */
export function openControlFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const status = lstatSync(folder);
  const isOurs = status.isDirectory() && status.uid === process.getuid?.();
  if (isOurs && (status.mode & 0o077) === 0) return;
  throw new HardenError(
    "settings",
    `others can write to ${folder}, or look into it, or it is no folder`,
    "Remove it: it is made anew, for the user alone who runs this.",
  );
}

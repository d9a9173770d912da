import { HardenError } from "../core/base/errors.ts";
import { makeVisible } from "../core/base/text.ts";
import { usage } from "./options.ts";
import type { Shell } from "./context.ts";

export interface OptionFile {
  /** Name of the option, such as --plan. */
  readonly option: string;
  /** As typed. */
  readonly path: string;
  /** Maximum size in bytes. */
  readonly limit: number;
}

/**
 * Reads the file that an option names, as bytes: one character per byte. Throws HardenError `usage`
 * with path and reason if it cannot be read.
 */
export function readOptionFile(
  { option, path, limit }: OptionFile,
  { files }: Pick<Shell, "files">,
): string {
  const absolute = files.absolute(path);
  const reading = files.read(absolute, limit);
  if (reading.kind === "bytes") return reading.bytes;
  const name = `${option} ${makeVisible(path)}`;
  if (reading.kind === "missing" || files.kindOf(absolute).kind === "missing") {
    throw usage(`${name}: no such file`);
  }
  const { reason, next } = reading;
  if (next === undefined) throw usage(`${name}: ${reason}`);
  throw new HardenError("usage", `${name}: ${reason}`, next);
}

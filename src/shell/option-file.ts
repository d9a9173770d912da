import { HardenError } from "../core/base/errors.ts";
import { makeVisible } from "../core/base/text.ts";
import { usage } from "./options.ts";
import type { Shell } from "./context.ts";

export interface OptionFile {
  /** For people, as --plan. */
  readonly option: string;
  /** As it was typed. */
  readonly path: string;
  /** Bytes; a larger file is refused. */
  readonly limit: number;
}

/**
 * What is in a file that an option names, one character a byte. Throws HardenError `usage`, with
 * the path and the reason, where it cannot be read.
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
    throw usage(`${name}: there is no such file`);
  }
  const { reason, next } = reading;
  if (next === undefined) throw usage(`${name}: ${reason}`);
  throw new HardenError("usage", `${name}: ${reason}`, next);
}

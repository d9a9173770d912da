import { joinPath } from "../../../core/base/paths.ts";
import { decodeBytes } from "../../../core/base/text.ts";
import type { Shell } from "../../../shell/context.ts";

const maxBytes = 64 * 1024 * 1024;

/** The lines of a host's `records.jsonl`, oldest first; empty if it cannot be read. */
export function readRecordLines(state: string, { files }: Pick<Shell, "files">): readonly string[] {
  const records = files.read(joinPath(state, "records.jsonl"), maxBytes);
  if (records.kind !== "bytes") return [];
  return decodeBytes(records.bytes)
    .split("\n")
    .filter((line) => line !== "");
}

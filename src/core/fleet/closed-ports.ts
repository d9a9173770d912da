import type { HostFolder } from "./host-folder.ts";
import { type FindUse, type PlainPortKey, plainKeys } from "./port-usage.ts";
import {
  plainNumber,
  plainPortEntries,
  portOf,
  type StpdEntry,
  type StpdFile,
} from "./stpd-file.ts";
import { hasPlainPort } from "./verdict.ts";

/** True if a plain port that may be open before may be closed after, or has another number then. */
export function closesPlainPort(before: StpdFile, after: StpdFile): boolean {
  const isClosed = plainKeys.some(
    (key) => plainPortEntries(before, key).length > 0 && !keepsPorts(key, before, after),
  );
  return isClosed || (hasPlainPort(before) && !hasPlainPort(after));
}

/**
 * Names a task or event that uses a plain port of the host which may not be open with the new file;
 * undefined if none does. An exception from a rule does not matter: the task would fail all the
 * same.
 */
export function findClosedUse(
  { folder, findUse }: { readonly folder: HostFolder; readonly findUse: FindUse },
  before: StpdFile,
  after: StpdFile,
): string | undefined {
  return plainKeys
    .filter((key) => !keepsPorts(key, before, after))
    .map((key) => findUse(folder, key))
    .find((use) => use !== undefined);
}

/** Whether each port line is there again, or a line that certainly sets its number. */
function keepsPorts(key: PlainPortKey, before: StpdFile, after: StpdFile): boolean {
  const kept = plainPortEntries(after, key);
  const isKept = (old: StpdEntry): boolean => {
    const port = plainNumber(old);
    return kept.some(
      (entry) => isSame(entry, old) || (port !== undefined && portOf(entry) === port),
    );
  };
  return kept.length > 0 && plainPortEntries(before, key).every(isKept);
}

function isSame(a: StpdEntry, b: StpdEntry): boolean {
  return a.value === b.value && a.isQuoted === b.isQuoted;
}

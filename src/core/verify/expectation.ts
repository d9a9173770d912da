import {
  commentedEntries,
  isLeftOpen,
  plainPortEntries,
  type StpdFile,
} from "../fleet/stpd-file.ts";
import { httpsPort } from "../fleet/verdict.ts";
import type { PlainPortKey } from "../fleet/port-usage.ts";
import type { Place } from "../formats/ini/document.ts";

/** What a scan should show if the file is in use. */
export interface Expectation {
  readonly opensHttps: boolean;
  readonly opensPlain: Readonly<Record<PlainPortKey, boolean>>;
  /** GnuTLS suite names by TLS version that an allowed build could accept; undefined without a string. */
  readonly suites: ReadonlyMap<string, ReadonlySet<string>> | undefined;
}

export function readExpectation(file: StpdFile): Expectation {
  const opens = (key: PlainPortKey): boolean =>
    plainPortEntries(file, key).length > 0 || isLeftOpen(file, key);
  return {
    opensHttps: httpsPort(file) !== undefined,
    opensPlain: { STPD_PORT: opens("STPD_PORT"), STPD_HTTP_PORT: opens("STPD_HTTP_PORT") },
    suites: file.priorityLines.length === 0 ? undefined : listSuites(file),
  };
}

function listSuites({ priorityLines }: StpdFile): ReadonlyMap<string, ReadonlySet<string>> {
  const suites = new Map<string, Set<string>>();
  for (const { evaluation } of priorityLines.flatMap(({ readings }) => readings)) {
    for (const [version, list] of Object.entries(evaluation.possible)) {
      const names = suites.get(version) ?? new Set();
      for (const { name } of list) names.add(name);
      suites.set(version, names);
    }
  }
  return suites;
}

/** The line that sets a port or has it commented out; undefined if there is none. */
export function placeOfPort(file: StpdFile, key: PlainPortKey): Place | undefined {
  const [entry] = plainPortEntries(file, key);
  if (entry !== undefined) {
    return { line: entry.line, span: [entry.keySpan[0], entry.valueSpan[1]] };
  }
  const [line] = commentedEntries(file, key);
  if (line === undefined) return undefined;
  const raw = file.document.lines[line]?.raw ?? "";
  return { line, span: [0, raw.trimEnd().length] };
}

/** The first line that sets a priority string; undefined if there is none. */
export function placeOfPriority({ priorityLines }: StpdFile): Place | undefined {
  const entry = priorityLines[0]?.entry;
  if (entry === undefined) return undefined;
  return { line: entry.line, span: [entry.keySpan[0], entry.valueSpan[1]] };
}

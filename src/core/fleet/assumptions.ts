import { factsOf, type HostFolder } from "./host-folder.ts";
import { entriesOf, isLeftUnsaid, isSpelt, priorityKey, type StpdFile } from "./stpd-file.ts";
import { plainKeys } from "./port-usage.ts";

/** Assumptions of a verdict about what SEP does not document or host.ini does not say. */
export const assumptions = {
  "absent-port": "if the file has no key for an old port, that port is closed",
  "duplicate-key": "STPD uses one of several lines of a key; each of them is checked",
  "repeated-section": "the keys of all [STPD_Server] sections are read",
  spelling: "in another spelling, an old port is open and HTTPS is not available",
  "stray-line": "STPD skips a line that is not a setting",
  "default-priority": "without a priority string STPD accepts TLS 1.1 and older, and 1.2 too",
  "gnutls-release": "the host runs one of the GnuTLS releases that the settings allow",
  "windows-avx": "the host is not Windows without AVX",
  "sesam-version": "the host runs SEP sesam 5.1.0 or newer",
} as const;

export type Assumption = keyof typeof assumptions;

/** The assumptions that hold for a host, in the order of the list; none where nothing was read. */
export function listAssumptions(folder: HostFolder): readonly Assumption[] {
  const { stpd } = folder;
  if (stpd.kind !== "file" || stpd.broken.length > 0) return [];
  const { os, avx, version, gnutls } = factsOf(folder);
  const rests: Readonly<Record<Assumption, boolean>> = {
    "absent-port": plainKeys.some((key) => isLeftUnsaid(stpd, key)) && stpd.absentPort === "closed",
    "duplicate-key": [...stpd.serverEntries.values()].some(
      (entries) => entries[0]?.known !== undefined && entries.length > 1,
    ),
    "repeated-section": stpd.sections.filter(({ inServer }) => inServer === "yes").length > 1,
    spelling: hasOtherSpelling(stpd),
    "stray-line": stpd.strays.length > 0 || stpd.foreignComments.length > 0,
    "default-priority": entriesOf(stpd, priorityKey).length === 0,
    "gnutls-release": gnutls === undefined,
    "windows-avx": os === undefined || (os === "windows" && avx === undefined),
    "sesam-version": version === undefined,
  };
  const codes = Object.keys(assumptions) as readonly Assumption[];
  return codes.filter((code) => rests[code]);
}

function hasOtherSpelling({ entries }: StpdFile): boolean {
  return entries.some(
    (entry) => entry.known !== undefined && entry.inServer !== "no" && !isSpelt(entry),
  );
}

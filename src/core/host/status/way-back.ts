import { entriesOf, readPort, type ParseStpd } from "../../fleet/stpd-file.ts";
import { keyOfPort } from "../../probe/target-ports.ts";
import type { Journal } from "../journal.ts";
import { formatTime } from "../../base/dates.ts";

export interface KeptStpd {
  readonly digest: string;
  readonly keptAtMs: number;
  /** Undefined if the file is unreadable or damaged. */
  readonly bytes: string | undefined;
}

export interface WayBack {
  /** Name of the host, and an address that clients use for it. */
  readonly host: string;
  readonly address: string;
  readonly journal: Journal | undefined;
  /** SHA-256 of the file in place, or why it cannot be read. */
  readonly live: { readonly digest: string } | { readonly reason: string };
  /** Newest first. */
  readonly kept: readonly KeptStpd[];
  /** SHA-256 of the file before the last verified change, if recorded. */
  readonly previous: string | undefined;
  /** SHA-256 of verified files, with the time of the record. */
  readonly verified: ReadonlyMap<string, string>;
  readonly parse: ParseStpd;
  readonly commands: WayBackCommands;
}

/** Shell commands for the machine on which they are printed. */
export interface WayBackCommands {
  readonly putBack: (digest: string) => string;
  readonly restart: string;
  /** Ends the change, so that nothing is undone later. */
  readonly forget: (id: string) => string;
}

/**
 * Prints the manual rollback as a shell script. Lines that should not run as they are, are
 * comments. The commands do not need this program.
 */
export function printWayBack(way: WayBack): readonly string[] {
  const { journal, host, address, commands } = way;
  const aim = journal?.before ?? way.previous;
  const isKept = way.kept.some(({ digest, bytes }) => digest === aim && bytes !== undefined);
  const back = aim === undefined || !isKept ? [] : [commands.putBack(aim), commands.restart];
  return [
    ...describePresent(way),
    ...describeAim(way, aim, isKept),
    ...back,
    ...(journal === undefined || !isKept ? [] : [commands.forget(journal.id)]),
    ...(back.length === 0 ? [] : [`# Then check it: sesam-harden probe ${address}`]),
    ...listOthers(way, aim),
    `# Show its status: sesam-harden host status --host ${host}`,
  ];
}

function describePresent({ host, journal, live }: WayBack): readonly string[] {
  const change =
    journal === undefined
      ? "no change is unfinished"
      : `the change ${journal.phase} is unfinished since ${formatTime(Date.parse(journal.startedAt))}`;
  const place = "reason" in live ? `cannot be read: ${live.reason}` : live.digest;
  const digest = "digest" in live ? live.digest : "";
  const names = new Map([
    // In phase open the new file is the bridge; in phase close the previous file is.
    [journal?.bridge ?? undefined, ", the bridge"],
    [journal?.after, ", the new file"],
    [journal?.before, ", the file before the change"],
  ]);
  return [
    `# ${host}: ${change}.`,
    `# In place: ${place}${names.get(digest) ?? ""}`,
    ...("reason" in live ? ["# Afterwards check that SEP sesam's user can read the file."] : []),
  ];
}

function describeAim(way: WayBack, aim: string | undefined, isKept: boolean): readonly string[] {
  if (aim === undefined) return ["# The previous file is not recorded."];
  const what = `the file before the ${way.journal === undefined ? "last " : ""}change`;
  if (!isKept) return [`# The backup of ${what}, ${aim}, is missing or damaged.`];
  return [`# To go back to ${what}, which opens ${describeOpened(way, aim)}:`];
}

function listOthers(way: WayBack, aim: string | undefined): readonly string[] {
  const others = way.kept.filter(
    ({ digest, bytes }) =>
      bytes !== undefined &&
      digest !== aim &&
      !("digest" in way.live && digest === way.live.digest),
  );
  if (others.length === 0) return [];
  return [
    "# Other stored files, newest first; restart after any of these lines:",
    ...others.flatMap(({ digest, keptAtMs }) => {
      const verified = way.verified.get(digest);
      const proof = verified === undefined ? "not verified here" : `verified at ${verified}`;
      const bridge = digest === way.journal?.bridge ? ", the bridge" : "";
      return [
        `#   stored at ${formatTime(keptAtMs)}, opens ${describeOpened(way, digest)}, ${proof}${bridge}`,
        `#   ${way.commands.putBack(digest)}`,
      ];
    }),
  ];
}

function describeOpened({ kept, parse }: WayBack, wanted: string): string {
  const file = parse(kept.find(({ digest }) => digest === wanted)?.bytes ?? "\0");
  if (file.kind !== "file") return "unknown ports";
  const opened = (["https", "http", "ftp"] as const).flatMap((name) => {
    const ports = entriesOf(file, keyOfPort[name]).map(({ value }) => readPort(value));
    const port = ports.find((number) => number !== undefined);
    return port === undefined ? [] : [`${name} ${port}`];
  });
  return opened.length === 0 ? "none of its data ports" : opened.join(", ");
}

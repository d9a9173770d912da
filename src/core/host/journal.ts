import { parseJson } from "../formats/json/document.ts";
import { phases, type Phase } from "../fleet/phase.ts";
import { isDigest, readMembers } from "../formats/json/decode.ts";

/**
 * Progress of a change. prepared: nothing was touched; replacing: the new file may be in place, and
 * the service may have loaded it; undoing: the same holds for the old file; stuck: no file made the
 * host reachable, and someone has to intervene.
 */
export const stages = ["prepared", "replacing", "undoing", "stuck"] as const;
export type Stage = (typeof stages)[number];

/** Final decision on a change; the first one to claim it wins. */
export type Decision = "confirm" | "undo";

/** State of a change in progress: everything that recovery needs. */
export interface Journal {
  readonly schemaVersion: 1;
  /** Letters, digits and hyphens. */
  readonly id: string;
  readonly host: string;
  readonly phase: Phase;
  readonly stage: Stage;
  /** Time in UTC, for display only. */
  readonly startedAt: string;
  /** SHA-256 in hexadecimal of the previous file, the new file, and the bridge if there is one. */
  readonly before: string;
  readonly after: string;
  readonly bridge: string | null;
  /** `ticket`, or who used the break-glass procedure and why. */
  readonly authority: string;
}

/** Prints a journal as JSON, one member per line. */
export function printJournal(journal: Journal): string {
  return `${JSON.stringify(journal, null, 1)}\n`;
}

/** Undefined if `printJournal` did not write the text; the state of the change is then unknown. */
export function readJournal(text: string): Journal | undefined {
  const reading = parseJson(text);
  if (reading.kind === "error") return undefined;
  const values = readMembers(reading.node);
  const one = (key: string): string => {
    const value = values.get(key);
    return typeof value === "string" ? value : "";
  };
  const phase = phases.find((word) => word === one("phase"));
  const stage = stages.find((word) => word === one("stage"));
  const bridge = values.get("bridge") === null ? null : one("bridge");
  const digests = [one("before"), one("after"), ...(bridge === null ? [] : [bridge])];
  const isOurs =
    values.get("schemaVersion") === 1 && isChangeId(one("id")) && digests.every(isDigest);
  if (!isOurs || phase === undefined || stage === undefined) return undefined;
  return {
    schemaVersion: 1,
    id: one("id"),
    host: one("host"),
    phase,
    stage,
    startedAt: one("startedAt"),
    before: one("before"),
    after: one("after"),
    bridge,
    authority: one("authority"),
  };
}

/** The ID becomes part of file and unit names. */
export function isChangeId(text: string): boolean {
  return /^[A-Za-z0-9-]{1,80}$/.test(text);
}

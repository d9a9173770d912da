import { parseJson } from "../formats/json/document.ts";
import { phases, type Phase } from "../fleet/phase.ts";
import { isDigest, readMembers } from "../formats/json/decode.ts";

/**
 * How far a change came. prepared: nothing was touched; replacing: the new file may be in place,
 * and the service may have read it; undoing: so may the old one; stuck: no file brought the host
 * back, and a person has to look.
 */
export const stages = ["prepared", "replacing", "undoing", "stuck"] as const;
export type Stage = (typeof stages)[number];

/** Who gets the last word on a change: taken once, by whoever comes first. */
export type Decision = "confirm" | "undo";

/** What is known of a change that is under way; all that recovery needs. */
export interface Journal {
  readonly schemaVersion: 1;
  /** Letters, digits and hyphens. */
  readonly id: string;
  readonly host: string;
  readonly phase: Phase;
  readonly stage: Stage;
  /** Time in UTC, for people: nothing is measured with it. */
  readonly startedAt: string;
  /** SHA-256, hexadecimal, of the file before, of the new one, and of the bridge if there is one. */
  readonly before: string;
  readonly after: string;
  readonly bridge: string | null;
  /** `ticket`, or who broke the glass and why. */
  readonly authority: string;
}

export function printJournal(journal: Journal): string {
  return `${JSON.stringify(journal, null, 1)}\n`;
}

/** Undefined where the text is none that `printJournal` wrote: then nothing is known. */
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

/** It becomes part of the name of a file and of a unit. */
export function isChangeId(text: string): boolean {
  return /^[A-Za-z0-9-]{1,80}$/.test(text);
}

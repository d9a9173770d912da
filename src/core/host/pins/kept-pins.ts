import { isChangeId } from "../journal.ts";
import type { Pins } from "./pins.ts";

/**
 * The pins as they were when a change began. Its undo needs no others, so it cannot be blocked by a
 * later typo or by a newer version that requires more keys.
 */
export interface KeptPins {
  /** ID of the change. */
  readonly id: string;
  /** Without the ticket keys, because an undo accepts no tickets. */
  readonly pins: Pins;
}

/** Prints the pins of a change as JSON, without ticket keys. */
export function printKeptPins({ id, pins }: KeptPins): string {
  const others = { ...pins, keys: undefined };
  return `${JSON.stringify({ schemaVersion: 1, id, pins: others }, null, 1)}\n`;
}

/** Undefined if `printKeptPins` did not write the text. */
export function readKeptPins(text: string): KeptPins | undefined {
  const kept = parse(text);
  if (!isRecord(kept) || kept["schemaVersion"] !== 1) return undefined;
  const { id, pins } = kept;
  if (typeof id !== "string" || !isChangeId(id) || !hasNeeded(pins)) return undefined;
  return { id, pins: { ...pins, keys: new Map() } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Checks the pins that every undo needs; the rest is as printed, or missing. */
function hasNeeded(pins: unknown): pins is Pins {
  if (!isRecord(pins)) return false;
  const { host, stpdIni, addresses, restart, limits } = pins;
  return (
    typeof host === "string" &&
    typeof stpdIni === "string" &&
    Array.isArray(addresses) &&
    isRecord(restart) &&
    typeof restart["program"] === "string" &&
    isRecord(limits)
  );
}

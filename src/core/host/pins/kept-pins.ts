import { isChangeId } from "../journal.ts";
import type { Pins } from "./pins.ts";

/**
 * The pins as a change began with them: its undo needs no others, so that neither a typo since then
 * nor a later version that asks for more keeps it from coming.
 */
export interface KeptPins {
  /** Of the change. */
  readonly id: string;
  /** Without the keys of tickets: nothing is approved by them. */
  readonly pins: Pins;
}

export function printKeptPins({ id, pins }: KeptPins): string {
  const others = { ...pins, keys: undefined };
  return `${JSON.stringify({ schemaVersion: 1, id, pins: others }, null, 1)}\n`;
}

/** Undefined where the text is none that `printKeptPins` wrote. */
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

/** What no undo can do without; the rest is as it was printed, or not there. */
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

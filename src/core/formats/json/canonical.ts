import { HardenError } from "../../base/errors.ts";
import { parseJson, type JsonNode } from "./document.ts";
import { encodeBytes, compareText } from "../../base/text.ts";
import type { Hash } from "../../base/hash.ts";

/** JSON that can be signed: only integers, so that every machine writes the same bytes. */
export type CanonicalValue =
  | null
  | boolean
  | number
  | string
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue };

export type CanonicalReading =
  | { readonly kind: "value"; readonly value: CanonicalValue }
  | { readonly kind: "refused"; readonly message: string };

/** Maximum depth, the same as that of the reader. */
const deepest = 32;

/**
 * The canonical text of a value (RFC 8785, without fractions): keys by UTF-16 code units, no
 * spaces. Throws HardenError `broke` for a number that is not a safe integer, and for a lone
 * surrogate.
 */
export function printCanonical(value: CanonicalValue, depth = 0): string {
  if (depth > deepest) throw unprintable(`something nested more than ${deepest} deep`);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    // -0 prints as 0, which is a different value.
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw unprintable(`a number ${value}`);
    return String(value);
  }
  if (typeof value === "string") return printText(value);
  if (isList(value)) return `[${value.map((item) => printCanonical(item, depth + 1)).join(",")}]`;
  let text = "";
  for (const key of sortKeys(Object.keys(value))) {
    const member = value[key];
    if (member === undefined) throw unprintable(`a missing ${key}`);
    text += `${text === "" ? "" : ","}${printText(key)}:${printCanonical(member, depth + 1)}`;
  }
  return `{${text}}`;
}

/** What was read from a canonical text is sorted already. */
function sortKeys(keys: readonly string[]): readonly string[] {
  const isSorted = keys.every((key, index) => index === 0 || (keys[index - 1] ?? "") < key);
  return isSorted ? keys : keys.toSorted(compareText);
}

function isList(
  value: Extract<CanonicalValue, object>,
): value is Extract<CanonicalValue, readonly unknown[]> {
  return Array.isArray(value);
}

/** JSON.stringify escapes exactly what RFC 8785 requires. */
function printText(text: string): string {
  if (!text.isWellFormed()) throw unprintable("half of a surrogate pair");
  return JSON.stringify(text);
}

function unprintable(what: string): HardenError {
  return new HardenError(
    "broke",
    `${what} has no canonical form, so nothing was signed`,
    "Please report it: nothing that is signed should hold this.",
  );
}

/**
 * Reads a text that is canonical to the byte, and refuses any other, so that a text which two
 * readers might interpret differently is never signed or compared by its digest.
 */
export function readCanonical(text: string): CanonicalReading {
  const parsed = parseCanonical(text);
  if (parsed !== undefined) return { kind: "value", value: parsed };
  const reading = readJsonValue(text);
  return reading.kind === "refused" || printCanonical(reading.value) === text
    ? reading
    : { kind: "refused", message: "this is JSON, but not in the canonical form of RFC 8785" };
}

/**
 * Parses and prints with the JSON of the runtime, which is fifteen times as fast. What it prints is
 * canonical, except for the order of keys, numbers, depth, and halves of surrogate pairs, which it
 * escapes. Undefined for any other text, and for some that hold such an escape.
 */
function parseCanonical(text: string): CanonicalValue | undefined {
  try {
    const value: CanonicalValue = JSON.parse(text);
    const isCanonical =
      isPrintable(value, 0) && !text.includes("\\ud") && JSON.stringify(value) === text;
    return isCanonical ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether keys are sorted, numbers are safe integers, and nothing is too deep. */
function isPrintable(value: CanonicalValue, depth: number): boolean {
  if (depth > deepest) return false;
  if (typeof value === "number") return Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null) return true;
  if (isList(value)) return value.every((item) => isPrintable(item, depth + 1));
  let before = "";
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (key < before || member === undefined || !isPrintable(member, depth + 1)) return false;
    before = key;
  }
  return true;
}

/** Reads any JSON that has a canonical form, in any layout; for unsigned data. */
export function readJsonValue(text: string): CanonicalReading {
  const reading = parseJson(text);
  if (reading.kind === "error") return { kind: "refused", message: reading.message };
  const value = valueOf(reading.node);
  return value === undefined
    ? { kind: "refused", message: "a number is not whole, or a text is not well-formed" }
    : { kind: "value", value };
}

/** Undefined if the value has no canonical form. */
function valueOf(node: JsonNode): CanonicalValue | undefined {
  if (node.kind === "array") {
    const items = node.items.map(valueOf);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (node.kind === "value") {
    const { value } = node;
    if (typeof value === "number") return Number.isSafeInteger(value) ? value + 0 : undefined;
    return typeof value !== "string" || value.isWellFormed() ? value : undefined;
  }
  const entries: [string, CanonicalValue][] = [];
  for (const { key, value } of node.members) {
    const name = String(key.value);
    const member = valueOf(value);
    if (member === undefined || !name.isWellFormed()) return undefined;
    entries.push([name, member]);
  }
  // Defines `__proto__` as a key like any other.
  return Object.fromEntries(entries);
}

/** SHA-256 over the UTF-8 of the canonical text, in hexadecimal. */
export function digestOf(value: CanonicalValue, hash: Hash): string {
  return hash(encodeBytes(printCanonical(value)));
}

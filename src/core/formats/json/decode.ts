import type { CanonicalValue } from "./canonical.ts";
import type { JsonNode } from "./document.ts";

/** Reads a value as a type; undefined if it does not match. No member may be missing or extra. */
export type Decoder<Value> = (value: CanonicalValue) => Value | undefined;

export const textDecoder: Decoder<string> = (value) =>
  typeof value === "string" ? value : undefined;

export const flagDecoder: Decoder<boolean> = (value) =>
  typeof value === "boolean" ? value : undefined;

/** A non-negative integer. */
export const countDecoder: Decoder<number> = (value) =>
  typeof value === "number" && value >= 0 ? value : undefined;

export function matchDecoder(pattern: RegExp): Decoder<string> {
  return (value) => (typeof value === "string" && pattern.test(value) ? value : undefined);
}

/** SHA-256 in hexadecimal. */
export const digestDecoder = matchDecoder(/^[0-9a-f]{64}$/);
/** A commit, as git names it: SHA-1, or SHA-256 in hexadecimal. */
export const commitDecoder = matchDecoder(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
/** Names of environments and people in the settings. */
export const nameDecoder = matchDecoder(/^[a-z0-9_-]+$/);
/**
 * Environment, phase and a consecutive number, such as `production-open-5`. Older releases named a
 * rollout by year and month and the number of the ledger's entry, such as `2026-11-37`.
 */
export const rolloutDecoder = matchDecoder(
  /^(?:[a-z0-9_-]+-(?:open|close)|[0-9]{4}-[0-9]{2})-[1-9][0-9]{0,15}$/,
);

export function wordDecoder<Word extends string | number>(
  ...words: readonly Word[]
): Decoder<Word> {
  return (value) => words.find((word) => word === value);
}

export function nullable<Value>(shape: Decoder<Value>): Decoder<Value | null> {
  return (value) => (value === null ? null : shape(value));
}

export function listDecoder<Item>(shape: Decoder<Item>): Decoder<readonly Item[]> {
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    const items: Item[] = [];
    for (const one of value as readonly CanonicalValue[]) {
      const item = shape(one);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  };
}

/** A member that data of older releases does not have. */
interface OptionalMember<Value> {
  readonly optional: Decoder<Value>;
}

type MemberShapes<Values> = {
  readonly [Key in keyof Values]-?: object extends Pick<Values, Key>
    ? OptionalMember<Required<Values>[Key]>
    : Decoder<Values[Key]>;
};

export function recordDecoder<Values extends object>(
  shapes: MemberShapes<Values>,
): Decoder<Values> {
  const members = Object.entries<Decoder<unknown> | OptionalMember<unknown>>(shapes).map(
    ([key, shape]) => {
      const isOptional = typeof shape !== "function";
      return { key, isOptional, decode: isOptional ? shape.optional : shape };
    },
  );
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const given = value as Readonly<Record<string, CanonicalValue>>;
    if (Object.keys(given).some((key) => !Object.hasOwn(shapes, key))) return undefined;
    const read: Record<string, unknown> = {};
    for (const { key, decode, isOptional } of members) {
      const member = Object.hasOwn(given, key) ? given[key] : undefined;
      if (member === undefined && isOptional) continue;
      const result = member === undefined ? undefined : decode(member);
      if (result === undefined) return undefined;
      read[key] = result;
    }
    // Every key of the shape was read above.
    return read as Values;
  };
}

/** Records that are told apart by `kind`. */
export function unionDecoder<Union extends { readonly kind: string }>(shapes: {
  readonly [Kind in Union["kind"]]: Decoder<Extract<Union, { readonly kind: Kind }>>;
}): Decoder<Union> {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    const { kind } = value as Readonly<Record<string, CanonicalValue>>;
    if (typeof kind !== "string" || !Object.hasOwn(shapes, kind)) return undefined;
    return shapes[kind as Union["kind"]](value);
  };
}

/** SHA-256 in hexadecimal. */
export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** The plain values of an object, by key; empty for anything else. */
export function readMembers(node: JsonNode): ReadonlyMap<string, unknown> {
  if (node.kind !== "object") return new Map();
  return new Map(
    node.members.flatMap(({ key, value }) =>
      value.kind === "value" ? [[String(key.value), value.value] as const] : [],
    ),
  );
}

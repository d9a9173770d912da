import { byteOrderMark } from "../ini/document.ts";

/** A JSON value with its place; `start` and `end` are offsets of the text, the end exclusive. */
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "value"; readonly value: string | number | boolean | null }
);

export interface JsonMember {
  readonly key: JsonNode & { readonly kind: "value" };
  readonly value: JsonNode;
}

export type JsonReading =
  | { readonly kind: "node"; readonly node: JsonNode }
  | { readonly kind: "error"; readonly offset: number; readonly message: string };

/** Maximum nesting, which keeps hostile files from exhausting the stack. */
const deepest = 32;

/** Reads JSON (RFC 8259) with positions. A duplicate key is an error. */
export function parseJson(text: string): JsonReading {
  const reader = new Reader(text);
  if (text.startsWith(byteOrderMark)) reader.at = byteOrderMark.length;
  try {
    const node = reader.readValue(0);
    reader.skipBlanks();
    if (reader.at < text.length) reader.fail("unexpected text after the value");
    return { kind: "node", node };
  } catch (error) {
    if (error instanceof JsonProblem) {
      return { kind: "error", offset: error.offset, message: error.message };
    }
    throw error;
  }
}

export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Finds line and column of an offset, both from 1. */
export function createPlaceFinder(text: string): (offset: number) => TextPlace {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) {
    starts.push(end + 1);
  }
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

class JsonProblem extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

class Reader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  fail(message: string): never {
    throw new JsonProblem(this.at, message);
  }

  skipBlanks(): void {
    while (" \t\r\n".includes(this.text[this.at] ?? "x")) this.at++;
  }

  private take(char: string): boolean {
    this.skipBlanks();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  readValue(depth: number): JsonNode {
    if (depth > deepest) this.fail(`nested more than ${deepest} levels deep`);
    this.skipBlanks();
    const start = this.at;
    const char = this.text[start];
    if (char === "{")
      return { kind: "object", members: this.readMembers(depth), start, end: this.at };
    if (char === "[") return { kind: "array", items: this.readItems(depth), start, end: this.at };
    return this.readScalar();
  }

  private readMembers(depth: number): readonly JsonMember[] {
    this.at++;
    const members: JsonMember[] = [];
    const keys = new Set<unknown>();
    if (this.take("}")) return members;
    do {
      this.skipBlanks();
      if (this.text[this.at] !== '"') this.fail("expected a key in double quotes");
      const key = this.readScalar();
      if (keys.has(key.value)) {
        throw new JsonProblem(key.start, `duplicate key ${JSON.stringify(key.value)}`);
      }
      keys.add(key.value);
      if (!this.take(":")) this.fail("expected : after the key");
      members.push({ key, value: this.readValue(depth + 1) });
    } while (this.take(","));
    if (!this.take("}")) this.fail("expected , or }");
    return members;
  }

  private readItems(depth: number): readonly JsonNode[] {
    this.at++;
    const items: JsonNode[] = [];
    if (this.take("]")) return items;
    do items.push(this.readValue(depth + 1));
    while (this.take(","));
    if (!this.take("]")) this.fail("expected , or ]");
    return items;
  }

  /** Strings, numbers and literals, whose value JSON.parse determines. */
  private readScalar(): JsonNode & { readonly kind: "value" } {
    const start = this.at;
    const end = this.text[start] === '"' ? this.findStringEnd() : this.findWordEnd();
    const token = this.text.slice(start, end);
    try {
      const value: unknown = JSON.parse(token);
      if (typeof value === "object" && value !== null) this.fail("expected a value");
      this.at = end;
      return { kind: "value", value: value as string | number | boolean | null, start, end };
    } catch (error) {
      if (error instanceof JsonProblem) throw error;
      return this.fail(token === "" ? "expected a value" : "not a JSON value");
    }
  }

  private findStringEnd(): number {
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === "\\" ? 2 : 1;
    if (end >= this.text.length) this.fail("unterminated string");
    return end + 1;
  }

  private findWordEnd(): number {
    let end = this.at;
    while (end < this.text.length && !' \t\r\n,:]}[{"'.includes(this.text[end] ?? "")) end++;
    return end;
  }
}

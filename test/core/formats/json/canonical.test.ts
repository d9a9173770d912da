import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  digestOf,
  printCanonical,
  readCanonical,
  readJsonValue,
  type CanonicalValue,
} from "../../../../src/core/formats/json/canonical.ts";
import { hashSha256 } from "../../../../src/adapters/runtime/crypto.ts";

describe("print", () => {
  test.each<{ name: string; value: CanonicalValue; text: string }>([
    {
      name: "the order of RFC 8785, 3.2.3",
      value: {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
      },
      text: '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    },
    {
      name: "the string of RFC 8785, 3.2.2",
      value: { string: '\u20ac$\u000f\nA\'B"\\\\"/' },
      text: '{"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    },
    {
      name: "literals, and the largest number",
      value: [null, true, false, 9_007_199_254_740_991, -1, 0],
      text: "[null,true,false,9007199254740991,-1,0]",
    },
    {
      name: "a key that objects inherit",
      value: JSON.parse('{"__proto__":[]}'),
      text: '{"__proto__":[]}',
    },
  ])("$name", ({ value, text }) => {
    expect(printCanonical(value)).toBe(text);
    expect(readCanonical(text)).toEqual({ kind: "value", value });
  });

  test.each<CanonicalValue>([
    0.5,
    -0,
    1e21,
    Number.NaN,
    Infinity,
    9_007_199_254_740_992,
    "\ud83d",
    { "\ude00": 1 },
    Array.from({ length: 40 }).reduce<CanonicalValue>((inner) => [inner], []),
  ])("refuses values without a canonical form: %j", (value) => {
    expect(() => printCanonical(value)).toThrow(/no canonical form/);
  });
});

test.each([
  ['{"a":1,"a":1}', "duplicate key"],
  ['{"a":1,"\\u0061":1}', "duplicate key"],
  ['{"b":1,"a":1}', "not in the canonical form"],
  ['{"a": 1}', "not in the canonical form"],
  ['"\\u0061"', "not in the canonical form"],
  ['"\\/"', "not in the canonical form"],
  ["1.0", "not in the canonical form"],
  ["1e0", "not in the canonical form"],
  ["-0", "not in the canonical form"],
  ["0.1", "not whole"],
  ["9007199254740993", "not whole"],
  ['"\\ud83d"', "not well-formed"],
  ['{"\\ud83d":1}', "not well-formed"],
  ["\u00ef\u00bb\u00bf1", "not in the canonical form"],
  ["\ufeff1", "not a JSON value"],
  ["1 ", "not in the canonical form"],
  ["1 1", "unexpected text after"],
  ["[".repeat(40) + "]".repeat(40), "nested more than"],
  ["", "expected a value"],
])("refuses to read %s", (text, why) => {
  const reading = readCanonical(text);
  expect(reading).toMatchObject({ kind: "refused", message: expect.stringContaining(why) });
});

const anyValue = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.string({ unit: "binary" }),
    fc.array(tie("value")),
    fc.dictionary(fc.string({ unit: "binary" }), tie("value")),
  ),
})).value;

test("the output is JSON, can be read back, and does not depend on the order of keys", () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const text = printCanonical(value);
      expect(readCanonical(text)).toEqual({ kind: "value", value: JSON.parse(text) });
      expect(printCanonical(JSON.parse(text))).toBe(text);
      expect(printCanonical(reverseKeys(value))).toBe(text);
    }),
  );
});

test("a text that is canonical to the byte is read as any other JSON, and no other is", () => {
  const depths = [30, 31, 32, 33, 34].map((depth) => "[".repeat(depth) + "]".repeat(depth));
  const changes = [
    "",
    " ",
    "1",
    ",",
    '"',
    "0",
    "\\u0061",
    '"__proto__":1,',
    '"1":2,',
    "e1",
    ".0",
    "-",
  ];
  const texts = fc
    .tuple(anyValue, fc.constantFrom(...changes), fc.nat())
    .map(([value, change, at]) => {
      const text = printCanonical(value);
      const place = at % (text.length + 1);
      return text.slice(0, place) + change + text.slice(place);
    });
  fc.assert(
    fc.property(fc.oneof(texts, fc.constantFrom(...depths)), (text) => {
      const reading = readJsonValue(text);
      const isCanonical = reading.kind === "value" && printCanonical(reading.value) === text;
      expect(readCanonical(text).kind).toBe(isCanonical ? "value" : "refused");
      if (isCanonical) expect(readCanonical(text)).toEqual(reading);
    }),
    { numRuns: 3000 },
  );
});

function reverseKeys(value: CanonicalValue): CanonicalValue {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, reverseKeys(member)] as const);
  return Object.fromEntries(entries.toReversed());
}

test("the digest is computed over the UTF-8 bytes", () => {
  const text = '{"\u00e4":"\ud83d\ude00"}';
  const expected = createHash("sha256").update(text, "utf8").digest("hex");
  expect(digestOf({ "\u00e4": "\ud83d\ude00" }, hashSha256)).toBe(expected);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  lineEnding,
  parseIni,
  printIni,
  type IniLine,
} from "../../../../src/core/formats/ini/document.ts";

/** Any bytes, with special characters made likely. */
export const iniText = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom("[", "]", "=", '"', "#", ";", " ", "\t", "\n", "\r\n"),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom("\r", "\0", "\u00ef\u00bb\u00bf", "\u00e4", "\u00ff"),
      },
      { weight: 3, arbitrary: fc.constantFrom("STPD_PORT", "[STPD_Server]", "11001", "# ", "x") },
      {
        weight: 2,
        arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
      },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

test("printing a parsed document returns the same bytes", () => {
  fc.assert(
    fc.property(iniText, (text) => {
      expect(printIni(parseIni(text))).toBe(text);
    }),
    { numRuns: 5000 },
  );
});

test("every span is within its line and contains what it names", () => {
  fc.assert(
    fc.property(iniText, (text) => {
      for (const line of parseIni(text).lines) {
        if (line.kind === "section") expect(line.raw.slice(...line.nameSpan)).toBe(line.name);
        if (line.kind !== "entry") continue;
        expect(line.raw.slice(...line.keySpan)).toBe(line.key);
        expect(line.raw.slice(...line.valueSpan)).toBe(line.value);
        expect(line.key).not.toBe("");
        expect(line.raw.slice(line.keySpan[1], line.valueSpan[0])).toMatch(/^[ \t]*=[ \t]*"?$/);
      }
    }),
    { numRuns: 5000 },
  );
});

test("a line has one ending, at its end", () => {
  fc.assert(
    fc.property(iniText, (text) => {
      const { lines } = parseIni(text);
      for (const [index, { raw }] of lines.entries()) {
        const ending = lineEnding(raw);
        expect(raw.slice(0, raw.length - ending.length)).not.toMatch(/[\r\n]/);
        if (index < lines.length - 1) expect(ending).not.toBe("");
      }
    }),
    { numRuns: 2000 },
  );
});

const kindsOf = (text: string): readonly IniLine["kind"][] =>
  parseIni(text).lines.map(({ kind }) => kind);

test.each([
  {
    name: "CRLF, LF, CR and none",
    text: "a=1\r\nb=2\nc=3\rd=4",
    kinds: ["entry", "entry", "entry", "entry"],
  },
  { name: "a byte order mark", text: "\u00ef\u00bb\u00bf[S]\nk=v\n", kinds: ["section", "entry"] },
  { name: "spaces around everything", text: " [ S ] \n\t k\t= v \n", kinds: ["section", "entry"] },
  {
    name: "comments, also indented",
    text: "# a\n  #b\n#k=v\n",
    kinds: ["comment", "comment", "comment"],
  },
  {
    name: "lines without a meaning",
    text: "word\n= v\n<<<<<<< HEAD\n",
    kinds: ["unparsed", "unparsed", "unparsed"],
  },
  {
    name: "malformed section lines, which still start a section",
    text: "[open\n[a]b\n[a] # b\n[[a]]\n[]\n[a=b\n",
    kinds: ["section", "section", "section", "section", "section", "section"],
  },
  { name: "an empty file", text: "", kinds: [] },
  { name: "empty lines", text: "\n \n", kinds: ["blank", "blank"] },
] as const)("reads $name", ({ text, kinds }) => {
  expect(kindsOf(text)).toEqual(kinds);
});

test.each([
  ['k="v"', "v"],
  ['k=""', ""],
  ['k="', '"'],
  ['k="a" b', '"a" b'],
  ['k=""v""', '"v"'],
  ["k='v'", "'v'"],
  ["k=a=b", "a=b"],
  ["k= # v", "# v"],
  ["k=", ""],
])("removes one pair of double quotes: %s", (raw, value) => {
  expect(parseIni(raw).lines).toMatchObject([{ kind: "entry", key: "k", value }]);
});

test.each([
  ["[S]", "S", true],
  [" [ S ] \r\n", "S", true],
  ["[S] # x", "S", false],
  ["[S]x", "S", false],
  ["[S", "S", false],
  ["[[S]]", "[S", false],
  ["[]", "", false],
  ["[S]]", "S", false],
  ["[S=1", "S=1", false],
])("reads the section line %j up to its bracket", (raw, name, isWhole) => {
  expect(parseIni(raw).lines).toMatchObject([{ kind: "section", name, isWhole }]);
});

test("takes other comment characters from the dialect", () => {
  const [line] = parseIni("; k=v", { commentMarks: "#;" }).lines;
  expect(line?.kind).toBe("comment");
  expect(parseIni("; k=v").lines[0]?.kind).toBe("entry");
});

test.each(["[", "]", '"', "=", " ", "\r", "\n", "#", "a", "[a", "=\n", "\r\n"])(
  "reads 1 MB of %j, which would take hours in quadratic time",
  (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    expect(printIni(parseIni(text)) === text).toBe(true);
  },
);

import fc from "fast-check";
import { parse as readIni } from "ini";
import { expect, test } from "vitest";
import { parseIni } from "../../../../src/core/formats/ini/document.ts";
import { applyEdits, readCommented, type IniEdit } from "../../../../src/core/formats/ini/edit.ts";

function edit(text: string, edits: readonly IniEdit[]): string {
  const outcome = applyEdits(parseIni(text), edits);
  return outcome.kind === "edited" ? outcome.text : `refused: ${outcome.reason}`;
}

const crlf = '\u00ef\u00bb\u00bf[S]\r\na = "1" \r\n# b=2\r\nc=\u00e4';

test.each<{ name: string; text: string; edits: readonly IniEdit[]; after: string }>([
  {
    name: "sets a value without quotes, regardless of the old one",
    text: crlf,
    edits: [{ op: "set", line: 1, value: "9" }],
    after: crlf.replace('"1"', "9"),
  },
  {
    name: "sets a value in quotes, regardless of the old one",
    text: 'a=1\nb = "2" \nc=\n',
    edits: [
      { op: "set", line: 0, value: "9", quoted: true },
      { op: "set", line: 1, value: "9", quoted: true },
      { op: "set", line: 2, value: "9", quoted: true },
    ],
    after: 'a="9"\nb = "9" \nc="9"\n',
  },
  {
    name: "removes all of a malformed value",
    text: 'a="1\\\nb=2" x\nc=ENC[AES,data:=]\nd=""1""\ne=\u00c3\u00a0\n',
    edits: [
      { op: "set", line: 4, value: "9", quoted: true },
      { op: "set", line: 0, value: "9", quoted: true },
      { op: "set", line: 1, value: "9", quoted: true },
      { op: "set", line: 2, value: "9", quoted: true },
      { op: "set", line: 3, value: "9", quoted: true },
    ],
    after: 'a="9"\nb="9"\nc="9"\nd="9"\ne="9"\n',
  },
  {
    name: "removes the lines of the old value",
    text: 'a="1\\\n  2\n3"\nb=2\n',
    edits: [{ op: "set", line: 0, value: "9", quoted: true, last: 2 }],
    after: 'a="9"\nb=2\n',
  },
  {
    name: "removes no line with a meaning of its own",
    text: "a=1\nb=2\n",
    edits: [{ op: "set", line: 0, value: "9", last: 1 }],
    after: "refused: a line means something",
  },
  {
    name: "sets an empty value",
    text: "a=\n",
    edits: [{ op: "set", line: 0, value: "x" }],
    after: "a=x\n",
  },
  {
    name: "comments out in the vendor's form",
    text: "a=1\r\n",
    edits: [{ op: "commentOut", line: 0 }],
    after: "# a=1\r\n",
  },
  {
    name: "keeps a byte order mark at the start",
    text: "\u00ef\u00bb\u00bfa=1",
    edits: [{ op: "commentOut", line: 0 }],
    after: "\u00ef\u00bb\u00bf# a=1",
  },
  {
    name: "removes a comment character",
    text: crlf,
    edits: [{ op: "uncomment", line: 2 }],
    after: crlf.replace("# b", "b"),
  },
  {
    name: "inserts with the line's own ending",
    text: crlf,
    edits: [{ op: "insertAfter", line: 0, text: "x=1" }],
    after: crlf.replace("[S]\r\n", "[S]\r\nx=1\r\n"),
  },
  {
    name: "inserts after a last line without ending",
    text: crlf,
    edits: [{ op: "insertAfter", line: 3, text: "x=1" }],
    after: `${crlf}\r\nx=1`,
  },
  {
    name: "inserts at the top, after the byte order mark",
    text: crlf,
    edits: [{ op: "insertAfter", line: -1, text: "x=1" }],
    after: crlf.replace("[S]", "x=1\r\n[S]"),
  },
  {
    name: "inserts into an empty file",
    text: "",
    edits: [{ op: "insertAfter", line: -1, text: "x=1" }],
    after: "x=1\n",
  },
  {
    name: "keeps the order of lines inserted at one place",
    text: "[S]",
    edits: [
      { op: "insertAfter", line: 0, text: "a=1" },
      { op: "insertAfter", line: 0, text: "b=2" },
    ],
    after: "[S]\na=1\nb=2",
  },
  {
    name: "changes several lines",
    text: "a=1\nb=2\n",
    edits: [
      { op: "commentOut", line: 0 },
      { op: "set", line: 1, value: "3" },
    ],
    after: "# a=1\nb=3\n",
  },
  {
    name: "comments out a line that is not a setting",
    text: "a note\n",
    edits: [{ op: "commentOut", line: 0 }],
    after: "# a note\n",
  },
  {
    name: "rewrites a line, except its ending and the byte order mark of the file",
    text: crlf,
    edits: [
      { op: "rewrite", line: 0, text: "[T]" },
      { op: "rewrite", line: 1, text: "a=1" },
    ],
    after: "\u00ef\u00bb\u00bf[T]\r\na=1\r\n# b=2\r\nc=\u00e4",
  },
  {
    name: "drops a byte order mark in the middle of the file",
    text: "[S]\n\u00ef\u00bb\u00bfa=1\n",
    edits: [{ op: "rewrite", line: 1, text: "a=1" }],
    after: "[S]\na=1\n",
  },
  {
    name: "refuses to write two lines for one",
    text: "a=1\n",
    edits: [{ op: "rewrite", line: 0, text: "a=1\nb=2" }],
    after: "refused: rewrite does not fit this line",
  },
  {
    name: "refuses to comment out a comment",
    text: "# a\n",
    edits: [{ op: "commentOut", line: 0 }],
    after: "refused: commentOut does not fit this line",
  },
  {
    name: "refuses two changes of one line",
    text: "a=1\n",
    edits: [
      { op: "commentOut", line: 0 },
      { op: "set", line: 0, value: "2" },
    ],
    after: "refused: two edits change the same line",
  },
  {
    name: "refuses a line that does not exist",
    text: "a=1\n",
    edits: [{ op: "commentOut", line: 7 }],
    after: "refused: commentOut does not fit this line",
  },
  {
    name: "refuses to set a line that is not an entry",
    text: "# a\n",
    edits: [{ op: "set", line: 0, value: "2" }],
    after: "refused: set does not fit this line",
  },
  {
    name: "refuses a value with a line ending",
    text: "a=1\n",
    edits: [{ op: "set", line: 0, value: "2\nb=3" }],
    after: "refused: set does not fit this line",
  },
  {
    name: "refuses to insert two lines as one",
    text: "a=1\n",
    edits: [{ op: "insertAfter", line: 0, text: "b\nc" }],
    after: "refused: an inserted line is one line",
  },
  {
    name: "refuses to uncomment prose",
    text: "# see b\n",
    edits: [{ op: "uncomment", line: 0 }],
    after: "refused: uncomment does not fit this line",
  },
])("$name", ({ text, edits, after }) => {
  expect(edit(text, edits)).toBe(after);
});

const word = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const simpleFile = fc
  .uniqueArray(fc.tuple(word, word), { selector: ([key]) => key, minLength: 1, maxLength: 8 })
  .chain((entries) =>
    fc.record({
      entries: fc.constant(entries),
      index: fc.integer({ min: 0, max: entries.length - 1 }),
      quoted: fc.boolean(),
      ending: fc.constantFrom("\n", "\r\n"),
      final: fc.boolean(),
      value: word,
    }),
  );

test("only the named key differs when ini reads old and new", () => {
  fc.assert(
    fc.property(simpleFile, ({ entries, index, quoted, ending, final, value }) => {
      const quote = quoted ? '"' : "";
      const lines = ["[S]", ...entries.map(([key, old]) => `${key} = ${quote}${old}${quote}`)];
      const text = lines.join(ending) + (final ? ending : "");
      const key = entries[index]?.[0] ?? "";
      const before = readIni(text);
      const changed = readIni(edit(text, [{ op: "set", line: index + 1, value }]));
      expect(changed).toEqual({ S: { ...before["S"], [key]: readIni(`k=${value}`)["k"] } });
      const { [key]: _, ...rest } = before["S"];
      expect(readIni(edit(text, [{ op: "commentOut", line: index + 1 }]))).toEqual({ S: rest });
    }),
  );
});

test("commenting out and uncommenting restores the line", () => {
  fc.assert(
    fc.property(simpleFile, ({ entries, index, ending }) => {
      const text = entries.map(([key, value]) => `${key}=${value}`).join(ending);
      const out = edit(text, [{ op: "commentOut", line: index }]);
      expect(out.length).toBe(text.length + 2);
      expect(edit(out, [{ op: "uncomment", line: index }])).toBe(text);
    }),
  );
});

test("finds the entry in a commented-out line", () => {
  const read = (raw: string): string | undefined => {
    const [line] = parseIni(raw).lines;
    return line === undefined ? undefined : readCommented(line)?.key;
  };
  expect(read("# STPD_PORT=11001")).toBe("STPD_PORT");
  expect(read("#STPD_PORT = 11001\r\n")).toBe("STPD_PORT");
  expect(read("# prose")).toBeUndefined();
  expect(read("STPD_PORT=11001")).toBeUndefined();
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { toLines, toLink, toMrkdwn, toName, toPlain } from "../../bot/views/escape.ts";

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "<!channel>",
        "<!here>",
        "<@U012AB3CD>",
        "<#C012>",
        "<!subteam^S1>",
        "<https://evil.example|click>",
        "&lt;!channel&gt;",
        "*bold*",
        "_it_",
        "~no~",
        "`code`",
        "```",
        ":boom:",
        "\u202e",
        "\u200b",
        "\u2066",
        "\n",
        "\r\n",
        "\t",
        "\u0085",
        "\u2028",
        "\0",
        "\x1b[31m",
        "\ud800",
        "😀",
        ">",
        "&",
      ),
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.string({ unit: "grapheme", maxLength: 20 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(""));
const limit = fc.integer({ min: 5, max: 400 });

const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

test("plain text has no markup, no line end, no invisible character, and stays within its limit", () => {
  fc.assert(
    fc.property(hostile, limit, (text, most) => {
      for (const made of [toPlain(text, most), toName(text, most)]) {
        expect(made).not.toMatch(/[<>`]/);
        expect(made).not.toMatch(unseen);
        expect(made.length).toBeLessThanOrEqual(most);
        expect(made.length).toBeGreaterThan(0);
        expect(made.isWellFormed()).toBe(true);
      }
    }),
  );
});

test("mrkdwn can neither mention, link nor format, and no escape is split", () => {
  fc.assert(
    fc.property(hostile, limit, (text, most) => {
      const made = toMrkdwn(text, most);
      expect(made).not.toMatch(/[<>`*~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u);
      expect(made).not.toMatch(/&(?!amp;)/);
      expect(made).not.toMatch(/:(?![\da-f]+:)[\p{Ll}\p{Lo}\p{M}\p{N}_+'-]+:/u);
      expect(made).not.toMatch(unseen);
      expect(made.length).toBeLessThanOrEqual(most);
      expect(made.length).toBeGreaterThan(0);
      expect(made.isWellFormed()).toBe(true);
    }),
  );
});

test("clean text stays unchanged", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const once = toPlain(text, 5000);
      expect(toPlain(once, 5000)).toBe(once);
      const name = toName(text);
      expect(toName(name)).toBe(name);
    }),
  );
});

test("lines of a file keep their number and their spaces", () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (lines) => {
      const made = toLines(lines, 60).split("\n");
      expect(made).toHaveLength(lines.length);
      for (const line of made) {
        expect(line).not.toMatch(/[<>`]/);
        expect(line).not.toMatch(unseen);
        expect(line.length).toBeLessThanOrEqual(60);
      }
    }),
  );
  expect(toLines(["  a\tb", "", "+c  d"])).toBe("  a    b\n\n+c  d");
});

test.each([
  ["", "-"],
  [" \n\t ", "-"],
  ["rds-1.example.com", "rds-1.example.com"],
  ["a & b", "a & b"],
  ["<!channel>", "‹!channel›"],
  ["a\nb", "a b"],
  ["pay\u202egnp.exe", "paygnp.exe"],
])("%j becomes %j", (text, made) => {
  expect(toPlain(text)).toBe(made);
});

test.each([
  ["a & b <@U1> *x* _y_ ~z~ `c`", "a &amp; b ‹@U1› ∗x∗ ˍyˍ ∼z∼ 'c'"],
  ["a_b_c __x__ y_", "a_b_c ˍˍxˍˍ yˍ"],
  [":boom: at 10:15", "꞉boom: at 10:15"],
  [":+1: :thumbs-up_2: :x:", "꞉+1: ꞉thumbs-up_2: ꞉x:"],
  ["NORMAL:-VERS-ALL:+VERS-TLS1.3:%COMPAT", "NORMAL:-VERS-ALL:+VERS-TLS1.3:%COMPAT"],
  ["SECURE128:-VERS-TLS1.0:-VERS-TLS1.1", "SECURE128:-VERS-TLS1.0:-VERS-TLS1.1"],
  ["[2001:db8::a:1]:11443 at 06:00:00", "[2001:db8::a:1]:11443 at 06:00:00"],
  ["&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"],
])("%j becomes %j in mrkdwn", (text, made) => {
  expect(toMrkdwn(text)).toBe(made);
});

test("a truncation is visible", () => {
  expect(toPlain("a".repeat(20), 10)).toBe(`${"a".repeat(9)}…`);
  expect(toName("abcdefghijklmnopqrstuvwxyz", 9)).toBe("abcd…wxyz");
  expect(toMrkdwn("&&&&", 12)).toBe("&amp;&amp;…");
});

test.each([
  ["https://github.com/o/r/pull/7", true],
  ["http://ghes.local:8080/o/r/pull/7", true],
  ["javascript:alert(1)", false],
  ["https://x/<!channel>", false],
  ["https://user@x/", false],
  ["https://x/ y", false],
])("a link to %j: %s", (url, isTaken) => {
  expect(toLink(url)).toBe(isTaken ? url : undefined);
});

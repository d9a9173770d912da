import { expect, test } from "vitest";
import { findNearest } from "../../../src/core/base/nearest.ts";
import {
  baseName,
  commonFolder,
  parentOf,
  relativePath,
  resolvePath,
} from "../../../src/core/base/paths.ts";
import {
  columnOf,
  decodeBytes,
  hasWorkflowCommand,
  showWord,
  encodeBytes,
  makeVisible,
  shorten,
  wrapWords,
} from "../../../src/core/base/text.ts";

test.each([
  ["chekc", ["check", "priority"], "check"],
  [
    "STPD_HTTPS_PRIORTY_STRING",
    ["STPD_PORT", "STPD_HTTPS_PRIORITY_STRING"],
    "STPD_HTTPS_PRIORITY_STRING",
  ],
  ["stpd_port", ["STPD_PORT", "STPD_HTTP_PORT"], "STPD_PORT"],
  // In a short word, one changed letter makes another word.
  ["STPD_HTTPS_CERT", ["STPD_HTTPS_PORT"], undefined],
  ["STPD_HTTPS_KEY", ["STPD_HTTPS_PORT", "STPD_PORT"], undefined],
  ["STPD_FTP_PORT", ["STPD_HTTP_PORT"], undefined],
  ["STPD_HTTPS_PROT", ["STPD_HTTPS_PORT"], "STPD_HTTPS_PORT"],
  ["STPDHTTPS_PORT", ["STPD_HTTPS_PORT"], "STPD_HTTPS_PORT"],
  ["STPDHTTPSPROTOCOL", ["STPD_HTTPS_PORT"], undefined],
  ["colour", ["check", "priority"], undefined],
  ["", ["check"], undefined],
  ["x".repeat(100_000), ["check"], undefined],
])("the word closest to %.30s", (word, known, nearest) => {
  expect(findNearest(word, known)).toBe(nearest);
});

test("bytes and text", () => {
  expect(decodeBytes(encodeBytes("\u00fc\u20ac\u{1f512}"))).toBe("\u00fc\u20ac\u{1f512}");
  expect(decodeBytes("Gr\u00fc\u00dfe")).toBe("Gr\u00fc\u00dfe");
  expect(encodeBytes("\ud800")).toBe("\u00ef\u00bf\u00bd");
});

test("invisible characters are escaped", () => {
  expect(makeVisible("a\tb\r\n\0\u001b[31m")).toBe("a\\tb\\x0d\\x0a\\x00\\x1b[31m");
  expect(makeVisible("\u202etxt\u2028\u200b")).toBe("\\u202etxt\\u2028\\u200b");
  expect(makeVisible("a##[error]b")).toBe("a\\x23#[error]b");
  expect(makeVisible("NORMAL::-RSA \u00fc")).toBe("NORMAL::-RSA \u00fc");
});

test("long text is truncated in the middle", () => {
  expect(shorten("short", 10)).toBe("short");
  expect(shorten("0123456789abcdef", 9)).toBe("012...def");
});

test.each([
  ["/repo", ".", false, "/repo"],
  ["/repo", "a/../b/./c/", false, "/repo/b/c"],
  ["/repo", "../../..", false, "/"],
  ["/repo", "/etc//x", false, "/etc/x"],
  ["/repo", "a\\b", false, "/repo/a\\b"],
  ["C:\\repo", "hosts\\a", true, "C:/repo/hosts/a"],
  ["C:\\repo", "D:\\x", true, "D:/x"],
  ["C:\\repo", "..\\..", true, "C:/"],
])("in %s the path %s (Windows: %s) is %s", (folder, typed, windows, path) => {
  expect(resolvePath(folder, typed, windows)).toBe(path);
});

test("directories and names", () => {
  expect([parentOf("/a/b"), parentOf("/a"), parentOf("/"), parentOf("C:/a")]).toEqual([
    "/a",
    "/",
    "/",
    "C:/",
  ]);
  expect([baseName("/a/b"), baseName("/")]).toEqual(["b", ""]);
  expect(relativePath("/a", "/a/b/c")).toBe("b/c");
  expect(relativePath("/", "/a")).toBe("a");
  expect(relativePath("/a", "/a")).toBe("");
  expect(relativePath("/a", "/ab")).toBeUndefined();
  expect(commonFolder(["/a/b/c", "/a/b/d", "/a/b"])).toBe("/a/b");
  expect(commonFolder(["/a", "/b"])).toBe("/");
});

test.each([
  ["abc", 2, 3],
  ["\xef\xbb\xbf[a]", 3, 1],
  ["\xef\xbb\xbf[a]", 0, 1],
  ["\xc3\xbc=\xe2\x82\xac x", 6, 4],
  ["\xf0\x9f\x94\x92x", 4, 3],
  ["\xfc\xfcx", 2, 3],
  // Within a character.
  ["a\xe2\x82\xac", 2, 3],
])("in %j the byte at %i is in column %i", (line, at, column) => {
  expect(columnOf(line, at)).toBe(column);
});

test.each([
  ["one two three", 7, "", "one two\nthree"],
  ["one two three", 8, "  ", "  one two\n  three"],
  ["one", 2, "", "one"],
  ["a muchlongerword b", 5, " ", " a\n muchlongerword\n b"],
  ["exact fit", 9, "", "exact fit"],
])("wraps %j at %i after %j", (text, width, indent, wrapped) => {
  expect(wrapWords(text, width, indent)).toBe(wrapped);
});

test.each([
  ["fleet", "fleet"],
  ["my fleet", "'my fleet'"],
  ["it's", "'it'\\''s'"],
  ["x\n::error::y", "$'x\\x0a::error::y'"],
  ["it's \\ \u202e##[error]x", "$'it\\'s \\\\ \\xe2\\x80\\xae\\x23#[error]x'"],
])("quotes %j as a shell word, on one line", (text, word) => {
  expect(showWord(text)).toBe(word);
});

test.each([
  ["::error::x", true],
  ["a\n \t::error::x", true],
  ["a\r::error::x", true],
  ["# ##[error]x", true],
  ["##[group title=x]", true],
  ["##[STPD_Server]\n# [STPD_Server]", false],
  ["::add-mask::", true],
  [":: STPD_PORT=11001", false],
  ["::STPD_PORT=11001", false],
  ["-::error::x", false],
  ["a ::error::x", false],
])("%j: a runner may read it as a workflow command: %s", (text, is) => {
  expect(hasWorkflowCommand(text)).toBe(is);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { createUseTest, findInterfaces } from "../../../src/core/inventory/interface-text.ts";
import { searchInterfaces } from "../../../src/core/inventory/search.ts";

const terms = { interfaceKeys: ["interface"], ignoredKeys: ["comment"] };

interface SearchRow {
  readonly name: string;
  readonly item: unknown;
  readonly interfaces?: readonly string[];
  readonly blank?: true;
  readonly shown?: true;
  readonly unread?: readonly string[];
}

const secure = "https://a:11443";

const rows: readonly SearchRow[] = [
  { name: "nothing", item: { id: 1, name: "a", source: "/home" } },
  { name: "a field", item: { interface: secure }, interfaces: [secure], shown: true },
  {
    name: "a field by another name",
    item: { srcInterfaceName: "a" },
    interfaces: ["a"],
    shown: true,
  },
  { name: "its case", item: { INTERFACE: secure }, interfaces: [secure], shown: true },
  {
    name: "a list",
    item: { interfaces: [secure, "b:1"] },
    interfaces: [secure, "b:1"],
    shown: true,
  },
  {
    name: "several in one text",
    item: { interfaces: "http://a:11000, b:11001;\nhttps://c:11443" },
    interfaces: ["http://a:11000", "b:11001", "https://c:11443"],
    shown: true,
  },
  { name: "an empty text", item: { interface: "" }, blank: true, shown: true },
  { name: "blanks", item: { interface: " \t" }, blank: true, shown: true },
  { name: "null", item: { interface: null }, blank: true, shown: true },
  { name: "an empty list", item: { interfaces: [] }, blank: true, shown: true },
  { name: "an empty object", item: { interface: {} }, blank: true, shown: true },
  {
    name: "one named and one blank",
    item: { sourceInterface: secure, targetInterface: "" },
    interfaces: [secure],
    blank: true,
    shown: true,
  },
  {
    name: "an object with a label",
    item: { interface: { id: 3, name: secure, client: { name: "db1" } } },
    interfaces: [secure],
    shown: true,
  },
  {
    name: "an object with an empty label",
    item: { interface: { id: 3, name: null } },
    blank: true,
    shown: true,
  },
  { name: "an object without a label", item: { interface: { id: 3 } }, unread: ["interface"] },
  { name: "a number", item: { interfaceId: 3 }, unread: ["interfaceId"] },
  { name: "a list of numbers", item: { interfaces: [3] }, unread: ["interfaces"] },
  { name: "a boolean", item: { useInterface: true } },
  {
    name: "two objects with the same name",
    item: { interfaces: [{ url: secure }, { url: secure }] },
    interfaces: [secure],
    shown: true,
  },
  {
    name: "nested, with any name",
    item: { a: [{ b: { c: ["http://x:11000"] } }] },
    interfaces: ["http://x:11000"],
    shown: true,
  },
  {
    name: "in prose, which is not a field",
    item: { text: "was (http://x:11000) before." },
    interfaces: ["http://x:11000"],
  },
  {
    name: "at the end of prose",
    item: { text: "was http://x:11000" },
    interfaces: ["http://x:11000"],
  },
  { name: "a web address in prose", item: { source: "see https://docs.example/x" } },
  {
    name: "a site to back up",
    item: { source: "https://share.example" },
    interfaces: ["https://share.example"],
  },
  { name: "below a key to ignore", item: { Comment: { interface: "http://x:11000" } } },
  {
    name: "JSON in a text",
    item: { settings: '{"url":"http://x:11000"}' },
    interfaces: ["http://x:11000"],
  },
  {
    name: "a port of its own",
    item: { endpoint: { host: "x", httpPort: 11_000, ftpPort: "11001" } },
    interfaces: ["x:11000", "x:11001"],
  },
  { name: "a number that is not a port", item: { id: 11_000, size: 11_001 } },
  {
    name: "__proto__",
    item: JSON.parse('{"__proto__":{"interface":"b:11001"}}'),
    interfaces: ["b:11001"],
    shown: true,
  },
];

test.each(rows)("finds $name", ({ item, interfaces = [], blank, shown, unread = [] }) => {
  const found = searchInterfaces(item, terms);
  expect([...found.interfaces]).toEqual(interfaces);
  expect([...found.unread]).toEqual(unread);
  expect(found.hasBlank).toBe(blank === true);
  expect(found.isShown).toBe(shown === true);
});

test.each([
  ["http://a", ["http://a"]],
  ["HTTP://A:1/path", ["HTTP://A:1/path"]],
  ["Was http://a:11000.", ["http://a:11000"]],
  ["ftp://a", ["ftp://a"]],
  ["IFACE=http://a:11000", ["http://a:11000"]],
  ["a:11000", ["a:11000"]],
  ["[::1]:11001", ["[::1]:11001"]],
  ["a:110001", []],
  ["a:11443", []],
  ["https://a:11443", ["https://a:11443"]],
  ["https://a/path", []],
  ["ssh://a", []],
])("%s looks like %j", (text, found) => {
  expect(findInterfaces(text)).toEqual(found);
});

test("an insecure interface is found in any surrounding text", () => {
  const insecure = fc.constantFrom("http://x:11000", "ftp://x", "x:11000", "x:11001", "HTTP://x");
  const json = fc.jsonValue({ maxDepth: 5 });
  const key = fc.string().filter((text) => text.toLowerCase() !== "comment");
  const path = fc.array(fc.oneof(key, fc.constant(0)), { maxLength: 20 });
  fc.assert(
    fc.property(insecure, json, path, (url, other, keys) => {
      const item = keys.reduceRight<unknown>(
        (inner, name) => (name === 0 ? [other, inner] : { other, [name]: inner }),
        url,
      );
      expect([...searchInterfaces(item, terms).interfaces]).toContain(url);
    }),
  );
});

test("a value nested too deep is not treated as missing", () => {
  const deep = JSON.parse(`${'{"a":['.repeat(100_000)}"http://x"${"]}".repeat(100_000)}`);
  expect([...searchInterfaces(deep, terms).unread]).toEqual(["a"]);
});

test.each([
  ["http://a:11000", "http://a:11000", true],
  ["a", "http://a:11000", true],
  ["a:11000", "http://a:11000", true],
  ["http://a", "http://a:11000", true],
  ["HTTP://A.example.com:11000/", "http://a:11000", true],
  [":11000", "http://a:11000", true],
  ["https://a:11443", "http://a:11000", false],
  ["a:11001", "http://a:11000", false],
  ["http://b:11000", "http://a:11000", false],
  ["http://10.0.0.1:11000", "http://10.0.0.2:11000", false],
  ["http://[::1]:11000", "http://[::1]:11000", true],
])("a use of %s may mean %s: %s", (used, offered, expected) => {
  expect(createUseTest(["https://z", used])(offered)).toBe(expected);
});

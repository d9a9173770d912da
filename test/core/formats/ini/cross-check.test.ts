import fc from "fast-check";
import { parse } from "ini";
import { expect, test } from "vitest";
import {
  differsOnlyIn,
  readWithIni,
  type NamedKey,
} from "../../../../src/core/formats/ini/cross-check.ts";

/** All values of a parsed text by path, as a table. */
function table(node: unknown, path = ""): readonly (readonly [string, string])[] {
  if (typeof node !== "object" || node === null || Array.isArray(node)) {
    return [[path, typeof node === "string" ? node : JSON.stringify(node)]];
  }
  return Object.entries(node).flatMap(([name, child]) =>
    table(child, path !== "" && name !== "" ? `${path}\0${name}` : path + name),
  );
}

function differsByTable(old: string, after: string, named: readonly NamedKey[]): boolean {
  const paths = named.map(({ section, key }) =>
    [...section.split("."), key].filter((name) => name !== "").join("\0"),
  );
  const [before, now] = [new Map(table(parse(old))), new Map(table(parse(after)))];
  return [...before.keys(), ...now.keys()].every(
    (path) => paths.includes(path) || before.get(path) === now.get(path),
  );
}

const line = fc.constantFrom(
  "[S]",
  "[S.]",
  "[S.a]",
  "[.S]",
  "[]",
  "[__proto__]",
  "[toString]",
  "",
  "# a=1",
  "; a=1",
  "a=1",
  "a=2",
  "b=1",
  "b",
  "a[]=1",
  "a[]=2",
  "S=1",
  'a="1"',
  "toString=1",
  "'{\"x\":1}'=1",
  "a=true",
  'a="true"',
  "=1",
  "''=1",
  "__proto__=1",
  '"S\\u0000a"=1',
);
const text = fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n"));
const key = fc.record({
  section: fc.constantFrom("", "S", "S.a", "toString"),
  key: fc.constantFrom("a", "b", "S", "toString", ""),
});

test("two texts compare like the tables of all their values", () => {
  const pairs = fc.tuple(text, text).chain(([one, other]) =>
    // Texts that share most of their lines differ in a few values only.
    fc.tuple(fc.constant(one), fc.constantFrom(other, `${one}\n${other}`, `${other}\n${one}`)),
  );
  fc.assert(
    fc.property(pairs, fc.array(key, { maxLength: 3 }), ([old, after], named) => {
      expect(differsOnlyIn(readWithIni(old), after, named)).toBe(differsByTable(old, after, named));
    }),
    { numRuns: 5000 },
  );
});

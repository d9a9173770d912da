import { readdirSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";

const directory = new URL("../findings/", import.meta.url);
const names = readdirSync(directory).filter((name) => name !== "README.md");

test("there are findings", () => {
  expect(names.length).toBeGreaterThan(15);
});

test.each(names)("%s has the format of a finding", (name) => {
  expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+\.sh$/);
  expect(statSync(new URL(name, directory)).mode & 0o111).toBe(0o111);
  const text = readFileSync(new URL(name, directory), "utf8");
  const fields = [/^# \S.*\.$/, /^# Software: /, /^# Expected: /, /^# Behaviour: /, /^# Seen:$/];
  const lines = text.split("\n");
  const places = fields.map((field) => lines.findIndex((line) => field.test(line)));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(text).toContain("trap 'rm -rf \"$tmp\"' EXIT\n");
  expect(text).toMatch(/cannot install .*exit 2; }/);
  expect(text).toMatch(/\[ "\$seen" = "\$recorded" \] && exit 0\n.*\nexit 1\n$/);
});

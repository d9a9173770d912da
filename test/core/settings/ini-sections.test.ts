import { expect, test } from "vitest";
import { numberField, textField, withDefault } from "../../../src/core/settings/fields.ts";
import {
  readGiven,
  readSection,
  readSettingsFile,
} from "../../../src/core/settings/ini-sections.ts";

const fields = { tries: withDefault(numberField(1, 9), "3"), name: textField };

test.each([
  { name: "not set", text: "", values: { tries: 3 }, given: {}, problems: 0 },
  { name: "set", text: "tries = 5\nname = a", values: { tries: 5, name: "a" }, problems: 0 },
  {
    name: "invalid, which is reported",
    text: "tries = 0",
    values: { tries: 3 },
    given: {},
    problems: 1,
  },
])("a key with a default that is $name", ({ text, values, given = values, problems }) => {
  const file = readSettingsFile("a.ini", text);
  expect(readSection(file, "", fields)).toEqual(values);
  expect(file.problems.length).toBe(problems);
  expect(readGiven(file, "", fields)).toEqual(given);
});

test("a default that its field would reject is a bug of the program", () => {
  expect(() => withDefault(numberField(1, 9), "10")).toThrow("a whole number from 1 to 9");
});

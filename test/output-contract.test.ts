import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exitCodes } from "../src/core/base/errors.ts";
import { formats } from "../src/core/report/render.ts";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const page = read("docs/output.md");

/** First cells of the rows below a heading. */
function rowsOf(heading: string): string[] {
  const part = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...part.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, cell = ""]) => cell).slice(2);
}

test("docs/output.md links every schema, and no other", () => {
  const linked = [...page.matchAll(/\(schema\/([\w.-]+)\)/g)].map(([, name]) => name);
  const files = readdirSync(new URL("../docs/schema/", import.meta.url));
  expect(linked.toSorted()).toEqual(files.toSorted());
});

test("docs/output.md documents the version number of reports, or that there is none", () => {
  const numbers = readdirSync(new URL("../docs/schema/", import.meta.url)).map((name) => {
    const { properties, required } = JSON.parse(read(`docs/schema/${name}`));
    const isRequired = required.includes("schemaVersion");
    return [name.split(".")[0], isRequired ? properties.schemaVersion.const : undefined];
  });
  const { priority, check, probe, ...others } = Object.fromEntries(numbers);
  expect([priority, check, probe]).toEqual([undefined, 2, 2]);
  expect([...new Set(Object.values(others))]).toEqual([1]);
  expect(page).toContain(
    "It is 2 for `check`, `verify`, `status` and `probe`, and 1 for the others.",
  );
});

test("docs/output.md lists every format and every exit code", () => {
  const named = rowsOf("Reports").flatMap((cell) =>
    cell.split(", ").map((format) => format.replaceAll("`", "")),
  );
  expect(named.toSorted()).toEqual(formats.toSorted());
  const codes = new Set([0, 1, ...Object.values(exitCodes)]);
  expect(rowsOf("Exit codes")).toEqual([...codes].toSorted().map(String));
});

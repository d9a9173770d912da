import { parse } from "content-type";
import { expect, test } from "vitest";

const { href } = new URL("../build/plain-content-type.js", import.meta.url);
const stub: { readonly parse: typeof parse } = await import(href);

test.each([
  "application/json",
  "application/json; charset=utf-8",
  "application/json;charset=UTF-8",
  'text/html; charset="utf-8"',
  "Application/VND.github.raw+json ; Charset=utf-8 ; a=b",
  "application/octet-stream",
  "application/scim+json; charset",
])("the bundle reads %j as content-type does", (header) => {
  const { type, parameters } = parse(header);
  const read = stub.parse(header);
  expect(read.type).toBe(type);
  expect(read.parameters["charset"] ?? "").toBe(parameters["charset"] ?? "");
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBase64Url, encodeBase64Url } from "../../../src/core/formats/jws.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

test("base64url has one encoding for some bytes, and no other text is read", () => {
  const texts = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 9 });
  const strange = fc.string({ unit: fc.constantFrom("A", "Q", "+", "/", "=", " ", "\n", "é") });
  fc.assert(
    fc.property(fc.oneof({ weight: 4, arbitrary: texts }, strange), (text) => {
      const bytes = Buffer.from(text, "base64url");
      const isCanonical = bytes.toString("base64url") === text;
      expect(decodeBase64Url(text)).toBe(isCanonical ? bytes.toString("latin1") : undefined);
      if (isCanonical) expect(encodeBase64Url(bytes.toString("latin1"))).toBe(text);
    }),
    { numRuns: 2000 },
  );
});

test("every last character of a short text is read as by Node, or not at all", () => {
  for (const start of ["", "A", "AA", "AAA", "AAAA", "AAAAA"]) {
    for (const last of alphabet) {
      const text = start + last;
      const bytes = Buffer.from(text, "base64url");
      const isCanonical = bytes.toString("base64url") === text;
      expect(decodeBase64Url(text)).toBe(isCanonical ? bytes.toString("latin1") : undefined);
    }
  }
});

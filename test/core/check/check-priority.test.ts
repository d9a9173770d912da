import { expect, test } from "vitest";
import { checkPriority } from "../../../src/core/check/check-priority.ts";
import { dialects } from "../../../src/core/gnutls/dialects.ts";
import { recommend, vendorPriority } from "../../../src/core/gnutls/verdict.ts";

const check = (priority: string): readonly string[] | undefined =>
  checkPriority(priority, dialects)?.map(({ profile, findings, suggestion, isSafe }) => {
    const rules = findings.map(({ rule }) => rule).join(" ");
    return `${profile}: ${rules} > ${suggestion ?? "-"}${isSafe ? "" : " unsafe"}`;
  });

test("the recommended strings pass their profiles", () => {
  expect(check(vendorPriority)).toEqual([
    "vendor:  > -",
    `strict: tls-forward-secrecy tls-aead-only > ${vendorPriority}:-SHA1:-RSA`,
  ]);
  expect(check(recommend("strict"))).toEqual(["vendor:  > -", "strict:  > -"]);
});

test("names what is missing, with the string that fix would write", () => {
  expect(check("NORMAL:-VERS-TLS1.0:%SERVER_PRECEDENCE")?.[0]).toBe(
    "vendor: tls-legacy-protocol > NORMAL:-VERS-TLS1.0:%SERVER_PRECEDENCE:-VERS-TLS1.1",
  );
  expect(check("SUITEB128:%SERVER_PRECEDENCE")?.[0]).toBe(
    `vendor: tls-no-modern-protocol > ${vendorPriority} unsafe`,
  );
});

test.each(["NORMAL\n", "NORMAL\nSTPD_PORT=11001", ""])(
  "%j is not checked as a different string",
  (priority) => {
    const verdicts = checkPriority(priority, dialects);
    for (const { findings } of verdicts ?? []) expect(findings).not.toEqual([]);
  },
);

import { expect, test } from "vitest";
import { showDiff } from "../../src/adapters/unified-diff.ts";

test("a diff for people contains no workflow command, and no Windows line ending", () => {
  const before = "[STPD_Server]\r\n  ::error::all is well\r\n# ##[error]x \x1b[2J f\xc3\xbcr\r\n";
  const diff = showDiff({ path: "opt/##[x]/stpd.ini", before, after: `${before}STPD_PORT=1\r\n` });
  expect(diff.split("\n").slice(1)).toEqual([
    '--- "a/opt/\\043#[x]/stpd.ini"',
    '+++ "b/opt/\\043#[x]/stpd.ini"',
    "@@ -1,3 +1,4 @@",
    " [STPD_Server]",
    "   \\x3a:error::all is well",
    " # \\x23#[error]x \\x1b[2J f\u00fcr",
    "+STPD_PORT=1",
    "",
  ]);
});

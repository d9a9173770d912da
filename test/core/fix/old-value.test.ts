import { expect, test } from "vitest";
import { findLastLine } from "../../../src/core/fix/old-value.ts";
import { createStpdParser } from "../../../src/core/fleet/stpd-file.ts";
import { defaultPolicy } from "../../../src/core/settings/policy.ts";

function read(text: string) {
  const reading = createStpdParser(defaultPolicy)(`[STPD_Server]\n${text}`);
  if (reading.kind !== "file") throw new Error("unreadable");
  return reading;
}

test.each<[string, string, number | undefined]>([
  ["a value of one line", 'P="NORMAL"\nSTPD_PORT=1\n', 0],
  ["the end of the file", "P=NORMAL", 0],
  ["a backslash", 'P="NORMAL:\\\n  -RSA"\nSTPD_PORT=1\n', 1],
  ["several backslashes", 'P="NORMAL:\\\n-RSA:\\\r\n-SHA1"\n-DHE-RSA\n', 2],
  ["a backslash, regardless of the next line", "P=NORMAL:\\\na note of somebody\n-RSA", 1],
  ["a backslash before an empty line", "P=NORMAL:\\\n\n-RSA\n", 0],
  ["a backslash before a comment", "P=NORMAL:\\\n# STPD_PORT=1\n", 0],
  ["a backslash before an entry", "P=NORMAL:\\\nSTPD_PORT=1\n", undefined],
  ["a backslash before a section", "P=NORMAL:\\\n-RSA:\\\n[Other]\n", undefined],
  ["a backslash before a port with a colon", "P=NORMAL:\\\nSTPD_PORT: 1\n", undefined],
  ["a backslash before a port without =", "P=NORMAL:\\\nSTPD_PORT 1\n", undefined],
  ["a backslash before a bare key", "P=NORMAL:\\\nSTPD_HTTP_PORT\n", undefined],
  ["a backslash before an odd comment", "P=NORMAL:\\\n;STPD_PORT=1\n", undefined],
  ["a quote before a port with a colon", 'P="NORMAL:\nSTPD_PORT:1\n', undefined],
  ["an indented port with a colon", "P=NORMAL\n  STPD_PORT:1\n", undefined],
  ["a port below the second line", "P=NORMAL:\\\n-RSA:\\\nSTPD_PORT: 1\n", undefined],
  ["a quote that is closed below", 'P="NORMAL:\n-VERS-TLS1.0:\n-RSA"\n-SHA1\n', 2],
  ["a quote that is closed on its line", 'P="NORMAL"\n-RSA\n', 0],
  ["an indented line", "P=NORMAL\n\t:-RSA\n-SHA1\n", 1],
  ["an indented element", "P=NORMAL:\n  -RSA\n  +AES-128-GCM:%COMPAT\n", 2],
  ["an indented note", "P=NORMAL\n  ask Ann before -RSA\n", 0],
  ["an indented word", "P=NORMAL\n  TODO\n", 0],
  ["an indented entry", "P=NORMAL\n  STPD_PORT=1\n", 0],
])("finds the last line of the value: %s", (_, text, last) => {
  expect(findLastLine(read(text), 1)).toBe(last === undefined ? undefined : last + 1);
});

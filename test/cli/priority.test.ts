import { expect, test } from "vitest";
import { runNode } from "../support/harness/programs.ts";

const run = (...args: readonly string[]): readonly unknown[] => {
  const { status, stdout, stderr } = runNode(["priority", ...args]);
  return [status, stdout, stderr];
};

test("--why names the element for which GnuTLS refuses the whole string", () => {
  expect(run("NORMAL:+FOO:-VERS-TLS1.1", "--why", "TLS1.1")).toEqual([
    1,
    "TLS1.1 is off (GnuTLS 3.6, 3.7, 3.8): GnuTLS refuses the whole string, because of +FOO at byte 7\n",
    "",
  ]);
});

test("--diff shows a different order of the same elements, and fails", () => {
  const first = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
  expect(run(first, "--diff", "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3")).toEqual([
    1,
    "GnuTLS 3.6, 3.7, 3.8:\n  ~ protocol, same elements, different order: TLS1.2, TLS1.3\n    instead of: TLS1.3, TLS1.2\n",
    "",
  ]);
  expect(run(first, "--diff", first)).toEqual([0, "GnuTLS 3.6, 3.7, 3.8: no difference\n", ""]);
});

test("refuses --why and --diff together, so that none is ignored", () => {
  expect(run("NORMAL", "--why", "TLS1.1", "--diff", "SECURE128")).toEqual([
    2,
    "",
    expect.stringContaining("--why and --diff cannot be combined"),
  ]);
});

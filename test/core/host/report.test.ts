import { expect, test } from "vitest";
import { reportApply } from "../../../src/core/host/report.ts";

test.each([
  ["open", false, "the new file is active, and verified: HTTPS works, and the old ports stay open"],
  ["open", true, "the file was active already, and verified: HTTPS works, and the old ports stay"],
  ["close", false, "HTTPS works, and the ports that the file closes are closed"],
] as const)("a report of %s says what is open (already: %s)", (phase, already, said) => {
  const result = { kind: "confirmed", already, digest: "0".repeat(64) } as const;
  const report = reportApply(result, { host: "rds1", phase, claims: undefined });
  expect(report).toMatchObject({ outcome: "good", file: result.digest });
  expect(report.message).toContain(said);
});

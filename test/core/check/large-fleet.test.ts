import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { priorityIni } from "../../support/builders/rules.ts";

test("checks 100,000 hosts, and reports progress", () => {
  const fleet = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, index) => [
      `hosts/h${index}/stpd.ini`,
      `# ${index}\n${priorityIni(vendorPriority)}`,
    ]),
  );
  let told = 0;
  const request = {
    paths: ["."],
    overrides: {},
    asOf: "2026-11-25",
    progress: (hosts: number) => {
      told = hosts;
    },
  };
  const { findings, hosts } = checkFleet(request, createMemoryFiles(fleet));
  expect([findings.length, hosts.length, told]).toEqual([0, 100_000, 100_000]);
});

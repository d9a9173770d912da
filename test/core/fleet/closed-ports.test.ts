import { expect, test } from "vitest";
import { closesPlainPort, findClosedUse } from "../../../src/core/fleet/closed-ports.ts";
import type { FindUse } from "../../../src/core/fleet/port-usage.ts";
import { createStpdParser } from "../../../src/core/fleet/stpd-file.ts";
import { defaultPolicy } from "../../../src/core/settings/policy.ts";
import type { HostFolder } from "../../../src/core/fleet/host-folder.ts";

const [ftp, http] = ["STPD_PORT=11001\n", "STPD_HTTP_PORT=11000\n"];

function read(...lines: readonly string[]) {
  const reading = createStpdParser(defaultPolicy)(`[STPD_Server]\n${lines.join("")}`);
  if (reading.kind !== "file") throw new Error("unreadable");
  return reading;
}

const folder = { name: "rds1" } as HostFolder;
const usesHttp: FindUse = (_, key) => (key === "STPD_HTTP_PORT" ? "the event nightly" : undefined);

test.each([
  { name: "nothing changes", after: [ftp, http], closes: false, stops: false },
  { name: "only the other port is closed", after: [http], closes: true, stops: false },
  { name: "the used port is closed", after: [ftp], closes: true, stops: true },
  { name: "both are", after: [], closes: true, stops: true },
  {
    name: "the used port gets another number",
    after: [ftp, "STPD_HTTP_PORT=12000\n"],
    closes: true,
    stops: true,
  },
  {
    name: "the used port gets a second number",
    after: [ftp, http, "STPD_HTTP_PORT=12000\n"],
    closes: false,
    stops: false,
  },
  {
    name: "the number of the used port is quoted, which STPD may not read",
    after: [ftp, 'STPD_HTTP_PORT="11000"\n'],
    closes: true,
    stops: true,
  },
  {
    name: "a value that is no number stays",
    old: [ftp, "STPD_HTTP_PORT=x\n"],
    after: [ftp, "STPD_HTTP_PORT=x\n"],
    closes: false,
    stops: false,
  },
  {
    name: "a value that is no number is replaced",
    old: [ftp, "STPD_HTTP_PORT=x\n"],
    after: [ftp, "STPD_HTTP_PORT=y\n"],
    closes: true,
    stops: true,
  },
])("an HTTP port in use: $name", ({ old = [ftp, http], after, closes, stops }) => {
  const before = read(...old);
  expect(closesPlainPort(before, read(...after))).toBe(closes);
  const use = findClosedUse({ folder, findUse: usesHttp }, before, read(...after));
  expect(use).toBe(stops ? "the event nightly" : undefined);
});

import { expect, test } from "vitest";
import { closesPlainPort, findClosedUse } from "../../../src/core/fleet/closed-ports.ts";
import type { FindUse } from "../../../src/core/fleet/port-usage.ts";
import { createStpdParser } from "../../../src/core/fleet/stpd-file.ts";
import { defaultPolicy, type Policy } from "../../../src/core/settings/policy.ts";
import type { HostFolder } from "../../../src/core/fleet/host-folder.ts";

const [ftp, http] = ["STPD_PORT=11001\n", "STPD_HTTP_PORT=11000\n"];

function read(lines: readonly string[], absentPort: Policy["absentPort"] = "closed") {
  const reading = createStpdParser({ ...defaultPolicy, absentPort })(
    `[STPD_Server]\n${lines.join("")}`,
  );
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
    closes: true,
    stops: true,
  },
  {
    name: "the number of the used port is quoted, which STPD may not read",
    after: [ftp, 'STPD_HTTP_PORT="11000"\n'],
    closes: true,
    stops: true,
  },
  {
    name: "another line may unset the used port",
    after: [ftp, http, "STPD_HTTP_PORT=\n"],
    closes: true,
    stops: true,
  },
  {
    name: "the key without a value may unset it",
    after: [ftp, http, "STPD_HTTP_PORT\n"],
    closes: true,
    stops: true,
  },
  {
    name: "two numbers are swapped",
    old: [ftp, http, "STPD_HTTP_PORT=12000\n"],
    after: [ftp, "STPD_HTTP_PORT=12000\n", http],
    closes: true,
    stops: true,
  },
  {
    name: "two numbers stay",
    old: [ftp, http, "STPD_HTTP_PORT=12000\n"],
    after: [http, "STPD_HTTP_PORT=12000\n", ftp],
    closes: false,
    stops: false,
  },
  {
    name: "a second line with the same number is removed",
    old: [ftp, http, http],
    after: [ftp, "STPD_HTTP_PORT = 11000\n"],
    closes: false,
    stops: false,
  },
  {
    name: "the used port is set in another section, which STPD may read",
    old: [ftp, "[Other]\n", http],
    after: [ftp],
    closes: true,
    stops: true,
  },
  {
    name: "the line becomes a part of the line above",
    after: [ftp, "OTHER=1\\\n", http],
    closes: true,
    stops: true,
  },
  {
    name: "the line has another continuation",
    old: [ftp, "STPD_HTTP_PORT=11000\\\n", "\n"],
    after: [ftp, "STPD_HTTP_PORT=11000\\\n", "# x\n"],
    closes: true,
    stops: true,
  },
  {
    name: "the key has another case, which STPD may not read",
    after: [ftp, "stpd_http_port=11000\n"],
    closes: true,
    stops: true,
  },
  {
    name: "an invalid number stays",
    old: [ftp, "STPD_HTTP_PORT=x\n"],
    after: [ftp, "STPD_HTTP_PORT=x\n"],
    closes: false,
    stops: false,
  },
  {
    name: "an invalid number is replaced",
    old: [ftp, "STPD_HTTP_PORT=x\n"],
    after: [ftp, "STPD_HTTP_PORT=y\n"],
    closes: true,
    stops: true,
  },
])("an HTTP port in use: $name", ({ old = [ftp, http], after, closes, stops }) => {
  const before = read(old);
  expect(closesPlainPort(before, read(after))).toBe(closes);
  const use = findClosedUse({ folder, findUse: usesHttp }, before, read(after));
  expect(use).toBe(stops ? "the event nightly" : undefined);
});

test.each([
  { name: "is omitted again", after: [ftp], closes: false },
  { name: "had no value, and is omitted", old: [ftp, "STPD_HTTP_PORT=\n"], closes: false },
  { name: "gets no value", after: [ftp, "STPD_HTTP_PORT=\n"], closes: true },
  { name: "no longer has a value", after: [ftp, "STPD_HTTP_PORT\n"], closes: true },
  { name: "is commented out", after: [ftp, `# ${http}`], closes: true },
  { name: "gets a number, possibly a different one", after: [ftp, http], closes: true },
])("an HTTP port that is open because the file omits it $name", (row) => {
  const { old = [ftp], after = [ftp], closes } = row;
  const [before, wanted] = [read(old, "open"), read(after, "open")];
  expect(closesPlainPort(before, wanted)).toBe(closes);
  const use = findClosedUse({ folder, findUse: usesHttp }, before, wanted);
  expect(use).toBe(closes ? "the event nightly" : undefined);
});

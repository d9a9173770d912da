import { expect, test } from "vitest";
import { factFields, readFacts } from "../../../src/core/fleet/facts.ts";
import { findContradictions, printHostIni } from "../../../src/core/import/host-ini.ts";

test("an unknown fact is written as a question", () => {
  expect(printHostIni("rds1", { address: "rds1.example", os: "linux" })).toMatchInlineSnapshot(`
    "# Facts about rds1. Fill in what you know and remove the #; leave the rest as it is.
    address = rds1.example
    os = linux
    # avx =           # yes or no? Only for Windows: whether the processor has AVX
    # role =          # server or rds?
    # version =       # of SEP sesam, for example 5.1.0.14
    # environment =   # for example production
    "
  `);
  const { facts, problems } = readFacts("host.ini", printHostIni("rds1", {}));
  expect([facts, problems]).toEqual([{ role: "rds" }, []]);
});

test("a value that would be read back differently stays a question", () => {
  for (const address of ["a\navx = no", "a # b", "a\rversion = 4.4.3", " a", "", "[x]\na = b"]) {
    const text = printHostIni("rds1", { address, os: "linux" });
    expect(readFacts("host.ini", text).facts).toEqual({ role: "rds", os: "linux" });
    expect(text).toContain("# address =");
  }
});

test("each question is a key of host.ini, and an answer to it is read", () => {
  const answers: Readonly<Record<string, string>> = {
    address: "rds1.example",
    os: "windows",
    avx: "no",
    role: "server",
    version: "5.1.0.14",
    environment: "production",
  };
  const answered = printHostIni("rds1", {}).replaceAll(
    /^# (\w+) =/gm,
    (_, key: string) => `${key} = ${answers[key]}`,
  );
  const { facts, problems } = readFacts("host.ini", answered);
  expect([facts, problems]).toEqual([answers, []]);
  expect(Object.keys(factFields)).toEqual(expect.arrayContaining(Object.keys(answers)));
});

test("compares a written fact with the observed one, and leaves the address to the administrator", () => {
  expect(findContradictions({ os: "windows" }, { os: "linux" })).toEqual([
    "os = windows, but linux was seen",
  ]);
  expect(findContradictions({ os: "linux" }, { os: "linux", role: "server" })).toEqual([]);
  expect(findContradictions({ address: "a" }, { address: "b" })).toEqual([]);
});

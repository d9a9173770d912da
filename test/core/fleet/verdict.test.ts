import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import {
  createStpdParser,
  isLeftUnsaid,
  type StpdFile,
} from "../../../src/core/fleet/stpd-file.ts";
import {
  httpsPort,
  judge,
  listSurePlain,
  readVerdict,
  verdicts,
} from "../../../src/core/fleet/verdict.ts";
import { defaultPolicy } from "../../../src/core/settings/policy.ts";
import { folderOf, priorityIni, stpdIni } from "../../support/builders/rules.ts";

const read = (text: string): StpdFile => {
  const stpd = createStpdParser(defaultPolicy)(text);
  if (stpd.kind !== "file") throw new Error(stpd.kind);
  return stpd;
};
const verdictOf = (stpd: StpdFile) => judge(folderOf(stpd));
const hard = priorityIni(vendorPriority);

test("reads current and former names of verdicts", () => {
  expect(verdicts.map(readVerdict)).toEqual(verdicts);
  expect(["half", "open", "closed"].map(readVerdict)).toEqual([
    "partial",
    "plaintext",
    "locked-out",
  ]);
  expect(["fine", "toString", 7, null, undefined].map(readVerdict)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
});

test("a plain port is a certain way in only if it is written as SEP writes it", () => {
  expect(listSurePlain(read(stpdIni("STPD_PORT=11001")))).toEqual(["STPD_PORT"]);
  expect(listSurePlain(read(stpdIni("stpd_port=11001")))).toEqual([]);
  expect(listSurePlain(read(stpdIni("STPD_HTTP_PORT=x")))).toEqual([]);
});

test("one certain line is enough for HTTPS if another one has the same value", () => {
  expect(httpsPort(read(`${hard}stpd_https_port=11443\n`))).toBe(11443);
  expect(httpsPort(read(hard.replace("STPD_HTTPS_PORT", "stpd_https_port")))).toBeUndefined();
});

test("an indented key below a comment of another style may belong to it", () => {
  const text = (mark: string): string =>
    `[STPD_Server]\n${mark} STPD_PORT=1\n  STPD_HTTPS_PORT=11443\n`;
  expect(httpsPort(read(text("//")))).toBeUndefined();
  expect(httpsPort(read(text("#")))).toBe(11443);
  expect(httpsPort(read("[STPD_Server]\n// note\n  STPD_HTTPS_PORT=11443\n"))).toBe(11443);
});

test("a comment that ends in a backslash may include the HTTPS setting below it", () => {
  const below = (line: string): string =>
    hard.replace("STPD_HTTPS_PORT", `${line}\nSTPD_HTTPS_PORT`);
  expect(httpsPort(read(below("# see C:\\SEP\\")))).toBeUndefined();
  expect(verdictOf(read(below("# see C:\\SEP\\")))).toBe("locked-out");
  expect(httpsPort(read(below("; see C:\\SEP\\ ")))).toBeUndefined();
  expect(httpsPort(read(below("# see C:\\SEP\\\n#")))).toBe(11443);
  expect(verdictOf(read(`# see C:\\SEP\\\n${hard}`))).toBe("unknown");
});

test("with the key without a value it is uncertain whether HTTPS is on", () => {
  expect(httpsPort(read(`${hard}STPD_HTTPS_PORT\n`))).toBeUndefined();
  expect(httpsPort(read(`${hard}STPD_HTTP_PORT\n`))).toBe(11443);
  expect(httpsPort(read(`${hard}[Other]\nSTPD_HTTPS_PORT\n`))).toBe(11443);
});

test("every string that STPD may use counts, under every release", () => {
  const file = read(hard);
  expect(verdictOf(file)).toBe("hardened");
  // A second spelling of the same string does not make the certain one uncertain.
  const twice = `${hard}stpd_https_priority_string="${vendorPriority}"\n`;
  expect(verdictOf(read(twice))).toBe("hardened");
  const unsure = `${hard}X=1\n  STPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\n`;
  expect(verdictOf(read(unsure))).toBe("hardened");
  const old = `${hard}STPD_HTTPS_PRIORITY_STRING="NORMAL"\n`;
  expect(verdictOf(read(old))).toBe("partial");
  expect(verdictOf(read(priorityIni(`${vendorPriority}:+3DES-CBC`)))).toBe("partial");
  const [line] = file.priorityLines;
  const [reading] = line?.readings ?? [];
  if (line === undefined || reading === undefined) throw new Error("no reading");
  const readings = [reading, { ...reading, legacy: ["TLS1.1"] }];
  expect(verdictOf({ ...file, priorityLines: [{ ...line, readings }] })).toBe("partial");
});

test("a port that is commented out in another style is reported as closed", () => {
  const file = read(`${hard}; STPD_PORT=11001\n`);
  expect(isLeftUnsaid(file, "STPD_PORT")).toBe(false);
  expect(isLeftUnsaid(file, "STPD_HTTP_PORT")).toBe(true);
});

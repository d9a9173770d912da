import { expect, test } from "vitest";
import { needsPlainPorts, readRelease } from "../../../src/core/base/release.ts";

test.each([
  ["5.1.0", [5, 1]],
  ["5.1", [5, 1]],
  ["5.10.0", [5, 10]],
  ["6.0", [6, 0]],
  ["5.2.0.1", [5, 2]],
  ["v5.1.0.14", [5, 1]],
  ["5.1.0.14 SP1", [5, 1]],
  ["5.1.0.14SP1", [5, 1]],
  ["5.1.0.14-SP1", [5, 1]],
  ["5.1.0.14 SP 1 HF2", [5, 1]],
  ["4.4.3.84 SP2", [4, 4]],
  ["4.4.3 Tigon V2", [4, 4]],
  ["Beefalo V2", [4, 4]],
  ["jaglion", [5, 0]],
  ["Jaglion V2 (5.0.0.9)", [5, 0]],
  ["SEP sesam 5.1.0 Apollon", [5, 1]],
  ["Artemis", [5, 2]],
])("reads the release %s", (text, release) => {
  expect(readRelease(text)).toEqual(release);
});

test.each([
  "",
  "5",
  "5.1.x",
  "5.1.",
  "latest",
  "SP1",
  "5.1.0 7",
  "V2",
  "5.0.0.9 Apollon",
  "5.0.0 5.1.0",
  "1.2.3.4.5.6",
  "HF3 Apollonia",
])("%j is not a valid release", (text) => {
  expect(readRelease(text)).toBeUndefined();
  expect(needsPlainPorts(text)).toBeUndefined();
});

test.each([
  ["4.9.9", true],
  ["5.0.99", true],
  ["Jaglion V2", true],
  ["5.1.0", false],
  ["5.10", false],
  ["6.0", false],
  ["Apollon", false],
])("%s needs its plain ports: %s", (text, needed) => {
  expect(needsPlainPorts(text)).toBe(needed);
});

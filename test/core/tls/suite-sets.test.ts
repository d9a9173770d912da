import { expect, test } from "vitest";
import { listSuites, createSuiteRegistry } from "../../../src/core/tls/suite-numbers.ts";
import { planSuiteSets, type TlsRequest } from "../../../src/core/tls/suite-sets.ts";
import { tlsVersions, type TlsVersion } from "../../../src/core/tls/versions.ts";

const book = createSuiteRegistry();
const plan = (version: TlsVersion, profile: TlsRequest["profile"], full: boolean) =>
  planSuiteSets(version, { profile, full }, book);

test("a full probe offers every suite once", () => {
  for (const version of tlsVersions) {
    const sets = plan(version, "vendor", true);
    const all = sets.flatMap(({ suites }) => suites);
    const kinds = (["certificate", "anonymous", "psk", "password"] as const).map((kind) =>
      listSuites(version, kind),
    );
    expect(all).toEqual(kinds.flat());
    expect(sets.every(({ always }) => always)).toBe(true);
  }
});

test("an old version is offered as a whole, and further suites only where they may be hidden", () => {
  const [main, ...others] = plan("TLS1.0", "strict", false);
  expect(main?.suites).toEqual(listSuites("TLS1.0", "certificate"));
  expect(others.map(({ always }) => always)).toEqual([false, false]);
  expect(others.map(({ isShared }) => isShared)).toEqual([false, true]);
});

test("TLS 1.2 is offered separately with allowed and with forbidden suites", () => {
  const vendor = plan("TLS1.2", "vendor", false);
  expect(vendor[0]?.suites.filter(book.isWeak)).toEqual([]);
  expect(vendor[1]?.suites.every(book.isWeak)).toBe(true);
  expect(vendor.map(({ always }) => always)).toEqual([true, true, true, false, false]);
  expect(vendor.map(({ isShared }) => isShared)).toEqual([false, false, false, true, true]);
  const strict = plan("TLS1.2", "strict", false);
  const [main, forbidden, , badPsk, , goodPsk] = strict.map(({ suites }) => suites);
  expect(main?.every(book.isStrict)).toBe(true);
  expect(forbidden?.some(book.isStrict)).toBe(false);
  expect(badPsk?.some(book.isStrict)).toBe(false);
  expect(goodPsk?.every(book.isStrict)).toBe(true);
  expect(strict.map(({ always }) => always)).toEqual([true, true, true, true, true, false]);
  expect(strict.map(({ isShared }) => isShared)).toEqual([false, false, false, true, true, true]);
  expect(strict.flatMap(({ suites }) => suites).toSorted()).toEqual(
    plan("TLS1.2", "vendor", true)
      .flatMap(({ suites }) => suites)
      .toSorted(),
  );
});

import { expect, test } from "vitest";
import {
  otherForms,
  printClientHello,
  type HelloForm,
  type Offer,
} from "../../../src/core/tls/client-hello.ts";
import { listSuites } from "../../../src/core/tls/suite-numbers.ts";
import { tlsVersions, type TlsVersion } from "../../../src/core/tls/versions.ts";

const random = new Uint8Array(32).fill(9);
const named = { serverName: "db1", session: false };
const nameless = { serverName: undefined, session: false };

/** Parses a hello by its own lengths; throws if they do not match. */
function takeApart(bytes: Uint8Array) {
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new Error(`the hello ends at ${bytes.length}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const number = (length: number): number =>
    take(length).reduce((sum, byte) => sum * 256 + byte, 0);
  const pairs = (list: Uint8Array): readonly number[] =>
    Array.from(
      { length: list.length / 2 },
      (_, index) => (list[index * 2] ?? 0) * 256 + (list[index * 2 + 1] ?? 0),
    );
  const head = {
    type: number(1),
    record: number(2),
    length: number(2),
    message: number(1),
    body: number(3),
  };
  const version = number(2);
  take(32);
  const session = take(number(1)).length;
  const suites = pairs(take(number(2)));
  const compression = [...take(number(1))];
  const extensions = new Map<number, readonly number[]>();
  if (at < bytes.length) {
    for (let left = number(2); left > 0;) {
      const type = number(2);
      const content = take(number(2));
      extensions.set(type, [...content]);
      left -= 4 + content.length;
    }
  }
  if (at !== bytes.length) throw new Error("bytes are left over");
  return { head, version, session, suites, compression, extensions };
}

test.each(tlsVersions)(
  "%s: every length matches, and the suites are those of the offer",
  (version) => {
    const offer: Offer = { version, suites: listSuites(version, "certificate"), form: "usual" };
    const bytes = printClientHello(offer, random, { serverName: "db1.example", session: false });
    const parts = takeApart(bytes);
    expect(parts.head).toMatchObject({
      type: 22,
      message: 1,
      length: bytes.length - 5,
      body: bytes.length - 9,
    });
    expect([parts.suites, parts.compression, parts.session]).toEqual([offer.suites, [0], 0]);
    expect(parts.version).toBe(Math.min(0x0303, 0x0300 + tlsVersions.indexOf(version)));
    expect(parts.extensions.size > 0).toBe(version !== "SSL3.0");
  },
);

test("TLS 1.3 is offered on its own, without a key share", () => {
  const { extensions } = takeApart(
    printClientHello({ version: "TLS1.3", suites: [0x1301], form: "usual" }, random, nameless),
  );
  expect(extensions.get(43)).toEqual([2, 3, 4]);
  expect(extensions.get(51)).toEqual([0, 0]);
  expect(extensions.has(0)).toBe(false);
});

test("a name is sent unchanged", () => {
  const { extensions } = takeApart(
    printClientHello({ version: "TLS1.2", suites: [47], form: "usual" }, random, named),
  );
  expect(extensions.get(0)).toEqual([0, 6, 0, 0, 3, 100, 98, 49]);
  expect(extensions.get(0xff01)).toEqual([0]);
});

test("each form is that of a different client", () => {
  const read = (version: TlsVersion, form: HelloForm) =>
    takeApart(printClientHello({ version, suites: [47], form }, random, named));
  const groups = (form: HelloForm): readonly number[] =>
    read("TLS1.2", form).extensions.get(10) ?? [];
  expect(groups("usual")).toContain(1);
  expect(read("TLS1.2", "groupless").extensions.has(10)).toBe(false);
  expect(read("TLS1.2", "groupless").extensions.has(11)).toBe(false);
  // FFDHE groups are 0x0100 to 0x0104, those with ML-KEM 0x11eb to 0x11ed.
  expect(groups("curves").filter((byte, index) => index % 2 === 0 && byte > 0)).toEqual([]);
  expect(read("TLS1.2", "curves").session).toBe(32);
  expect(read("TLS1.2", "nameless").extensions.has(0)).toBe(false);
  expect(read("TLS1.2", "nameless").extensions.get(10)).toEqual(groups("usual"));
});

test("a session id is sent if requested, and differs from the random of the hello", () => {
  const offer = { version: "TLS1.3", suites: [0x1301], form: "usual" } as const;
  const bytes = Uint8Array.from({ length: 32 }, (_, index) => index);
  const hello = printClientHello(offer, bytes, { serverName: undefined, session: true });
  expect(takeApart(hello).session).toBe(32);
  expect(hello.subarray(44, 76)).toEqual(bytes.toReversed());
});

test("a version has only forms that make a difference", () => {
  expect(tlsVersions.map((version) => otherForms(version, false))).toEqual([
    [],
    ["groupless", "curves"],
    ["groupless", "curves"],
    ["groupless", "curves"],
    ["curves"],
  ]);
  expect(otherForms("TLS1.3", true)).toEqual(["curves", "nameless"]);
  expect(otherForms("SSL3.0", true)).toEqual([]);
});

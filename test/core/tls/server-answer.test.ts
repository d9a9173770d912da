import fc from "fast-check";
import { expect, test } from "vitest";
import type { Offer } from "../../../src/core/tls/client-hello.ts";
import { readServerAnswer, type ServerAnswer } from "../../../src/core/tls/server-answer.ts";

const offer12: Offer = { version: "TLS1.2", suites: [0xc02f, 0x009c], form: "usual" };
const offer13: Offer = { version: "TLS1.3", suites: [0x1301], form: "usual" };

const record = (type: number, content: readonly number[], major = 3): readonly number[] => [
  type,
  major,
  3,
  content.length >> 8,
  content.length & 255,
  ...content,
];
const alert = (level: number, description: number): readonly number[] =>
  record(21, [level, description]);
const versions13 = [0, 43, 0, 2, 3, 4];

/** A ServerHello as a handshake message. */
function hello(
  version: number,
  suite: number,
  extensions: readonly number[] = [],
): readonly number[] {
  const session = [4, 1, 2, 3, 4];
  const more =
    extensions.length > 0 ? [extensions.length >> 8, extensions.length & 255, ...extensions] : [];
  const random = Array.from({ length: 32 }, () => 7);
  const body = [
    version >> 8,
    version & 255,
    ...random,
    ...session,
    suite >> 8,
    suite & 255,
    0,
    ...more,
  ];
  return [2, 0, body.length >> 8, body.length & 255, ...body];
}

const read = (bytes: readonly number[], offer = offer12): ServerAnswer =>
  readServerAnswer(Uint8Array.from(bytes), offer);
const good = record(22, hello(0x0303, 0xc02f));

test.each<{ name: string; bytes: readonly number[]; offer?: Offer; answer: ServerAnswer }>([
  { name: "nothing", bytes: [], answer: { kind: "incomplete" } },
  { name: "a hello with the suite", bytes: good, answer: { kind: "accepted", suite: 0xc02f } },
  {
    name: "a hello of TLS 1.3",
    bytes: record(22, hello(0x0303, 0x1301, [0, 51, 0, 2, 0, 29, ...versions13])),
    offer: offer13,
    answer: { kind: "accepted", suite: 0x1301 },
  },
  {
    name: "TLS 1.2 for an offer of 1.3",
    bytes: record(22, hello(0x0303, 0x1301)),
    offer: offer13,
    answer: { kind: "older" },
  },
  { name: "an older version", bytes: record(22, hello(0x0301, 0x002f)), answer: { kind: "older" } },
  { name: "a fatal alert", bytes: alert(2, 70), answer: { kind: "alert", description: 70 } },
  {
    name: "a warning, then a hello",
    bytes: [...alert(1, 112), ...good],
    answer: { kind: "accepted", suite: 0xc02f },
  },
  { name: "only a warning", bytes: alert(1, 0), answer: { kind: "incomplete" } },
  {
    name: "a hello in two records",
    bytes: [
      ...record(22, hello(0x0303, 0x009c).slice(0, 20)),
      ...record(22, hello(0x0303, 0x009c).slice(20)),
    ],
    answer: { kind: "accepted", suite: 0x009c },
  },
  { name: "SSL 3.0", bytes: record(22, hello(0x0300, 0x002f)), answer: { kind: "older" } },
  {
    name: "four warnings, then a hello",
    bytes: [1, 2, 3, 4].flatMap(() => alert(1, 112)).concat(good),
    answer: { kind: "accepted", suite: 0xc02f },
  },
  { name: "a header without its length", bytes: [22, 3, 3, 0], answer: { kind: "incomplete" } },
  { name: "the longest record", bytes: [22, 3, 3, 72, 0], answer: { kind: "incomplete" } },
  {
    name: "the longest hello",
    bytes: record(22, [2, 0, 32, 0]),
    answer: { kind: "incomplete" },
  },
  { name: "half a record", bytes: good.slice(0, -9), answer: { kind: "incomplete" } },
])("$name", ({ bytes, offer, answer }) => {
  expect(read(bytes, offer)).toEqual(answer);
});

test.each<{ name: string; bytes: readonly number[] }>([
  { name: "HTTP", bytes: Array.from("HTTP/1.1 400 Bad", (char) => char.charCodeAt(0)) },
  { name: "FTP", bytes: Array.from("220 ready\r\n", (char) => char.charCodeAt(0)) },
  { name: "endless warnings", bytes: Array.from({ length: 9 }, () => alert(1, 0)).flat() },
  { name: "an alert with an invalid level", bytes: alert(3, 40) },
  { name: "an empty record", bytes: record(22, []) },
  { name: "a record that is too long", bytes: [22, 3, 3, 255, 255] },
  { name: "another major version", bytes: record(22, hello(0x0303, 0xc02f), 2) },
  { name: "a message that is not a hello", bytes: record(22, [1, 0, 0, 1, 0]) },
  { name: "a hello of a megabyte", bytes: record(22, [2, 16, 0, 0, 0]) },
  { name: "a hello that ends early", bytes: record(22, [2, 0, 0, 3, 3, 3, 0]) },
  { name: "a suite that was not offered", bytes: record(22, hello(0x0303, 0x0005)) },
  { name: "a record that is a byte too long", bytes: [22, 3, 3, 72, 1] },
  { name: "a hello that is a byte too long", bytes: record(22, [2, 0, 32, 1]) },
  { name: "a version that is empty", bytes: record(22, hello(0x0303, 0xc02f, [0, 43, 0, 0])) },
  {
    name: "a hello without compression",
    bytes: record(22, [2, 0, 0, 37, ...hello(0x0303, 0xc02f).slice(4, 38), 0, 192, 47]),
  },
  { name: "an unknown older version", bytes: record(22, hello(0x0200, 0xc02f)) },
  { name: "a newer version", bytes: record(22, hello(0x0304, 0xc02f)) },
])("garbage is $name", ({ bytes }) => {
  expect(read(bytes).kind).toBe("garbage");
});

test("the answer is the same for any split of the bytes, and never changes", () => {
  const samples = [good, [...alert(1, 112), ...good], alert(2, 40), record(22, hello(0x0302, 5))];
  for (const bytes of samples) {
    const whole = read(bytes);
    for (let length = 0; length < bytes.length; length++) {
      const part = read(bytes.slice(0, length));
      if (part.kind !== "incomplete") expect(part).toEqual(whole);
    }
    expect(read([...bytes, 1, 2, 3])).toEqual(whole);
  }
});

test("no bytes make it throw, and bytes that are not TLS are never an answer", () => {
  const bytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(bytes, (noise) => {
      const { kind } = readServerAnswer(noise, offer12);
      const isTls = (noise[0] === 21 || noise[0] === 22) && noise[1] === 3;
      return isTls || kind === "garbage" || (noise.length < 2 && kind === "incomplete");
    }),
    { numRuns: 2000 },
  );
  const content = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 120 });
  fc.assert(
    fc.property(fc.constantFrom(21, 22), content, (type, noise) => {
      const answer = read(record(type, noise));
      return answer.kind !== "accepted" || offer12.suites.includes(answer.suite);
    }),
    { numRuns: 2000 },
  );
  expect(read([20, 3, 3, 0, 1]).kind).toBe("garbage");
});

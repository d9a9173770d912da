import { expect, test } from "vitest";
import type { AddressProbe } from "../../../src/core/probe/address-probe.ts";
import type { Observation } from "../../../src/core/probe/observation.ts";
import {
  judgeProof,
  portsToProve,
  type Requirement,
  type HostObservation,
} from "../../../src/core/host/health-check.ts";
import type { StpdFile } from "../../../src/core/fleet/stpd-file.ts";
import { bridge, desired, plain } from "../../support/fakes/host/model-change.ts";
import { parse } from "../../support/fakes/host/model-host.ts";
import {
  accept,
  certificate,
  hardened,
  probeOf,
  withPort,
  withTls,
} from "../../support/builders/observations.ts";

function fileOf(bytes: string): StpdFile {
  const file = parse(bytes);
  if (file.kind !== "file") throw new Error("it is not a file");
  return file;
}

function probe(observation: Observation): AddressProbe {
  const [first] = probeOf(observation).addresses;
  if (first === undefined) throw new Error("there is no address");
  return first;
}

const other: Observation = {
  ...hardened,
  handshake: { kind: "answered", certificate: { ...certificate, spkiSha256: "e".repeat(64) } },
};
const open: Observation = {
  ...hardened,
  ports: {
    ...hardened.ports,
    http: { port: 11000, state: "open" },
    ftp: { port: 11001, state: "open" },
  },
};
const down: Observation = withPort("https", "closed");
const downButPlain: Observation = { ...open, tls: undefined, handshake: undefined };

interface Row {
  readonly bytes?: string;
  readonly claim?: Requirement;
  readonly outside?: readonly Observation[];
  readonly inside?: Observation | null;
  readonly listening?: readonly number[] | null;
}

function judge({
  bytes = desired,
  claim: requirement = "hardened",
  outside = [hardened],
  inside = hardened,
  listening = [11443],
}: Row) {
  const observation: HostObservation = {
    inside: inside === null ? undefined : probe(inside),
    outside: outside.map(probe),
    listening: listening === null ? undefined : new Set(listening),
  };
  return judgeProof({ requirement, file: fileOf(bytes), observation });
}

const all = [11443, 11000, 11001];

test.each<readonly [string, Row]>([
  ["hardened, with HTTPS only", {}],
  [
    "the bridge, with its old ports",
    { bytes: bridge, outside: [open], inside: open, listening: all },
  ],
  [
    "the bridge, if the system does not show its sockets but loopback does",
    { bytes: bridge, outside: [open], inside: open, listening: null },
  ],
  ["hardened, if only loopback shows that ports are closed", { listening: null }],
  ["reachable by HTTPS", { claim: "reachable" }],
  [
    "reachable by HTTPS, regardless of other open ports",
    { claim: "reachable", outside: [open], listening: all },
  ],
  [
    "reachable by an old port only",
    { bytes: plain, claim: "reachable", outside: [downButPlain], inside: null, listening: all },
  ],
  [
    "reachable by an old port while HTTPS is down",
    {
      bytes: bridge,
      claim: "reachable",
      outside: [
        {
          ...open,
          ports: { ...open.ports, https: { port: 11443, state: "closed" } },
          tls: undefined,
          handshake: undefined,
        },
      ],
      inside: null,
      listening: all,
    },
  ],
])("good: %s", (_, row) => {
  expect(judge(row)).toEqual({ answer: "good", reasons: [] });
});

test.each<readonly [string, Row, "bad" | "unknown", RegExp]>([
  ["no address", { outside: [] }, "unknown", /no address of the host was checked/],
  ["HTTPS does not answer", { outside: [down] }, "bad", /HTTPS does not answer at 192\.0\.2\.1/],
  [
    "HTTPS is filtered",
    { outside: [withPort("https", "filtered")] },
    "unknown",
    /HTTPS does not answer/,
  ],
  [
    "another machine answers",
    { outside: [other] },
    "bad",
    /the key at .* differs from the one on the host/,
  ],
  ["loopback shows no key", { inside: null }, "unknown", /whose key answers/],
  ["one of two addresses is down", { outside: [hardened, down] }, "bad", /HTTPS does not answer/],
  ["an old port still listens", { listening: all }, "bad", /still listens on port 11000/],
  [
    "it is unknown whether it listens",
    { listening: null, inside: null },
    "unknown",
    /whether port 11000 is closed/,
  ],
  [
    "loopback was checked on another port",
    {
      listening: null,
      inside: { ...hardened, ports: { ...hardened.ports, http: { port: 1, state: "closed" } } },
    },
    "unknown",
    /whether port 11000 is closed/,
  ],
  [
    "loopback is filtered",
    { listening: null, inside: withPort("http", "filtered") },
    "unknown",
    /whether port 11000 is closed/,
  ],
  ["an old port is open from outside", { outside: [withPort("http", "open")] }, "bad", /11000/],
  [
    "an old version is accepted",
    { outside: [withTls("TLS1.0", accept("TLS_RSA_AES_128_CBC_SHA1"))] },
    "bad",
    /TLS1\.0/,
  ],
  [
    "a port of the bridge is closed",
    { bytes: bridge, outside: [withPort("ftp", "open")], inside: open, listening: all },
    "bad",
    /port 11000 at 192\.0\.2\.1 is closed/,
  ],
  [
    "a port of the bridge is filtered",
    {
      bytes: bridge,
      outside: [{ ...open, ports: { ...open.ports, http: { port: 11000, state: "filtered" } } }],
      inside: open,
      listening: all,
    },
    "unknown",
    /port 11000 at 192\.0\.2\.1 does not answer/,
  ],
  [
    "another host answers on an old port",
    { bytes: bridge, outside: [open], inside: open, listening: [11443, 11001] },
    "bad",
    /no listener on the host is known/,
  ],
  [
    "it is unknown whose old port it is",
    { bytes: bridge, outside: [open], inside: null, listening: null },
    "unknown",
    /no listener on the host is known/,
  ],
  ["nothing is reachable", { claim: "reachable", outside: [down] }, "bad", /HTTPS does not answer/],
  [
    "one way may still work",
    {
      bytes: bridge,
      claim: "reachable",
      outside: [{ ...down, ports: { ...down.ports, http: { port: 11000, state: "filtered" } } }],
      listening: all,
    },
    "unknown",
    /does not answer/,
  ],
  [
    "a file without HTTPS and without an old port",
    { bytes: plain, claim: "reachable", outside: [hardened], listening: [11443] },
    "bad",
    /the file does not open HTTPS/,
  ],
])("%s", (_, row, answer, message) => {
  const proof = judge(row);
  expect(proof.answer).toBe(answer);
  expect(proof.reasons.map((reason) => reason.message).join("\n")).toMatch(message);
});

test("a port that the new file closes is checked at its number in the old file", () => {
  const before = plain.replace("11001", "2021").replace("11000", "2080");
  expect(portsToProve(fileOf(desired), fileOf(before))).toEqual({
    https: 11443,
    http: 2080,
    ftp: 2021,
  });
  expect(portsToProve(fileOf(desired), undefined)).toEqual({
    https: 11443,
    http: 11000,
    ftp: 11001,
  });
  expect(portsToProve(fileOf(bridge), fileOf(before))).toEqual({
    https: 11443,
    http: 11000,
    ftp: 11001,
  });
  const odd = plain.replace("STPD_PORT=11001", "STPD_PORT=x\nSTPD_PORT=2021");
  expect(portsToProve(fileOf(desired), fileOf(odd)).ftp).toBe(2021);
});

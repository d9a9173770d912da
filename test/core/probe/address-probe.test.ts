import { expect, test } from "vitest";
import { judgeAddress, type Demands } from "../../../src/core/probe/address-probe.ts";
import { combineAddresses, familyOf } from "../../../src/core/probe/host-probe.ts";
import type { Observation } from "../../../src/core/probe/observation.ts";
import {
  accept,
  certificate,
  hardened,
  now,
  probeOf,
  seen,
  tls,
  until,
  withPort,
  withTls,
} from "../../support/builders/observations.ts";

const demands: Demands = { profile: "vendor", filteredPort: "unknown", nowMs: now };

/** Accepted in these versions only without a name. */
function nameless(serverName: string, ...versions: readonly ("TLS1.2" | "TLS1.3")[]): Observation {
  const changed = versions.map((version) => [version, { ...tls[version], nameless: true }]);
  return { ...hardened, serverName, tls: { ...tls, ...Object.fromEntries(changed) } };
}

interface Row {
  readonly name: string;
  readonly observation: Observation;
  readonly verdict: "good" | "bad" | "unknown";
  readonly codes: readonly string[];
  readonly demands?: Partial<Demands>;
}

test.each<Row>([
  { name: "hardened", observation: hardened, verdict: "good", codes: [] },
  {
    name: "HTTP open",
    observation: withPort("http", "open"),
    verdict: "bad",
    codes: ["http-open"],
  },
  { name: "FTP open", observation: withPort("ftp", "open"), verdict: "bad", codes: ["ftp-open"] },
  {
    name: "FTP filtered",
    observation: withPort("ftp", "filtered"),
    verdict: "unknown",
    codes: ["ftp-filtered"],
  },
  {
    name: "FTP filtered, if that counts as closed",
    observation: withPort("ftp", "filtered"),
    demands: { filteredPort: "closed" },
    verdict: "good",
    codes: [],
  },
  {
    name: "FTP not checked, if filtered counts as closed",
    observation: { ...withPort("ftp", "filtered"), untried: ["ftp"] },
    demands: { filteredPort: "closed" },
    verdict: "unknown",
    codes: ["ftp-filtered"],
  },
  {
    name: "FTP filtered, while another port was not checked",
    observation: { ...withPort("ftp", "filtered"), untried: ["http"] },
    demands: { filteredPort: "closed" },
    verdict: "good",
    codes: [],
  },
  {
    name: "HTTPS closed",
    observation: withPort("https", "closed"),
    verdict: "bad",
    codes: ["https-closed"],
  },
  {
    name: "HTTPS filtered, which must count neither as closed nor as open",
    observation: withPort("https", "filtered"),
    demands: { filteredPort: "closed" },
    verdict: "unknown",
    codes: ["https-filtered"],
  },
  {
    name: "an old version",
    observation: withTls("TLS1.1", accept("A")),
    verdict: "bad",
    codes: ["legacy-protocol"],
  },
  {
    name: "an old version that may be enabled",
    observation: withTls("TLS1.1", seen({ answer: "unknown", doubt: "silence" })),
    verdict: "unknown",
    codes: ["tls-unknown"],
  },
  {
    name: "a weak suite",
    observation: withTls("TLS1.2", { ...accept("A", "W"), weak: ["W"] }),
    verdict: "bad",
    codes: ["weak-suite"],
  },
  {
    name: "no forward secrecy, which the vendor profile does not require",
    observation: withTls("TLS1.2", { ...accept("R"), notStrict: ["R"] }),
    verdict: "good",
    codes: [],
  },
  {
    name: "no forward secrecy, and strict",
    observation: withTls("TLS1.2", { ...accept("R"), notStrict: ["R"] }),
    demands: { profile: "strict" },
    verdict: "bad",
    codes: ["suite-not-strict"],
  },
  {
    name: "no modern version",
    observation: { ...hardened, tls: { ...tls, "TLS1.2": seen(), "TLS1.3": seen() } },
    verdict: "bad",
    codes: ["no-modern-protocol"],
  },
  {
    name: "only TLS 1.3",
    observation: { ...hardened, tls: { ...tls, "TLS1.2": seen() } },
    verdict: "good",
    codes: [],
  },
  {
    name: "a handshake without HTTP",
    observation: { ...hardened, handshake: { kind: "silent", certificate, reason: "late" } },
    verdict: "unknown",
    codes: ["no-http-answer"],
  },
  {
    name: "another service over TLS",
    observation: { ...hardened, handshake: { kind: "other", certificate } },
    verdict: "bad",
    codes: ["not-http"],
  },
  {
    name: "no complete handshake",
    observation: { ...hardened, handshake: { kind: "failed", reason: "alert 116" } },
    verdict: "unknown",
    codes: ["handshake-failed"],
  },
  {
    name: "a refused name, while HTTPS answers without one",
    observation: nameless("rds_1", "TLS1.2", "TLS1.3"),
    verdict: "bad",
    codes: ["name-refused"],
  },
  {
    name: "an address that answers hellos without a name, as it was probed",
    observation: { ...nameless("", "TLS1.2", "TLS1.3"), serverName: undefined },
    verdict: "good",
    codes: [],
  },
  {
    name: "no modern version, with or without a name",
    observation: {
      ...hardened,
      serverName: "db1",
      tls: { ...tls, "TLS1.2": seen(), "TLS1.3": seen() },
    },
    verdict: "bad",
    codes: ["no-modern-protocol"],
  },
  {
    name: "a name that only the older version refuses",
    observation: nameless("db1", "TLS1.2"),
    verdict: "good",
    codes: [],
  },
  {
    name: "an expired certificate",
    observation: until("2026-11-25T11:59:59Z"),
    verdict: "bad",
    codes: ["certificate-expired"],
  },
  {
    name: "a certificate of less than 14 days",
    observation: until("2026-12-09T11:59:59Z"),
    verdict: "bad",
    codes: ["certificate-expires-soon"],
  },
  {
    name: "a certificate of 14 days",
    observation: until("2026-12-09T12:00:00Z"),
    verdict: "good",
    codes: [],
  },
  {
    name: "a certificate in its last second",
    observation: until("2026-11-25T12:00:00Z"),
    verdict: "bad",
    codes: ["certificate-expires-soon"],
  },
  {
    name: "a certificate in its first second",
    observation: until("2028-01-01T00:00:00Z", "2026-11-25T12:00:00Z"),
    verdict: "good",
    codes: [],
  },
  {
    name: "a certificate that is not valid yet",
    observation: until("2028-01-01T00:00:00Z", "2026-11-25T12:00:01Z"),
    verdict: "bad",
    codes: ["certificate-not-yet-valid"],
  },
  {
    name: "a certificate without dates",
    observation: until(""),
    verdict: "unknown",
    codes: ["certificate-unreadable"],
  },
  {
    name: "bad and unknown at once",
    observation: {
      ...withPort("http", "open"),
      tls: { ...tls, "TLS1.0": seen({ answer: "unknown", doubt: "silence" }) },
    },
    verdict: "bad",
    codes: ["http-open", "tls-unknown"],
  },
])("$name: $verdict", ({ observation, verdict, codes, demands: others = {} }) => {
  const probe = judgeAddress(observation, { ...demands, ...others });
  expect(probe.verdict).toBe(verdict);
  expect(probe.reasons.map(({ code }) => code)).toEqual(codes);
});

test("reachable only depends on HTTPS", () => {
  expect(judgeAddress(withPort("http", "open"), demands).reachable).toBe("good");
  expect(judgeAddress(until(""), demands).reachable).toBe("good");
  const failed = { ...hardened, handshake: { kind: "failed", reason: "x" } } as const;
  expect(judgeAddress(failed, demands).reachable).toBe("unknown");
});

test("a message names a few suites, and counts the others", () => {
  const say = (...weak: readonly string[]): string | undefined =>
    judgeAddress(withTls("TLS1.2", { ...accept(...weak), weak }), demands).reasons[0]?.message;
  expect(say("A", "B", "C", "D")).toBe("TLS1.2 accepts weak suites: A, B, C, D");
  expect(say("A", "B", "C", "D", "E", "F")).toBe(
    "TLS1.2 accepts weak suites: A, B, C, D and 2 more",
  );
});

test("a host is as good as the worst of its addresses, and unknown without any", () => {
  const odd = withTls("TLS1.1", seen({ answer: "unknown", doubt: "silence" }));
  expect(probeOf(hardened, hardened).verdict).toBe("good");
  expect(probeOf(hardened, odd).verdict).toBe("unknown");
  expect(probeOf(hardened, odd, withPort("http", "open")).verdict).toBe("bad");
  expect(probeOf()).toMatchObject({ verdict: "unknown", reasons: [{ code: "name-not-resolved" }] });
});

test("a refused name has its cause", () => {
  const say = (name: string): string | undefined =>
    judgeAddress(nameless(name, "TLS1.2", "TLS1.3"), demands).reasons[0]?.message;
  expect(say("rds_1")).toBe(
    "port 11443 rejects every client that requests rds_1: the name contains an underscore, which GnuTLS rejects",
  );
  expect(say("db1")).toContain("it accepts only ClientHellos without a server name");
});

test("an address that was not checked makes no host good", () => {
  expect(combineAddresses("db1", [], ["2001:db8::1"])).toMatchObject({
    verdict: "unknown",
    unchecked: ["2001:db8::1"],
    reasons: [{ code: "no-address-checked" }],
  });
  const { addresses } = probeOf(hardened);
  expect(combineAddresses("db1", addresses, ["2001:db8::1"])).toMatchObject({
    verdict: "good",
    unchecked: ["2001:db8::1"],
  });
});

test.each([
  ["192.0.2.1", "ipv4"],
  ["2001:db8::1", "ipv6"],
  ["fe80::1%eth0", "ipv6"],
  ["::ffff:192.0.2.1", "ipv4"],
  ["::ffff:c000:201", "ipv6"],
])("%s has the family %s", (address, family) => expect(familyOf(address)).toBe(family));

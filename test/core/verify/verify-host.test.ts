import { describe, expect, test } from "vitest";
import { createStpdParser } from "../../../src/core/fleet/stpd-file.ts";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { defaultPolicy } from "../../../src/core/settings/policy.ts";
import type { HostProbe } from "../../../src/core/probe/host-probe.ts";
import { combineAddresses, unresolvedHost } from "../../../src/core/probe/host-probe.ts";
import { locateFinding } from "../../../src/core/rules/finding.ts";
import { hostFileDrift } from "../../../src/core/rules/catalog/host-file-drift.ts";
import { wireCertificate } from "../../../src/core/rules/catalog/wire-certificate.ts";
import { wirePortOpen } from "../../../src/core/rules/catalog/wire-port-open.ts";
import { wireTls } from "../../../src/core/rules/catalog/wire-tls.ts";
import { wireUnchecked } from "../../../src/core/rules/catalog/wire-unchecked.ts";
import { wireUnknown } from "../../../src/core/rules/catalog/wire-unknown.ts";
import { wireUnreachable } from "../../../src/core/rules/catalog/wire-unreachable.ts";
import type { LocalFile } from "../../../src/core/verify/local-file.ts";
import { verifyHost } from "../../../src/core/verify/verify-host.ts";
import {
  accept,
  hardened,
  probeOf,
  seen,
  tls,
  until,
  withPort,
  withTls,
} from "../../support/builders/observations.ts";
import { folderOf, stpdIni } from "../../support/builders/rules.ts";
import type { Phase } from "../../../src/core/fleet/phase.ts";

const priority = `STPD_HTTPS_PRIORITY_STRING="${vendorPriority}"`;
const hard = stpdIni(priority, "# STPD_HTTP_PORT=11000", "# STPD_PORT=11001");
const httpOpen = stpdIni(priority, "STPD_HTTP_PORT=11000", "# STPD_PORT=11001");
const plainOnly = "[STPD_Server]\nSTPD_HTTP_PORT=11000\n";
const oldTls = stpdIni('STPD_HTTPS_PRIORITY_STRING="NORMAL"', "# STPD_HTTP_PORT=11000");
const parse = createStpdParser(defaultPolicy);
const onHost = (bytes: string): LocalFile => ({
  kind: "read",
  path: "/var/stpd.ini",
  stpd: parse(bytes),
});

interface Row {
  readonly name: string;
  readonly repo?: string;
  readonly local?: LocalFile;
  readonly wire?: HostProbe;
  readonly phase?: Phase;
  readonly verdict: string;
  /** `rule line: part of the message` */
  readonly findings: readonly (readonly [place: string, message: string])[];
}

const legacy = withTls("TLS1.1", accept("TLS_RSA_AES_128_CBC_SHA1"));
const silent = withTls("TLS1.1", seen({ answer: "unknown", doubt: "no answer" }));

test.each<Row>([
  { name: "as planned", verdict: "hardened", findings: [] },
  {
    name: "as planned, on the host too",
    local: onHost(hard),
    verdict: "hardened",
    findings: [],
  },
  {
    name: "a port that is open although the file closes it",
    wire: probeOf(withPort("http", "open")),
    verdict: "partial",
    findings: [
      [
        `${wirePortOpen.id} 4`,
        "although the config repo closes STPD_HTTP_PORT (the host's own file was not checked)",
      ],
    ],
  },
  {
    name: "the same, if the host's file is known",
    local: onHost(hard),
    wire: probeOf(withPort("ftp", "open")),
    verdict: "partial",
    findings: [
      [
        `${wirePortOpen.id} 5`,
        "the file on the host closes STPD_PORT (it matches the config repo)",
      ],
    ],
  },
  {
    name: "a port that is open because the file opens it, by an exception",
    repo: httpOpen,
    wire: probeOf(withPort("http", "open")),
    verdict: "partial",
    findings: [],
  },
  {
    name: "a port that may be open, and is closed",
    repo: httpOpen,
    verdict: "hardened",
    findings: [],
  },
  {
    name: "old ports in the phase that leaves them open",
    wire: probeOf(withPort("http", "open")),
    phase: "open",
    verdict: "partial",
    findings: [],
  },
  {
    name: "a file on the host that was not rolled out, and a scan that matches it",
    local: onHost(httpOpen),
    wire: probeOf(withPort("http", "open")),
    verdict: "partial",
    findings: [
      [
        `${hostFileDrift.id} 1`,
        "/var/stpd.ini on the host differs from the config repo: the first difference is on line 4",
      ],
    ],
  },
  {
    name: "a file on the host with its old ports, in the phase that leaves them open",
    local: onHost(httpOpen),
    wire: probeOf(withPort("http", "open")),
    phase: "open",
    verdict: "partial",
    findings: [],
  },
  {
    name: "another priority string on the host, in any phase",
    local: onHost(oldTls),
    wire: probeOf(legacy),
    phase: "open",
    verdict: "partial",
    findings: [[`${hostFileDrift.id} 1`, "line 3"]],
  },
  {
    name: "a file on the host that ends earlier",
    local: onHost(stpdIni(priority)),
    verdict: "hardened",
    findings: [[`${hostFileDrift.id} 1`, "it ends early"]],
  },
  {
    name: "a longer file on the host",
    local: onHost(`${hard}# more\n`),
    verdict: "hardened",
    findings: [[`${hostFileDrift.id} 1`, "the first difference is on line 6"]],
  },
  {
    name: "a file on the host that cannot be read",
    local: { kind: "unreadable", path: "/var/stpd.ini", reason: "there is no permission" },
    verdict: "hardened",
    findings: [[`${hostFileDrift.id} 1`, "there is no permission"]],
  },
  {
    name: "a file on the host that is not text",
    local: onHost("\0"),
    verdict: "hardened",
    findings: [[`${hostFileDrift.id} 1`, "it is not a readable stpd.ini"]],
  },
  {
    name: "all three differ",
    local: onHost(oldTls),
    wire: probeOf(withPort("http", "open")),
    verdict: "partial",
    findings: [
      [`${hostFileDrift.id} 1`, "line 3"],
      [`${wirePortOpen.id} 4`, "differs from the config repo"],
    ],
  },
  {
    name: "an old version that the file disables",
    wire: probeOf(legacy),
    verdict: "partial",
    findings: [[`${wireTls.id} 3`, "TLS1.1"]],
  },
  {
    name: "an old version that the file leaves enabled",
    repo: oldTls,
    wire: probeOf(legacy),
    verdict: "partial",
    findings: [],
  },
  {
    name: "a suite that the file does not enable",
    wire: probeOf(withTls("TLS1.2", accept("TLS_RSA_3DES_EDE_CBC_SHA1"))),
    verdict: "hardened",
    findings: [[`${wireTls.id} 3`, "TLS1.2 TLS_RSA_3DES_EDE_CBC_SHA1"]],
  },
  {
    name: "a file without a priority string, which enables an unknown set",
    repo: stpdIni("# STPD_HTTP_PORT=11000"),
    wire: probeOf(legacy),
    verdict: "partial",
    findings: [],
  },
  {
    name: "HTTPS that is closed",
    wire: probeOf(withPort("https", "closed")),
    verdict: "locked-out",
    findings: [[`${wireUnreachable.id} 1`, "port 11443 refuses"]],
  },
  {
    name: "HTTPS without TLS 1.2 and 1.3",
    wire: probeOf({ ...hardened, tls: { ...tls, "TLS1.2": seen(), "TLS1.3": seen() } }),
    verdict: "locked-out",
    findings: [[`${wireUnreachable.id} 1`, "neither TLS 1.2 nor TLS 1.3"]],
  },
  {
    name: "a file with only plain ports, both closed",
    repo: plainOnly,
    wire: probeOf(withPort("https", "closed")),
    verdict: "locked-out",
    findings: [[`${wireUnreachable.id} 1`, "no data port"]],
  },
  {
    name: "a file with only plain ports, one open",
    repo: plainOnly,
    wire: probeOf({
      ...withPort("https", "closed"),
      ports: { ...withPort("http", "open").ports, https: { port: 11443, state: "closed" } },
    }),
    verdict: "plaintext",
    findings: [],
  },
  {
    name: "a file with only plain ports, both unknown",
    repo: plainOnly,
    wire: probeOf({
      ...withPort("https", "closed"),
      ports: { ...withPort("http", "filtered").ports, https: { port: 11443, state: "closed" } },
    }),
    verdict: "unknown",
    findings: [[`${wireUnknown.id} 1`, "whether port 11000"]],
  },
  {
    name: "a file with only plain ports, FTP open, and HTTP closed",
    repo: "[STPD_Server]\nSTPD_PORT=11001\n",
    wire: probeOf({
      ...withPort("https", "closed"),
      ports: { ...withPort("ftp", "open").ports, https: { port: 11443, state: "closed" } },
    }),
    verdict: "plaintext",
    findings: [],
  },
  {
    name: "a file with only plain ports, and FTP unknown",
    repo: "[STPD_Server]\nSTPD_PORT=11001\n",
    wire: probeOf({
      ...withPort("https", "closed"),
      ports: { ...withPort("ftp", "filtered").ports, https: { port: 11443, state: "closed" } },
    }),
    verdict: "unknown",
    findings: [[`${wireUnknown.id} 1`, "whether port 11001"]],
  },
  {
    name: "a file with only plain ports, and HTTPS unknown",
    repo: plainOnly,
    wire: probeOf({
      ...withPort("https", "filtered"),
      ports: { ...withPort("http", "open").ports, https: { port: 11443, state: "filtered" } },
    }),
    verdict: "unknown",
    findings: [],
  },
  {
    name: "a filtered FTP port that may be open",
    repo: stpdIni(priority, "# STPD_HTTP_PORT=11000", "STPD_PORT=11001"),
    wire: probeOf(withPort("ftp", "filtered")),
    verdict: "unknown",
    findings: [],
  },
  {
    name: "a filtered FTP port that the file closes",
    wire: probeOf(withPort("ftp", "filtered")),
    verdict: "unknown",
    findings: [[`${wireUnknown.id} 1`, "whether port 11001"]],
  },
  {
    name: "a priority string that only the host's file has",
    repo: stpdIni("# STPD_HTTP_PORT=11000"),
    local: onHost(stpdIni(priority)),
    wire: probeOf(legacy),
    verdict: "partial",
    findings: [
      [`${hostFileDrift.id} 1`, "line 3"],
      [`${wireTls.id} 1`, "TLS1.1"],
    ],
  },
  {
    name: "another first line on the host",
    local: onHost(`# mine\n${hard}`),
    verdict: "hardened",
    findings: [[`${hostFileDrift.id} 1`, "difference is on line 1"]],
  },
  {
    name: "a certificate that ends soon",
    wire: probeOf(until("2026-11-30T00:00:00Z")),
    verdict: "hardened",
    findings: [[`${wireCertificate.id} 1`, "in less than 14 days"]],
  },
  {
    name: "a version with an unknown result",
    wire: probeOf(silent),
    verdict: "unknown",
    findings: [[`${wireUnknown.id} 1`, "cannot tell what TLS1.1 accepts"]],
  },
  {
    name: "a filtered port that the file closes",
    wire: probeOf(withPort("http", "filtered")),
    verdict: "unknown",
    findings: [[`${wireUnknown.id} 1`, "whether port 11000"]],
  },
  {
    name: "a filtered port that may be open",
    repo: httpOpen,
    wire: probeOf(withPort("http", "filtered")),
    verdict: "unknown",
    findings: [],
  },
  {
    name: "a name without an address",
    wire: unresolvedHost("host", "no such name is known"),
    verdict: "unknown",
    findings: [[`${wireUnknown.id} 1`, "no such name is known"]],
  },
  {
    name: "a name that the host refuses",
    wire: probeOf({
      ...hardened,
      serverName: "rds_1",
      tls: {
        ...tls,
        "TLS1.2": { ...tls["TLS1.2"], nameless: true },
        "TLS1.3": { ...tls["TLS1.3"], nameless: true },
      },
    }),
    verdict: "locked-out",
    findings: [
      [`${wireUnreachable.id} 1`, "the name contains an underscore, which GnuTLS rejects"],
    ],
  },
  {
    name: "an address that is unreachable from here",
    wire: { ...probeOf(hardened), unchecked: ["2001:db8::1"] },
    verdict: "hardened",
    findings: [[`${wireUnchecked.id} 1`, "not scanned from here: 2001:db8::1"]],
  },
  {
    name: "only addresses that are unreachable from here",
    wire: combineAddresses("host", [], ["2001:db8::1"]),
    verdict: "unknown",
    findings: [[`${wireUnknown.id} 1`, "no address of the host was scanned"]],
  },
  {
    name: "one address of two",
    wire: probeOf(hardened, { ...withPort("http", "open"), address: "2001:db8::1" }),
    verdict: "partial",
    findings: [[`${wirePortOpen.id} 4`, " at 2001:db8::1"]],
  },
  {
    name: "an unreadable file in the config repo",
    repo: "\0",
    verdict: "hardened",
    findings: [[`${wireUnknown.id} 1`, "cannot read stpd.ini in the config repo"]],
  },
])(
  "$name",
  ({ repo = hard, local = { kind: "elsewhere" }, wire, phase = "close", verdict, findings }) => {
    const folder = folderOf(parse(repo));
    const verified = verifyHost({ folder, local, probe: wire ?? probeOf(hardened), phase });
    const places = verified.findings.map(
      (finding) => `${finding.rule.id} ${locateFinding(folder, finding).place.line + 1}`,
    );
    expect(places).toEqual(findings.map(([place]) => place));
    for (const [index, [, part]] of findings.entries()) {
      expect(verified.findings[index]?.message).toContain(part);
      expect(verified.findings[index]?.help).not.toBe("");
    }
    expect(verified.verdict).toBe(verdict);
    // The address is included if there are several.
    if (wire?.addresses.length !== 2) {
      expect(verified.findings.filter(({ message }) => message.includes(" at 192.0.2.1"))).toEqual(
        [],
      );
    }
  },
);

describe("the recommended step", () => {
  const open = probeOf({ ...legacy, ports: withPort("http", "open").ports });
  const deadly = stpdIni('STPD_HTTPS_PRIORITY_STRING="NORMAL:-SRP"', "# STPD_HTTP_PORT=11000");
  const adviceFor = (repo: string, local: LocalFile): string => {
    const folder = folderOf(parse(repo));
    const { findings } = verifyHost({ folder, local, probe: open, phase: "close" });
    return findings
      .filter(({ rule }) => rule !== hostFileDrift)
      .map(({ help }) => help)
      .join("\n");
  };

  test.each<{ name: string; repo: string; local: LocalFile; says: RegExp }>([
    {
      name: "if the host's file is unknown",
      repo: hard,
      local: { kind: "elsewhere" },
      says: /Roll the file out .* if it is on the host already, restart STPD/,
    },
    {
      name: "if the file is on the host",
      repo: hard,
      local: onHost(hard),
      says: /^Restart STPD, which/,
    },
    {
      name: "if another file is on the host",
      repo: hard,
      local: onHost(`${hard}# more\n`),
      says: /^Restart STPD, or roll out/,
    },
    {
      name: "with a file that locks the host out",
      repo: deadly,
      local: { kind: "elsewhere" },
      says: /^Do not restart STPD/,
    },
    {
      name: "with such a file on the host",
      repo: deadly,
      local: onHost(deadly),
      says: /^Do not restart STPD/,
    },
    {
      name: "with such a file on the host only",
      repo: hard,
      local: onHost(deadly),
      says: /^Do not restart STPD/,
    },
  ])("$name", ({ repo, local, says }) => {
    const advice = adviceFor(repo, local);
    expect(advice).toMatch(says);
    // In the findings about TLS and about the port.
    expect(advice.split("\n").every((line) => says.test(line))).toBe(true);
  });
});

import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { HardenError } from "../../../src/core/base/errors.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles, type Placed } from "../../support/builders/fleet.ts";
import { priorityIni, stpdIni } from "../../support/builders/rules.ts";

const hard = priorityIni(vendorPriority);

const check = (fleet: Readonly<Record<string, Placed>>, ...paths: readonly string[]) =>
  checkFleet(
    { paths: paths.length > 0 ? paths : ["."], overrides: {}, asOf: "2026-11-25" },
    createMemoryFiles(fleet),
  );

const described = (fleet: Readonly<Record<string, Placed>>, ...paths: readonly string[]) => {
  const { findings, hosts } = check(fleet, ...paths);
  return {
    hosts: hosts.map(({ name, verdict }) => `${name} ${verdict}`),
    findings: findings.map(({ finding }) => `${finding.file}:${finding.line} ${finding.rule}`),
  };
};

const failure = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof HardenError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "no failure";
};

test.each([
  { name: "hardened", text: hard, verdict: "hardened" },
  { name: "HTTPS next to HTTP", text: `${hard}STPD_HTTP_PORT=11000\n`, verdict: "partial" },
  {
    name: "no priority string",
    text: "[STPD_Server]\nSTPD_HTTPS_PORT=11443\n",
    verdict: "partial",
  },
  { name: "old TLS", text: priorityIni("NORMAL"), verdict: "partial" },
  { name: "a weak cipher", text: priorityIni(`${vendorPriority}:+3DES-CBC`), verdict: "partial" },
  {
    name: "a second string with old TLS",
    text: `${hard}STPD_HTTPS_PRIORITY_STRING=NORMAL\n`,
    verdict: "partial",
  },
  {
    name: "old TLS under only some releases",
    text: priorityIni(`NORMAL${":-RSA".repeat(63)}:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE`),
    verdict: "partial",
  },
  {
    name: "only TLS 1.3 without a suite",
    text: priorityIni("NORMAL:-AEAD"),
    verdict: "locked-out",
  },
  {
    name: "a string for EC keys, and a plain port",
    text: `${priorityIni("SUITEB128")}STPD_PORT=11001\n`,
    verdict: "plaintext",
  },
  {
    name: "only a cipher that no common client offers",
    text: priorityIni("NORMAL:-VERS-TLS1.3:-CIPHER-ALL:+CAMELLIA-256-GCM"),
    verdict: "locked-out",
  },
  { name: "only plain ports", text: "[STPD_Server]\nSTPD_PORT=11001\n", verdict: "plaintext" },
  {
    name: "an invalid string and FTP",
    text: `${priorityIni("NORMAL:-SRP")}STPD_PORT=11001\n`,
    verdict: "plaintext",
  },
  { name: "only an invalid string", text: priorityIni("NORMAL:"), verdict: "locked-out" },
  {
    name: "an HTTPS port that FTP has taken",
    text: `${hard}STPD_PORT=11443\n`,
    verdict: "plaintext",
  },
  {
    name: "two HTTPS ports, one of them wrong",
    text: `${hard}STPD_HTTPS_PORT=x\n`,
    verdict: "locked-out",
  },
  {
    name: "two HTTPS ports with a number each",
    text: `${hard}STPD_HTTPS_PORT=11444\n`,
    verdict: "locked-out",
  },
  { name: "a note that breaks the priority string", text: `${hard} note\n`, verdict: "locked-out" },
  { name: "an empty file", text: "", verdict: "locked-out" },
  { name: "a merge marker", text: `${hard}=======\n`, verdict: "unknown" },
  { name: "a broken section line", text: `${hard}[STPD_Thread] # x\nA=1\n`, verdict: "unknown" },
  { name: "an HTML page", text: "<html>\n", verdict: "unknown" },
  { name: "a note without a mark", text: `${hard}note\n`, verdict: "hardened" },
  { name: "a quoted HTTPS port", text: hard.replace("11443", '"11443"'), verdict: "locked-out" },
  { name: "a misspelt HTTPS port", text: hard.replace("PORT=", "PORT: "), verdict: "locked-out" },
  {
    name: "a misspelt HTTPS port, next to one with another number",
    text: `${hard}stpd_https_port=8443\n`,
    verdict: "locked-out",
  },
  {
    name: "an indented HTTPS port below another key",
    text: hard.replace("STPD_HTTPS_PORT", "A=1\n STPD_HTTPS_PORT"),
    verdict: "locked-out",
  },
  {
    name: "a line that breaks the second of two equal HTTPS ports",
    text: `${hard}STPD_HTTPS_PORT=11443\n A=1\n`,
    verdict: "locked-out",
  },
  { name: "lines that end in CR only", text: hard.replaceAll("\n", "\r"), verdict: "unknown" },
  { name: "a line that breaks the priority string", text: `${hard} A=1\n`, verdict: "locked-out" },
  { name: "a section in lower case", text: hard.toLowerCase(), verdict: "locked-out" },
  { name: "a misspelt old port", text: `${hard}STPD_PORT 11001\n`, verdict: "partial" },
  {
    name: "a misplaced old port",
    text: `${hard}[A]\nSTPD_PORT=11001\n`,
    verdict: "partial",
  },
  { name: "a misplaced old port, and no HTTPS", text: "STPD_PORT=11001\n", verdict: "plaintext" },
  { name: "a misplaced port without a value", text: "STPD_PORT=\n", verdict: "locked-out" },
  {
    name: "a misspelt priority string",
    text: stpdIni(`stpd_https_priority_string="${vendorPriority}"`),
    verdict: "partial",
  },
  { name: "a NUL", text: `${hard}\0`, verdict: "unknown" },
  {
    name: "a second string that is invalid",
    text: `${hard}STPD_HTTPS_PRIORITY_STRING=x\n`,
    verdict: "locked-out",
  },
])("$name is $verdict", ({ text, verdict }) => {
  const { hosts, findings } = check({ "hosts/a/stpd.ini": text });
  expect(hosts).toMatchObject([{ name: "a", role: "rds", environment: null, verdict }]);
  const hasError = findings.some(({ finding }) => finding.severity === "error");
  expect(hasError).toBe(verdict !== "hardened");
});

test("certificate_key in host.ini only applies to its host", () => {
  const text = priorityIni("SUITEB128:%SERVER_PRECEDENCE");
  const { hosts, findings } = described({
    "a/stpd.ini": text,
    "b/stpd.ini": text,
    "b/host.ini": "certificate_key = ec\n",
    "c/stpd.ini": text,
    "c/host.ini": "certificate_key = rsa\n",
  });
  expect(hosts).toEqual(["a locked-out", "b hardened", "c locked-out"]);
  expect(findings.filter((finding) => finding.includes(" tls-"))).toEqual([
    "a/stpd.ini:3 tls-no-modern-protocol",
    "c/stpd.ini:3 tls-no-modern-protocol",
  ]);
});

const unfit = {
  "sesam-harden.ini":
    "[rules]\nversion-too-old = off\nversion-unreadable = notice\nftp-port-open = off\n",
} as const;
const openHost = `${hard}STPD_PORT=11001\n`;

test.each([
  { name: "an old release", facts: "version = 5.0.0.15 SP1\n", verdicts: ["partial", "partial"] },
  { name: "an invalid version", facts: "version = soon\n", verdicts: ["partial", "partial"] },
  {
    name: "Windows without AVX",
    facts: "os = windows\navx = no\n",
    verdicts: ["locked-out", "plaintext"],
  },
  {
    name: "a name that TLS refuses",
    facts: "address = a_b\n",
    verdicts: ["locked-out", "plaintext"],
  },
  {
    name: "everything correct",
    facts: "version = 5.1.0.14 SP1\n",
    verdicts: ["hardened", "partial"],
  },
])("$name is $verdicts, regardless of the levels of the rules", ({ facts, verdicts }) => {
  const found = [hard, openHost].map((text) => {
    const fleet = { ...unfit, "hosts/a/stpd.ini": text, "hosts/a/host.ini": facts };
    return check(fleet).hosts.map(({ verdict }) => verdict);
  });
  expect(found.flat()).toEqual(verdicts);
});

test("an unreadable version is a finding of its host only, and the others are checked", () => {
  const fleet = {
    "hosts/a/stpd.ini": hard,
    "hosts/a/host.ini": "version = 5.1.x\n",
    "hosts/b/stpd.ini": hard,
    "hosts/b/host.ini": "version = 5.1.0.14 SP1\n",
  };
  expect(described(fleet)).toEqual({
    hosts: ["a partial", "b hardened"],
    findings: ["hosts/a/host.ini:1 version-unreadable"],
  });
});

test("a finding may be below the level of its rule, and never above", () => {
  const levels = (level: string): readonly string[] => {
    const settings = `include = hosts/*/stpd.ini\n[rules]\nmissing-file = ${level}\n`;
    const fleet = {
      "sesam-harden.ini": settings,
      "hosts/a/stpd.ini": hard,
      "hosts/b/host.ini": "",
      "hosts/c/README": "",
    };
    return check(fleet).findings.map(({ finding }) => finding.severity);
  };
  expect(levels("error")).toEqual(["error", "warning"]);
  expect(levels("warning")).toEqual(["warning", "warning"]);
  expect(levels("notice")).toEqual(["notice", "notice"]);
});

const closed = `${hard}# STPD_PORT=11001\n# STPD_HTTP_PORT=11000\n`;
const hostIni = "os = linux\nversion = 5.1.0.14\ngnutls = 3.8\n";

test.each([
  { name: "nothing if everything is set", text: closed, rests: [] },
  { name: "an absent port", text: hard, rests: ["absent-port"] },
  { name: "one of two absent ports", text: `${hard}# STPD_PORT=1\n`, rests: ["absent-port"] },
  {
    name: "no absent port if the settings call it open",
    text: hard,
    more: { "sesam-harden.ini": "absent_port = open\n" },
    rests: [],
  },
  {
    name: "no absent port if it is commented out in another style",
    text: `${hard}; STPD_PORT=11001\n// STPD_HTTP_PORT=11000\n`,
    rests: ["stray-line"],
  },
  { name: "a stray line", text: `${closed}note\n`, rests: ["stray-line"] },
  { name: "a duplicate key", text: `${closed}STPD_HTTPS_PORT=11443\n`, rests: ["duplicate-key"] },
  { name: "no unknown duplicate key", text: `${closed}X=1\nX=2\n`, rests: [] },
  {
    name: "a repeated section",
    text: `${closed}[A]\n[STPD_Server]\nX=1\n`,
    rests: ["repeated-section"],
  },
  {
    name: "another spelling",
    text: `${hard}stpd_port=1\nSTPD_HTTP_PORT: 1\n`,
    rests: ["spelling"],
  },
  {
    name: "another spelling of the section",
    text: closed.replace("STPD_Server", "stpd_server"),
    rests: ["spelling", "default-priority"],
  },
  { name: "no spelling in another section", text: `${closed}[A]\nstpd_port=1\n`, rests: [] },
  {
    name: "the default of STPD",
    text: closed.replace(/STPD_HTTPS_PRIORITY.*\n/, ""),
    rests: ["default-priority"],
  },
  {
    name: "what host.ini does not say",
    text: closed,
    more: { "hosts/a/host.ini": "" },
    rests: ["gnutls-release", "windows-avx", "sesam-version"],
  },
  {
    name: "AVX on Windows",
    text: closed,
    more: { "hosts/a/host.ini": hostIni.replace("linux", "windows") },
    rests: ["windows-avx"],
  },
  {
    name: "nothing about AVX if it is known",
    text: closed,
    more: { "hosts/a/host.ini": `${hostIni.replace("linux", "windows")}avx = yes\n` },
    rests: [],
  },
  { name: "nothing in a broken file", text: `${hard}[A\n`, rests: [] },
  { name: "nothing in a foreign file", text: "<html>", rests: [] },
])("the verdict assumes $name", ({ text, more = {}, rests }) => {
  const fleet = { "hosts/a/stpd.ini": text, "hosts/a/host.ini": hostIni, ...more };
  expect(check(fleet).hosts[0]?.assumptions).toEqual(rests);
});

test.each(['FOO="abc\n', 'FOO="abc\nSTPD_HTTPS_PORT=11443\nBAR=x"\n'])(
  "an unclosed quote makes the lines below it uncertain: %j",
  (text) => {
    const file = text.includes("HTTPS")
      ? `[STPD_Server]\n${text}${hard.split("\n")[2]}\n`
      : hard + text;
    const fleet = check({ "a/stpd.ini": file });
    expect(fleet.hosts[0]?.verdict).toBe("unknown");
    expect(fleet.findings.map(({ finding }) => finding.rule)).toContain("broken-line");
  },
);

test("a closed quote, or one within a value, breaks nothing", () => {
  for (const text of ['FOO="abc"\n', 'FOO=a"b\n', 'FOO="a" b\n']) {
    expect(check({ "a/stpd.ini": hard + text }).hosts[0]?.verdict).toBe("hardened");
  }
});

test("a known key without a value is an error", () => {
  const fleet = check({ "a/stpd.ini": `${hard}STPD_HTTP_PORT\n` });
  expect(fleet.hosts[0]?.verdict).toBe("partial");
});

test("no suppression hides a line that may break an HTTPS setting", () => {
  const allow = "# sesam-harden: allow stray-line until 2026-12-31 because a note\n";
  const at = hard.indexOf("\n", hard.indexOf("STPD_HTTPS_PORT")) + 1;
  const fleet = check({
    "sesam-harden.ini": "[rules]\nstray-line = off\n",
    "a/stpd.ini": `${hard.slice(0, at)}${allow}  a note\n${hard.slice(at)}`,
    "b/stpd.ini": `${hard}STPD_HTTPS_PORT\n`,
  });
  for (const host of ["a", "b"]) {
    const errors = fleet.findings.filter(
      ({ finding }) => finding.host === host && finding.severity === "error",
    );
    expect(errors.map(({ finding }) => [finding.rule, finding.suppressed])).toContainEqual([
      "key-spelling",
      null,
    ]);
  }
  const wrong = "[rules]\nkey-spelling = off\n";
  expect(() => check({ "sesam-harden.ini": wrong, "a/stpd.ini": hard })).toThrow(/settings/);
});

test("a host with an error is not hardened, unless the error is suppressed", () => {
  const abort = "[allow.abort]\nrule = globals-abort-over-https\nhost = b\nuntil = 2026-12-31\n";
  const globals =
    "[sesam]\ngv_default_interface_prefix = https\ngv_default_interface_prefix_ext = https\n";
  const fleet = check({
    "sesam-harden.ini": `${abort}reason = set with the next update\n`,
    ...Object.fromEntries(
      ["a", "b"].flatMap((name) => [
        [`hosts/${name}/stpd.ini`, hard],
        [`hosts/${name}/host.ini`, "role = server\n"],
        [`hosts/${name}/globals.ini`, globals],
      ]),
    ),
  });
  expect(fleet.findings.map(({ finding }) => `${finding.host} ${finding.rule}`)).toContain(
    "a globals-abort-over-https",
  );
  expect(fleet.hosts.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    "a partial",
    "b hardened",
  ]);
});

test("checks every stpd.ini below, and names hosts after their directories", () => {
  const fleet = {
    "hosts/b/stpd.ini": hard,
    "hosts/a/stpd.ini": "",
    "hosts/a/sub/stpd.ini": hard,
    "hosts/a/stpd_conf/stpd.ini": "",
    "hosts/a/stpd_conf/Si3.ini": "",
    "node_modules/x/stpd.ini": "",
    ".git/stpd.ini": "",
    "hosts/c/other.ini": "",
  };
  expect(described(fleet)).toEqual({
    hosts: ["a locked-out", "b hardened", "c unknown", "sub hardened"],
    findings: [
      "hosts/a/stpd.ini:1 fleet-disagreement",
      "hosts/a/stpd.ini:1 https-port-missing",
      "hosts/a/stpd.ini:1 tls-priority-missing",
      "hosts/c/stpd.ini:1 missing-file",
    ],
  });
});

test("names files relative to the directory with the settings, otherwise to the given directory", () => {
  const fleet = { "hosts/a/stpd.ini": "", "hosts/b/stpd.ini": "" };
  expect(described(fleet, "hosts/a").findings[0]).toBe("stpd.ini:1 https-port-missing");
  expect(described(fleet, "hosts/a/stpd.ini").hosts).toEqual(["a locked-out"]);
  expect(described(fleet, "hosts/b", "hosts/a").findings[0]).toBe(
    "a/stpd.ini:1 https-port-missing",
  );
  const settled = { ...fleet, "sesam-harden.ini": "" };
  expect(described(settled, "hosts/a").findings[0]).toBe("hosts/a/stpd.ini:1 https-port-missing");
});

test("checks a file once, even if it is named several times", () => {
  const fleet = { "hosts/a/stpd.ini": hard };
  expect(described(fleet, ".", "hosts", "hosts/a/stpd.ini").hosts).toEqual(["a hardened"]);
});

test.each<{ name: string; placed: Placed; reason: string }>([
  {
    name: "a link that leads out",
    placed: { link: "../../../etc/stpd.ini" },
    reason: "it is a link that leads nowhere",
  },
  {
    name: "a link in the tree to a directory",
    placed: { link: "../b" },
    reason: "it is a directory",
  },
  {
    name: "a file without permission",
    placed: { unreadable: "there is no permission to read it" },
    reason: "there is no permission to read it",
  },
  {
    name: "a file of more than 1 MiB",
    placed: "#".repeat(1024 * 1024 + 1),
    reason: "it is larger than 1 MiB",
  },
])("reports $name, and the host is unknown", ({ placed, reason }) => {
  const { findings, hosts } = check({ "hosts/a/stpd.ini": placed, "hosts/b/stpd.ini": hard });
  expect(findings.map(({ finding }) => finding.message)).toEqual([
    `this file was not checked: ${reason}`,
  ]);
  expect(hosts.map(({ verdict }) => verdict)).toEqual(["unknown", "hardened"]);
});

test("reads a link within the tree", () => {
  const fleet = { "hosts/a/stpd.ini": { link: "../b/stpd.ini" }, "hosts/b/stpd.ini": hard };
  expect(described(fleet).hosts).toEqual(["a hardened", "b hardened"]);
});

test.each([
  {
    name: "no such path",
    paths: ["nowhere"],
    message: "usage: nowhere: no such file or directory",
  },
  {
    name: "a file with another name",
    paths: ["hosts/a/x.ini"],
    message: "usage: hosts/a/x.ini is not named stpd.ini, so it is not read",
  },
  {
    name: "two fleets at once",
    paths: ["one", "two"],
    message: /^usage: the paths belong to different fleets/,
  },
  {
    name: "nothing to check",
    paths: ["empty"],
    message: /^nothing-found: no stpd.ini found/,
  },
])("refuses $name", ({ paths, message }) => {
  const fleet = {
    "hosts/a/x.ini": "",
    "one/sesam-harden.ini": "",
    "two/sesam-harden.ini": "",
    "empty/readme": "",
  };
  const text = failure(() => check(fleet, ...paths));
  if (typeof message === "string") expect(text).toBe(message);
  else expect(text).toMatch(message);
});

test("the order of directory listings does not matter", () => {
  const names = ["b", "a", "c", "B2", "\u00e4"];
  const fleets = [names, names.toReversed()].map((list) =>
    Object.fromEntries(list.map((name) => [`hosts/${name}/stpd.ini`, name === "c" ? hard : ""])),
  );
  const [one, other] = fleets.map((fleet) => check(fleet));
  expect([one?.findings, one?.hosts]).toEqual([other?.findings, other?.hosts]);
});

test.each([
  { name: "closing ports if HTTPS works", text: `${hard}STPD_PORT=11001\n`, fixable: ["safe"] },
  {
    name: "closing the last port that works",
    text: "[STPD_Server]\nSTPD_PORT=11001\n",
    fixable: ["safe", "safe", "safe"],
  },
  {
    name: "closing a port next to a wrong HTTPS port",
    text: `${priorityIni(vendorPriority).replace("11443", "x")}STPD_PORT=11001\n`,
    fixable: ["no", "unsafe"],
  },
  {
    name: "closing a port that HTTPS shares",
    text: `${hard}STPD_PORT=11443\n`,
    fixable: ["safe", "no"],
  },
  { name: "a fixable string", text: priorityIni("NORMAL"), fixable: ["safe", "safe"] },
])("$name: $fixable", ({ text, fixable }) => {
  const { findings } = check({ "hosts/a/stpd.ini": text });
  expect(findings.map(({ finding }) => finding.fixable)).toEqual(fixable);
});

test("a finding is identified by the setting, not by its line", () => {
  const { findings } = check({
    "a/stpd.ini": `# x\n[A]\nSTPD_PORT=7\n[B]\n[STPD_Server]\nX=1\na note\n`,
  });
  const subjects = findings.map(({ finding, subject }) => [
    finding.rule,
    subject.section,
    subject.key,
    subject.value,
  ]);
  expect(subjects).toContainEqual(["misplaced-key", "A", "STPD_PORT", "7"]);
  expect(subjects).toContainEqual(["unknown-key", "STPD_Server", "X", "1"]);
  // A different note is a different finding, also for a baseline.
  expect(subjects).toContainEqual(["stray-line", "STPD_Server", "", "a note"]);
  expect(subjects).toContainEqual(["https-port-missing", "STPD_Server", "", ""]);
  const first = check({ "a/stpd.ini": "[STPD_Server]\nX=1\n" }).findings.at(-1);
  expect(first?.subject.section).toBe("STPD_Server");
});

test.each([
  ["\0", 1, 1, 2],
  ["ab\0c", 1, 3, 4],
  ["a\nbc\0", 2, 3, 4],
  ["a\n\0", 2, 1, 2],
  ["a\r\0", 2, 1, 2],
  ["\u00ff\u00fea\0", 1, 1, 3],
])(
  "the first byte of %j that is not valid text is on line %i, from column %i to %i",
  (text, line, column, end) => {
    const [found] = check({ "a/stpd.ini": text }).findings;
    expect([found?.finding.line, found?.finding.column, found?.finding.endColumn]).toEqual([
      line,
      column,
      end,
    ]);
  },
);

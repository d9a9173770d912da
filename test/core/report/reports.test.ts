import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import Ajv04 from "ajv-draft-04";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { renderGithub } from "../../../src/core/report/github.ts";
import { renderJunit } from "../../../src/core/report/junit.ts";
import { renderMarkdown } from "../../../src/core/report/markdown.ts";
import { renderReport } from "../../../src/core/report/render.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { hasPeer } from "../../support/harness/peers.ts";
import { priorityIni } from "../../support/builders/rules.ts";
import { escapeMarkdown } from "../../../src/core/formats/markdown.ts";

const check = (fleet: Readonly<Record<string, string>>) =>
  checkFleet({ paths: ["."], overrides: {}, asOf: "2026-11-25" }, createMemoryFiles(fleet));

const hard = priorityIni(vendorPriority);
const allow = '# sesam-harden: allow http-port-open until 2027-03-31 because <SAP> & "co"';
const hostile = `\u00ef\u00bb\u00bf[STPD_Server]\n\u00c3\u00bc\u00c3\u00bc<img src=x onerror=alert(1)>|\u0001=@here #12\n${allow}\nSTPD_HTTP_PORT=11000\n`;
const plainFtp = "[STPD_Server]\nSTPD_PORT=11001\n";
const fleet = {
  "hosts/a b/stpd.ini": hard,
  "hosts/a b/host.ini": "address = ab\n",
  'hosts/<img>&"/stpd.ini': hostile,
  "hosts/c/stpd.ini": `${priorityIni("NORMAL")}STPD_PORT=1\n`,
};

interface SarifRun {
  readonly results: readonly {
    readonly ruleId: string;
    readonly level: string;
    readonly suppressions?: unknown;
    readonly partialFingerprints: { readonly primaryLocationLineHash: string };
    readonly locations: readonly {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: Readonly<Record<string, number>>;
      };
    }[];
  }[];
  readonly tool: { readonly driver: { readonly rules: readonly Record<string, unknown>[] } };
  readonly invocations?: readonly unknown[];
}

const sarifOf = (files: Readonly<Record<string, string>>) => {
  const log = JSON.parse(renderReport("sarif", check(files)));
  return { log, run: log.runs[0] as SarifRun };
};

test("SARIF is valid against the OASIS schema", () => {
  const path = "../../fixtures/sarif/sarif-schema-2.1.0.json";
  const schema = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
  const ajv = new Ajv04.default({ strict: false, unicodeRegExp: false });
  addFormats.default(ajv as never);
  const validate = ajv.compile(schema);
  for (const files of [fleet, { "x/stpd.ini": hard }]) {
    const { log } = sarifOf(files);
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  }
});

test("SARIF stays within the limits of code scanning", () => {
  // A check lists at most 100 findings of a rule per file.
  const many = `[STPD_Server]\n${Array.from({ length: 90 }, (_, index) => `K${index}=1`).join("\n")}\n`;
  const hosts = Array.from({ length: 300 }, (_, index) => [`h${index}/stpd.ini`, many] as const);
  const { log, run } = sarifOf(Object.fromEntries(hosts));
  expect(run.results.length).toBe(25_000);
  expect(run.results[0]?.level).toBe("error");
  expect(JSON.stringify(run.invocations)).toContain("more results were omitted");
  expect(JSON.stringify(log).length).toBeLessThan(25_000_000);
  for (const { shortDescription, fullDescription, help, properties } of run.tool.driver
    .rules as never as {
    shortDescription: { text: string };
    fullDescription: { text: string };
    help: { text: string };
    properties: { tags: readonly string[] };
  }[]) {
    expect(shortDescription.text.length).toBeLessThanOrEqual(1024);
    expect(fullDescription.text.length).toBeLessThanOrEqual(1024);
    expect(help.text).not.toBe("");
    expect(properties.tags.length).toBeLessThanOrEqual(10);
  }
});

test("SARIF has correct columns in UTF-16, encoded paths, and fingerprints without lines", () => {
  const { run } = sarifOf(fleet);
  const key = run.results.find(({ ruleId }) => ruleId === "unknown-key");
  expect(key?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(
    "hosts/%3Cimg%3E%26%22/stpd.ini",
  );
  const name = "\u00fc\u00fc<img src";
  expect(key?.locations[0]?.physicalLocation.region).toEqual({
    startLine: 2,
    startColumn: 1,
    endLine: 2,
    endColumn: name.length + 1,
  });
  const moved = { ...fleet, "hosts/c/stpd.ini": `\n\n# moved\n${fleet["hosts/c/stpd.ini"]}` };
  const prints = (files: Readonly<Record<string, string>>) =>
    sarifOf(files).run.results.map(
      ({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash,
    );
  expect(prints(moved).toSorted()).toEqual(prints(fleet).toSorted());
  expect(new Set(prints(fleet)).size).toBe(prints(fleet).length);
  const suppressed = run.results.filter(({ suppressions }) => suppressions !== undefined);
  expect(suppressed.map(({ ruleId }) => ruleId)).toEqual(["http-port-open"]);
});

test.skipIf(!hasPeer("xmllint", "--version"))(
  "JUnit is well-formed, and its counts are right",
  () => {
    const checked = check(fleet);
    const xml = renderJunit(checked);
    const { status, stderr } = spawnSync("xmllint", ["--noout", "-"], {
      input: xml,
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    const count = (path: string): number =>
      Number(
        spawnSync("xmllint", ["--xpath", `count(${path})`, "-"], { input: xml, encoding: "utf8" })
          .stdout,
      );
    const [, tests, failures] =
      /<testsuites name="sesam-harden" tests="(\d+)" failures="(\d+)">/.exec(xml) ?? [];
    expect(count("//testcase")).toBe(Number(tests));
    expect(count("//failure")).toBe(Number(failures));
    // One per host, one for the fleet, and one for the exception.
    expect(count("//testsuite")).toBe(5);
    expect(count("//testsuite/properties/property")).toBe(1);
    expect(count("//skipped")).toBe(1);
    expect(count("//testcase[@name='no findings']")).toBe(1);
    expect(Number(failures)).toBe(
      checked.findings.filter(
        ({ finding }) => finding.severity === "error" && finding.suppressed === null,
      ).length,
    );
  },
);

test("markdown shows the worst hosts first, and untrusted text as text", () => {
  const text = renderMarkdown(check(fleet));
  const hosts = [
    ...text.matchAll(/^\| (\S[^|]*) \|[^|]*\| (hardened|partial|plaintext|locked-out) \|/gm),
  ];
  expect(hosts.map(([, name]) => name)).toEqual(["&#60;img&#62;&#38;&#34;", "c", "a b"]);
  expect(text).not.toMatch(/<(?!\/?(details|summary)>)/);
  expect(text).toContain("&#60;SAP&#62; &#38; &#34;co&#34;");
  for (const line of text.split("\n").filter((row) => row.startsWith("|"))) {
    expect(line.split("|").length, line).toBeLessThanOrEqual(8);
  }
});

test("markdown is truncated at its limit, and says what it omits", () => {
  const files = Object.fromEntries(
    Array.from({ length: 2000 }, (_, index) => [
      `host-${index}/stpd.ini`,
      `[STPD_Server]\nSTPD_PORT=${index + 1}\n`,
    ]),
  );
  const text = renderMarkdown(check(files), { limit: 50_000 });
  expect(text.length).toBeLessThan(51_000);
  expect(text).toMatch(/\d+ rows more left out; the JSON report has all of them\./);
  expect(text).toMatch(/2000 groups more left out/);
});

test("hosts with the same findings share a block in text and markdown", () => {
  const plain = "[STPD_Server]\nSTPD_PORT=11001\n";
  const copies = Array.from({ length: 14 }, (_, index) => `copy${String(index).padStart(2, "0")}`);
  const files = Object.fromEntries(copies.map((name) => [`${name}/stpd.ini`, plain]));
  const checked = check({ ...files, "other/stpd.ini": `${plain}# one line more\nX=1\n` });
  const text = renderReport("text", checked);
  expect(text).toContain(
    "14 hosts with the same findings: plaintext\n  hosts: copy00, copy01, copy02, copy03, copy04, copy05, copy06, copy07, copy08, copy09 and 4 more\n",
  );
  expect(text.match(/copy00\/stpd\.ini:2:1/g)?.length).toBe(1);
  expect(text).not.toContain("copy01/stpd.ini");
  expect(text).toContain("host other: plaintext\n");
  const markdown = renderReport("markdown", checked);
  expect(markdown).toContain("**14 hosts**: copy00, copy01, copy02, copy03, copy04 and 9 more");
  expect(markdown.match(/<details>/g)?.length).toBe(2);
  // Each host counts in the other reports.
  expect(JSON.parse(renderReport("json", checked)).findings.length).toBe(checked.findings.length);
});

test("a host with another line, verdict or exception is listed separately", () => {
  const lines = (extra: string): string => `[STPD_Server]\n${extra}STPD_PORT=11001\n`;
  const text = renderReport(
    "text",
    check({
      "a/stpd.ini": lines(""),
      "b/stpd.ini": lines("#\n"),
      "c/stpd.ini": lines("").replace("11001", "11002"),
      "d/stpd.ini": `[STPD_Server]\n${allow.replace("http", "ftp")}\nSTPD_PORT=11001\n`,
    }),
  );
  expect(text).not.toContain("hosts with the same findings");
});

test("the summary counts rules by hosts, and quiet prints findings only", () => {
  const checked = check({ "a/stpd.ini": plainFtp, "b/stpd.ini": plainFtp, "c/stpd.ini": hard });
  const summary = renderReport("text", checked, { detail: "summary" });
  expect(summary).toContain("2 hosts have the same");
  expect(summary).toMatch(/^ftp-port-open +2 hosts, 2 findings/m);
  expect(summary).not.toContain("stpd.ini:");
  const quiet = renderReport("text", checked, { detail: "findings" });
  expect(quiet).toContain("a/stpd.ini:2:1");
  expect(quiet).not.toContain("can be fixed");
});

test("concise prints one line per finding, with the path that a reader can open", () => {
  const checked = check(fleet);
  const lines = renderReport("concise", checked, { pathTo: (file) => `../repo/${file}` });
  const open = checked.findings.filter(({ finding }) => finding.suppressed === null);
  const printed = lines.split("\n");
  expect(printed[open.length]).toMatch(/^Exceptions in use: /);
  for (const line of printed.slice(0, open.length)) {
    expect(line).toMatch(/^\.\.\/repo\/hosts\/.*:\d+:\d+: (error|warning|notice): .* \[[a-z-]+\]$/);
  }
});

test.each([
  ["@channel and #12", "@\u200bchannel and #\u200b12"],
  [
    "[a](http://x) `b` *c* _d_ ~e~",
    "&#91;a&#93;&#40;http&#58;//x&#41; &#96;b&#96; &#42;c&#42; &#95;d&#95; &#126;e&#126;",
  ],
  ["a|b\nc", "a&#124;b&#92;x0ac"],
  ["www.example.org", "\u200bwww.example.org"],
])("%j in markdown", (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test("suppressed findings are not annotated", () => {
  const text = `${hard}${allow}\nSTPD_HTTP_PORT=11000\n`;
  expect(renderGithub(check({ "a/stpd.ini": text }), { prefix: "", where: "" })).toBe("");
});

test("text groups by host and ends with the next step", () => {
  expect(
    renderReport(
      "text",
      check({ "b/stpd.ini": `${hard}${allow}\nSTPD_HTTP_PORT=11000\nSTPD_PORT=1\n` }),
    ),
  ).toMatchInlineSnapshot(`
    "host b: partial

      b/stpd.ini:5:1: STPD_HTTP_PORT opens the unencrypted HTTP port 11000 [http-port-open]
        allowed until 2027-03-31: <SAP> & "co"

      b/stpd.ini:6:1: error: STPD_PORT opens the unencrypted FTP port 1 [ftp-port-open]
        6 | STPD_PORT=1
          | ^^^^^^^^^^^
        help: Comment the line out: # STPD_PORT=1

    Assumptions (see https://github.com/sesam-harden/sesam-harden/blob/main/docs/settings.md#what-a-verdict-assumes):
      gnutls-release (1 host): the host runs one of the GnuTLS releases that the settings allow
      sesam-version (1 host): the host runs SEP sesam 5.1.0 or newer
      windows-avx (1 host): the host is not Windows without AVX

    Exceptions in use: http-port-open until 2027-03-31 (1 finding, 1 host): <SAP> & "co".

    1 host: 1 partial. 1 error; 1 suppressed.
    1 of 1 finding can be fixed automatically: run sesam-harden fix.
    About a rule: sesam-harden explain ftp-port-open, or https://github.com/sesam-harden/sesam-harden/blob/main/docs/rules/ftp-port-open.md
    "
  `);
});

test("annotations show changed lines first, then one finding of each host", () => {
  const text = "[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\n";
  const names = Array.from({ length: 12 }, (_, index) => `h${String(index).padStart(2, "0")}`);
  const checked = check(Object.fromEntries(names.map((name) => [`${name}/stpd.ini`, text])));
  const shown = (changed?: ReadonlyMap<string, ReadonlySet<number>>) =>
    renderGithub(checked, { prefix: "p/", where: "", changed })
      .split("\n")
      .filter((line) => line.startsWith("::error"))
      .map((line) => /file=p\/(h\d+).*,line=(\d+)/.exec(line)?.slice(1).join(":"));
  expect(new Set(shown().map((place) => place?.slice(0, 3))).size).toBe(10);
  const changed = new Map([["p/h11/stpd.ini", new Set([3])]]);
  expect(shown(changed)[0]).toBe("h11:3");
  expect(shown(changed).length).toBe(10);
});

test("every report counts columns in characters like editors, without the byte order mark", () => {
  const marked = "\xef\xbb\xbf[STPD_Server] \xc3\xbc\nSTPD_PORT=\xc3\xbc\xe2\x82\xac x\n";
  const latin1 = "[STPD_Server]\nSTPD_PORT=\xfc\xfc x\n";
  const checked = check({ "a/stpd.ini": marked, "b/stpd.ini": latin1 });
  const { findings } = JSON.parse(renderReport("json", checked)) as {
    findings: { file: string; line: number; column: number; endColumn: number }[];
  };
  const ofValue = findings.filter(({ file, line }) => file === "a/stpd.ini" && line === 2);
  expect(ofValue).toContainEqual(expect.objectContaining({ column: 11, endColumn: 15 }));
  const raw = findings.filter(({ file, line }) => file === "b/stpd.ini" && line === 2);
  expect(raw).toContainEqual(expect.objectContaining({ column: 11, endColumn: 15 }));
  // The section, which is the first thing on the first line.
  expect(findings).toContainEqual(
    expect.objectContaining({ file: "a/stpd.ini", line: 1, column: 1 }),
  );
  const places = findings.map(({ file, line, column }) => `${file}:${line}:${column}`);
  const sarif = sarifOf({ "a/stpd.ini": marked, "b/stpd.ini": latin1 }).run.results.map(
    ({ locations: [location] }) => {
      const { artifactLocation, region } = location?.physicalLocation ?? {};
      return `${artifactLocation?.uri}:${region?.["startLine"]}:${region?.["startColumn"]}`;
    },
  );
  expect(sarif).toEqual(places);
  for (const format of ["text", "junit"] as const) {
    const report = renderReport(format, checked);
    for (const place of places) expect(report).toContain(place);
  }
  const annotated = renderGithub(checked, { prefix: "", where: "" });
  const shown = [...annotated.matchAll(/file=(.*?),line=(\d+),.*?col=(\d+)/g)];
  expect(shown.length).toBeGreaterThan(0);
  for (const [, file, line, column] of shown) expect(places).toContain(`${file}:${line}:${column}`);
});

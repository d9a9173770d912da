import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkFleet, type FleetCheck } from "../../src/core/check/check-fleet.ts";
import { createMemoryFiles, writeFleet } from "../support/builders/fleet.ts";
import { hasPeer } from "../support/harness/peers.ts";

// Files that tools of administrators wrote: test/fixtures/ini-tools, explained in docs/ini-tools.md.

const folder = fileURLToPath(new URL("../fixtures/ini-tools", import.meta.url));

interface Result {
  /** crudini, a lens of augeas, git config, configparser or ini_file. */
  readonly tool: string;
  readonly file: string;
  readonly verb: "set" | "get";
  readonly key: string;
  readonly value: string | null;
  /** Exit code, or 1 if the tool reports a failure in another way. */
  readonly status: number;
  readonly output: string;
  /** Undefined if it only read. */
  readonly after?: string;
}

interface Record {
  readonly version: string;
  readonly files: Readonly<{ [name: string]: string }>;
  readonly results: readonly Result[];
}

function readRecord(name: string): Record {
  return JSON.parse(readFileSync(`${folder}/${name}.json`, "utf8"));
}

const installed = [
  { name: "crudini", program: "crudini", args: ["--version"] },
  { name: "augeas", program: "augtool", args: ["--version"] },
  { name: "git-config", program: "git", args: ["version"] },
  { name: "configparser", program: "/usr/bin/python3", args: ["-c", "import configparser"] },
] as const;

test.each(installed)("$name behaves as recorded", ({ name, program, args }) => {
  if (!hasPeer(program, ...args) || !hasPeer("/usr/bin/python3", "--version")) return;
  const ran = spawnSync("/usr/bin/python3", [`${folder}/record.py`, name], { encoding: "utf8" });
  expect(ran.status, ran.stderr).toBe(0);
  const { version, ...now }: Record = JSON.parse(ran.stdout);
  const { version: recorded, ...then } = readRecord(name);
  expect(now, `version ${version}, recorded with ${recorded}`).toEqual(then);
});

const before = `# Ports\n[STPD_Server]\n# STPD_HTTP_PORT=11000\nSTPD_PORT=11001\nSTPD_HTTPS_PORT=11443\n`;
const priority = `"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE"`;

test.each([
  {
    name: "crudini",
    program: "crudini",
    steps: (file: string): readonly string[] => [
      `crudini --ini-options=nospace --set ${file} STPD_Server STPD_HTTPS_PRIORITY_STRING '${priority}'`,
      `crudini --del ${file} STPD_Server STPD_PORT`,
    ],
  },
  {
    name: "augeas with the Systemd lens",
    program: "augtool",
    steps: (file: string): readonly string[] => [
      `augtool --noautoload --noload <<'END'
set /augeas/load/X/lens Systemd.lns
set /augeas/load/X/incl ${file}
load
set /files${file}/STPD_Server/STPD_HTTPS_PRIORITY_STRING/value '${priority}'
rm /files${file}/STPD_Server/STPD_PORT
save
match /augeas//error
END`,
    ],
  },
])("the recipe for $name hardens a file, and keeps the rest of it", ({ program, steps }) => {
  if (!hasPeer(program, "--version")) return;
  const file = join(writeFleet({ "stpd.ini": before }), "stpd.ini");
  const script = steps(file).join("\n");
  const { status, stderr } = spawnSync("sh", ["-ec", script], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const after = readFileSync(file, "latin1");
  const rest = before.replace("STPD_PORT=11001\n", "");
  expect(after).toBe(`${rest}STPD_HTTPS_PRIORITY_STRING=${priority}\n`);
  expect(describe(host(after))).toBe("hardened");
});

const host = (bytes: string): FleetCheck =>
  checkFleet(
    {
      paths: ["."],
      overrides: {},
      asOf: "2026-11-25",
      fix: { unsafe: false, rules: undefined },
    },
    createMemoryFiles({ "rds1/stpd.ini": bytes }),
  );

function describe({ hosts, findings }: FleetCheck): string {
  const rules = findings.map(({ finding }) => finding.rule);
  return [hosts[0]?.verdict, ...new Set(rules)].join(" ");
}

/** Result of check on a file, and on the file after fix if that differs. */
function judge(bytes: string): string {
  const checked = host(bytes);
  const [fixed] = checked.fixes.flatMap(({ files }) => files);
  const after = fixed === undefined ? "" : ` -> ${describe(host(fixed.after))}`;
  return describe(checked) + after;
}

function judgeResults(name: string): readonly string[] {
  const { files, results } = readRecord(name);
  return results.flatMap(({ tool, file, key, value, status, after }) => {
    if (after === undefined) return [];
    const task = `${tool}: ${file}, ${key}=${value}`;
    const isChanged = after !== files[file];
    if (!isChanged) return [`${task}: ${status === 0 ? "unchanged" : "fails"}`];
    return [`${task}: ${status === 0 ? "" : "fails, but "}${judge(after)}`];
  });
}

test("check and fix on the files before any tool", () => {
  const { files } = readRecord("crudini");
  const lines = Object.entries(files).map(([name, bytes]) => `${name}: ${judge(bytes)}`);
  expect(lines).toMatchInlineSnapshot(`
    [
      "vendor: hardened",
      "crlf: hardened",
      "two-sections: locked-out duplicate-key https-port-missing",
      "key-in-first-of-two: hardened unknown-key",
      "sentence: hardened",
      "remark: locked-out port-invalid",
      "semicolon: hardened unknown-key",
      "spaced-semicolon: hardened unknown-key",
      "indented: locked-out unknown-key key-spelling -> hardened unknown-key",
      "dashed-crlf: locked-out https-port-missing key-spelling tls-priority-missing unknown-key -> hardened unknown-key",
    ]
  `);
});

test("check and fix on what crudini wrote", () => {
  expect(judgeResults("crudini")).toMatchInlineSnapshot(`
    [
      "crudini: vendor, STPD_HTTPS_PORT=11444: hardened",
      "crudini: crlf, STPD_HTTPS_PORT=11444: hardened",
      "crudini: two-sections, STPD_HTTPS_PORT=11444: locked-out duplicate-key https-port-missing",
      "crudini: key-in-first-of-two, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "crudini: sentence, STPD_HTTPS_PORT=11444: hardened",
      "crudini: remark, STPD_HTTPS_PORT=11444: hardened",
      "crudini: semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "crudini: spaced-semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "crudini: indented, STPD_HTTPS_PORT=11444: locked-out unknown-key key-spelling duplicate-key https-port-missing",
      "crudini: vendor, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "crudini: crlf, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "crudini: sentence, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "crudini: vendor, STPD_HTTPS_PORT=: locked-out port-invalid",
      "crudini: vendor, STPD_LOG=a;b: hardened unknown-key",
    ]
  `);
});

test("check and fix on what augeas wrote", () => {
  expect(judgeResults("augeas")).toMatchInlineSnapshot(`
    [
      "Puppet: vendor, STPD_HTTPS_PORT=11444: hardened",
      "Puppet: crlf, STPD_HTTPS_PORT=11444: hardened",
      "Puppet: two-sections, STPD_HTTPS_PORT=11444: fails",
      "Puppet: key-in-first-of-two, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "Puppet: sentence, STPD_HTTPS_PORT=11444: hardened",
      "Puppet: remark, STPD_HTTPS_PORT=11444: locked-out port-invalid",
      "Puppet: semicolon, STPD_HTTPS_PORT=11444: fails",
      "Puppet: spaced-semicolon, STPD_HTTPS_PORT=11444: fails",
      "Puppet: indented, STPD_HTTPS_PORT=11444: locked-out unknown-key key-spelling -> hardened unknown-key",
      "Puppet: vendor, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "Puppet: crlf, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "Puppet: sentence, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "Puppet: vendor, STPD_HTTPS_PORT=: fails",
      "Puppet: vendor, STPD_LOG=a;b: hardened unknown-key",
      "MySQL: vendor, STPD_HTTPS_PORT=11444: hardened",
      "MySQL: crlf, STPD_HTTPS_PORT=11444: hardened",
      "MySQL: two-sections, STPD_HTTPS_PORT=11444: fails",
      "MySQL: key-in-first-of-two, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "MySQL: sentence, STPD_HTTPS_PORT=11444: hardened",
      "MySQL: remark, STPD_HTTPS_PORT=11444: locked-out port-invalid",
      "MySQL: semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "MySQL: spaced-semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "MySQL: indented, STPD_HTTPS_PORT=11444: locked-out unknown-key key-spelling -> hardened unknown-key",
      "MySQL: vendor, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "MySQL: crlf, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "MySQL: sentence, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "MySQL: vendor, STPD_HTTPS_PORT=: locked-out https-port-missing key-spelling",
      "MySQL: vendor, STPD_LOG=a;b: hardened unknown-key",
      "Samba: vendor, STPD_HTTPS_PORT=11444: hardened",
      "Samba: crlf, STPD_HTTPS_PORT=11444: hardened",
      "Samba: two-sections, STPD_HTTPS_PORT=11444: fails",
      "Samba: key-in-first-of-two, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "Samba: sentence, STPD_HTTPS_PORT=11444: hardened",
      "Samba: remark, STPD_HTTPS_PORT=11444: locked-out port-invalid",
      "Samba: semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "Samba: spaced-semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "Samba: indented, STPD_HTTPS_PORT=11444: locked-out unknown-key key-spelling -> hardened unknown-key",
      "Samba: vendor, STPD_PORT=11001: plaintext ftp-port-open key-spelling -> hardened",
      "Samba: crlf, STPD_PORT=11001: plaintext ftp-port-open key-spelling -> hardened",
      "Samba: sentence, STPD_PORT=11001: plaintext ftp-port-open key-spelling -> hardened",
      "Samba: vendor, STPD_HTTPS_PORT=: fails",
      "Samba: vendor, STPD_LOG=a;b: fails",
      "Systemd: vendor, STPD_HTTPS_PORT=11444: hardened",
      "Systemd: crlf, STPD_HTTPS_PORT=11444: hardened",
      "Systemd: two-sections, STPD_HTTPS_PORT=11444: fails",
      "Systemd: key-in-first-of-two, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "Systemd: sentence, STPD_HTTPS_PORT=11444: hardened",
      "Systemd: remark, STPD_HTTPS_PORT=11444: locked-out port-invalid",
      "Systemd: semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "Systemd: spaced-semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "Systemd: indented, STPD_HTTPS_PORT=11444: fails",
      "Systemd: vendor, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "Systemd: crlf, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "Systemd: sentence, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "Systemd: vendor, STPD_HTTPS_PORT=: fails",
      "Systemd: vendor, STPD_LOG=a;b: hardened unknown-key",
    ]
  `);
});

test("check and fix on what git config wrote", () => {
  expect(judgeResults("git-config")).toMatchInlineSnapshot(`
    [
      "git config: vendor, STPD_HTTPS_PORT=11444: fails",
      "git config: dashed-crlf, STPD-PORT=11001: plaintext https-port-missing key-spelling tls-priority-missing unknown-key ftp-port-open -> hardened unknown-key",
    ]
  `);
});

test("check and fix on what configparser wrote", () => {
  expect(judgeResults("configparser")).toMatchInlineSnapshot(`
    [
      "configparser: vendor, STPD_HTTPS_PORT=11444: hardened",
      "configparser: crlf, STPD_HTTPS_PORT=11444: hardened",
      "configparser: two-sections, STPD_HTTPS_PORT=11444: fails",
      "configparser: key-in-first-of-two, STPD_HTTPS_PORT=11444: fails",
      "configparser: sentence, STPD_HTTPS_PORT=11444: hardened",
      "configparser: remark, STPD_HTTPS_PORT=11444: hardened",
      "configparser: semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "configparser: spaced-semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "configparser: indented, STPD_HTTPS_PORT=11444: locked-out unknown-key key-spelling duplicate-key https-port-missing",
      "configparser: vendor, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "configparser: crlf, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "configparser: sentence, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "configparser: vendor, STPD_HTTPS_PORT=: locked-out port-invalid",
      "configparser: vendor, STPD_LOG=a;b: hardened unknown-key",
    ]
  `);
});

test("check and fix on what ansible's ini_file wrote", () => {
  expect(judgeResults("ansible")).toMatchInlineSnapshot(`
    [
      "ini_file: vendor, STPD_HTTPS_PORT=11444: hardened",
      "ini_file: crlf, STPD_HTTPS_PORT=11444: hardened",
      "ini_file: two-sections, STPD_HTTPS_PORT=11444: locked-out duplicate-key https-port-missing",
      "ini_file: key-in-first-of-two, STPD_HTTPS_PORT=11444: locked-out unknown-key duplicate-key https-port-missing",
      "ini_file: sentence, STPD_HTTPS_PORT=11444: hardened",
      "ini_file: remark, STPD_HTTPS_PORT=11444: hardened",
      "ini_file: semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "ini_file: spaced-semicolon, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "ini_file: indented, STPD_HTTPS_PORT=11444: hardened unknown-key",
      "ini_file: vendor, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "ini_file: crlf, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "ini_file: sentence, STPD_PORT=11001: partial ftp-port-open -> hardened",
      "ini_file: vendor, STPD_HTTPS_PORT=: locked-out port-invalid",
      "ini_file: vendor, STPD_LOG=a;b: hardened unknown-key",
    ]
  `);
});

const tools = ["crudini", "augeas", "git-config", "configparser", "ansible"];

/** Results of all tools. */
const all = tools.flatMap((name) => readRecord(name).results);

test("a plain port that a tool opens is found, and fix closes it without changing HTTPS", () => {
  const opened = all.filter(({ key, after }) => key === "STPD_PORT" && after !== undefined);
  expect(opened.length).toBeGreaterThan(20);
  for (const { after = "", tool, file } of opened) {
    const { findings, fixes } = host(after);
    const where = `${tool}, ${file}`;
    expect(
      findings.map(({ finding }) => finding.rule),
      where,
    ).toContain("ftp-port-open");
    const [fixed] = fixes.flatMap(({ files }) => files);
    expect(describe(host(fixed?.after ?? "")), where).toBe("hardened");
  }
});

test("a file that has lost HTTPS through a tool is always reported as locked-out", () => {
  const emptied = all.filter(({ key, value }) => key === "STPD_HTTPS_PORT" && value === "");
  for (const { after = "", status, tool } of emptied) {
    const verdict = host(after).hosts[0]?.verdict;
    expect([tool, verdict]).toEqual([tool, status === 0 ? "locked-out" : "hardened"]);
  }
});

function get(tool: string, file: string, key: string): string {
  const found = all.find(
    (one) => one.tool === tool && one.file === file && one.key === key && one.verb === "get",
  );
  return found?.status === 0 ? found.output.replace(/\n$/, "") : "fails";
}

test("tools read the same line as different values", () => {
  const read = (file: string, key: string) =>
    ["crudini", "Puppet", "MySQL", "Samba", "Systemd", "configparser"].map(
      (tool) => `${tool} ${JSON.stringify(get(tool, file, key))}`,
    );
  expect(read("spaced-semicolon", "STPD_LOG")).toMatchInlineSnapshot(`
    [
      "crudini "a"",
      "Puppet "fails"",
      "MySQL "a"",
      "Samba "a"",
      "Systemd "fails"",
      "configparser "a ; b"",
    ]
  `);
  expect(read("semicolon", "STPD_LOG")).toMatchInlineSnapshot(`
    [
      "crudini "a;b"",
      "Puppet "fails"",
      "MySQL "a"",
      "Samba "a"",
      "Systemd "a;b"",
      "configparser "a;b"",
    ]
  `);
  expect(read("remark", "STPD_HTTPS_PORT")).toMatchInlineSnapshot(`
    [
      "crudini "11443 # encrypted"",
      "Puppet "11443"",
      "MySQL "11443"",
      "Samba "11443"",
      "Systemd "11443"",
      "configparser "11443 # encrypted"",
    ]
  `);
  expect(read("indented", "STPD_LOG")).toMatchInlineSnapshot(`
    [
      "crudini "a\\nSTPD_HTTPS_PORT=11443"",
      "Puppet "a"",
      "MySQL "a"",
      "Samba "a"",
      "Systemd "fails"",
      "configparser "a\\nSTPD_HTTPS_PORT=11443"",
    ]
  `);
  expect(read("crlf", "STPD_HTTPS_PORT")).toMatchInlineSnapshot(`
      [
        "crudini "11443"",
        "Puppet "11443"",
        "MySQL "11443"",
        "Samba "11443"",
        "Systemd "11443\\r"",
        "configparser "11443"",
      ]
    `);
  expect(read("vendor", "STPD_HTTPS_PRIORITY_STRING")).toMatchInlineSnapshot(`
    [
      "crudini "\\"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE\\""",
      "Puppet "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE"",
      "MySQL "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE"",
      "Samba "\\"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE\\""",
      "Systemd "\\"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE\\""",
      "configparser "\\"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE\\""",
    ]
  `);
});

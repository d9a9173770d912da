import fc from "fast-check";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { rules } from "../../../src/core/rules/index.ts";

/** A fleet as its files: path to bytes. */
export type Fleet = Readonly<Record<string, string>>;

const line = (...choices: readonly string[]) => fc.constantFrom(...choices);

const priority = fc.oneof(
  { weight: 3, arbitrary: fc.constant(vendorPriority) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom("NORMAL", "PFS", "SECURE256", "NONE", "SUITEB128"),
        fc.subarray([
          "-VERS-TLS1.0",
          "-VERS-TLS1.1",
          "-VERS-TLS-ALL",
          "+3DES-CBC",
          "+NULL",
          "-SRP",
          "-CIPHER-3DES",
          "-RSA",
          "-SHA1",
          "-GROUP-ALL",
          "%SERVER_PRECEDENCE",
          "%NO_TICKETS_TLS12",
          "+FOO",
          "\u00e4",
        ]),
      )
      .map(([keyword, elements]) => [keyword, ...elements].join(":")),
  },
);

const brokenLines = [
  "[broken",
  "<<<<<<< HEAD",
  "=======",
  "[STPD_Server] # x",
  "[[STPD_Server]]",
  "[]",
  'FOO="abc',
];

/** Spellings that readers of INI files may or may not take for the section or a key. */
const otherSpellings = line(
  "[stpd_server]",
  "[ STPD_Server ]",
  "STPD_PORT: 11001",
  "STPD_HTTPS_PORT: 11443",
  "Stpd_Https_Port = 11443",
  "export STPD_HTTPS_PORT=11443",
  '"STPD_HTTP_PORT"=11000',
  'STPD_HTTPS_PORT="11443"',
  "STPD_HTTPS_PORT='11443'",
  'STPD_PORT="11001"',
  "STPD_HTTPS_PORT 11443",
  "STPD_HTTPS_PORT\u00c2\u00a0=11443",
  "\u00e2\u0080\u008bSTPD_HTTP_PORT=11000",
  "\u00ef\u00bb\u00bfSTPD_HTTPS_PORT=11443",
  "+STPD_HTTPS_PORT=11443",
  "  STPD_HTTPS_PORT=11443",
  "\tSTPD_PORT=11001",
  "STPD_HTTPS_PORT=11443 # new",
  "stpd_https_priority_string=NORMAL",
  'STPD_HTTPS_PRIORITY_STRING: "NORMAL"',
  "STPD_HTTPS_PRIORITY_STRING=\u00e2\u0080\u009cNORMAL\u00e2\u0080\u009d",
  'STPD_HTTPS_PRIORITY_STRING="NORMAL:\\',
  "STPD_HTTPS_PORT",
  "STPD_HTTP_PORT",
  "STPD_HTTPS_PRIORITY_STRING",
);

const suppression = fc
  .tuple(
    fc.constantFrom(...rules.map(({ id }) => id), "no-such-rule"),
    fc.constantFrom("until 2027-03-31", "until 2020-01-01", "until 2027-02-30", ""),
    fc.constantFrom("because CHG-1", ""),
  )
  .map((parts) => `# sesam-harden: allow ${parts.join(" ")}`.trimEnd());

const stpdLine = fc.oneof(
  line("STPD_PORT=11001", "STPD_HTTP_PORT=11000", "STPD_HTTPS_PORT=11443", "STPD_HTTPS_PORT=11001"),
  line("# STPD_PORT=11001", "# STPD_HTTP_PORT=11000", "# STPD_HTTPS_PORT=11443", "# prose"),
  line("STPD_PORT=", "STPD_HTTP_PORT=x", "STPD_HTTPS_PORT=99999", "stpd_port=11001", "STPD_PROT=1"),
  line(
    "",
    " ",
    "[STPD_Server]",
    "[STPD_Thread]",
    "[STPD Server]",
    "KEEP_ALIVE=TRUE",
    "STPD_PORT 1",
  ),
  line("= x", "; old", "K\u00fc=\u00e4", "__proto__=1"),
  // One of these lines is enough to leave the whole file unchanged.
  line(...Array.from({ length: 30 }, () => "# note"), ...brokenLines),
  line("a note", "// STPD_PORT=11001", "; STPD_HTTP_PORT=11000", "FOO=a \\", "  -VERS-TLS1.1:+RSA"),
  otherSpellings,
  otherSpellings,
  priority.map((value) => `STPD_HTTPS_PRIORITY_STRING="${value}"`),
  suppression,
);

const ending = line("\n", "\r\n", "\n", "\r\n", "\n", "\r\n", "\n", "\r");

/** Bytes of an stpd.ini, valid and invalid. */
export const stpdFiles = fc
  .record({
    mark: line("", "", "\u00ef\u00bb\u00bf"),
    header: fc.boolean(),
    lines: fc.array(stpdLine, { maxLength: 9 }),
    ending,
    last: fc.boolean(),
    rest: line("", "", "", "", "", "", "", "\0", "\u00ff", "{{ x }}"),
  })
  .map(({ mark, header, lines, ending: newLine, last, rest }) => {
    const all = header ? ["[STPD_Server]", ...lines] : lines;
    return mark + all.join(newLine) + (last ? newLine : "") + rest;
  });

const hostIni = fc
  .record({
    role: line("role = server", "role = rds", ""),
    os: line("os = windows", "os = linux", ""),
    avx: line("avx = no", "avx = yes", ""),
    version: line("version = 4.4.3.86", "version = 5.1.0.14 SP1", "version = 5.1.x", ""),
    address: line("address = rds_1", "address = 127.0.0.1", "", ""),
    environment: line("environment = production", "environment = lab", ""),
    gnutls: line("gnutls = 3.8", "", ""),
    suppression: fc.oneof(fc.constant(""), suppression),
  })
  .map((lines) => `${Object.values(lines).join("\n")}\n`);

const globalsIni = fc
  .subarray([
    "gv_default_interface_prefix = https",
    "gv_default_interface_prefix_ext = https",
    "gv_conf_use_com_stpd_kill = https",
  ])
  .map((lines) => `[sesam]\n${lines.join("\n")}\n`);

const url = line(
  "https://db1:11443",
  "https://db_1:11443",
  "https://h0:11444",
  "http://db1:11000",
  "db1:11001",
  "",
);

const interfacesJson = fc
  .record({
    interfaces: fc.array(
      url.filter((text) => text !== ""),
      { maxLength: 3 },
    ),
    used: fc.array(url, { maxLength: 3 }),
  })
  .map(({ interfaces, used }) =>
    JSON.stringify(
      {
        schemaVersion: 1,
        exportedAt: "2026-11-20T08:00:00Z",
        server: "s",
        clients: [{ name: "db1", interfaces }],
        usage: used.map((text) => ({
          kind: "backup-task",
          name: "t",
          client: "db1",
          interface: text,
        })),
      },
      null,
      1,
    ),
  );

const host = fc.record(
  {
    "stpd.ini": stpdFiles,
    "host.ini": hostIni,
    "globals.ini": globalsIni,
    "interfaces.json": interfacesJson,
    "HOST.INI": fc.constant("avx = no\n"),
  },
  { requiredKeys: [] },
);

const settings = fc
  .record({
    top: fc.subarray([
      "profile = strict",
      "fail_on = notice",
      "gnutls = 3.7 3.8",
      "absent_port = open",
    ]),
    levels: fc.subarray(["[rules]\nunknown-key = error\nduplicate-key = off"]),
    environment: fc.subarray(["[environment.production]\nprofile = strict"]),
    allow: fc.subarray([
      "[allow.ports]\nrule = http-port-open\nhost = h*\nuntil = 2027-03-31\nreason = CHG-2",
      "[allow.old]\nrule = fleet-disagreement\nuntil = 2020-01-01\nreason = CHG-3",
    ]),
  })
  .map(
    ({ top, levels, environment, allow }) =>
      `${[...top, ...levels, ...environment, ...allow].join("\n")}\n`,
  );

/** Fleets with every kind of file, valid and invalid. */
export const fleets: fc.Arbitrary<Fleet> = fc
  .record({
    hosts: fc.array(host, { minLength: 1, maxLength: 4 }),
    settings: fc.option(settings, { nil: undefined }),
  })
  .map(({ hosts, settings: text }) => ({
    // One that is always present, so that there is something to check.
    "hosts/h0/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=11443\nSTPD_HTTPS_PRIORITY_STRING="${vendorPriority}"\n`,
    ...(text === undefined ? {} : { "sesam-harden.ini": text }),
    ...Object.fromEntries(
      hosts.flatMap((files, index) =>
        Object.entries(files).map(([name, bytes]) => [`hosts/h${index + 1}/${name}`, bytes]),
      ),
    ),
  }));

import { expect, test } from "vitest";
import { vendorPriority } from "../../../src/core/gnutls/verdict.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import type { Fleet } from "../../support/builders/fleets.ts";
import { priorityIni, stpdIni } from "../../support/builders/rules.ts";

const hard = priorityIni(vendorPriority);
const priority = `STPD_HTTPS_PRIORITY_STRING="${vendorPriority}"`;

const fix = (fleet: Fleet, options: { unsafe?: boolean; rules?: readonly string[] } = {}) => {
  const { unsafe = false, rules } = options;
  const request = { paths: ["."], overrides: {}, asOf: "2026-11-25", fix: { unsafe, rules } };
  const { fixes } = checkFleet(request, createMemoryFiles(fleet));
  const files = fixes.flatMap((host) =>
    host.files.map(({ name, after }) => [host.path + name, after]),
  );
  const withheld = fixes.flatMap((host) =>
    host.withheld.map(({ located, reason }) => `${located.finding.rule}: ${reason}`),
  );
  return { files: Object.fromEntries(files), withheld };
};

const inventory = (...urls: readonly string[]) =>
  JSON.stringify({
    schemaVersion: 1,
    exportedAt: "2026-11-20T08:00:00Z",
    server: "s",
    clients: [],
    usage: urls.map((url) => ({
      kind: "backup-task",
      name: "nightly",
      client: "c",
      interface: url,
    })),
  });

const open = `${hard}STPD_PORT=11001\nSTPD_HTTP_PORT=11000\n`;
const closed = `${hard}# STPD_PORT=11001\n# STPD_HTTP_PORT=11000\n`;
const soft = "[STPD_Server]\nSTPD_PORT=11001\n";
const repaired = `[STPD_Server]\nSTPD_HTTPS_PORT=11443\n${priority}\nSTPD_PORT=11001\n`;

test.each<{
  name: string;
  fleet: Fleet;
  files: Fleet;
  withheld?: readonly string[];
  unsafe?: boolean;
  rules?: readonly string[];
}>([
  {
    name: "closes both ports if HTTPS works",
    fleet: { "a/stpd.ini": open },
    files: { "a/stpd.ini": closed },
  },
  {
    name: "applies only the fixes of a given rule",
    fleet: { "a/stpd.ini": open },
    rules: ["ftp-port-open"],
    files: { "a/stpd.ini": closed.replace("# STPD_HTTP", "STPD_HTTP") },
  },
  {
    name: "leaves a repeated plain port, which another fix might make the only one",
    fleet: {
      "a/stpd.ini": `${hard}STPD_HTTP_PORT=x\nSTPD_HTTP_PORT=11000\nSTPD_HTTP_PORT=11000\n`,
      "sesam-harden.ini":
        "[allow.ports]\nrule = http-port-open\nuntil = 2027-03-31\nreason = CHG-2\n",
    },
    files: {
      "a/stpd.ini": `${hard}# STPD_HTTP_PORT=x\nSTPD_HTTP_PORT=11000\nSTPD_HTTP_PORT=11000\n`,
    },
  },
  {
    name: "removes a repeated HTTPS port, unless it also has another number",
    fleet: {
      "a/stpd.ini": `${hard}STPD_HTTPS_PORT=11443\n`,
      "b/stpd.ini": `${hard}STPD_HTTPS_PORT=11444\nSTPD_HTTPS_PORT=11443\n`,
    },
    files: { "a/stpd.ini": `${hard}# STPD_HTTPS_PORT=11443\n` },
  },
  {
    name: "opens HTTPS, fixes TLS and closes the rest in one run",
    fleet: { "a/stpd.ini": "[STPD_Server]\r\n# STPD_HTTPS_PORT=12443\r\nSTPD_PORT=11001" },
    files: {
      "a/stpd.ini": `[STPD_Server]\r\n${priority}\r\nSTPD_HTTPS_PORT=12443\r\n# STPD_PORT=11001`,
    },
  },
  {
    name: "does not uncomment a line outside the section",
    fleet: { "a/stpd.ini": `# STPD_HTTPS_PORT=12443\n[STPD_Server]\n${priority}\n` },
    files: {
      "a/stpd.ini": `# STPD_HTTPS_PORT=12443\n[STPD_Server]\nSTPD_HTTPS_PORT=11443\n${priority}\n`,
    },
  },
  {
    name: "withholds the closing edits next to a wrong HTTPS port, and fixes the rest",
    fleet: { "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=x\nSTPD_PORT=11001\n` },
    files: { "a/stpd.ini": `[STPD_Server]\n${priority}\nSTPD_HTTPS_PORT=x\nSTPD_PORT=11001\n` },
    withheld: ["ftp-port-open: the HTTPS port might not be open"],
  },
  {
    name: "does not close the last port, even with --unsafe",
    fleet: { "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=x\n${priority}\nSTPD_PORT=11001\n` },
    unsafe: true,
    files: {},
    withheld: ["ftp-port-open: the HTTPS port might not be open"],
  },
  {
    name: "with --unsafe spoils no HTTPS that works",
    fleet: {
      "a/stpd.ini": `[STPD_Server]\nSTPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\nSTPD_PORT=\n  -VERS-TLS1.1:+RSA\n`,
      "sesam-harden.ini":
        "[allow.ports]\nrule = http-port-open\nuntil = 2027-03-31\nreason = CHG-2\n",
    },
    unsafe: true,
    files: {
      "a/stpd.ini": `[STPD_Server]\n${priority}\nSTPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\nSTPD_PORT=\n  -VERS-TLS1.1:+RSA\n`,
    },
    withheld: ["port-invalid: the HTTPS port might not be open"],
  },
  {
    name: "with --unsafe closes a port in use, if HTTPS is left",
    fleet: { "a/stpd.ini": open, "a/interfaces.json": inventory("http://a:11000") },
    unsafe: true,
    files: { "a/stpd.ini": closed },
  },
  {
    name: "with --unsafe removes no port line as a part of the value above it",
    fleet: {
      "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=11443\nSTPD_HTTPS_PRIORITY_STRING="NORMAL:\\\nSTPD_PORT: 11001\n`,
      "a/host.ini": "os = windows\navx = no\n",
    },
    unsafe: true,
    files: {},
    withheld: [
      "ftp-port-open: STPD has no HTTPS on Windows without AVX",
      "tls-priority-invalid: the value ends in a backslash, so the next line may belong to it; fix it by hand",
    ],
  },
  {
    name: "keeps the plain ports of Windows without AVX",
    fleet: { "a/stpd.ini": open, "a/host.ini": "os = windows\navx = no\n" },
    files: {},
    withheld: [
      "ftp-port-open: STPD has no HTTPS on Windows without AVX",
      "http-port-open: STPD has no HTTPS on Windows without AVX",
    ],
  },
  {
    name: "closes no port while one of the releases gets a string that locks clients out",
    fleet: { "a/stpd.ini": `${priorityIni("NORMAL:-SIGN-ALL:-SRP")}STPD_PORT=11001\n` },
    files: { "a/stpd.ini": `${hard}STPD_PORT=11001\n` },
    withheld: [
      "ftp-port-open: the current priority string locks clients out; the next fix closes the port",
    ],
  },
  {
    name: "with --unsafe closes a plain port if the other one is sure to stay",
    fleet: {
      "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=x\n${priority}\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\n`,
    },
    unsafe: true,
    rules: ["ftp-port-open"],
    files: {
      "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=x\n${priority}\n# STPD_PORT=11001\nSTPD_HTTP_PORT=11000\n`,
    },
  },
  {
    name: "with --unsafe closes a plain port if the other one counts as open",
    fleet: {
      "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=x\n${priority}\nSTPD_PORT=11001\n`,
      "sesam-harden.ini": "absent_port = open\n",
    },
    unsafe: true,
    rules: ["ftp-port-open"],
    files: {
      "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=x\n${priority}\n# STPD_PORT=11001\n`,
    },
  },
  {
    name: "fixes TLS of Windows with unknown AVX, and closes no port",
    fleet: {
      "a/stpd.ini": `${priorityIni("NORMAL:%SERVER_PRECEDENCE")}STPD_PORT=11001\n`,
      "a/host.ini": "os = windows\n",
    },
    files: {
      "a/stpd.ini": `${priorityIni("NORMAL:%SERVER_PRECEDENCE:-VERS-TLS1.0:-VERS-TLS1.1")}STPD_PORT=11001\n`,
    },
    withheld: [
      "ftp-port-open: host.ini does not say whether this Windows host has AVX, which HTTPS needs",
    ],
  },
  {
    name: "closes the ports of Windows with AVX, and of unknown AVX with --unsafe",
    fleet: {
      "a/stpd.ini": open,
      "a/host.ini": "os = windows\navx = yes\n",
      "b/stpd.ini": open,
      "b/host.ini": "os = windows\n",
    },
    unsafe: true,
    files: { "a/stpd.ini": closed, "b/stpd.ini": closed },
  },
  {
    name: "adds nothing to a file of Windows without AVX",
    fleet: { "a/stpd.ini": soft, "a/host.ini": "os = windows\navx = no\n" },
    files: {},
    withheld: [
      "ftp-port-open: STPD has no HTTPS on Windows without AVX",
      "https-port-missing: STPD has no HTTPS on Windows without AVX",
      "tls-priority-missing: STPD has no HTTPS on Windows without AVX",
    ],
  },
  {
    name: "with --unsafe adds to it, and closes no port",
    fleet: { "a/stpd.ini": soft, "a/host.ini": "os = windows\navx = no\n" },
    unsafe: true,
    files: { "a/stpd.ini": repaired },
    withheld: ["ftp-port-open: STPD has no HTTPS on Windows without AVX"],
  },
  ...[
    ["5.0.0.15", "SEP sesam 5.0.0.15 cannot run with HTTP and FTP disabled"],
    ["Jaglion V2", "SEP sesam Jaglion V2 cannot run with HTTP and FTP disabled"],
    ["5.1.x", "it is not known whether SEP sesam 5.1.x can run with HTTP and FTP disabled"],
  ].flatMap(([version, reason]) => [
    {
      name: `changes nothing of release ${version}`,
      fleet: { "a/stpd.ini": soft, "a/host.ini": `version = ${version}\n` },
      files: {},
      withheld: [
        `ftp-port-open: ${reason}`,
        `https-port-missing: ${reason}`,
        `tls-priority-missing: ${reason}`,
      ],
    },
    {
      name: `even with --unsafe leaves release ${version} a plain port`,
      fleet: { "a/stpd.ini": soft, "a/host.ini": `version = ${version}\n` },
      unsafe: true,
      files: { "a/stpd.ini": repaired },
      withheld: [`ftp-port-open: ${reason}`],
    },
  ]),
  {
    name: "changes nothing if facts are not read",
    fleet: { "a/stpd.ini": open, "a/HOST.INI": "os = windows\navx = no\n" },
    files: {},
    withheld: ["ftp-port-open", "http-port-open"].map(
      (rule) => `${rule}: HOST.INI is not read, so facts about the host may be missing`,
    ),
  },
  {
    name: "keeps the plain ports of a name that GnuTLS rejects, and fixes the rest",
    fleet: { "a_b/stpd.ini": soft },
    files: { "a_b/stpd.ini": repaired },
    withheld: [
      "ftp-port-open: the host name a_b contains an underscore, so GnuTLS aborts every handshake with it",
    ],
  },
  {
    name: "closes the ports of a host whose address is valid",
    fleet: { "a_b/stpd.ini": open, "a_b/host.ini": "address = a-b.example.com\n" },
    files: { "a_b/stpd.ini": closed },
  },
  {
    name: "keeps the plain ports of the host that an https interface names this way, and of its Server",
    fleet: {
      "a_b/stpd.ini": open,
      "a_b/host.ini": "address = a-b\n",
      "other/stpd.ini": open,
      "s/stpd.ini": `${hard}STPD_PORT=11001\n`,
      "s/interfaces.json": inventory("https://A_b.example:11443"),
    },
    files: { "other/stpd.ini": closed },
    withheld: Array.from({ length: 3 }, (_, index) => (index === 1 ? "http" : "ftp")).map(
      (port) =>
        `${port}-port-open: backup-task nightly of client c uses https://A_b.example:11443; the host name contains an underscore, so GnuTLS aborts every handshake with it`,
    ),
  },
  {
    name: "keeps a port that an interface in use names, on the host that it names",
    fleet: {
      "rds/stpd.ini": open,
      "server/stpd.ini": hard,
      "server/host.ini": "role = rds\n",
      "server/interfaces.json": inventory("http://RDS.example.org:11000", "https://rds:11443"),
    },
    files: { "rds/stpd.ini": closed.replace("# STPD_HTTP", "STPD_HTTP") },
    withheld: ["http-port-open: backup-task nightly uses http://RDS.example.org:11000"],
  },
  ...(["STPD_PORT", "STPD_HTTP_PORT"] as const).map((key) => ({
    name: `knows whose port ${key} is if its value is not a number`,
    fleet: {
      "rds/stpd.ini": open.replace(new RegExp(`^${key}=.*$`, "m"), `${key}=x`),
      "server/stpd.ini": hard,
      "server/host.ini": "role = rds\n",
      "server/interfaces.json": inventory("http://rds:11000", "https://rds:11443"),
    },
    files: {
      "rds/stpd.ini":
        key === "STPD_PORT"
          ? closed.replace("# STPD_HTTP", "STPD_HTTP").replace(/# STPD_PORT=.*/, "# STPD_PORT=x")
          : closed.replace(/# STPD_HTTP_PORT=.*/, "STPD_HTTP_PORT=x"),
    },
    withheld: [
      `${key === "STPD_PORT" ? "http-port-open" : "port-invalid"}: backup-task nightly uses http://rds:11000`,
    ],
  })),
  {
    name: "recognizes a host by its IPv6 address, and no other address",
    fleet: {
      "a/stpd.ini": open,
      "a/host.ini": "address = fd00::5\n",
      "b/stpd.ini": open,
      "b/host.ini": "address = 10.0.0.5\n",
      "server/stpd.ini": hard,
      "server/interfaces.json": inventory("http://[fd00::5]:11000", "http://10.0.0.9:11000"),
    },
    files: {
      "a/stpd.ini": closed.replace("# STPD_HTTP", "STPD_HTTP"),
      "b/stpd.ini": closed,
    },
    withheld: ["http-port-open: backup-task nightly uses http://[fd00::5]:11000"],
  },
  {
    name: "keeps both ports for an interface without a scheme",
    fleet: { "a/stpd.ini": open, "a/interfaces.json": inventory("db1:11001") },
    files: {},
    withheld: [
      "ftp-port-open: backup-task nightly uses db1:11001",
      "http-port-open: backup-task nightly uses db1:11001",
    ],
  },
  {
    name: "sets the global settings that closing needs",
    fleet: {
      "a/stpd.ini": open,
      "a/globals.ini": "[sesam]\r\ngv_default_interface_prefix = http\r\n",
    },
    files: {
      "a/stpd.ini": closed,
      "a/globals.ini":
        "[sesam]\r\ngv_default_interface_prefix_ext = https\r\ngv_conf_use_com_stpd_kill = https\r\ngv_default_interface_prefix = https\r\n",
    },
  },
  {
    name: "keeps FTP if a suppressed setting would still use it",
    fleet: {
      "a/stpd.ini": open,
      "a/globals.ini":
        "[sesam]\ngv_default_interface_prefix = https\ngv_default_interface_prefix_ext = https\n# sesam-harden: allow globals-abort-over-https until 2027-03-31 because CHG-1\ngv_conf_use_com_stpd_kill = ftp\n",
    },
    files: { "a/stpd.ini": closed.replace("# STPD_PORT", "STPD_PORT") },
    withheld: [
      `ftp-port-open: gv_conf_use_com_stpd_kill in globals.ini would still use the closed port`,
    ],
  },
  {
    name: "gives a Server its globals.ini",
    fleet: { "a/stpd.ini": hard, "a/host.ini": "role = server\n" },
    files: {
      "a/globals.ini":
        "[sesam]\ngv_default_interface_prefix = https\ngv_default_interface_prefix_ext = https\ngv_conf_use_com_stpd_kill = https\n",
    },
  },
  {
    name: "comments out a duplicate port, and leaves other keys unchanged",
    fleet: { "a/stpd.ini": `${hard}STPD_HTTPS_PORT=11443\nX=1\nX=1\n` },
    files: { "a/stpd.ini": `${hard}# STPD_HTTPS_PORT=11443\nX=1\nX=1\n` },
  },
  {
    name: "leaves suppressed findings unchanged, and fixes its neighbour",
    fleet: {
      "a/stpd.ini": `${hard}# sesam-harden: allow ftp-port-open until 2027-03-31 because CHG-1\nSTPD_PORT=1\nSTPD_HTTP_PORT=2\n`,
    },
    files: {
      "a/stpd.ini": `${hard}# sesam-harden: allow ftp-port-open until 2027-03-31 because CHG-1\nSTPD_PORT=1\n# STPD_HTTP_PORT=2\n`,
    },
  },
  {
    name: "adds to a string only what unsuppressed rules need",
    fleet: {
      "a/stpd.ini": stpdIni(
        "# sesam-harden: allow tls-legacy-protocol until 2027-03-31 because CHG-1",
        'STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:-CIPHER-3DES"',
      ),
    },
    files: {
      "a/stpd.ini": stpdIni(
        "# sesam-harden: allow tls-legacy-protocol until 2027-03-31 because CHG-1",
        'STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:%SERVER_PRECEDENCE"',
      ),
    },
  },
  {
    name: "does nothing for a host whose stpd.ini cannot be read",
    fleet: { "a/stpd.ini": "\0", "a/globals.ini": "[sesam]\n" },
    files: {},
  },
  {
    name: "writes no global settings if HTTPS would not work, unless forced",
    fleet: {
      "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=x\n${priority}\nSTPD_PORT=1\n`,
      "a/globals.ini":
        "[sesam]\ngv_default_interface_prefix = https\ngv_default_interface_prefix_ext = https\n",
    },
    files: {},
    withheld: [
      "ftp-port-open: the HTTPS port might not be open",
      "globals-abort-over-https: the HTTPS port might not be open",
    ],
  },
  {
    name: "checks the rest again if one port stays: HTTPS shares its number",
    fleet: {
      "a/stpd.ini": `${hard}STPD_PORT=11001\nSTPD_HTTP_PORT=11443\n`,
      "a/interfaces.json": inventory("http://a:11443"),
    },
    files: {},
    withheld: [
      "ftp-port-open: the HTTPS port might not be open",
      "http-port-open: backup-task nightly uses http://a:11443",
    ],
  },
  {
    name: "opens no port on the number of a plain one that stays",
    fleet: {
      "a/stpd.ini": `[STPD_Server]\n${priority}\n# sesam-harden: allow ftp-port-open until 2027-03-31 because CHG-1\nSTPD_PORT=11443\n`,
    },
    files: {},
    withheld: ["https-port-missing: the HTTPS port might not open"],
  },
  {
    name: "opens no port on the number of a plain one that stays, and fixes the rest",
    fleet: {
      "a/stpd.ini":
        "[STPD_Server]\n# sesam-harden: allow ftp-port-open until 2027-03-31 because CHG-1\nSTPD_PORT=11443\n",
    },
    files: {
      "a/stpd.ini": `[STPD_Server]\n${priority}\n# sesam-harden: allow ftp-port-open until 2027-03-31 because CHG-1\nSTPD_PORT=11443\n`,
    },
    withheld: ["https-port-missing: the HTTPS port might not open"],
  },
  {
    name: "opens no port on the number of a plain port in use",
    fleet: {
      "a/stpd.ini": `[STPD_Server]\n${priority}\nSTPD_HTTP_PORT=11443\n`,
      "a/interfaces.json": inventory("http://a:11443"),
    },
    files: {},
    withheld: [
      "http-port-open: backup-task nightly uses http://a:11443",
      "https-port-missing: the HTTPS port might not open",
    ],
  },
  {
    name: "writes a string in quotes, as SEP does, and a port without",
    fleet: {
      "a/stpd.ini": `${stpdIni("STPD_HTTPS_PRIORITY_STRING = NORMAL:-VERS-TLS1.0 ")}`,
    },
    files: {
      "a/stpd.ini": stpdIni(
        'STPD_HTTPS_PRIORITY_STRING = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE" ',
      ),
    },
  },
  {
    name: "removes all of a multi-line value",
    fleet: {
      "a/stpd.ini": stpdIni(
        'STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:\\',
        '  -VERS-TLS1.1:%SERVER_PRECEDENCE"',
        "# kept",
      ),
    },
    files: { "a/stpd.ini": stpdIni(priority, "# kept") },
  },
  {
    name: "removes all of a value in typographic quotes",
    fleet: {
      "a/stpd.ini": stpdIni(
        "STPD_HTTPS_PRIORITY_STRING=\u00e2\u0080\u009cNORMAL\u00e2\u0080\u009d",
      ),
    },
    files: { "a/stpd.ini": stpdIni(priority) },
  },
  {
    name: "does not replace a value that may continue in a line with a meaning of its own",
    fleet: {
      "a/stpd.ini": stpdIni('STPD_HTTPS_PRIORITY_STRING="NORMAL:\\', "STPD_PORT=11001"),
    },
    files: {},
    withheld: [
      "ftp-port-open: HTTPS might not work with TLS 1.2 or 1.3",
      "tls-priority-invalid: the value ends in a backslash, so the next line may belong to it; fix it by hand",
    ],
  },
  {
    name: "replaces a string that locks clients out, and closes no port on it",
    fleet: { "a/stpd.ini": `${priorityIni("NORMAL:-AEAD")}STPD_PORT=11001\n` },
    files: { "a/stpd.ini": `${hard}STPD_PORT=11001\n` },
    withheld: [
      "ftp-port-open: the current priority string locks clients out; the next fix closes the port",
    ],
  },
  {
    name: "with --unsafe closes ports on a string that locks clients out, with the new one",
    fleet: { "a/stpd.ini": `${priorityIni("NORMAL:-AEAD")}STPD_PORT=11001\n` },
    unsafe: true,
    files: { "a/stpd.ini": `${hard}# STPD_PORT=11001\n` },
  },
  {
    name: "replaces an invalid string and closes ports in one run",
    fleet: { "a/stpd.ini": `${priorityIni("NORMAL:-FOO")}STPD_PORT=11001\n` },
    files: { "a/stpd.ini": `${hard}# STPD_PORT=11001\n` },
  },
  {
    name: "leaves a string for EC keys, and the last plain port",
    fleet: { "a/stpd.ini": `${priorityIni("SUITEB128")}STPD_PORT=11001\n` },
    files: {},
    withheld: [
      "ftp-port-open: HTTPS might not work with TLS 1.2 or 1.3",
      ...["tls-no-modern-protocol", "tls-client-order"].map(
        (rule) =>
          `${rule}: the string may be meant for a certificate with an EC key; set certificate_key in host.ini to confirm or rule that out`,
      ),
    ],
  },
  {
    name: "with --unsafe replaces a string for EC keys, and closes the port on the new one",
    fleet: { "a/stpd.ini": `${priorityIni("SUITEB128")}STPD_PORT=11001\n` },
    unsafe: true,
    files: { "a/stpd.ini": `${hard}# STPD_PORT=11001\n` },
  },
  {
    name: "closes the port on a string for EC keys if the host has one, and replaces it elsewhere",
    fleet: {
      "a/stpd.ini": `${priorityIni("SUITEB128:%SERVER_PRECEDENCE")}STPD_PORT=11001\n`,
      "a/host.ini": "certificate_key = ec\n",
      "b/stpd.ini": `${priorityIni("SUITEB128:%SERVER_PRECEDENCE")}STPD_PORT=11001\n`,
      "b/host.ini": "certificate_key = rsa\n",
    },
    files: {
      "a/stpd.ini": `${priorityIni("SUITEB128:%SERVER_PRECEDENCE")}# STPD_PORT=11001\n`,
      "b/stpd.ini": `${hard}STPD_PORT=11001\n`,
    },
    withheld: [
      "ftp-port-open: the current priority string locks clients out; the next fix closes the port",
    ],
  },
  {
    name: "leaves a keyword of the host",
    fleet: { "a/stpd.ini": `${priorityIni(" @SYSTEM:-RSA")}STPD_PORT=11001\n` },
    files: {},
    withheld: [
      "ftp-port-open: HTTPS might not work with TLS 1.2 or 1.3",
      "tls-priority-invalid: the meaning of the string depends on the GnuTLS configuration on the host",
    ],
  },
  {
    name: "comments out what another reader reads as a list",
    fleet: { "a/stpd.ini": `${hard}STPD_PORT[]=11001\nSTPD_PORT=11001\n` },
    files: { "a/stpd.ini": `${hard}# STPD_PORT[]=11001\n# STPD_PORT=11001\n` },
  },
  {
    name: "sets no value that other readers read differently",
    fleet: { "a/stpd.ini": `${stpdIni()}STPD_HTTPS_PRIORITY_STRING="NORMAL" # x\n` },
    files: {},
    withheld: ["tls-priority-invalid: ambiguous line (INI parsers disagree on it); fix it by hand"],
  },
  {
    name: "leaves a file with a broken line unchanged, with --unsafe too",
    fleet: { "a/stpd.ini": `${open}<<<<<<< HEAD\n` },
    unsafe: true,
    files: {},
    withheld: [
      "ftp-port-open: line 6 is malformed, so what STPD reads cannot be verified",
      "http-port-open: line 6 is malformed, so what STPD reads cannot be verified",
    ],
  },
  {
    name: "renames the section, closes ports that this would open, and adds what it lacks",
    fleet: { "a/stpd.ini": "[stpd_server]\nstpd_port=11001\nStpd_Https_Port=11443\n" },
    files: {
      "a/stpd.ini": `[STPD_Server]\n${priority}\n# stpd_port=11001\nSTPD_HTTPS_PORT=11443\n`,
    },
  },
  {
    name: "does not rename a section if that would open a port in use",
    fleet: {
      "a/stpd.ini": `[STPD Server]\nSTPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\n`,
      "a/interfaces.json": inventory("http://a:11000"),
    },
    files: {},
    withheld: [
      "key-spelling: it would open an old port",
      "http-port-open: the HTTPS port might not be open",
      "tls-priority-missing: it would open an old port",
    ],
  },
  {
    name: "does not rename a section with an old port without closing the port",
    fleet: { "a/stpd.ini": `[STPD Server]\nSTPD_PORT=11001\nSTPD_HTTPS_PORT=11443\n${priority}\n` },
    rules: ["key-spelling"],
    files: {},
    withheld: ["key-spelling: it would open an old port"],
  },
  {
    name: "fixes what does not depend on the name of a section that stays",
    fleet: {
      "a/stpd.ini": `[STPD Server]\nnote\nSTPD_PORT=11001\nSTPD_HTTPS_PORT=11443\n${priority}\n`,
    },
    rules: ["key-spelling", "stray-line"],
    files: {
      "a/stpd.ini": `[STPD Server]\n# note\nSTPD_PORT=11001\nSTPD_HTTPS_PORT=11443\n${priority}\n`,
    },
    withheld: ["key-spelling: it would open an old port"],
  },
  {
    name: "fixes a string on the line whose key it renames",
    fleet: { "a/stpd.ini": stpdIni("stpd_https_priority_string: NORMAL:-VERS-TLS1.0") },
    files: {
      "a/stpd.ini": stpdIni(
        'STPD_HTTPS_PRIORITY_STRING="NORMAL:-VERS-TLS1.0:-VERS-TLS1.1:%SERVER_PRECEDENCE"',
      ),
    },
  },
  {
    name: "does not rewrite what it comments out",
    fleet: { "a/stpd.ini": `${hard}  STPD_PORT=11001\n` },
    files: { "a/stpd.ini": `${hard}#   STPD_PORT=11001\n` },
  },
  {
    name: "does not count a port that STPD may not read",
    fleet: {
      "a/stpd.ini": "[STPD_Server]\nSTPD_PORT=11001\nstpd_http_port=11000\nSTPD_HTTPS_PORT=x\n",
    },
    unsafe: true,
    rules: ["ftp-port-open"],
    files: {},
    withheld: ["ftp-port-open: the HTTPS port might not be open"],
  },
  {
    name: "removes no HTTPS port that is the only certain one",
    fleet: {
      "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT="11443"\nSTPD_HTTPS_PORT: 11443\n${priority}\n`,
    },
    rules: ["key-spelling"],
    files: {},
    withheld: ["key-spelling: HTTPS might not work"],
  },
  {
    name: "keeps one of several HTTPS ports, the one that is sure to be read",
    fleet: {
      "a/stpd.ini": `[STPD_Server]\n${priority}\n STPD_HTTPS_PORT=1\nSTPD_HTTPS_PORT="1"\nSTPD_HTTPS_PORT=1\nSTPD_HTTPS_PORT=1\n`,
    },
    files: {
      "a/stpd.ini": `[STPD_Server]\n${priority}\n#  STPD_HTTPS_PORT=1\n# STPD_HTTPS_PORT="1"\nSTPD_HTTPS_PORT=1\n# STPD_HTTPS_PORT=1\n`,
    },
  },
  {
    name: "writes nothing above a line that would become part of it",
    fleet: { "a/stpd.ini": "[STPD_Server]\n  STPD_HTTPS_PORT=11443\n" },
    rules: ["tls-priority-missing"],
    files: {},
    withheld: ["tls-priority-missing: HTTPS might not work"],
  },
  ...["@SYSTEM:", "SUITEB128:"].map((start) => ({
    name: `does not replace ${start} on two lines either`,
    fleet: {
      "a/stpd.ini": `[STPD_Server]\nSTPD_HTTPS_PORT=11443\nSTPD_HTTPS_PRIORITY_STRING="${start}\\\n  -RSA"\n`,
    },
    rules: ["tls-priority-invalid"],
    files: {},
    withheld: [
      start.startsWith("@")
        ? "tls-priority-invalid: the meaning of the string depends on the GnuTLS configuration on the host"
        : "tls-priority-invalid: the string may be meant for a certificate with an EC key; set certificate_key in host.ini to confirm or rule that out",
    ],
  })),
  {
    name: "removes no line whose continuation would break another",
    fleet: { "a/stpd.ini": `${hard}STPD_HTTPS_PORT=11443\n  X=1\n` },
    rules: ["duplicate-key"],
    files: {},
    withheld: ["duplicate-key: HTTPS might not work"],
  },
])("$name", ({ fleet, files, withheld = [], unsafe = false, rules }) => {
  expect(fix(fleet, { unsafe, ...(rules && { rules }) })).toEqual({ files, withheld });
});

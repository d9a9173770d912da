import { ftpPortOpen } from "../../../../src/core/rules/catalog/ftp-port-open.ts";
import { httpPortOpen } from "../../../../src/core/rules/catalog/http-port-open.ts";
import { httpsPortMissing } from "../../../../src/core/rules/catalog/https-port-missing.ts";
import { portCollision } from "../../../../src/core/rules/catalog/port-collision.ts";
import { portInvalid } from "../../../../src/core/rules/catalog/port-invalid.ts";
import { expect } from "vitest";
import { stpdIni, testRule } from "../../../support/builders/rules.ts";

testRule(ftpPortOpen, [
  {
    name: "is silent if the port is commented out",
    before: stpdIni("# STPD_PORT=11001"),
    findings: [],
  },
  { name: "is silent if the key is absent", before: stpdIni(), findings: [] },
  {
    name: "finds the port and comments it out",
    before: stpdIni("STPD_PORT=11001"),
    findings: ["3: STPD_PORT=11001: STPD_PORT opens the unencrypted FTP port 11001"],
    after: stpdIni("# STPD_PORT=11001"),
  },
  {
    name: "keeps CRLF, spaces and quotes",
    before: '[STPD_Server]\r\nSTPD_HTTPS_PORT=1\r\n STPD_PORT = "11001" \r\n',
    findings: ['3: STPD_PORT = "11001: STPD_PORT opens the unencrypted FTP port 11001'],
    after: '[STPD_Server]\r\nSTPD_HTTPS_PORT=1\r\n#  STPD_PORT = "11001" \r\n',
  },
  {
    name: "checks every duplicate",
    before: stpdIni("STPD_PORT=11001", "STPD_PORT=2"),
    findings: [
      "3: STPD_PORT=11001: STPD_PORT opens the unencrypted FTP port 11001",
      "4: STPD_PORT=2: STPD_PORT opens the unencrypted FTP port 2",
    ],
    after: stpdIni("# STPD_PORT=11001", "STPD_PORT=2"),
  },
  {
    name: "does not trust the case of a key",
    before: stpdIni("stpd_port=11001"),
    findings: [
      "3: stpd_port=11001: nonstandard spelling of STPD_PORT (case), which may open the unencrypted FTP port 11001",
    ],
    after: stpdIni("# stpd_port=11001"),
  },
  {
    name: "leaves an invalid number to port-invalid",
    before: stpdIni("STPD_PORT=11001 # old", "STPD_PORT=0"),
    findings: [],
  },
  {
    name: "shows the line as the fix writes it",
    help: "Comment the line out: #  STPD_PORT = 11001 ",
    before: stpdIni(" STPD_PORT = 11001 "),
    findings: ["3: STPD_PORT = 11001: STPD_PORT opens the unencrypted FTP port 11001"],
    after: stpdIni("#  STPD_PORT = 11001 "),
  },
  ...[
    ["STPD_PORT: 11001", "a colon instead of ="],
    ["STPD_PORT 11001", "missing ="],
    ["export STPD_PORT=11001", "a word in front of it"],
    ["+STPD_PORT=11001", "a sign in front of it"],
    ['"STPD_PORT"=11001', "quotes"],
    ["STPD PORT=11001", "spaces instead of _"],
    ["STPD-PORT=11001", "another character instead of _"],
    ["STPD_PORT.=11001", "a character after it"],
    ["STPD_PORT[]=11001", "brackets"],
    ["STPD_PORT\u00c2\u00a0=11001", "a no-break space"],
    ["STPD_PORT\u00a0=11001", "a no-break space"],
    ["\u00e2\u0080\u008bSTPD_PORT=11001", "an invisible character"],
    ["\u00ef\u00bb\u00bfSTPD_PORT=11001", "a byte order mark"],
    ["STPD_PORT\u00ef\u00bc\u009d11001", "full-width characters"],
    ["\u00ef\u00bc\u00b3TPD_PORT=11001", "full-width characters"],
    ["Stpd_Port: 11001", "a colon instead of ="],
  ].map(([line = "", cause = ""]) => ({
    name: `counts ${JSON.stringify(line)} as open`,
    before: stpdIni(line),
    findings: [expect.stringContaining(cause)],
    after: stpdIni(`# ${line}`),
  })),
  {
    name: "counts keys in a section with another spelling",
    before: "[stpd_server]\nSTPD_PORT=11001\n",
    findings: ["2: STPD_PORT=11001: STPD_PORT opens the unencrypted FTP port 11001"],
  },
  {
    name: "leaves another section to misplaced-key",
    before: "[A]\nSTPD_PORT=11001\n",
    findings: [],
  },
]);

testRule(httpPortOpen, [
  {
    name: "is silent if the port is commented out",
    before: stpdIni("#STPD_HTTP_PORT=11000"),
    findings: [],
  },
  { name: "does not mistake the HTTPS port for it", before: stpdIni(), findings: [] },
  {
    name: "finds the port and comments it out",
    before: stpdIni("STPD_HTTP_PORT=11000"),
    findings: ["3: STPD_HTTP_PORT=11000: STPD_HTTP_PORT opens the unencrypted HTTP port 11000"],
    after: stpdIni("# STPD_HTTP_PORT=11000"),
  },
]);

testRule(httpsPortMissing, [
  { name: "is silent if the port is set", before: stpdIni(), findings: [] },
  {
    name: "leaves a wrong value to port-invalid",
    before: "[STPD_Server]\nSTPD_HTTPS_PORT=x\n",
    findings: [],
  },
  {
    name: "adds the line if it is missing",
    help: "Add STPD_HTTPS_PORT=11443",
    before: "[STPD_Server]\r\n# nothing\r\n",
    findings: ["1: [STPD_Server]: STPD_HTTPS_PORT is not set, so HTTPS is probably off"],
    after: "[STPD_Server]\r\nSTPD_HTTPS_PORT=11443\r\n# nothing\r\n",
  },
  {
    name: "uncomments an existing line",
    help: "Uncomment line 2.",
    before: "[STPD_Server]\n#STPD_HTTPS_PORT=12443\n",
    findings: ["1: [STPD_Server]: STPD_HTTPS_PORT is commented out, so HTTPS is probably off"],
    after: "[STPD_Server]\nSTPD_HTTPS_PORT=12443\n",
  },
  {
    name: "advises nothing that no client could use",
    help: "Leave it for now: the host name rds_1 contains",
    host: "rds_1",
    before: "[STPD_Server]\n#STPD_HTTPS_PORT=12443\n",
    findings: ["1: [STPD_Server]: STPD_HTTPS_PORT is commented out, so HTTPS is probably off"],
    after: "[STPD_Server]\nSTPD_HTTPS_PORT=12443\n",
  },
  {
    name: "finds two numbers, neither of which is certain to be the HTTPS port",
    before: stpdIni("STPD_HTTPS_PORT=11443", "[STPD_Server]", "STPD_HTTPS_PORT=11444"),
    help: "comment out the others",
    findings: [
      "5: 11444: STPD_HTTPS_PORT is 11443 on line 2 but 11444 here; SEP does not document which one STPD opens",
    ],
  },
  {
    name: "leaves two lines, one with an invalid number, to port-invalid",
    before: stpdIni("STPD_HTTPS_PORT=x", 'STPD_HTTPS_PORT="11443"'),
    findings: [],
  },
  {
    name: "does not uncomment a line without a number",
    help: "Uncomment line 3.",
    before: "[STPD_Server]\n# STPD_HTTPS_PORT=11443 is the default\n# STPD_HTTPS_PORT=11444\n",
    findings: ["1: [STPD_Server]: STPD_HTTPS_PORT is commented out, so HTTPS is probably off"],
    after: "[STPD_Server]\n# STPD_HTTPS_PORT=11443 is the default\nSTPD_HTTPS_PORT=11444\n",
  },
  {
    name: "is silent if the port is in another place, or misspelt",
    before: "STPD_HTTPS_PORT=1\n[STPD_Server]\n",
    findings: [],
  },
  {
    name: "writes no second port next to a misspelt one",
    before: "[STPD_Server]\nstpd_https_port: 11443\n",
    findings: [],
  },
  {
    name: "adds the line below a section that will be renamed",
    help: "Add STPD_HTTPS_PORT=11443 to [STPD_Server].",
    before: "[stpd_server]\n",
    findings: ["1: [stpd_server]: STPD_HTTPS_PORT is not set, so HTTPS is probably off"],
  },
  {
    name: "also asks for the section if it is missing",
    help: "Add the section [STPD_Server] with STPD_HTTPS_PORT=11443.",
    before: "[STPD_Thread]\n",
    findings: ["1: : STPD_HTTPS_PORT is not set, so HTTPS is probably off"],
  },
  {
    name: "recognizes the section that will be renamed among others",
    help: "Add STPD_HTTPS_PORT=11443 to [STPD_Server].",
    before: "[Other]\n[stpd_server]\n",
    findings: ["2: [stpd_server]: STPD_HTTPS_PORT is not set, so HTTPS is probably off"],
  },
  {
    name: "is at line 1 if there is no section",
    before: "# empty\n",
    findings: ["1: : STPD_HTTPS_PORT is not set, so HTTPS is probably off"],
  },
]);

testRule(portInvalid, [
  {
    name: "is silent about 1 and 65535",
    before: "[STPD_Server]\nSTPD_PORT=1\nSTPD_HTTPS_PORT=65535\n",
    findings: [],
  },
  ...[
    ['"11443"', "quotes"],
    ["'11443'", "quotes"],
    ["\u00e2\u0080\u009c11443\u00e2\u0080\u009d", "quotes"],
    ["11443.", "a character after it"],
    ["11443;", "a character after it"],
    ["\u00c2\u00a011443", "a no-break space"],
  ].map(([value = "", cause = ""]) => ({
    name: `removes the characters around the number in ${value}`,
    help: "Write STPD_HTTPS_PORT=11443",
    before: `[STPD_Server]\nSTPD_HTTPS_PORT = ${value} \r\n`,
    findings: [
      expect.stringContaining(
        `STPD_HTTPS_PORT is 11443 with ${cause}, so STPD may not see a number`,
      ),
    ],
    after: "[STPD_Server]\nSTPD_HTTPS_PORT=11443\r\n",
  })),
  {
    name: "is silent about quotes of a plain port, which is removed anyway",
    before: stpdIni('STPD_PORT="11001"'),
    findings: [],
  },
  {
    name: "leaves an HTTPS port in another spelling to key-spelling",
    before: '[STPD_Server]\nstpd_https_port="x"\n',
    findings: [],
  },
  {
    name: "names a comment after the number, and closes a plain port",
    help: "Comment the line out: # STPD_PORT=11001 # old",
    before: stpdIni("STPD_PORT=11001 # old"),
    findings: [
      "3: 11001 # old: invalid port '11001 # old' for STPD_PORT (it has a comment after the number)",
    ],
    after: stpdIni("# STPD_PORT=11001 # old"),
  },
  {
    name: "does not name a port that is invalid without its quotes",
    before: '[STPD_Server]\nSTPD_HTTPS_PORT="99999"\n',
    findings: ["2: 99999: invalid port '99999' for STPD_HTTPS_PORT (expected 1 to 65535)"],
  },
  {
    name: "closes 0",
    before: stpdIni("STPD_HTTP_PORT=0"),
    findings: ["3: 0: invalid port '0' for STPD_HTTP_PORT (expected 1 to 65535)"],
    after: stpdIni("# STPD_HTTP_PORT=0"),
  },
  ...["0", "65536", "-1", "+1", "011443", "11443.0", "0x1", "https", "99999999999999999999"].map(
    (value) => ({
      name: `finds ${value}`,
      before: `[STPD_Server]\nSTPD_HTTPS_PORT=${value}\n`,
      findings: [`2: ${value}: invalid port '${value}' for STPD_HTTPS_PORT (expected 1 to 65535)`],
    }),
  ),
  {
    name: "comments out an invalid plain port if HTTPS works",
    before: stpdIni("STPD_HTTP_PORT=x"),
    findings: ["3: x: invalid port 'x' for STPD_HTTP_PORT (expected 1 to 65535)"],
    help: "Comment the line out: # STPD_HTTP_PORT=x",
    after: stpdIni("# STPD_HTTP_PORT=x"),
  },
  {
    name: "leaves the number of HTTPS to people",
    before: "[STPD_Server]\nSTPD_HTTPS_PORT=https\n",
    findings: ["2: https: invalid port 'https' for STPD_HTTPS_PORT (expected 1 to 65535)"],
    help: "Write only the number of the HTTPS port",
  },
  {
    name: "finds an empty value, and marks the key",
    before: "[STPD_Server]\nSTPD_HTTP_PORT=\n",
    findings: ["2: STPD_HTTP_PORT: STPD_HTTP_PORT has no value"],
  },
]);

testRule(portInvalid, [
  {
    name: "leaves a comment after the HTTPS port to people",
    before: "[STPD_Server]\nSTPD_HTTPS_PORT=11443 # new\n",
    findings: [
      "2: 11443 # new: invalid port '11443 # new' for STPD_HTTPS_PORT (it has a comment after the number)",
    ],
  },
]);

testRule(portCollision, [
  {
    name: "is silent about different ports",
    before: stpdIni("STPD_PORT=11001", "STPD_HTTP_PORT=11000"),
    findings: [],
  },
  {
    name: "is silent about commented-out ports",
    before: stpdIni("# STPD_PORT=11443"),
    findings: [],
  },
  {
    name: "leaves a duplicate to duplicate-key",
    before: stpdIni("STPD_HTTPS_PORT=11443"),
    findings: [],
  },
  {
    name: "finds the later of two",
    before: stpdIni("STPD_PORT=11443"),
    findings: ["3: 11443: port 11443 is already used by STPD_HTTPS_PORT on line 2"],
  },
  {
    name: "finds two plain ports as well",
    before: "[STPD_Server]\nSTPD_HTTP_PORT=11001\nSTPD_PORT=11001\n",
    findings: ["3: 11001: port 11001 is already used by STPD_HTTP_PORT on line 2"],
  },
]);

testRule(ftpPortOpen, [
  {
    name: "counts an absent port as open if the settings say so",
    help: "If the port is closed, add # STPD_PORT=11001 to [STPD_Server].",
    before: stpdIni(),
    policy: { absentPort: "open" },
    findings: ["1: [STPD_Server]: STPD_PORT is not set, which counts as open (absent_port = open)"],
  },
  {
    name: "does not call a commented-out port absent",
    before: stpdIni("# STPD_PORT=11001"),
    policy: { absentPort: "open" },
    findings: [],
  },
]);

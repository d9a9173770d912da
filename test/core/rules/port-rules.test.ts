import { ftpPortOpen } from "../../../src/core/rules/ftp-port-open.ts";
import { httpPortOpen } from "../../../src/core/rules/http-port-open.ts";
import { httpsPortMissing } from "../../../src/core/rules/https-port-missing.ts";
import { portCollision } from "../../../src/core/rules/port-collision.ts";
import { portInvalid } from "../../../src/core/rules/port-invalid.ts";
import { stpdIni, testRule } from "../../support/rules.ts";

testRule(ftpPortOpen, [
  {
    name: "is silent where the port is commented out",
    before: stpdIni("# STPD_PORT=11001"),
    findings: [],
  },
  { name: "is silent where the key is absent", before: stpdIni(), findings: [] },
  {
    name: "finds the port and comments it out",
    before: stpdIni("STPD_PORT=11001"),
    findings: ["3: STPD_PORT=11001: STPD_PORT opens the unencrypted FTP port 11001"],
    after: stpdIni("# STPD_PORT=11001"),
  },
  {
    name: "keeps CRLF, blanks and quotes",
    before: '[STPD_Server]\r\nSTPD_HTTPS_PORT=1\r\n STPD_PORT = "11001" \r\n',
    findings: ['3: STPD_PORT = "11001: STPD_PORT opens the unencrypted FTP port 11001'],
    after: '[STPD_Server]\r\nSTPD_HTTPS_PORT=1\r\n#  STPD_PORT = "11001" \r\n',
  },
  {
    name: "judges every duplicate",
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
    findings: ["3: stpd_port=11001: stpd_port opens the unencrypted FTP port 11001"],
    after: stpdIni("# stpd_port=11001"),
  },
  {
    name: "takes a value that is no number for a port that may be open",
    before: stpdIni("STPD_PORT=11001 # old"),
    findings: ["3: STPD_PORT=11001 # old: STPD_PORT opens the unencrypted FTP port"],
    // The ini package ends the value at the #, so the line is left to people.
  },
  {
    name: "leaves another section to misplaced-key",
    before: "[A]\nSTPD_PORT=11001\n",
    findings: [],
  },
]);

testRule(httpPortOpen, [
  {
    name: "is silent where the port is commented out",
    before: stpdIni("#STPD_HTTP_PORT=11000"),
    findings: [],
  },
  { name: "does not take the HTTPS port for it", before: stpdIni(), findings: [] },
  {
    name: "finds the port and comments it out",
    before: stpdIni("STPD_HTTP_PORT=11000"),
    findings: ["3: STPD_HTTP_PORT=11000: STPD_HTTP_PORT opens the unencrypted HTTP port 11000"],
    after: stpdIni("# STPD_HTTP_PORT=11000"),
  },
]);

testRule(httpsPortMissing, [
  { name: "is silent where the port is set", before: stpdIni(), findings: [] },
  {
    name: "leaves a wrong value to port-invalid",
    before: "[STPD_Server]\nSTPD_HTTPS_PORT=x\n",
    findings: [],
  },
  {
    name: "adds the line where there is none",
    help: "Add STPD_HTTPS_PORT=11443",
    before: "[STPD_Server]\r\n# nothing\r\n",
    findings: [
      "1: [STPD_Server]: STPD_HTTPS_PORT is not set, so no port with TLS is sure to be open",
    ],
    after: "[STPD_Server]\r\nSTPD_HTTPS_PORT=11443\r\n# nothing\r\n",
  },
  {
    name: "takes the comment mark off the line that is there",
    help: "Take the # from line 2.",
    before: "[STPD_Server]\n#STPD_HTTPS_PORT=12443\n",
    findings: [
      "1: [STPD_Server]: STPD_HTTPS_PORT is not set, so no port with TLS is sure to be open",
    ],
    after: "[STPD_Server]\nSTPD_HTTPS_PORT=12443\n",
  },
  {
    name: "stands on line 1 where there is no section",
    before: "# empty\n",
    findings: ["1: : STPD_HTTPS_PORT is not set, so no port with TLS is sure to be open"],
  },
]);

testRule(portInvalid, [
  {
    name: "is silent about 1 and 65535",
    before: "[STPD_Server]\nSTPD_PORT=1\nSTPD_HTTPS_PORT=65535\n",
    findings: [],
  },
  {
    name: "is silent about quotes",
    before: '[STPD_Server]\nSTPD_HTTPS_PORT="11443"\n',
    findings: [],
  },
  ...[
    "0",
    "65536",
    "-1",
    "+1",
    "011443",
    "11443.0",
    "0x1",
    "https",
    "11443 # new",
    "99999999999999999999",
  ].map((value) => ({
    name: `finds ${value}`,
    before: `[STPD_Server]\nSTPD_HTTPS_PORT=${value}\n`,
    findings: [`2: ${value}: STPD_HTTPS_PORT is no port: expected a number from 1 to 65535`],
  })),
  {
    name: "comments a plain port out that is none, where HTTPS works",
    before: stpdIni("STPD_HTTP_PORT=x"),
    findings: ["3: x: STPD_HTTP_PORT is no port: expected a number from 1 to 65535"],
    help: "Comment the line out: # STPD_HTTP_PORT=x",
    after: stpdIni("# STPD_HTTP_PORT=x"),
  },
  {
    name: "leaves the number of HTTPS to people",
    before: "[STPD_Server]\nSTPD_HTTPS_PORT=https\n",
    findings: ["2: https: STPD_HTTPS_PORT is no port: expected a number from 1 to 65535"],
    help: "Write the number of the HTTPS port alone",
  },
  {
    name: "finds an empty value, and marks the key",
    before: "[STPD_Server]\nSTPD_HTTP_PORT=\n",
    findings: ["2: STPD_HTTP_PORT: STPD_HTTP_PORT has no value"],
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
    findings: ["3: 11443: port 11443 is also that of STPD_HTTPS_PORT on line 2"],
  },
  {
    name: "finds two plain ports as well",
    before: "[STPD_Server]\nSTPD_HTTP_PORT=11001\nSTPD_PORT=11001\n",
    findings: ["3: 11001: port 11001 is also that of STPD_HTTP_PORT on line 2"],
  },
]);

testRule(ftpPortOpen, [
  {
    name: "takes an absent port for open where the settings say so",
    before: stpdIni(),
    policy: { absentPort: "open" },
    findings: [
      "1: [STPD_Server]: STPD_PORT is absent, and an absent port counts as open here (absent_port)",
    ],
  },
  {
    name: "does not call a commented-out port absent",
    before: stpdIni("# STPD_PORT=11001"),
    policy: { absentPort: "open" },
    findings: [],
  },
]);

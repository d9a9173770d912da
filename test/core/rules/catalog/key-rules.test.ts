import { duplicateKey } from "../../../../src/core/rules/catalog/duplicate-key.ts";
import { misplacedKey } from "../../../../src/core/rules/catalog/misplaced-key.ts";
import { unknownKey } from "../../../../src/core/rules/catalog/unknown-key.ts";
import { stpdIni, testRule } from "../../../support/builders/rules.ts";

testRule(misplacedKey, [
  {
    name: "is silent if keys are in their section",
    before: stpdIni("STPD_PORT=11001"),
    findings: [],
  },
  {
    name: "accepts a repeated section",
    before: "[STPD_Server]\n[A]\n[STPD_Server]\nSTPD_PORT=1\n",
    findings: [],
  },
  {
    name: "finds a key before any section",
    before: "STPD_PORT=11001\n[STPD_Server]\n",
    findings: ["1: STPD_PORT: STPD_PORT is before the first section, where STPD may ignore it"],
  },
  {
    name: "leaves the section that the vendor's prose names to key-spelling",
    before: "[STPD Server]\nSTPD_HTTPS_PORT = 11443\n",
    findings: [],
  },
  {
    name: "finds a key in another section, in any spelling",
    before: "[STPD_Server]\n[STPD_Thread]\nKEEP_ALIVE=TRUE\nStpd_Port: 11001\n",
    help: "Comment the line out, or move it to [STPD_Server] if the port must stay open.",
    findings: ["4: Stpd_Port: Stpd_Port is in [STPD_Thread], where STPD may ignore it"],
  },
  {
    name: "reports one finding per section",
    before: "STPD_PORT=1\nSTPD_HTTPS_PORT=2\n[A]\nSTPD_PORT=3\n[STPD_Server]\n[A]\nSTPD_PORT=4\n",
    help: "Move the lines to [STPD_Server] and comment out the plain ports.",
    findings: [
      "1: STPD_PORT: STPD_PORT, STPD_HTTPS_PORT are before the first section, where STPD may ignore them",
      "4: STPD_PORT: STPD_PORT, STPD_PORT are in [A], where STPD may ignore them",
    ],
  },
  {
    name: "asks for the section if it is missing",
    before: "# mine\nSTPD_HTTPS_PORT=11443\n",
    help: "Add a line [STPD_Server] above line 2.",
    findings: [
      "2: STPD_HTTPS_PORT: STPD_HTTPS_PORT is before the first section, where STPD may ignore it",
    ],
  },
  {
    name: "moves keys of HTTPS to their section",
    before: '[A]\nSTPD_HTTPS_PORT=11443\nSTPD_HTTPS_PRIORITY_STRING="N"\n',
    help: "Move the lines to [STPD_Server].",
    findings: [
      "2: STPD_HTTPS_PORT: STPD_HTTPS_PORT, STPD_HTTPS_PRIORITY_STRING are in [A], where STPD may ignore them",
    ],
  },
  { name: "ignores comments", before: "# STPD_PORT=11001\n[STPD_Server]\n", findings: [] },
]);

testRule(duplicateKey, [
  {
    name: "is silent if each key is set once",
    before: stpdIni("STPD_PORT=11001", "# STPD_PORT=1"),
    findings: [],
  },
  {
    name: "comments out a duplicate port",
    before: stpdIni("STPD_HTTPS_PORT=11443"),
    findings: ["3: STPD_HTTPS_PORT: STPD_HTTPS_PORT is already set on line 2"],
    after: stpdIni("# STPD_HTTPS_PORT=11443"),
  },
  {
    name: "leaves two numbers, and other keys, to people",
    before: stpdIni("STPD_HTTPS_PORT=1", "X=1", "X=1"),
    findings: [
      "3: STPD_HTTPS_PORT: STPD_HTTPS_PORT is already set on line 2",
      "5: X: X is already set on line 4",
    ],
  },
  {
    name: "leaves an equal other key to people",
    before: stpdIni("X=1", "X=1"),
    findings: ["4: X: X is already set on line 3"],
  },
  {
    name: "finds the second and the third",
    before: stpdIni("STPD_PORT=1", "STPD_PORT=2", "STPD_PORT=3"),
    findings: [
      "4: STPD_PORT: STPD_PORT is already set on line 3",
      "5: STPD_PORT: STPD_PORT is already set on line 3",
    ],
  },
  {
    name: "also checks a repeated section",
    before: "[STPD_Server]\nA=1\n[B]\nA=1\n[STPD_Server]\nA=2\n",
    findings: ["6: A: A is already set on line 2"],
  },
  {
    name: "drops the line whose number is in quotes",
    before: '[STPD_Server]\nSTPD_HTTPS_PORT="1"\nSTPD_HTTPS_PORT=1\n',
    findings: ["3: STPD_HTTPS_PORT: STPD_HTTPS_PORT is already set on line 2"],
    after: '[STPD_Server]\n# STPD_HTTPS_PORT="1"\nSTPD_HTTPS_PORT=1\n',
  },
  {
    name: "keeps the line that is certain to be read",
    before:
      '[STPD_Server]\nSTPD_HTTPS_PORT="1"\nSTPD_HTTPS_PORT="1"\nSTPD_HTTPS_PORT=1\nSTPD_HTTPS_PORT=1\n',
    findings: [
      "3: STPD_HTTPS_PORT: STPD_HTTPS_PORT is already set on line 2",
      "4: STPD_HTTPS_PORT: STPD_HTTPS_PORT is already set on line 2",
      "5: STPD_HTTPS_PORT: STPD_HTTPS_PORT is already set on line 2",
    ],
  },
  {
    name: "drops the line that may belong to the one above",
    before: "[STPD_Server]\nA=1\n STPD_HTTPS_PORT=1\nSTPD_HTTPS_PORT=1\n",
    findings: ["4: STPD_HTTPS_PORT: STPD_HTTPS_PORT is already set on line 3"],
    after: "[STPD_Server]\nA=1\n#  STPD_HTTPS_PORT=1\nSTPD_HTTPS_PORT=1\n",
  },
  {
    name: "leaves another spelling to key-spelling",
    before: stpdIni("stpd_https_port=11443"),
    findings: [],
  },
  { name: "ignores other sections", before: "[STPD_Thread]\nA=1\nA=2\n", findings: [] },
  {
    name: "is not confused by __proto__",
    before: "[STPD_Server]\n__proto__=1\nconstructor=2\n",
    findings: [],
  },
]);

testRule(unknownKey, [
  {
    name: "is silent about the four known keys",
    before: stpdIni("STPD_PORT=1", "STPD_HTTP_PORT=2"),
    findings: [],
  },
  {
    name: "is silent about other sections",
    before: "[STPD_Thread]\nKEEP_ALIVE=TRUE\nX=1\n",
    findings: [],
  },
  {
    name: "finds a typo",
    help: "Did you mean STPD_HTTPS_PRIORITY_STRING?",
    before: stpdIni("STPD_HTTPS_PRIORTY_STRING=NORMAL"),
    findings: [
      "3: STPD_HTTPS_PRIORTY_STRING: SEP does not document STPD_HTTPS_PRIORTY_STRING in [STPD_Server]",
    ],
  },
  {
    name: "leaves a known key in another spelling to others",
    before: stpdIni("stpd_port=11001", "STPD HTTP PORT: 11000", "stpd_https_port=1"),
    findings: [],
  },
  {
    name: "does not guess unknown keys",
    help: "If STPD knows the key, leave it",
    before: stpdIni("STPD_HTTPS_CERT=/etc/cert.pem"),
    findings: ["3: STPD_HTTPS_CERT: SEP does not document STPD_HTTPS_CERT in [STPD_Server]"],
  },
  {
    name: "does not suggest opening a port",
    help: "If you meant STPD_HTTP_PORT, comment the line out: that port should be closed.",
    before: stpdIni("STPD_HTTP_PROT=11000"),
    findings: ["3: STPD_HTTP_PROT: SEP does not document STPD_HTTP_PROT in [STPD_Server]"],
  },
  {
    name: "leaves a comment in another style to stray-line",
    before: stpdIni("// STPD_PORT=11001", "; X=1"),
    findings: [],
  },
  {
    name: "finds STPD_ keys elsewhere",
    help: "If you meant STPD_PORT, comment the line out: that port should be closed.",
    before: "[Other]\nSTPD_PROT=1\nX=1\n",
    findings: ["2: STPD_PROT: SEP does not document STPD_PROT in [Other]"],
  },
  {
    name: "does not say that a key of another section is undocumented",
    before: stpdIni("KEEP_ALIVE=TRUE"),
    findings: ["3: KEEP_ALIVE: SEP does not document KEEP_ALIVE in [STPD_Server]"],
  },
  {
    name: "finds an unknown key before any section",
    before: "STPD_X=1\n[STPD_Server]\n",
    findings: ["1: STPD_X: SEP does not document STPD_X before the first section"],
  },
  {
    name: "finds a key that does not belong to STPD",
    help: "If STPD knows the key, leave it",
    before: "[STPD_Server]\n__proto__=1\n",
    findings: ["2: __proto__: SEP does not document __proto__ in [STPD_Server]"],
  },
  {
    name: "leaves lines without = to stray-line",
    before: "[STPD_Server]\n STPD_PORT 11001\nprose STPD_PORT\n",
    findings: [],
  },
]);

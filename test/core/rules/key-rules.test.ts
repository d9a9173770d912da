import { duplicateKey } from "../../../src/core/rules/duplicate-key.ts";
import { misplacedKey } from "../../../src/core/rules/misplaced-key.ts";
import { unknownKey } from "../../../src/core/rules/unknown-key.ts";
import { stpdIni, testRule } from "../../support/rules.ts";

testRule(misplacedKey, [
  {
    name: "is silent where keys stand in their section",
    before: stpdIni("STPD_PORT=11001"),
    findings: [],
  },
  {
    name: "does not mind a repeated section",
    before: "[STPD_Server]\n[A]\n[STPD_Server]\nSTPD_PORT=1\n",
    findings: [],
  },
  {
    name: "finds a key before any section",
    before: "STPD_PORT=11001\n[STPD_Server]\n",
    findings: [
      "1: STPD_PORT: STPD_PORT stands before the first section, where STPD may not see it",
    ],
  },
  {
    name: "finds a key in the section that the vendor's prose names",
    before: "[STPD Server]\nSTPD_HTTPS_PORT = 11443\n",
    findings: [
      "2: STPD_HTTPS_PORT: STPD_HTTPS_PORT stands in [STPD Server], where STPD may not see it",
    ],
  },
  { name: "leaves comments alone", before: "# STPD_PORT=11001\n[STPD_Server]\n", findings: [] },
]);

testRule(duplicateKey, [
  {
    name: "is silent where each key stands once",
    before: stpdIni("STPD_PORT=11001", "# STPD_PORT=1"),
    findings: [],
  },
  {
    name: "comments a port out that stands twice",
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
    name: "looks across a repeated section",
    before: "[STPD_Server]\nA=1\n[B]\nA=1\n[STPD_Server]\nA=2\n",
    findings: ["6: A: A is already set on line 2"],
  },
  { name: "leaves other sections alone", before: "[STPD_Thread]\nA=1\nA=2\n", findings: [] },
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
    name: "finds a typing error",
    help: "Did you mean STPD_HTTPS_PRIORITY_STRING?",
    before: stpdIni("STPD_HTTPS_PRIORTY_STRING=NORMAL"),
    findings: [
      "3: STPD_HTTPS_PRIORTY_STRING: STPD_HTTPS_PRIORTY_STRING is no key of STPD that SEP documents",
    ],
  },
  {
    name: "finds a key in another case",
    before: stpdIni("stpd_port=11001"),
    findings: ["3: stpd_port: stpd_port is no key of STPD that SEP documents"],
  },
  {
    name: "finds STPD_ keys elsewhere",
    before: "[Other]\nSTPD_PROT=1\nX=1\n",
    findings: ["2: STPD_PROT: STPD_PROT is no key of STPD that SEP documents"],
  },
  {
    name: "finds a key that is none of STPD's",
    help: "Leave it if STPD knows it",
    before: "[STPD_Server]\n__proto__=1\n",
    findings: ["2: __proto__: __proto__ is no key of STPD that SEP documents"],
  },
  {
    name: "finds a setting without =",
    before: "[STPD_Server]\n STPD_PORT 11001\nprose STPD_PORT\n",
    findings: ["2: STPD_PORT: STPD_PORT stands on a line without =, which sets nothing"],
  },
]);

import { encoding } from "../../../src/core/rules/encoding.ts";
import { unreadable } from "../../../src/core/rules/unreadable.ts";
import { testRule } from "../../support/rules.ts";

testRule(unreadable, [
  { name: "is silent about a file that was read", before: "[STPD_Server]\n", findings: [] },
  {
    name: "says why a file was not checked",
    before: { kind: "unreadable", reason: "it is a directory" },
    findings: ["1: : this file was not checked: it is a directory"],
  },
]);

const garbled = (message: string): string => `this file ${message}`;

testRule(encoding, [
  { name: "is silent about ASCII", before: "[STPD_Server]\n", findings: [] },
  { name: "is silent about latin1", before: "# Gr\u00fc\u00dfe\n", findings: [] },
  {
    name: "is silent about UTF-8 with a mark",
    before: "\u00ef\u00bb\u00bf# \u00c3\u00bc\n",
    findings: [],
  },
  {
    name: "finds a NUL and the line that it is on",
    before: { kind: "garbled", cause: "NUL", line: 1, column: 3 },
    findings: [
      "2: : this file holds a NUL byte, so it is not text that STPD can be trusted to read",
    ],
  },
  {
    name: "finds UTF-16, little endian",
    before: "\u00ff\u00fe[\0S\0]\0" as never,
    findings: [`1: : ${garbled("is UTF-16, which STPD can't be trusted to read")}`],
  },
  {
    name: "finds UTF-16, big endian",
    before: "\u00fe\u00ff\0[\0S\0]" as never,
    findings: [`1: : ${garbled("is UTF-16, which STPD can't be trusted to read")}`],
  },
]);

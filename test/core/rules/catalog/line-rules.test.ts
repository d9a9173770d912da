import { expect } from "vitest";
import { vendorPriority } from "../../../../src/core/gnutls/verdict.ts";
import { brokenLine } from "../../../../src/core/rules/catalog/broken-line.ts";
import { keySpelling } from "../../../../src/core/rules/catalog/key-spelling.ts";
import { strayLine } from "../../../../src/core/rules/catalog/stray-line.ts";
import { tlsPriorityInvalid } from "../../../../src/core/rules/catalog/tls-priority-invalid.ts";
import { tlsPriorityMissing } from "../../../../src/core/rules/catalog/tls-priority-missing.ts";
import { stpdIni, testRule } from "../../../support/builders/rules.ts";

const marker = "leftover merge marker, so what STPD reads cannot be verified";
const section = "malformed section line, so what STPD reads below it cannot be verified";

testRule(brokenLine, [
  {
    name: "is silent about sections, comments and rulers",
    before: stpdIni("# <<<<<<< HEAD", "[STPD_Thread] ", "==========", "<<<<<<", "======= x=1"),
    findings: [expect.stringMatching(/^7: /)],
  },
  {
    name: "finds the markers of a merge, anywhere",
    before:
      "<<<<<<< HEAD\n[STPD_Server]\n||||||| base\r\nA=1\n=======\nB=2\n>>>>>>> branch=x\n[C]\n=======\n",
    help: "Keep one side of the merge",
    findings: [
      `1: <<<<<<< HEAD: ${marker}`,
      `3: ||||||| base: ${marker}`,
      `5: =======: ${marker}`,
      `7: >>>>>>> branch=x: ${marker}`,
      `9: =======: ${marker}`,
    ],
  },
  ...["[STPD_Thread] # keep alive", "[STPD_Thread]x", "[STPD_Thread", "[[STPD_Thread]]"].map(
    (line) => ({
      name: `finds ${line}`,
      before: stpdIni(line),
      help: "Write [STPD_Thread] and nothing else on this line.",
      findings: [`3: ${line}: ${section}`],
    }),
  ),
  ...["[]", "[ ]", "[[]]"].map((line) => ({
    name: `asks for a name in ${line}`,
    before: stpdIni(line),
    help: "Write the section name between the brackets, or remove the line.",
    findings: [`3: ${line}: ${section}`],
  })),
  {
    name: "finds the first line that ends in CR only, unless the file ends there",
    before: "[STPD_Server]\r\nA=1\r[B\rC=1\r",
    help: "Save the file with LF or CRLF",
    findings: [
      "2: A=1: this line ends in CR only, which not every INI parser accepts as a line ending",
      "3: [B: this line ends in CR only, which not every INI parser accepts as a line ending",
    ],
  },
  { name: "accepts a CR at the end of the file", before: "[A]\r\nA=1\r", findings: [] },
  {
    name: "finds [STPD_Server] below a comment that ends in a backslash",
    before: "# a \\\n[STPD_Server]\nX=1\n# b \\\n[Other]\n",
    help: "Put an empty line below line 1.",
    findings: ["2: [STPD_Server]: the line above ends in \\, so STPD may not see this section"],
  },
  {
    name: "finds [STPD_Server] below a value that ends in a backslash",
    before: "[Log]\nPATH=C:\\SEP\\\n[STPD_Server]\nX=1\nPATH=C:\\\n\n[STPD_Server]\n",
    findings: ["3: [STPD_Server]: the line above ends in \\, so STPD may not see this section"],
  },
  { name: "finds a section without a name", before: "[]\n", findings: [`1: []: ${section}`] },
  {
    name: "marks an indented section after a byte order mark",
    before: "\u00ef\u00bb\u00bf [A]x\n",
    findings: [`1: \u00ef\u00bb\u00bf [A]x: ${section}`],
  },
]);

const stray = "this line is not a comment, section or setting, and STPD may not skip it";

testRule(strayLine, [
  {
    name: "is silent about settings, also those in another spelling",
    before: stpdIni("X=1", "STPD_PORT: 1", "STPD_PORT 1", ""),
    findings: [],
  },
  {
    name: "is silent about what broken-line reports",
    before: stpdIni("<<<<<<< HEAD", "[A]x"),
    findings: [],
  },
  {
    name: "finds a note without a comment character, and adds one",
    before: stpdIni("see the wiki"),
    findings: [`3: see the wiki: ${stray}`],
    help: "Start it with #",
    after: stpdIni("# see the wiki"),
  },
  {
    name: "keeps the byte order mark of the file",
    before: "\u00ef\u00bb\u00bf; x\n\u00ef\u00bb\u00bf; y\n",
    findings: [
      "1: ;: SEP does not document ';' as a comment marker",
      "2: ;: SEP does not document ';' as a comment marker",
    ],
    after: "\u00ef\u00bb\u00bf# x\n\u00ef\u00bb\u00bf; y\n",
  },
  {
    name: "finds a known key without a value",
    before: stpdIni("Stpd_Http_Port"),
    findings: [`3: Stpd_Http_Port: ${stray}`],
    after: stpdIni("# Stpd_Http_Port"),
  },
  {
    name: "keeps spaces before a comment marker in the first line",
    before: "    ; x\n",
    findings: ["1: ;: SEP does not document ';' as a comment marker"],
    after: "    # x\n",
  },
  {
    name: "finds one before any section, and in another one",
    before: "note\n[STPD_Thread]\n = 1\n",
    findings: [`1: note: ${stray}`, `3: = 1: ${stray}`],
    after: "# note\n[STPD_Thread]\n = 1\n",
  },
  {
    name: "leaves the lines of another section as they are",
    before: stpdIni("[STPD_Thread]", "KEEP_ALIVE"),
    findings: [`4: KEEP_ALIVE: ${stray}`],
  },
  {
    name: "leaves the comments of another section as they are",
    before: stpdIni("[STPD_Thread]", "; list"),
    findings: ["4: ;: SEP does not document ';' as a comment marker"],
  },
  {
    name: "comments out a line in a section that will be renamed",
    before: "[stpd_server]\nnote\n",
    findings: [`2: note: ${stray}`],
    after: "[stpd_server]\n# note\n",
  },
  {
    name: "leaves the number on the line below",
    before: "[STPD_Server]\nSTPD_PORT=\\\n11001\n",
    help: "Write the whole value on one line",
    findings: [expect.stringMatching(/^3: /)],
  },
  {
    name: "leaves the number on the line below next to other settings",
    before: "[STPD_Server]\nSTPD_HTTPS_PORT=11443\nSTPD_PORT=\\\n11001\n",
    help: "Write the whole value on one line",
    findings: [expect.stringMatching(/^4: /)],
  },
  {
    name: "comments out a line that breaks a port, which is a number without it",
    before: "[STPD_Server]\nSTPD_PORT=11001\n  12001\n",
    findings: [expect.stringMatching(/^3: /)],
    after: "[STPD_Server]\nSTPD_PORT=11001\n#   12001\n",
  },
  {
    name: "leaves the rest of an unknown value",
    before: stpdIni("FOO=a \\", "b"),
    findings: ["4: b: this line is not a setting, and some INI parsers read it as part of line 3"],
    help: "Write the whole value on one line",
  },
  {
    name: "does not count a line below a comment as part of it",
    before: stpdIni("# C:\\", "note"),
    findings: [`4: note: ${stray}`],
    after: stpdIni("# C:\\", "# note"),
  },
  ...[
    ["; STPD_PORT=11001", ";"],
    ["// STPD_PORT=11001", "//"],
    ["-- STPD_PORT=11001", "--"],
    ["REM STPD_PORT=11001", "REM"],
    ["' STPD_PORT=11001", "'"],
    ["<!-- STPD_PORT=11001", "<!--"],
    ["!STPD_PORT=11001", "!"],
  ].map(([line = "", mark = ""]) => ({
    name: `treats ${line} as a comment`,
    before: stpdIni(line),
    findings: [`3: ${mark}: SEP does not document '${mark}' as a comment marker`],
    after: stpdIni("# STPD_PORT=11001"),
  })),
  {
    name: "treats a lone ; as a comment",
    before: ";\n",
    findings: [expect.anything()],
    after: "#\n",
  },
]);

const spelled = (line: number, key: string, name: string, cause: string): string =>
  `${line}: ${key}: nonstandard spelling of ${name} (${cause}), so STPD may ignore it`;

testRule(keySpelling, [
  ...["STPD_HTTPS_PORT", "STPD_HTTPS_PRIORITY_STRING"].map((key) => ({
    name: `leaves a bare ${key} to people`,
    before: stpdIni(key),
    findings: [`3: ${key}: ${stray}`],
  })),
  {
    name: "comments out the rest of a priority string",
    before: stpdIni('STPD_HTTPS_PRIORITY_STRING="NORMAL:\\', '  -RSA"'),
    findings: [
      '4: -RSA": this line is not a setting, and some INI parsers read it as part of line 3',
    ],
    after: stpdIni('STPD_HTTPS_PRIORITY_STRING="NORMAL:\\', '#   -RSA"'),
  },
  {
    name: "leaves the number on an indented line below",
    before: "[STPD_Server]\nSTPD_HTTPS_PORT=\n  11443\n",
    help: "Write the whole value on one line",
    findings: [expect.stringMatching(/^3: /)],
  },
  {
    name: "finds an HTTPS key below a comment that ends in a backslash",
    before: "[STPD_Server]\n# C:\\SEP\\\nSTPD_HTTPS_PORT=11443\n",
    help: "Remove the \\ from the end of line 2.",
    findings: [
      "3: STPD_HTTPS_PORT: STPD_HTTPS_PORT follows a line that ends in \\, so STPD may read it as part of line 2",
    ],
  },
  {
    name: "finds one below a continued comment of another style",
    before: "[STPD_Server]\n; C:\\SEP\\ \nSTPD_HTTPS_PORT=11443\n",
    findings: [expect.stringMatching(/^3: /)],
  },
  {
    name: "accepts such a comment above another key, or two lines above",
    before: "[STPD_Server]\n# a \\\nX=1\n# b \\\n\nSTPD_HTTPS_PORT=11443\n",
    findings: [],
  },
  {
    name: "is silent about SEP's own spelling, with spaces around = and after the section",
    before: '[STPD_Server] \nSTPD_HTTPS_PORT = 1\nSTPD_HTTPS_PRIORITY_STRING="NORMAL"\n',
    findings: [],
  },
  {
    name: "leaves plain ports and other sections to other rules",
    before: stpdIni("stpd_port=1", "[Other]", "stpd_https_port=1", "[stpd_thread]"),
    findings: [],
  },
  {
    name: "renames a key",
    before: "[STPD_Server]\r\n Stpd_Https_Port = 11443\r\n",
    help: "Write STPD_HTTPS_PORT=11443",
    findings: [spelled(2, "Stpd_Https_Port", "STPD_HTTPS_PORT", "case")],
    after: "[STPD_Server]\r\nSTPD_HTTPS_PORT=11443\r\n",
  },
  {
    name: "renames the priority string, and keeps its value",
    before: stpdIni("stpd_https_priority_string: NORMAL:-RSA"),
    findings: [
      spelled(
        3,
        "stpd_https_priority_string",
        "STPD_HTTPS_PRIORITY_STRING",
        "case and a colon instead of =",
      ),
    ],
    after: stpdIni('STPD_HTTPS_PRIORITY_STRING="NORMAL:-RSA"'),
  },
  ...[
    ["STPD_HTTPS_PORT: 11443", "a colon instead of ="],
    ["STPD_HTTPS_PORT 11443", "missing ="],
    ["export STPD_HTTPS_PORT=11443", "a word in front of it"],
    ["'STPD_HTTPS_PORT'=11443", "quotes"],
    ['stpd_https_port="11443"', "case"],
    ["STPD_HTTPS_PORT\u00c2\u00a0=11443", "a no-break space"],
    ["\u00ef\u00bb\u00bfSTPD_HTTPS_PORT=11443", "a byte order mark"],
  ].map(([line = "", cause = ""]) => ({
    name: `renames ${JSON.stringify(line)}`,
    before: `[STPD_Server]\n${line}\n`,
    findings: [expect.stringContaining(`nonstandard spelling of STPD_HTTPS_PORT (${cause})`)],
    after: "[STPD_Server]\nSTPD_HTTPS_PORT=11443\n",
  })),
  {
    name: "comments out the misspelt line if the port is already set",
    before: stpdIni("STPD_HTTPS_PORT: 11443"),
    help: "Keep either this line or line 2, spelled STPD_HTTPS_PORT.",
    findings: [spelled(3, "STPD_HTTPS_PORT", "STPD_HTTPS_PORT", "a colon instead of =")],
    after: stpdIni("# STPD_HTTPS_PORT: 11443"),
  },
  {
    name: "leaves two numbers to people",
    before: stpdIni("stpd_https_port=11444"),
    findings: [spelled(3, "stpd_https_port", "STPD_HTTPS_PORT", "case")],
  },
  {
    name: "leaves a number to people if another section contradicts it",
    before: "[STPD_Server]\nstpd_https_port=11444\n[A]\nSTPD_HTTPS_PORT=11443\n",
    help: "Write STPD_HTTPS_PORT=11444 if this is the right number.",
    findings: [spelled(2, "stpd_https_port", "STPD_HTTPS_PORT", "case")],
  },
  {
    name: "leaves an invalid number to people",
    before: "[STPD_Server]\nstpd_https_port=x\n",
    help: "Write STPD_HTTPS_PORT= followed by the port number.",
    findings: [spelled(2, "stpd_https_port", "STPD_HTTPS_PORT", "case")],
  },
  ...[
    ["[stpd_server]", "case"],
    ["[STPD Server]", "spaces instead of _"],
    ["[ STPD_Server ]", "blanks around it"],
    [" [STPD_Server]", "blanks around it"],
    ['["STPD_Server"]', "quotes"],
  ].map(([line = "", cause = ""]) => ({
    name: `renames ${line}`,
    before: `${line}\nSTPD_HTTPS_PORT=1\n`,
    help: "Write [STPD_Server].",
    findings: [
      `1: ${line.trim()}: nonstandard spelling of [STPD_Server] (${cause}), so STPD may ignore the keys below it`,
    ],
    ...(line.startsWith(" ") ? {} : { after: "[STPD_Server]\nSTPD_HTTPS_PORT=1\n" }),
  })),
  {
    name: "does not create a second section",
    before: stpdIni("[stpd_server]", "X=1"),
    help: "Move the lines below it to [STPD_Server] on line 1.",
    findings: [expect.stringContaining("3: [stpd_server]: ")],
  },
  {
    name: "asks to move the content of a section, also below a comment",
    before: stpdIni("[stpd_server]", "# c", "X=1"),
    help: "Move the lines below it to [STPD_Server] on line 1.",
    findings: [expect.stringContaining("3: [stpd_server]: ")],
  },
  {
    name: "asks to remove a section without settings",
    before: stpdIni("[stpd_server]", "# STPD_PORT=1", "[A]", "X=1"),
    help: "Remove this line.",
    findings: [expect.stringContaining("3: [stpd_server]: ")],
  },
  {
    name: "does not make an indented old port certain",
    before: "[STPD_Server]\n  STPD_PORT=11001\n",
    help: "Comment the line out, or write STPD_PORT=11001 without indentation if the port must stay open.",
    findings: ["2: STPD_PORT: STPD_PORT is indented, so STPD may read it as part of a line above"],
  },
  {
    name: "finds what may belong to the line above",
    before:
      '[STPD_Server]\nA=1\n\tSTPD_HTTPS_PORT=11443\n# x\n  B=2\nC=1\\\nSTPD_HTTPS_PRIORITY_STRING="N"\n',
    help: "Write STPD_HTTPS_PORT=11443 without indentation.",
    findings: [
      "3: STPD_HTTPS_PORT: STPD_HTTPS_PORT is indented, so STPD may read it as part of line 2",
      "5: B: B is indented, so STPD may read it as part of line 2",
      "7: STPD_HTTPS_PRIORITY_STRING: STPD_HTTPS_PRIORITY_STRING follows a line that ends in \\, so STPD may read it as part of line 6",
    ],
  },
  {
    name: "finds what may break the port above it",
    before: stpdIni("  B=2"),
    findings: ["3: B: B is indented, so STPD may read it as part of line 2"],
    after: stpdIni("B=2"),
  },
  {
    name: "finds an indented first line, which may belong to a line above it",
    before: "[STPD_Server]\n STPD_HTTPS_PORT=1\n[A]\n B=1\n C=1\n",
    findings: [
      "2: STPD_HTTPS_PORT: STPD_HTTPS_PORT is indented, so STPD may read it as part of a line above",
    ],
    after: "[STPD_Server]\nSTPD_HTTPS_PORT=1\n[A]\n B=1\n C=1\n",
  },
]);

testRule(tlsPriorityMissing, [
  {
    name: "writes no second string next to a misspelt or misplaced one",
    before: stpdIni("stpd_https_priority_string=NORMAL"),
    findings: [],
  },
  {
    name: "is silent if the string is in another section",
    before: 'STPD_HTTPS_PRIORITY_STRING="NORMAL"\n[STPD_Server]\n',
    findings: [],
  },
]);

testRule(
  tlsPriorityInvalid,
  [
    [`"${vendorPriority}" # wiki`, "a comment follows the value"],
    [`${vendorPriority} // wiki`, "a comment follows the value"],
    [`'${vendorPriority}'`, "the value has single quotes instead of double quotes"],
    ["\u00e2\u0080\u009cNORMAL\u00e2\u0080\u009d", "the value has typographic quotes"],
    ['"NORMAL:\\', "the value continues on the next line"],
  ].map(([value = "", cause = ""]) => ({
    name: `names the cause in ${value.slice(-12)}`,
    before: stpdIni(`STPD_HTTPS_PRIORITY_STRING=${value}`),
    findings: [expect.stringMatching(new RegExp(`^3: .*: ${cause}, so HTTPS may not start$`))],
    help: "Write only the string, in double quotes, on one line.",
    ...(/# wiki|^'/.test(value) ? {} : { after: expect.stringContaining(vendorPriority) }),
  })),
);

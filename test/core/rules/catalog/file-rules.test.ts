import { encoding } from "../../../../src/core/rules/catalog/encoding.ts";
import { foreignFile } from "../../../../src/core/rules/catalog/foreign-file.ts";
import { unreadable } from "../../../../src/core/rules/catalog/unreadable.ts";
import { stpdIni, testRule } from "../../../support/builders/rules.ts";

testRule(unreadable, [
  { name: "is silent about a file that was read", before: "[STPD_Server]\n", findings: [] },
  {
    name: "says why a file was not checked",
    before: { kind: "unreadable", reason: "it is a directory" },
    findings: ["1: : this file was not checked: it is a directory"],
    help: "Replace it with a regular, readable file of at most 1 MiB.",
  },
  {
    name: "gives the known advice",
    before: { kind: "unreadable", reason: "Deno may not read it", next: "Allow it with x." },
    findings: ["1: : this file was not checked: Deno may not read it"],
    help: "Allow it with x.",
  },
]);

const garbled = (message: string): string => `this file ${message}`;

testRule(encoding, [
  { name: "is silent about ASCII", before: "[STPD_Server]\n", findings: [] },
  { name: "is silent about latin1", before: "# Gr\u00fc\u00dfe\n", findings: [] },
  {
    name: "is silent about UTF-8 with a byte order mark",
    before: "\u00ef\u00bb\u00bf# \u00c3\u00bc\n",
    findings: [],
  },
  {
    name: "finds a NUL and the line that it is on",
    before: { kind: "garbled", cause: "NUL", line: 1, column: 3 },
    findings: ["2: : this file contains a NUL byte, so STPD may not read its settings"],
  },
  {
    name: "finds UTF-16, little endian",
    before: "\u00ff\u00fe[\0S\0]\0" as never,
    findings: [`1: : ${garbled("is UTF-16, so STPD may not read its settings")}`],
  },
  {
    name: "finds UTF-16, big endian",
    before: "\u00fe\u00ff\0[\0S\0]" as never,
    findings: [`1: : ${garbled("is UTF-16, so STPD may not read its settings")}`],
  },
]);

testRule(foreignFile, [
  { name: "is silent about an stpd.ini", before: stpdIni("STPD_PORT=1"), findings: [] },
  { name: "is silent about an unreadable file", before: "\0", findings: [] },
  {
    name: "is silent about a faint similarity to another format",
    before: stpdIni(
      "# {{ ansible_managed }} <html> ENC[AES256_GCM,x",
      "# version https://git-lfs.github.com/spec/v1",
      "LOG=../x/stpd.ini",
      "A={",
      "B=<x>",
    ),
    findings: [],
  },
  { name: "is silent about a section with quotes", before: '["STPD_Server"]\n', findings: [] },
  { name: "is silent about one word", before: "STPD_Server\n", findings: [] },
  { name: "is silent about an empty file", before: "", findings: [] },
  { name: "is silent about comments", before: "# what SEP wrote\n; and we\n", findings: [] },
  { name: "is silent about a section of STPD", before: "[STPD_Thread]\nX=1\n", findings: [] },
  { name: "is silent about a key of STPD", before: "X=1\n[A]\nstpd_port: 1\n", findings: [] },
  {
    name: "is silent about a key of STPD that is commented out",
    before: "[A]\n# STPD_PORT=11001\n",
    findings: [],
  },
  {
    name: "is silent about a key of STPD that is commented out in another style",
    before: "[A]\n; STPD_PORT=11001\n",
    findings: [],
  },
  ...[
    ["the header of a program", "\x7fELF\x02\x01\x01\n", 1],
    ["a line of a log", "\n2026-11-30 12:00:01 sm_stpd: STPD_HTTPS_PORT = 11443\n", 2],
    ["sm.ini", "# gv_rw_stpd: STPD\n[PATHES]\ngv_rw_stpd=/var/opt/sesam/var/log/sms\n", 2],
    ["a word", "hello\n", 1],
  ].map(([what, before, line]) => ({
    name: `finds ${what}`,
    before: String(before),
    findings: [
      `${line}: : this file is not an stpd.ini: it is another file, with no section and no key of STPD`,
    ],
  })),
  ...[
    [
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n",
      "a pointer of Git LFS; fetch the file itself with git lfs pull",
    ],
    ["/annex/objects/SHA256E-s1--00.ini\n", "a pointer of git-annex; fetch the file itself"],
    ["\0GITCRYPT\0\x01\x02", "encrypted by git-crypt"],
    ["$ANSIBLE_VAULT;1.1;AES256\n6162\n", "encrypted by Ansible Vault"],
    ["-----BEGIN AGE ENCRYPTED FILE-----\n", "encrypted by age"],
    ["-----BEGIN PGP MESSAGE-----\n", "encrypted by PGP"],
    ["<!DOCTYPE html>\n<title>Sign in</title>\n", "an HTML page"],
    ["\u00ef\u00bb\u00bf\n <HTML>\n", "an HTML page"],
    ['<?xml version="1.0"?>\n<a/>\n', "XML"],
    ['{\n "message": "Not Found"}\n', "JSON"],
    ["{}", "JSON"],
    ["[{}]", "JSON"],
    ["{\\rtf1 [STPD_Server]}", "an RTF document"],
    ["../common/stpd.ini", "the target of a symbolic link, which was checked out as text"],
    ["..\\common\\hardened", "the target of a symbolic link, which was checked out as text"],
    ["stpd-hardened.ini\n", "the target of a symbolic link, which was checked out as text"],
    ["--- a/stpd.ini\n+++ b/stpd.ini\n@@ -1 +1 @@\n", "a patch"],
  ].map(([before = "", what = ""]) => ({
    name: `recognizes ${JSON.stringify(before.slice(0, 24))}`,
    before,
    findings: [`1: : this file is not an stpd.ini: it is ${what}`],
  })),
  ...[
    ["STPD_HTTPS_PORT = ENC[AES256_GCM,data:x,type:str]", "encrypted by SOPS"],
    ["STPD_HTTPS_PORT={{ stpd_https_port }}", "a template that was not rendered"],
    ["{% if https %}", "a template that was not rendered"],
    ["STPD_HTTPS_PORT=<%= @port %>", "a template that was not rendered"],
  ].map(([line = "", what = ""]) => ({
    name: `shows the line ${line}`,
    before: stpdIni("# x", line),
    findings: [`4: : this file is not an stpd.ini: it is ${what}`],
  })),
]);

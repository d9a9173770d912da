import type { Rule } from "../rule.ts";

export const foreignFile: Rule = {
  id: "foreign-file",
  title: "Every stpd.ini is an STPD settings file",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "The file is something else: a Git LFS or git-annex pointer, the target of a symbolic link as text, a file encrypted with git-crypt, Ansible Vault, SOPS, age or PGP, an HTML page, XML, JSON, RTF, a patch, or an unrendered template. Also a file that has sections or settings, but none of STPD's: a program, a log, or another settings file of SEP sesam such as sm.ini.",
    fix: "Replace it with the host's file: fetch, decrypt or render it before the check.",
    rationale:
      "Such a file says nothing about the host's settings. Its verdict is `unknown`, and no other rule checks it. This rule cannot be suppressed.",
    source: "A safeguard of this tool.",
  },
  check: ({ stpd }) =>
    stpd.kind === "foreign"
      ? [
          {
            place: { line: stpd.line, span: [0, 0] },
            message: `this file is not an stpd.ini: it is ${stpd.what}`,
            help: "Replace it with the host's own stpd.ini.",
          },
        ]
      : [],
};

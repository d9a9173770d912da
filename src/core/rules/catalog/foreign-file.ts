import type { Rule } from "../rule.ts";

export const foreignFile: Rule = {
  id: "foreign-file",
  title: "Every stpd.ini is an stpd.ini",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "Something else stands in the place of the file: a pointer of Git LFS or git-annex, the target of a symbolic link as text, a file that git-crypt, Ansible Vault, SOPS, age or PGP encrypted, an HTML page, XML, JSON, RTF, a patch, or a template that was not rendered. So is a file with sections or settings of which none is STPD's: a program, a log, or another settings file of SEP sesam such as sm.ini.",
    fix: "Put the file of the host in its place: fetch it, decrypt it or render it before the check.",
    rationale:
      "Nothing in such a file says how the host is set. Its verdict is `unknown`, and no other rule is applied to it. This rule cannot be suppressed.",
    source: "A safeguard of this tool.",
  },
  check: ({ stpd }) =>
    stpd.kind === "foreign"
      ? [
          {
            place: { line: stpd.line, span: [0, 0] },
            message: `this file is not an stpd.ini: it is ${stpd.what}`,
            help: "Put the file of the host in its place, as it is on the host.",
          },
        ]
      : [],
};

import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { vendorPriority } from "../../src/core/gnutls/verdict.ts";
import { writeFleet } from "../support/builders/fleet.ts";
import { runDeno, runNode } from "../support/harness/programs.ts";
import { priorityIni } from "../support/builders/rules.ts";

const hard = priorityIni(vendorPriority);

interface BadRow {
  readonly name: string;
  readonly fleet?: Readonly<Record<string, string>>;
  readonly place?: (folder: string) => void;
  readonly args?: readonly string[];
  readonly code: number;
  /** Expected text on standard error, or in the messages of the findings. */
  readonly says: RegExp;
}

const rows: readonly BadRow[] = [
  {
    name: "a missing path",
    args: ["nowhere"],
    code: 2,
    says: /nowhere: no such file or directory/,
  },
  {
    name: "an empty fleet",
    fleet: { "a/readme": "" },
    code: 3,
    says: /no stpd\.ini found/,
  },
  {
    name: "a directory named stpd.ini",
    place: (folder) => mkdirSync(join(folder, "a/stpd.ini"), { recursive: true }),
    code: 1,
    says: /^this file was not checked: it is a directory$/m,
  },
  {
    name: "a file of 100 MB",
    place: (folder) => {
      mkdirSync(join(folder, "a"));
      writeFileSync(join(folder, "a/stpd.ini"), "");
      truncateSync(join(folder, "a/stpd.ini"), 100_000_000);
    },
    code: 1,
    says: /^this file was not checked: it is larger than 1 MiB$/m,
  },
  {
    name: "a binary",
    fleet: { "a/stpd.ini": "\u007fELF\u0002\u0001\0\0\0" },
    code: 1,
    says: /^this file contains a NUL byte/m,
  },
  {
    name: "UTF-16",
    fleet: { "a/stpd.ini": "\u00ff\u00fe[\0S\0" },
    code: 1,
    says: /^this file is UTF-16/m,
  },
  {
    name: "a link that leads out of the tree",
    place: (folder) => {
      mkdirSync(join(folder, "a"));
      symlinkSync("/etc/hostname", join(folder, "a/stpd.ini"));
    },
    code: 1,
    says: /^this file was not checked: it is behind a link that leads out of the config repo$/m,
  },
  {
    name: "a directory linked from outside of the tree",
    place: (folder) => {
      const outside = writeFleet({ "stpd.ini": hard });
      symlinkSync(outside, join(folder, "a"));
    },
    code: 1,
    says: /^this file was not checked: it is behind a link that leads out of the config repo$/m,
  },
  {
    name: "settings linked from outside of the tree",
    fleet: { "a/stpd.ini": hard },
    place: (folder) => {
      const outside = writeFleet({ "secret.ini": "[private]\npassword_of_root = 1\n" });
      symlinkSync(join(outside, "secret.ini"), join(folder, "sesam-harden.ini"));
    },
    code: 2,
    says: /^(?![^]*private|[^]*password_of)[^]*sesam-harden\.ini:1:1: cannot read this file: it is behind a link that leads out of the config repo/,
  },
  {
    name: "facts linked from outside of the tree",
    fleet: { "a/stpd.ini": hard },
    place: (folder) => {
      const outside = writeFleet({ "secret.ini": "password_of_root = 1\n" });
      symlinkSync(join(outside, "secret.ini"), join(folder, "a/host.ini"));
    },
    code: 2,
    says: /^(?![^]*password_of)[^]*a\/host\.ini:1:1: cannot read this file: it is behind a link that leads out/,
  },
  {
    name: "a baseline linked from outside of the tree",
    fleet: { "a/stpd.ini": hard },
    place: (folder) => {
      const outside = writeFleet({ secret: "hunter2\n" });
      symlinkSync(join(outside, "secret"), join(folder, "known.json"));
    },
    args: [".", "--baseline", "known.json"],
    code: 2,
    says: /cannot read baseline known\.json: it is behind a link that leads out of the config repo/,
  },
  ...["a/stpd.ini", "sesam-harden.ini", "known.json"].map((name) => ({
    name: `a FIFO as ${name}`,
    fleet: { "a/host.ini": "", "b/stpd.ini": hard },
    place: (folder: string) => void spawnSync("mkfifo", [join(folder, name)]),
    args: name === "known.json" ? [".", "--baseline", name] : ["."],
    code: name === "a/stpd.ini" ? 1 : 2,
    says: /(was not checked|cannot read baseline known\.json|cannot read this file): it is not a regular file/,
  })),
  {
    name: "a device as a baseline",
    fleet: { "a/stpd.ini": hard },
    args: [".", "--baseline", "/dev/zero"],
    code: 2,
    says: /cannot read baseline \/dev\/zero: it is not a regular file/,
  },
  {
    name: "a link loop",
    place: (folder) => {
      mkdirSync(join(folder, "a"));
      symlinkSync("stpd.ini", join(folder, "a/stpd.ini"));
      symlinkSync("..", join(folder, "a/up"));
    },
    code: 1,
    says: /^this file was not checked: it is a (cyclic|dangling) symlink$/m,
  },
  {
    name: "__proto__ and constructor",
    fleet: {
      "__proto__/stpd.ini":
        "[__proto__]\nconstructor=1\n[STPD_Server]\n__proto__=1\nconstructor=2\n",
    },
    code: 1,
    says: /^SEP does not document __proto__ in \[STPD_Server\]$/m,
  },
  {
    name: "a priority string of 1 MB",
    fleet: { "a/stpd.ini": priorityIni(`NORMAL${":-RSA".repeat(200_000)}`).slice(0, 1_000_000) },
    code: 1,
    says: /./,
  },
  {
    name: "malformed JSON",
    fleet: { "a/stpd.ini": hard, "a/interfaces.json": '{"a":\n ]' },
    code: 2,
    says: /a\/interfaces\.json:2:2: invalid JSON: expected a value|this is no value/,
  },
  {
    name: "10,000 duplicates",
    fleet: { "a/stpd.ini": `[STPD_Server]\n${"STPD_PORT=1\n".repeat(10_000)}` },
    code: 1,
    says: /^STPD_PORT is already set on line 2$/m,
  },
  {
    name: "30,000 exceptions",
    fleet: { "a/stpd.ini": "# sesam-harden: allow x\n".repeat(30_000) },
    code: 1,
    says: /^unknown rule 'x' in a suppression$/m,
  },
  {
    name: "a date that does not exist",
    fleet: {
      "a/stpd.ini": hard,
      "sesam-harden.ini": "[allow.a]\nrule = port-invalid\nuntil = 2027-02-30\nreason = x\n",
    },
    code: 2,
    says: /sesam-harden\.ini:3:9: invalid value '2027-02-30' for until \(expected YYYY-MM-DD/,
  },
  {
    name: "an --as-of that does not exist",
    fleet: { "a/stpd.ini": hard },
    args: [".", "--as-of", "2027-02-30"],
    code: 2,
    says: /invalid date '2027-02-30' for --as-of/,
  },
  {
    name: "unknown settings",
    fleet: { "a/stpd.ini": hard, "sesam-harden.ini": "profle = strict\n" },
    code: 2,
    says: /sesam-harden\.ini:1:1: unknown key 'profle'. Did you mean profile\?/,
  },
  {
    name: "a settings file that is a directory",
    fleet: { "a/stpd.ini": hard },
    place: (folder) => mkdirSync(join(folder, "sesam-harden.ini")),
    code: 2,
    says: /sesam-harden\.ini:1:1: cannot read this file: it is a directory/,
  },
  {
    name: "facts that are a directory",
    fleet: { "a/stpd.ini": hard, "a/host.ini/x": "" },
    code: 2,
    says: /a\/host\.ini:1:1: cannot read this file: it is a directory/,
  },
  {
    name: "a report below a file",
    fleet: { "a/stpd.ini": hard },
    args: [".", "--output", "json=a/stpd.ini/such.json"],
    code: 4,
    says: /cannot write the report to a\/stpd\.ini\/such\.json/,
  },
];

test.each(rows)("$name", ({ fleet = {}, place, args = ["."], code, says }) => {
  const folder = writeFleet({ keep: "", ...fleet });
  place?.(folder);
  const outcomes = [runNode, runDeno].map((run) => {
    const { status, stdout, stderr } = run(["check", "--format", "json", ...args], { cwd: folder });
    const findings = stdout === "" ? [] : JSON.parse(stdout).findings;
    const messages = findings.map(({ message }: { message: string }) => message).join("\n");
    expect(stderr + messages).not.toMatch(/^ {4}at |TypeError|undefined|\[object/m);
    expect(stderr + messages).toMatch(says);
    // An expected failure prints nothing on standard output that looks like a result.
    if (status !== 1) expect(stdout).toBe("");
    return { status, stdout };
  });
  expect(outcomes.map(({ status }) => status)).toEqual([code, code]);
  // Deno may not write anyway; everything else is identical to the byte.
  if (code !== 4) expect(outcomes[0]?.stdout).toBe(outcomes[1]?.stdout);
});

test("file and directory names that look like commands are not executed", () => {
  const names = [
    "new\nline",
    "::error::x",
    "##[error]x",
    "%0A",
    "<img src=x>",
    "\u202etxt",
    "a b",
    "-x",
    "'\"",
  ];
  const folder = writeFleet(Object.fromEntries(names.map((name) => [`${name}/stpd.ini`, "X\n"])));
  for (const run of [runNode, runDeno]) {
    const { status, stdout } = run(["check"], { cwd: folder });
    expect(status).toBe(1);
    expect(stdout).not.toMatch(/^\s*::|##\[|\u202e/m);
    const { hosts } = JSON.parse(run(["check", "--format", "json"], { cwd: folder }).stdout);
    expect(hosts.map(({ name }: { name: string }) => name)).toEqual(names.toSorted());
  }
});

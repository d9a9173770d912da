import { expect, test } from "vitest";
import { renderCommandHelp, renderOverview } from "../../src/cli/help/render-help.ts";
import { optionKinds } from "../../src/cli/option-kinds.ts";
import { version } from "../../src/core/base/version.ts";
import { runNode } from "../support/harness/programs.ts";

const kinds: Readonly<Record<string, Readonly<Record<string, string>>>> = optionKinds;
const names = Object.keys(kinds);

test("the overview has one entry for each command, in 80 columns", () => {
  const lines = renderOverview().split("\n");
  for (const name of names) {
    expect(lines.filter((line) => line.startsWith(`  ${name}  `)).length, name).toBe(1);
  }
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test.each(names)("the help of %s lists all its options once, and examples", (name) => {
  const help = renderCommandHelp(name);
  const shown = [...help.matchAll(/^ {2}(--[a-z-]+)(?= |$)/gm)].map(([, option]) => option);
  expect(shown).toEqual(Object.keys(kinds[name] ?? {}));
  expect(help).toContain(`\nUsage: sesam-harden ${name}`);
  expect(help).toMatch(new RegExp(`\nExamples:\n {2}(sudo )?sesam-harden ${name}\\b`));
  const long = help.split("\n").filter((line) => line.length > 80);
  expect(long.filter((line) => !/^ {2}(sudo )?sesam-harden |^Doc/.test(line))).toEqual([]);
});

test("a repeatable option says so", () => {
  for (const name of names) {
    const rows = renderCommandHelp(name).split(/\n(?= {2}--)/);
    for (const [option, kind] of Object.entries(kinds[name] ?? {})) {
      const row = rows.find((text) => text.startsWith(`  ${option} `)) ?? "";
      expect(/; repeatable(\n|$)/.test(row.replaceAll(/\n {20,}/g, " ")), `${name} ${option}`).toBe(
        kind === "many",
      );
    }
  }
});

test.each([["--help"], ["-h"], ["help"]])("%s without arguments lists the commands", (...args) => {
  const { status, stdout, stderr } = runNode(args);
  expect([status, stdout, stderr]).toEqual([0, renderOverview(), ""]);
});

test.each([
  ["check", ["check", "--help"]],
  ["check", ["check", "-h"]],
  ["check", ["help", "check"]],
  ["check", ["--help", "check"]],
  ["check", ["check", "nowhere", "--nonsense", "--format", "x", "--help"]],
  ["ledger verify", ["ledger", "verify", "-h"]],
  ["ledger verify", ["help", "ledger", "verify"]],
  ["ledger", ["ledger", "--help"]],
  ["ledger", ["ledger", "nonsense", "--help"]],
  ["ledger", ["help", "ledger"]],
  ["apply", ["apply", "--phase", "open", "--break-glass", "why", "--help"]],
])("shows the help of %s for %j", (name, args) => {
  const { status, stdout, stderr } = runNode(args);
  expect([status, stdout, stderr]).toEqual([0, renderCommandHelp(name), ""]);
});

test.each([
  [[], "no command given\nSee sesam-harden --help.\n"],
  [["chek"], "unknown command 'chek'\nDid you mean check?\nSee sesam-harden --help.\n"],
  [["nonsense", "--help"], "unknown command 'nonsense'\nSee sesam-harden --help.\n"],
  [["help", "nonsense"], "unknown command 'nonsense'\nSee sesam-harden help --help.\n"],
  [
    ["help", "ledger", "verfy"],
    "unknown command 'ledger verfy'\nDid you mean ledger verify?\nSee sesam-harden help --help.\n",
  ],
  [["help", "check", "fix"], "unknown command 'check fix'\nSee sesam-harden help --help.\n"],
  [
    ["check", "--fromat", "json"],
    "unknown option '--fromat'\nDid you mean --format?\nSee sesam-harden check --help.\n",
  ],
  [["check", "-x"], "unknown option '-x'\nSee sesam-harden check --help.\n"],
  [
    ["ledger", "verify", "--haed", "x"],
    "unknown option '--haed'\nDid you mean --head?\nSee sesam-harden ledger verify --help.\n",
  ],
  [
    ["ledger", "verfy"],
    "ledger needs one of log, verify, export, ruleset\nDid you mean verify?\nSee sesam-harden ledger --help.\n",
  ],
  [
    ["host"],
    "host needs one of install, status, check, records, uninstall\nSee sesam-harden host --help.\n",
  ],
  [["apply", "--phase"], "--phase needs a value\nSee sesam-harden apply --help.\n"],
  [["version", "--nonsense"], "unknown option '--nonsense'\nSee sesam-harden version --help.\n"],
  [
    ["completion", "bsh"],
    "completion needs one of bash, zsh, fish\nDid you mean bash?\nSee sesam-harden completion --help.\n",
  ],
])("names what is wrong with %j, and where to read more", (args, message) => {
  const { status, stdout, stderr } = runNode(args);
  expect([status, stdout, stderr]).toEqual([2, "", `sesam-harden: ${message}`]);
});

test.each(names.filter((name) => name !== "help"))(
  "%s runs, and refuses an unknown option",
  (name) => {
    expect(runNode([...name.split(" "), "--nonsense"])).toMatchObject({
      status: 2,
      stderr: `sesam-harden: unknown option '--nonsense'\nSee sesam-harden ${name} --help.\n`,
    });
  },
);

test("after -- a name is an argument, and not a request for help", () => {
  expect(runNode(["explain", "--", "--help"])).toMatchObject({
    status: 2,
    stderr: "sesam-harden: unknown rule '--help'\nSee sesam-harden explain --help.\n",
  });
});

test.each([
  ["recover", "rds1"],
  ["globals", "config"],
  ["host", "status", "rds1"],
  ["rules", "x"],
])("%s %s is refused: an argument is never ignored", (...args) => {
  const { status, stderr } = runNode(args);
  expect(status).toBe(2);
  expect(stderr).toContain(`takes no argument '${args.at(-1)}', only options\n`);
});

test.each([["version"], ["--version"], ["-V"]])("%s prints the version", (...args) => {
  const { status, stdout } = runNode(args);
  expect([status, stdout]).toEqual([0, `${version}\n`]);
});

/** What else a command needs before it reads an option. */
const given: Readonly<Record<string, readonly string[]>> = {
  priority: ["NORMAL"],
  probe: ["127.0.0.1"],
  plan: ["production", "--phase", "open"],
  apply: ["--phase", "open"],
  "ticket keygen": ["--out", "/dev/null"],
};

const choices = names.flatMap((name) =>
  [
    ...renderCommandHelp(name).matchAll(/^ {2}(--[a-z-]+) ([a-z0-9]+(?:\|[a-z0-9]+)+)(?= |$)/gm),
  ].map(([, option = "", words = ""]) => [name, option, words] as const),
);

test("the help lists the allowed words", () => {
  expect(choices.length).toBeGreaterThan(25);
});

/** These read options only as root, or after files that are missing here. */
const isLate = (name: string): boolean => /^(host|ticket verify)/.test(name);

test.each(choices.filter(([name]) => !isLate(name)))(
  "%s %s accepts the words %s and no other",
  (name, option, words) => {
    const before = (given[name] ?? []).filter(
      (_, index, all) => all[index] !== option && all[index - 1] !== option,
    );
    const { status, stderr } = runNode([...name.split(" "), ...before, option, "nonsense"]);
    expect(status).toBe(2);
    const known = words.replaceAll("|", ", ").replace(/, ([^,]*)$/, " or $1");
    expect(stderr).toContain(`invalid value 'nonsense' for ${option} (expected ${known})\n`);
  },
);

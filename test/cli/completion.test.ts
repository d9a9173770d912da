import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { completionScripts } from "../../src/cli/help/completion-scripts.ts";
import { optionKinds } from "../../src/cli/option-kinds.ts";
import { formats } from "../../src/core/report/render.ts";
import { hasPeer } from "../support/harness/peers.ts";
import { runNode } from "../support/harness/programs.ts";

const folder = mkdtempSync(join(tmpdir(), "completion-"));
mkdirSync(join(folder, "hosts here"));
mkdirSync(join(folder, "functions"));
writeFileSync(join(folder, "plan.json"), "");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type ShellName = keyof typeof completionScripts;
const shells = ["bash", "zsh", "fish"] as const satisfies readonly ShellName[];
const present = shells.filter((shell) => hasPeer(shell, "--version"));

function writeScript(shell: ShellName): string {
  const path = join(folder, `script.${shell}`);
  const { status, stdout } = runNode(["completion", shell]);
  expect(status).toBe(0);
  writeFileSync(path, stdout);
  return path;
}

function run(program: string, args: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, TERM: "dumb", LC_ALL: "C.UTF-8" },
  });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.split("\n").filter((line) => line !== "");
}

/** Calls the function like bash, which makes `=` a separate word. */
const askBash = String.raw`
source "$1"; shift
complete -p sesam-harden | grep -q -- '-F _sesam_harden ' || exit 9
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(old)
_sesam_harden
printf '%s\n' "${"${COMPREPLY[@]}"}"`;

/** A separate zsh in a terminal, which prints what Tab would offer. */
const askZsh = String.raw`
zmodload zsh/zpty
zpty z zsh -f -i
local text
zpty -w z "PROMPT=; fpath=(${"${(q)1:h}"} \$fpath); autoload -Uz compinit; compinit -D -u"
[[ $1 == */functions/* ]] || zpty -w z "source ${"${(q)1}"}"
zpty -w z 'compadd() {
  if [[ ${"${@[1,(i)(-|--)]}"} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a found; builtin compadd -A found "$@"
  local one; for one in $found; print -r -- "
OFFER $one"
}
show() { _main_complete; print -r -- "
DO""NE"; }
zle -C show complete-word show; bindkey "^I" show; print REA""DY'
while zpty -r z text; do [[ $text == *READY* ]] && break; done
zpty -w -n z "$2"$'\t'
while zpty -r z text; do
  [[ $text == *DONE* ]] && exit 0
  [[ $text == OFFER* ]] && print -r -- ${"${${text#OFFER }%%[$'\\r\\n']*}"}
done
exit 1`;

/** Completes the end of a line like the shell itself; sorted. */
function complete(shell: ShellName, script: string, line: string): readonly string[] {
  switch (shell) {
    case "bash": {
      const words = line.split(" ").flatMap((word) => (word === "" ? [""] : word.split(/(=)/)));
      const typed = words.at(-1) === "" && words.at(-2) === "=" ? words.slice(0, -1) : words;
      return run("bash", ["-c", askBash, "bash", script, ...typed]).toSorted();
    }
    case "zsh":
      return run("zsh", ["-f", "-c", askZsh, "zsh", script, line]).toSorted();
    case "fish": {
      const ask = "source $argv[1]; complete -C $argv[2]";
      const offered = run("fish", ["--no-config", "-c", ask, script, line]);
      return offered.map((row) => row.replace(/\t.*/, "").replace(/^--[a-z-]+=/, "")).toSorted();
    }
  }
}

const optionsOf = (name: keyof typeof optionKinds): readonly string[] =>
  [...Object.keys(optionKinds[name]), "--help"].toSorted();
const firstWords = [...new Set(Object.keys(optionKinds).map((name) => name.replace(/ .*/, "")))];

const lines: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ["sesam-harden ", firstWords.toSorted()],
  ["sesam-harden ver", ["verify", "version"]],
  ["sesam-harden ledger ", ["export", "log", "ruleset", "verify"]],
  ["sesam-harden ledger verify --", optionsOf("ledger verify")],
  ["sesam-harden verify --", optionsOf("verify")],
  ["sesam-harden check --profile ", ["strict", "vendor"]],
  ["sesam-harden check --profile=s", ["strict"]],
  ["sesam-harden check --profile=", ["strict", "vendor"]],
  ["sesam-harden check --output ", formats.map((format) => `${format}=`).toSorted()],
  ["sesam-harden plan production --phase ", ["close", "open"]],
  ["sesam-harden explain avx", ["avx-lockout"]],
  ["sesam-harden explain host", ["host", "host-file-drift", "host-not-in-repo"]],
  ["sesam-harden fix --write --rule tls-w", ["tls-weak-cipher"]],
  ["sesam-harden completion ", ["bash", "fish", "zsh"]],
  ["sesam-harden help ap", ["apply"]],
  ["sesam-harden recover --id ", []],
];

test.each(present)("%s completes commands, options and values", { timeout: 120_000 }, (shell) => {
  const script = writeScript(shell);
  for (const [line, offered] of lines) {
    expect(complete(shell, script, line), line).toEqual(offered);
  }
});

test.each(present)("%s completes file names", { timeout: 120_000 }, (shell) => {
  const script = writeScript(shell);
  const withSlash = (path: string): string => path.replaceAll("\\", "").replace(/\/$/, "");
  for (const line of ["apply --plan pl", "apply --plan=pl", "check pl", "import pl"]) {
    const offered = complete(shell, script, `sesam-harden ${line}`);
    expect(offered.map(withSlash), line).toEqual(["plan.json"]);
  }
  const spaced = complete(shell, script, "sesam-harden check ho");
  expect(spaced.map(withSlash)).toEqual(["hosts here"]);
  expect(complete(shell, script, "sesam-harden host install --keys=script.b")).toHaveLength(1);
});

test.each(present)("%s loads the script without errors", (shell) => {
  expect(run(shell, ["-n", writeScript(shell)])).toEqual([]);
});

test.skipIf(!present.includes("zsh"))("zsh loads the script from a directory of functions", () => {
  const script = join(folder, "functions/_sesam-harden");
  writeFileSync(script, readFileSync(writeScript("zsh")));
  expect(complete("zsh", script, "sesam-harden ver")).toEqual(["verify", "version"]);
});

test.skipIf(!present.includes("bash"))("bash offers every option of every command", () => {
  const script = writeScript("bash");
  for (const name of Object.keys(optionKinds)) {
    const offered = complete("bash", script, `sesam-harden ${name} --`);
    const own: Readonly<Record<string, object>> = optionKinds;
    expect(offered, name).toEqual([...Object.keys(own[name] ?? {}), "--help"].toSorted());
  }
});

test.skipIf(!present.includes("bash"))("bash completes a file after the format of a report", () => {
  const script = writeScript("bash");
  expect(complete("bash", script, "sesam-harden check --output json=pl")).toEqual(["plan.json"]);
});

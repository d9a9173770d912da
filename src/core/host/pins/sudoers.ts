import { quoteWord } from "../../base/text.ts";

/**
 * Whether sudoers takes a path as it is: `#` starts a comment anywhere, and the other characters
 * are patterns in a path. Source: sudoers(5), Wildcards and Other special characters.
 */
export function canStandInSudoers(path: string): boolean {
  return !/[#!*?[\]\\"\0-\x1f\x7f]/.test(path);
}

/**
 * Prints the shell script that jobs call as root: it runs the program with the given command, and
 * passes its arguments on.
 */
export function printLauncher(command: readonly string[]): string {
  return `#!/bin/sh\n# ${written}\nexec ${command.map(quoteWord).join(" ")} "$@"\n`;
}

const written = "Written by sesam-harden host install.";

/**
 * Arguments that a job may pass. A star matches any further arguments, and the flag before it
 * restricts what they may be. A line without a star allows no other arguments.
 */
const jobArguments = [
  "apply --from-job *",
  "host check --from-job *",
  "globals --read --format json",
] as const;

/**
 * Prints a sudoers file that lets a runner run as root only `apply`, `host check` for rehearsals,
 * and the command that reads the global settings.
 *
 * The lines name the launcher, never the runtime with the program as an argument. sudo joins the
 * arguments with spaces before it compares them, and its star matches slashes too. One argument
 * that contains spaces could therefore match such a line, and the runtime would take it for the
 * path of another program. Source: sudoers(5), Wildcards in command arguments.
 */
export function printSudoers(user: string, launcher: string): string {
  const escaped = launcher.replaceAll(/([ ,:=])/g, "\\$1");
  const lines = jobArguments.map(
    (words) => `${user} ALL=(root) NOPASSWD:NOSETENV: ${escaped} ${words}\n`,
  );
  return `# ${written}\n${lines.join("")}`;
}

export type SudoersReading =
  | { readonly kind: "exact"; readonly user: string }
  /** Written by a release before there was a launcher: a job can run any program as root. */
  | { readonly kind: "unsafe" }
  | { readonly kind: "other" };

/** Reads what `printSudoers` wrote for the launcher; any other text is `other`. */
export function readSudoers(text: string, launcher: string): SudoersReading {
  const [, user = "", rest = ""] =
    /^([^\s#]+) ALL=\(root\) NOPASSWD:NOSETENV: (.+) apply --from-job \*$/m.exec(text) ?? [];
  if (user !== "" && text === printSudoers(user, launcher)) return { kind: "exact", user };
  return { kind: /[^\\] /.test(rest) ? "unsafe" : "other" };
}

import { spawn } from "node:child_process";
import type { Command } from "../../core/pins/sections.ts";

export type CommandEnd =
  | { readonly kind: "ended"; readonly code: number; readonly output: string }
  | { readonly kind: "failed"; readonly reason: string };

export interface CommandOptions {
  /** Given on standard input; without it that is empty. */
  readonly input?: string;
  /** Open file that both standard streams are written to. */
  readonly output: number;
}

/** Programs get no variable of whoever called, and find the system's own programs. */
export const environment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
};

/**
 * Runs a program without a shell, in a group of its own that is ended when its time is over. Gives
 * its exit code; -1 where a signal ended it. A daemon that it leaves behind is waited for by nobody.
 */
export function runProgram(
  { program, arguments: args, limit }: Command,
  { input, output }: CommandOptions,
): Promise<number | string> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      // A pipe would break below a daemon that still writes to it, and end it.
      stdio: [input === undefined ? "ignore" : "pipe", output, output],
      detached: true,
      cwd: "/",
      env: environment,
    });
    const timer = setTimeout(() => {
      killGroup(child.pid);
      resolve(`it did not end within ${limit / 1000} s`);
    }, limit);
    child.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(error.code === "ENOENT" ? "there is no such program" : (error.code ?? error.message));
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      resolve(code ?? -1);
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(input === undefined ? undefined : Buffer.from(input, "latin1"));
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself just now.
  }
}

/** For people: a command as it would be typed. */
export function showCommand({
  program,
  arguments: args,
}: Pick<Command, "program" | "arguments">): string {
  return [program, ...args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}

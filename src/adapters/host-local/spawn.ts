import { explainFileError } from "../runtime/file-errors.ts";
import { isNotPermitted } from "../runtime/deno-permission.ts";
import { spawn } from "node:child_process";
import { showWord } from "../../core/base/text.ts";
import type { PinnedCommand } from "../../core/host/pins/sections.ts";

export type CommandEnd =
  | {
      readonly kind: "ended";
      /** -1 where a signal ended it. */
      readonly code: number;
      /** The start of what both standard streams said, one character a byte. */
      readonly output: string;
      /** Whether it wrote to standard error: an exit code that goes with that may be an error's. */
      readonly complained: boolean;
    }
  | { readonly kind: "failed"; readonly reason: string };

/** The input is given on standard input; without it that is empty. */
export type RunCommand = (command: PinnedCommand, input?: string) => Promise<CommandEnd>;

/** So much of what a command prints is kept; the rest is read as well, so that no write fails. */
const maxBytes = 65_536;
/** Milliseconds for what is left in the pipes, where a daemon keeps them open. */
const graceMs = 500;

/** Programs get no variable of the caller, and find the system's own programs. */
export const environment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
};

/**
 * Runs a program without a shell, in a group of its own that is ended when its time is over. What it
 * prints goes through pipes, which a full disk has no part in. A daemon that it leaves behind is not
 * waited for.
 */
export const runCommand: RunCommand = ({ program, arguments: args, limitMs }, input) =>
  new Promise((resolve) => {
    const child = start(() =>
      spawn(program, args, {
        stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
        detached: true,
        cwd: "/",
        env: environment,
      }),
    );
    if (typeof child === "string") return resolve({ kind: "failed", reason: child });
    const kept = keepHead(maxBytes);
    const seen = { complained: false, broken: "" };
    const end = (result: CommandEnd): void => {
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => {
      killGroup(child.pid);
      end({ kind: "failed", reason: `it did not finish within ${limitMs / 1000} s` });
    }, limitMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        kept.add(chunk);
        seen.complained ||= stream === child.stderr;
      });
      stream?.on("error", (error) => (seen.broken = `reading what it prints: ${error.message}`));
    }
    child.on("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "ENOENT" ? "program not found" : error.code;
      end({ kind: "failed", reason: reason ?? error.message });
    });
    const tell = (code: number | null): void => {
      if (seen.broken !== "") return end({ kind: "failed", reason: seen.broken });
      const { complained } = seen;
      end({ kind: "ended", code: code ?? -1, output: kept.text(), complained });
    };
    child.on("close", tell);
    child.on("exit", (code) => setTimeout(() => tell(code), graceMs).unref());
    child.stdin?.on("error", () => {});
    child.stdin?.end(input === undefined ? undefined : Buffer.from(input, "latin1"));
  });

/** Deno throws at once where it may not read the environment or run programs: the reason. */
export function start<Child>(spawnChild: () => Child): Child | string {
  try {
    return spawnChild();
  } catch (error) {
    if (isNotPermitted(error)) return explainFileError(error);
    throw error;
  }
}

/** Keeps the first bytes, one character a byte, and tells when there are more. */
export function keepHead(
  most: number,
  onMore: () => void = () => {},
): { readonly add: (chunk: Uint8Array) => void; readonly text: () => string } {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    add: (chunk) => {
      chunks.push(chunk.subarray(0, Math.max(0, most - length)));
      length += chunk.length;
      if (length > most) onMore();
    },
    text: () => Buffer.concat(chunks).toString("latin1"),
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself just now.
  }
}

/** The left side tells its exit code; the right side keeps the start of what it says. */
const readOn = `
exec 3>&1
code=$({
  { "$@" 2>&1 3>&- 4>&-; echo "$?" >&4; } |
    setsid sh -c 'exec 4>&-; dd bs=4096 count=16 status=none >&3; exec cat 3>&- >/dev/null' &
} 4>&1 >&-)
exit "$code"
`;

/**
 * The same command with a reader of its own, which lives as long as anything that the command
 * leaves behind: below a daemon of ours no pipe may break when this process is gone.
 */
export function withReader({ program, arguments: args, limitMs }: PinnedCommand): PinnedCommand {
  return { program: "/bin/sh", arguments: ["-c", readOn, "sh", program, ...args], limitMs };
}

/** For people: a command as it would be typed. */
export function showCommand({
  program,
  arguments: args,
}: Pick<PinnedCommand, "program" | "arguments">): string {
  return [program, ...args].map(showWord).join(" ");
}

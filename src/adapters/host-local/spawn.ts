import { explainFileError } from "../runtime/file-errors.ts";
import { isNotPermitted } from "../runtime/deno-permission.ts";
import { spawn } from "node:child_process";
import { quoteIfNeeded } from "../../core/base/text.ts";
import type { PinnedCommand } from "../../core/host/pins/sections.ts";

export type CommandEnd =
  | {
      readonly kind: "ended";
      /** Exit code; -1 if a signal ended the program. */
      readonly code: number;
      /** Start of standard output and standard error, one character per byte. */
      readonly output: string;
      /** Whether it wrote to standard error: its exit code may then mean an error. */
      readonly complained: boolean;
    }
  | { readonly kind: "failed"; readonly reason: string };

/** Runs a command; `input` is its standard input, which is otherwise empty. */
export type RunCommand = (command: PinnedCommand, input?: string) => Promise<CommandEnd>;

/**
 * Maximum bytes of output to keep. The rest is read and dropped, so that the program's writes do
 * not fail.
 */
const maxBytes = 65_536;
/** Milliseconds to wait for remaining output after the exit, if a daemon keeps the pipes open. */
const graceMs = 500;

/** Environment of programs: nothing from the caller, and the system's own PATH. */
export const environment: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
};

/**
 * Runs a program without a shell, in its own process group, which is killed after the time limit.
 * Output goes through pipes, so a full disk does not affect it. Does not wait for daemons that the
 * program leaves behind.
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

/**
 * Spawns a child. Returns the reason if Deno does not permit it to read the environment or run
 * programs, which throws synchronously.
 */
export function start<Child>(spawnChild: () => Child): Child | string {
  try {
    return spawnChild();
  } catch (error) {
    if (isNotPermitted(error)) return explainFileError(error);
    throw error;
  }
}

/** Keeps the first bytes, one character per byte, and reports when there are more. */
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
    // It has already ended.
  }
}

/**
 * The left side of the pipe reports the exit code; the right side keeps the start of the output.
 */
const readOn = `
exec 3>&1
code=$({
  { "$@" 2>&1 3>&- 4>&-; echo "$?" >&4; } |
    setsid sh -c 'exec 4>&-; dd bs=4096 count=16 status=none >&3; exec cat 3>&- >/dev/null' &
} 4>&1 >&-)
exit "$code"
`;

/**
 * Wraps a command with its own reader, which lives as long as any process that the command leaves
 * behind. Otherwise a daemon's output pipe would break when this process exits.
 */
export function withReader({ program, arguments: args, limitMs }: PinnedCommand): PinnedCommand {
  return { program: "/bin/sh", arguments: ["-c", readOn, "sh", program, ...args], limitMs };
}

/** Prints a command as it would be typed, for display. */
export function showCommand({
  program,
  arguments: args,
}: Pick<PinnedCommand, "program" | "arguments">): string {
  return [program, ...args].map(quoteIfNeeded).join(" ");
}

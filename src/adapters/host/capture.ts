import { closeSync, constants, openSync, readSync, rmSync } from "node:fs";
import { joinPath } from "../../core/paths.ts";
import type { Command } from "../../core/pins/sections.ts";
import { runProgram, type CommandEnd } from "./commands.ts";
import { attempt } from "./outcome.ts";

export type RunCommand = (command: Command, input?: string) => Promise<CommandEnd>;

/** So much of what a command prints is read. */
const mostBytes = 65_536;

/** Runs commands, and reads what they print from a file in the folder, which is gone afterwards. */
export function createCommands(folder: string): RunCommand {
  let count = 0;
  return async (command, input) => {
    const path = joinPath(folder, `output.${process.pid}.${++count}`);
    const opened = attempt("keeping what a command prints", () =>
      openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600),
    );
    if (opened.kind === "failed") return opened;
    const output = opened.value;
    try {
      const code = await runProgram(command, { output, ...(input === undefined ? {} : { input }) });
      if (typeof code === "string") return { kind: "failed", reason: code };
      return { kind: "ended", code, output: readStart(output) };
    } finally {
      closeSync(output);
      rmSync(path, { force: true });
    }
  };
}

function readStart(file: number): string {
  const buffer = Buffer.alloc(mostBytes);
  let length = 0;
  for (;;) {
    const count = readSync(file, buffer, length, mostBytes - length, length);
    length += count;
    if (count === 0 || length === mostBytes) return buffer.toString("latin1", 0, length);
  }
}

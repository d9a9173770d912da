import { createInterface } from "node:readline";

/** Input at the terminal; a file or pipe as standard input gives lines. */
export interface Keys {
  /** Shows a hint and waits for a key, or for a line if there is no terminal. */
  readonly wait: (hint: string) => Promise<void>;
  /** The next line; undefined at the end of the input. */
  readonly readLine: (prompt: string) => Promise<string | undefined>;
  /** Resolves when the user asks to end the demo. */
  readonly over: Promise<"over">;
  readonly close: () => void;
}

const controlC = "\u0003";

export function openKeys(): Keys {
  const { stdin, stdout } = process;
  const { promise: over, resolve } = Promise.withResolvers<"over">();
  const end = (): void => resolve("over");
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, end);
  let lines: NodeJS.AsyncIterator<string> | undefined;
  const readLine = async (prompt: string): Promise<string | undefined> => {
    const reader = (lines ??= createInterface({ input: stdin })[Symbol.asyncIterator]());
    stdout.write(prompt);
    const { value, done } = await reader.next();
    return done === true ? undefined : value;
  };
  return {
    wait: async (hint) => {
      if (!stdin.isTTY) return void (await readLine(`(${hint})\n`));
      stdout.write(`(${hint})`);
      stdin.setRawMode(true).resume();
      const key = await new Promise<Buffer>((done) => stdin.once("data", done));
      stdin.setRawMode(false).pause();
      stdout.write("\r\u001b[K");
      if (key.toString() === controlC) end();
    },
    readLine,
    over,
    close: () => {
      for (const signal of signals) process.off(signal, end);
      stdin.destroy();
    },
  };
}

import type { Seen } from "./workspace.ts";
import type { Message } from "../../bot/views/blocks.ts";
import { draw } from "../../test/support/harness/draw-blocks.ts";

/** Prints to the terminal. */
export interface Screen {
  /** A heading, with the progress of the demo. */
  readonly step: (title: string) => void;
  /** A remark of the demo itself. */
  readonly say: (text: string) => void;
  /** Output, as it was printed. */
  readonly print: (text: string) => void;
  /** Input of the user. */
  readonly typed: (user: string, text: string) => void;
  readonly clicked: (user: string, button: string) => void;
  readonly seen: (user: string, seen: Seen) => void;
  readonly card: (message: Message) => void;
  /** A line of the log of a job. */
  readonly job: (host: string, line: string) => void;
  /** Overwrites itself on a terminal. */
  readonly progress: (text: string) => void;
}

export interface ScreenOptions {
  readonly steps: number;
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Milliseconds since the demo started. */
  readonly elapsed: () => number;
}

const width = 96;

export function createScreen({ steps, write, isTerminal, elapsed }: ScreenOptions): Screen {
  let count = 0;
  let hasProgress = false;
  const bold = (text: string): string => (isTerminal ? `\u001b[1m${text}\u001b[0m` : text);
  const put = (text: string): void => {
    if (hasProgress) write("\r\u001b[K");
    hasProgress = false;
    write(text);
  };
  const inset = (text: string): void =>
    put(text.trimEnd().replaceAll(/^/gm, "    ").replaceAll(/ +$/gm, "") + "\n\n");
  return {
    step: (title) => {
      count++;
      const bar = "#".repeat(count).padEnd(steps, ".");
      const at = `${(elapsed() / 1000).toFixed(0)} s`.padStart(5);
      put(`\n${bold(`[${bar}] ${count}/${steps} ${at}  ${title}`)}\n\n`);
    },
    say: (text) => put(`${wrap(text)}\n\n`),
    print: inset,
    typed: (user, text) => put(`  ${bold(`${user}:`)} /sesam-harden ${text}\n\n`),
    clicked: (user, button) => put(`  ${bold(`${user}`)} clicks ${button}\n\n`),
    seen: (user, { isPublic, message }) => {
      put(isPublic ? "  in #backup:\n" : `  only ${user} sees:\n`);
      inset(draw(message, width));
    },
    card: (message) => {
      put("  the card in #backup:\n");
      inset(draw(message, width));
    },
    job: (host, line) => put(`    ${host} | ${line}\n`),
    progress: (text) => {
      if (!isTerminal) return;
      write(`\r\u001b[K    ${text}`);
      hasProgress = true;
    },
  };
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

import { findNearest } from "../../src/core/base/nearest.ts";
import { commandWords, usages } from "../runtime/command-grammar.ts";
import type { Message } from "./blocks.ts";
import { code, header, line, rich, section, richWords } from "./builders.ts";
import { message } from "./fit-to-limits.ts";
import { toPlain } from "./escape.ts";

/** The command that was most likely meant. */
export function nearestCommand(word: string): string | undefined {
  return findNearest(word.toLowerCase(), commandWords);
}

/** All commands; for a word that is none, what was meant first. */
export function renderHelp(wrong?: string): Message {
  const near = wrong === undefined ? undefined : nearestCommand(wrong);
  const guess = near === undefined ? "" : ` Did you mean ${near}?`;
  return message({
    head: [
      ...(wrong === undefined
        ? []
        : [section(`There is no command ${toPlain(wrong, 60)}.${guess}`)]),
      header("Commands of /sesam-harden"),
    ],
    items: commandWords.map((name) => {
      const { values, what } = usages[name];
      return [rich(line(code(`/sesam-harden ${name} ${values}`), richWords(` ${what}`)))];
    }),
    tail: [],
    rest: () => "",
  });
}

import { readFileSync } from "node:fs";

export const botDocs = readFileSync(new URL("../../../docs/bot.md", import.meta.url), "utf8");

/** The example of bot.ini in docs/bot.md, as a user copies it. */
export function readBotExample(): string {
  const lines = botDocs.split("\n");
  const start = lines.findIndex((line) => line.trim() === "[github]");
  const end = lines.findIndex((line, index) => index > start && /^ {3}[^ ]/.test(line));
  return lines
    .slice(start, end)
    .map((line) => `${line.trim()}\n`)
    .join("");
}

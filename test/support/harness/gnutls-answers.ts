import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Evaluation } from "../../../src/core/gnutls/evaluate.ts";

export const listNames = [
  "protocols",
  "ciphers",
  "macs",
  "kx",
  "groups",
  "signatures",
  "suites",
] as const;

/** The answer of gnutls-cli to a priority string, in the form for comparison with an evaluation. */
export interface Answer extends Record<(typeof listNames)[number], readonly string[]> {
  readonly error: "syntax" | "no-priorities" | null;
  /** The text after `Syntax error at: `. */
  readonly errorAt: string | null;
}

/** Our answer in the same form; `bytes` is the string that was evaluated. */
export function toAnswer(evaluation: Evaluation, bytes: string): Answer {
  const { error, protocols, ciphers, macs, kx, groups, signatures, suites } = evaluation;
  const errorAt = error?.kind === "syntax" ? bytes.slice(error.offset) : null;
  const lists = { protocols, ciphers, macs, kx, groups, signatures, suites };
  return { error: error?.kind ?? null, errorAt, ...lists };
}

interface Recorded {
  readonly priority: string;
  readonly error: Answer["error"];
  readonly error_at: string | null;
  readonly err_offset?: number | null;
}

/** Recorded answers, with lists as names or as indexes into the table on the first line. */
export function readRecorded(file: string): readonly { bytes: string; answer: Answer }[] {
  const lines = readFileSync(new URL(`../../fixtures/gnutls/${file}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const table = lines[0]?.table;
  if (table !== undefined) lines.shift();
  return lines.map((recorded: Recorded & Record<string, readonly (string | number)[]>) => {
    const lists = Object.fromEntries(
      listNames.map((name) => [
        name,
        (recorded[name] ?? []).map((item) => (typeof item === "number" ? table[name][item] : item)),
      ]),
    );
    return {
      bytes: toBytes(recorded.priority),
      answer: {
        error: recorded.error,
        errorAt: recorded.error_at === null ? null : toBytes(recorded.error_at),
        ...lists,
      } as Answer,
    };
  });
}

export function toBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** Runs gnutls-cli; the priority is given as bytes. */
export async function askCli(program: string, bytes: string): Promise<Answer> {
  const text = Buffer.from(bytes, "latin1").toString("utf8");
  const child = spawn(program, ["--list", `--priority=${text}`]);
  const collect = async (stream: NodeJS.ReadableStream): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString("latin1");
  };
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [out, err] = await Promise.all([collect(child.stdout), collect(child.stderr)]);
  const status = await closed;
  const syntax = /Syntax error at: ([^]*)\n$/.exec(err);
  const nothing = Object.fromEntries(listNames.map((name) => [name, []])) as unknown as Answer;
  if (status !== 0) {
    if (syntax !== null) return { ...nothing, error: "syntax", errorAt: syntax[1] ?? "" };
    if (!err.includes("No or insufficient priorities")) throw new Error(`${program}: ${err}`);
    return { ...nothing, error: "no-priorities", errorAt: null };
  }
  // The string comes first, and may contain anything.
  const lines = out.slice(`Cipher suites for ${bytes}\n`.length).split("\n");
  const list = (heading: string, prefix: string): readonly string[] => {
    const rest = lines.find((line) => line.startsWith(heading))?.slice(heading.length);
    if (rest === undefined) throw new Error(`${program}: no line ${heading}`);
    return rest === "none"
      ? []
      : rest
          .split(", ")
          .map((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : name));
  };
  return {
    error: null,
    errorAt: null,
    protocols: list("Protocols: ", "VERS-"),
    ciphers: list("Ciphers: ", ""),
    macs: list("MACs: ", ""),
    kx: list("Key Exchange Algorithms: ", ""),
    groups: list("Groups: ", "GROUP-"),
    signatures: list("PK-signatures: ", "SIGN-"),
    suites: lines.flatMap((line) => /^(TLS_\S+)\s+0x/.exec(line)?.[1] ?? []),
  };
}

/** Byte strings have one character per byte, as files and GnuTLS do; messages are text. */

/** Decodes UTF-8 if the bytes are valid UTF-8, otherwise latin1. */
export function decodeBytes(bytes: string): string {
  if (!/[\x80-\xff]/.test(bytes)) return bytes;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return bytes;
  }
}

/**
 * The column, from 1, of the byte at an index of a line, as editors count: in UTF-16 code units, and
 * without the byte order mark. A line that is not UTF-8 has one character for each byte.
 */
export function columnOf(line: string, at: number): number {
  if (decodeBytes(line) === line) return at + 1;
  const bytes = Uint8Array.from(line.slice(0, at), (char) => char.charCodeAt(0));
  return new TextDecoder().decode(bytes).length + 1;
}

/** The UTF-8 bytes of a text; a lone surrogate becomes the replacement character. */
export function encodeBytes(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

/** Cuts text in the middle, so that start and end remain visible. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor((limit - 3) / 2);
  return `${text.slice(0, half)}...${text.slice(text.length - half)}`;
}

/**
 * Makes text from a file safe to print: escapes control characters, line separators and characters
 * that change the text direction, and `##[`, which the GitHub runner reads as a command anywhere in a
 * line.
 */
export function makeVisible(text: string): string {
  return text
    .replace(unseen, (char) => {
      const code = char.charCodeAt(0);
      if (char === "\t") return "\\t";
      return code < 0x100
        ? `\\x${code.toString(16).padStart(2, "0")}`
        : `\\u${code.toString(16).padStart(4, "0")}`;
    })
    .replaceAll("##[", "\\x23#[");
}

/**
 * Prevents a name or path at the start of a line from being read as a workflow command: the runner
 * skips blanks before the colons.
 */
export function startSafely(path: string): string {
  return /^\s*:/.test(path) ? `./${path}` : path;
}

/**
 * True if a GitHub runner might read a line of the text as a workflow command. Comments like
 * `:: STPD_PORT=11001` and `##[STPD_Server]` are none.
 */
export function hasWorkflowCommand(text: string): boolean {
  return /^\s*::\S[^\r\n]*::|##\[[a-z-]+[\] ]/im.test(text);
}

/** Joins two sentences; adds a full stop to the first if needed. */
export function joinSentences(first: string, second: string): string {
  return `${first}${/[.?!…]$/.test(first) ? "" : "."} ${second}`;
}

const unseen =
  /[\0-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** `1 host`, `2 hosts`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function joinOr(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

export function compareText(left: string, right: string): number {
  return Number(left > right) - Number(left < right);
}

/** A whole number in decimal, from 0 up to the largest that a double holds exactly. */
export function readWholeNumber(text: string): number | undefined {
  const number = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Wraps at spaces into lines of at most `width` characters, each with the indent. */
export function wrapWords(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line].join("\n");
}

/** Quotes a text as one word of a POSIX shell. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Like quoteWord(), but adds quotes only if they are needed. */
export function quoteIfNeeded(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoteWord(text);
}

/**
 * Like quoteIfNeeded(), but escapes what makeVisible() escapes, as bash, zsh and newer POSIX shells
 * read it; dash does not.
 */
export function showWord(text: string): string {
  if (makeVisible(text) === text) return quoteIfNeeded(text);
  const bytes = encodeBytes(text).replace(/[^\x20-\x7e]|['\\]/g, (byte) =>
    /['\\]/.test(byte) ? `\\${byte}` : `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `$'${bytes.replaceAll("##[", "\\x23#[")}'`;
}

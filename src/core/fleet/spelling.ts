import { lineEnding, trim, type Span } from "../formats/ini/document.ts";
import { decodeBytes } from "../base/text.ts";

/** A step from what is written to SEP's spelling, and what it is called if it changes anything. */
type Step = readonly [cause: string, find: RegExp, put: string | ((found: string) => string)];

/** What one reader of INI files or another skips, or takes for the same. In this order. */
const invisible: readonly Step[] = [
  ["a byte order mark", /\ufeff/g, ""],
  [
    "an invisible character",
    /[\0-\x08\x0b-\x1f\x7f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e]/g,
    "",
  ],
  ["an invisible character", /[\u2060-\u2064]/g, ""],
  ["full-width characters", /[\uff01-\uff5e]/g, narrow],
  ["a no-break space", /[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, " "],
];

const around: readonly Step[] = [
  ["a word in front of it", /^\s*(?:export|setenv|setx|set|let)\s+/i, ""],
  ["a sign in front of it", /^\s*(?:\$env:|[$+*>\u2022-]+\s*)/i, ""],
  ["quotes", /["'`\u2018-\u201e\xab\xbb]/g, ""],
  ["brackets", /\[\s*\]\s*$|^\[|\]$/g, ""],
  ["", /^\s+|\s+$/g, ""],
  ["a character after it", /[\s.,;:]+$/, ""],
  ["spaces instead of _", /\s+/g, "_"],
  ["another character instead of _", /[-.\u2010-\u2015\u2212]+/g, "_"],
];

function narrow(wide: string): string {
  return String.fromCharCode(wide.charCodeAt(0) - 0xfee0);
}

function follow(bytes: string, steps: readonly Step[]): { text: string; causes: string[] } {
  let text = decodeBytes(bytes);
  const causes = new Set<string>();
  for (const [cause, find, put] of steps) {
    const next = typeof put === "string" ? text.replace(find, put) : text.replace(find, put);
    if (next !== text && cause !== "") causes.add(cause);
    text = next;
  }
  return { text, causes: [...causes] };
}

/** A known name, and what differs from its spelling. */
export interface Spelling {
  readonly name: string;
  /** Empty where it is written exactly so. */
  readonly causes: readonly string[];
}

/** No known name is longer, including the characters around it. */
const longest = 120;

/** The known name that a lenient reader may take a text for. */
export function readName(bytes: string, known: readonly string[]): Spelling | undefined {
  if (bytes.length > longest) return undefined;
  const exact = known.find((name) => name === bytes);
  if (exact !== undefined) return { name: exact, causes: [] };
  const { text, causes } = follow(bytes, [...invisible, ...around]);
  const name = known.find((candidate) => candidate.toUpperCase() === text.toUpperCase());
  if (name === undefined) return undefined;
  return { name, causes: name === text ? causes : [...causes, "case"] };
}

/** A line that a lenient reader may take for one that sets a known key. */
export interface LooseEntry extends Spelling {
  readonly keySpan: Span;
  readonly valueSpan: Span;
}

const separators: readonly (readonly [RegExp, string])[] = [
  [/=/, ""],
  [/:/, "a colon instead of ="],
  [/\xef\xbc[\x9a\x9d]/, "full-width characters"],
  [/[ \t\xa0]+(?=["']?(?:\d+|[A-Z][\w-]*:\S+)["']?[ \t]*$)/, "missing ="],
];

/** Reads `STPD_PORT: 11001`, `export STPD_PORT=11001`, `STPD_PORT 11001` and the like. */
export function readLoosely(raw: string, known: readonly string[]): LooseEntry | undefined {
  const text = raw.slice(0, raw.length - lineEnding(raw).length);
  const head = text.slice(0, 2 * longest);
  for (const [separator, cause] of separators) {
    const found = separator.exec(head);
    if (found === null) continue;
    const read = readName(text.slice(0, found.index), known);
    if (read === undefined) continue;
    const causes = cause === "" || read.causes.includes(cause) ? [] : [cause];
    return {
      name: read.name,
      causes: [...read.causes, ...causes],
      keySpan: trim(text, [0, found.index]),
      valueSpan: trim(text, [found.index + found[0].length, text.length]),
    };
  }
  return undefined;
}

/** The mark of a comment in another style than SEP's: `;`, `//` and the like. */
export function findForeignMark(raw: string): string | undefined {
  // No mark starts with one of these, and most lines do.
  if (/^[a-qs-z\d_[#]/i.test(raw)) return undefined;
  const text = decodeBytes(raw.slice(0, longest)).replace(/^[\s\ufeff\u200b]+/, "");
  return /^(?:;+|\/\/+|\/\*|<!--|--+(?=\s)|!|%|::|@?rem(?=\s)|'(?![^'=]*'))/i.exec(text)?.[0];
}

/** What a port would be with nothing but its number, and why it is not that. */
export interface PortSpelling {
  /** Digits; undefined where no number can be told. */
  readonly digits: string | undefined;
  readonly cause: string;
}

/** Reads the text behind `=`, with its quotes; undefined where it is a number and nothing else. */
export function explainPort(bytes: string): PortSpelling | undefined {
  if (/^\d+$/.test(bytes)) return undefined;
  const behind = /^["']?\d+["']?\s*(?:#|;\s*\S|\/\/|\/\*|--|<!--)/.test(bytes);
  if (behind) return { digits: undefined, cause: "a comment after the number" };
  const { text, causes } = follow(bytes, [
    ...invisible,
    ...around.filter(([cause]) => ["quotes", "", "a character after it"].includes(cause)),
  ]);
  const digits = /^\d+$/.test(text) ? text : undefined;
  return { digits, cause: digits === undefined ? "" : causes.join(" and ") };
}

/** Why a priority string is none, where the line and not an element of it is at fault. */
export function explainPriority(bytes: string): string | undefined {
  const text = decodeBytes(bytes);
  if (/^(["'])[^"']*\1\s*(?:#|;|\/\/|\/\*)/.test(text) || /^\S+\s+(?:#|;|\/\/)/.test(text)) {
    return "a comment follows the value";
  }
  if (/[\u2018-\u201f\xab\xbb]/.test(text)) return "the value has typographic quotes";
  if (/^'.*'$/.test(text)) return "the value has single quotes instead of double quotes";
  if (text.endsWith("\\")) return "the value continues on the next line";
  return undefined;
}

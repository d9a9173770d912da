import {
  byteOrderMark,
  lineEnding,
  parseIni,
  trim,
  type IniDocument,
  type IniLine,
} from "./document.ts";

/**
 * A change to one line, as data; `line` is the index of a line of the original document, or -1 for
 * `insertAfter` at the start of the file.
 */
export type IniEdit =
  | {
      readonly op: "set";
      readonly line: number;
      /** Replaces the old value including quotes. */
      readonly value: string;
      readonly quoted?: true;
      /** Removes the lines down to this one, which continued the old value. */
      readonly last?: number;
    }
  | { readonly op: "insertAfter"; readonly line: number; readonly text: string }
  /** Replaces the whole line except its ending. */
  | { readonly op: "rewrite"; readonly line: number; readonly text: string }
  | { readonly op: "commentOut"; readonly line: number }
  | { readonly op: "uncomment"; readonly line: number };

/** All edits are applied or none, so that no file is ever partially edited. */
export type EditOutcome =
  | {
      readonly kind: "edited";
      /** The file after the edits, as bytes. */
      readonly text: string;
    }
  | { readonly kind: "refused"; readonly line: number; readonly reason: string };

/**
 * Splices edits into the file; no other byte changes. Two changes of the same line are refused; lines
 * inserted after the same line keep the order of the edits.
 */
export function applyEdits(document: IniDocument, edits: readonly IniEdit[]): EditOutcome {
  const newLine = usualLineEnding(document);
  const changed = new Set<number>();
  const raws = document.lines.map(({ raw }) => raw);
  const inserted = new Map<number, string[]>();
  for (const edit of edits) {
    const line = document.lines[edit.line];
    if (edit.op === "insertAfter") {
      if (line === undefined && edit.line !== -1) return refused(edit, "there is no such line");
      if (/[\r\n]/.test(edit.text)) return refused(edit, "an inserted line is one line");
      inserted.set(edit.line, [...(inserted.get(edit.line) ?? []), edit.text]);
      continue;
    }
    if (changed.has(edit.line)) return refused(edit, "two edits change the same line");
    changed.add(edit.line);
    const raw = line === undefined ? undefined : changeLine(line, edit);
    if (raw === undefined) return refused(edit, `${edit.op} does not fit this line`);
    raws[edit.line] = raw;
    if (edit.op !== "set") continue;
    for (let rest = edit.line + 1; rest <= (edit.last ?? edit.line); rest++) {
      if (document.lines[rest]?.kind !== "unparsed") return refused(edit, "a line means something");
      raws[rest] = "";
    }
  }
  for (const [index, texts] of inserted) {
    const raw = raws[index] ?? "";
    const ending = lineEnding(raw);
    // The last line may have no ending: then the new last line has none.
    if (index >= 0) {
      raws[index] =
        ending === ""
          ? [raw, ...texts].join(newLine)
          : raw + texts.map((text) => text + ending).join("");
    }
  }
  const top = (inserted.get(-1) ?? []).map((text) => text + newLine).join("");
  const text = raws.join("");
  const start = text.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
  return { kind: "edited", text: text.slice(0, start) + top + text.slice(start) };
}

function refused({ line }: IniEdit, reason: string): EditOutcome {
  return { kind: "refused", line, reason };
}

function usualLineEnding(document: IniDocument): string {
  const line = document.lines.find(({ raw }) => lineEnding(raw) !== "");
  return line === undefined ? "\n" : lineEnding(line.raw);
}

function changeLine(
  line: IniLine,
  edit: Exclude<IniEdit, { op: "insertAfter" }>,
): string | undefined {
  const { raw } = line;
  switch (edit.op) {
    case "set": {
      if (line.kind !== "entry" || /[\r\n"]/.test(edit.value)) return undefined;
      const equals = raw.indexOf("=", line.keySpan[1]);
      const [start, end] = trim(raw, [equals + 1, raw.length - lineEnding(raw).length]);
      const value = edit.quoted ? `"${edit.value}"` : edit.value;
      return raw.slice(0, start) + value + raw.slice(end);
    }
    case "rewrite": {
      if (/[\r\n]/.test(edit.text)) return undefined;
      return raw.slice(0, markLength(raw, edit)) + edit.text + lineEnding(raw);
    }
    case "commentOut": {
      if (line.kind !== "entry" && line.kind !== "unparsed") return undefined;
      const start = markLength(raw, edit);
      return `${raw.slice(0, start)}# ${raw.slice(start)}`;
    }
    case "uncomment":
      return uncommentLine(line);
  }
}

/** The byte order mark belongs to the file, not to the first line. */
function markLength(raw: string, { line }: IniEdit): number {
  return line === 0 && raw.startsWith(byteOrderMark) ? byteOrderMark.length : 0;
}

/** The line without its comment marker and the spaces after it, if that leaves an entry. */
function uncommentLine({ kind, raw }: IniLine): string | undefined {
  if (kind !== "comment") return undefined;
  const mark = raw.indexOf("#");
  let rest = mark + 1;
  while (raw[rest] === " " || raw[rest] === "\t") rest++;
  const text = raw.slice(0, mark) + raw.slice(rest);
  return parseIni(text).lines[0]?.kind === "entry" ? text : undefined;
}

/** The entry in a commented-out line, or undefined. */
export function readCommented(line: IniLine): Extract<IniLine, { kind: "entry" }> | undefined {
  const text = uncommentLine(line);
  const entry = text === undefined ? undefined : parseIni(text).lines[0];
  return entry?.kind === "entry" ? entry : undefined;
}

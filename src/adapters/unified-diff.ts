import { structuredPatch } from "diff";
import type { LineChange } from "../core/fix/suggestions.ts";
import { decodeBytes, encodeBytes, makeVisible } from "../core/base/text.ts";
import type { FileChange } from "../core/fix/changes.ts";

/**
 * A unified diff that `git apply` accepts, as bytes: paths from the root, raw lines, any line
 * ending.
 */
export function renderDiff({ path, before, after }: FileChange): string {
  const { hunks } = structuredPatch("", "", before ?? "", after, "", "", { context: 3 });
  const [from, to] = [quotePath(`a/${path}`), quotePath(`b/${path}`)];
  const header = [
    `diff --git ${from} ${to}`,
    ...(before === undefined ? ["new file mode 100644"] : []),
    `--- ${before === undefined ? "/dev/null" : endName(from)}`,
    `+++ ${endName(to)}`,
  ];
  const body = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`,
    ...lines,
  ]);
  return `${[...header, ...body].join("\n")}\n`;
}

/** The diff for people to read in a log: what cannot be printed, and workflow commands, are escaped. */
export function showDiff(change: FileChange): string {
  const lines = decodeBytes(renderDiff(change)).split("\n");
  const shown = lines.map((line) =>
    makeVisible(line.replace(/\r$/, "")).replace(/^(\s*):/, "$1\\x3a"),
  );
  return shown.join("\n");
}

/** The changed lines. */
export function listLineChanges({ before = "", after }: FileChange): readonly LineChange[] {
  const { hunks } = structuredPatch("", "", before, after, "", "", { context: 0 });
  return hunks.map(({ oldStart, oldLines, lines }) => ({
    start: oldLines === 0 ? oldStart - 1 : oldStart,
    count: oldLines,
    lines: lines.filter((line) => line.startsWith("+")).map((line) => line.slice(1)),
  }));
}

function range(start: number, count: number): string {
  return count === 1 ? String(start) : `${count === 0 ? Math.max(0, start - 1) : start},${count}`;
}

/**
 * Quotes special characters in names like Git: C escapes, byte by byte. Also `##[`, which a GitHub
 * runner would read as a command.
 */
function quotePath(path: string): string {
  const bytes = encodeBytes(path);
  if (!/[^\x20-\x7e]|["\\]|##\[/.test(bytes)) return bytes;
  const escaped = Array.from(bytes, (char) => {
    const code = char.charCodeAt(0);
    if (char === '"' || char === "\\") return `\\${char}`;
    return code < 0x20 || code > 0x7e ? `\\${code.toString(8).padStart(3, "0")}` : char;
  });
  return `"${escaped.join("").replaceAll("##[", "\\043#[")}"`;
}

/** A tab marks the end of a name that contains a space. */
function endName(name: string): string {
  return name.includes(" ") && !name.startsWith('"') ? `${name}\t` : name;
}

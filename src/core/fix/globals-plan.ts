import { globalKeys, globalsSection, readGlobals, type GlobalKey } from "../fleet/globals.ts";
import type { HostFolder } from "../fleet/host-folder.ts";
import { printIni, type IniDocument } from "../formats/ini/document.ts";
import { applyEdits, type IniEdit } from "../formats/ini/edit.ts";
import { differsOnlyIn, readWithIni } from "../formats/ini/cross-check.ts";
import type { ProposedFix } from "../rules/rule.ts";
import { disagreeing } from "./changes.ts";

/** The new globals.ini; `text` is undefined if nothing changes. */
export interface GlobalsPlan {
  readonly before: string | undefined;
  readonly text: string | undefined;
  readonly after: ReturnType<typeof readGlobals> | undefined;
  readonly refused: string | undefined;
}

/** Sets the requested keys; adds missing keys, and the file if it does not exist. */
export function planGlobals(
  folder: HostFolder,
  proposed: readonly (ProposedFix | undefined)[],
): GlobalsPlan {
  const wanted = new Set(proposed.flatMap((fix) => (fix?.kind === "global" ? [fix.key] : [])));
  const keys = globalKeys.filter((key) => wanted.has(key));
  const { globals, path } = folder;
  const before = globals && printIni(globals.file.document);
  if (keys.length === 0) return { before, text: undefined, after: undefined, refused: undefined };
  const text =
    globals === undefined
      ? [`[${globalsSection}]`, ...keys.map(lineOf), ""].join("\n")
      : editGlobals(globals.file.document, keys);
  const named = keys.map((key) => ({ section: globalsSection, key }));
  if (
    text === undefined ||
    (before !== undefined && !differsOnlyIn(readWithIni(before), text, named))
  ) {
    return { before, text: undefined, after: undefined, refused: disagreeing };
  }
  return { before, text, after: readGlobals(`${path}globals.ini`, text), refused: undefined };
}

function lineOf(key: GlobalKey): string {
  return `${key} = https`;
}

function editGlobals(document: IniDocument, keys: readonly GlobalKey[]): string | undefined {
  const { lines } = document;
  const section = lines.findIndex(
    (line) => line.kind === "section" && line.name === globalsSection,
  );
  const edits = keys.map((key): IniEdit => {
    const line = lines.findIndex((other) => other.kind === "entry" && other.key === key);
    if (line >= 0) return { op: "set", line, value: "https" };
    return { op: "insertAfter", line: section, text: lineOf(key) };
  });
  const header: readonly IniEdit[] =
    section < 0 ? [{ op: "insertAfter", line: -1, text: `[${globalsSection}]` }] : [];
  const outcome = applyEdits(document, [...header, ...edits]);
  return outcome.kind === "edited" ? outcome.text : undefined;
}

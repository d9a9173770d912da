import { serverSection, type StpdFile } from "../fleet/stpd-file.ts";
import type { SectionLine } from "../fleet/stpd-lines.ts";
import type { IniEdit } from "../formats/ini/edit.ts";
import { readIniKeys, type NamedKey } from "../formats/ini/cross-check.ts";

/** Lists the keys that `ini` sees on the line of an edit, before and after it. */
export function createTouched(stpd: StpdFile): (edit: IniEdit) => readonly NamedKey[] {
  const sections = new Map(stpd.sections.map((section) => [section.line, section]));
  let current: SectionLine | undefined;
  const sectionOf = stpd.document.lines.map((_, line) => (current = sections.get(line) ?? current));
  return (edit) => listTouched(stpd, edit, sectionOf[edit.line]);
}

function listTouched(
  stpd: StpdFile,
  edit: IniEdit,
  section: SectionLine | undefined,
): readonly NamedKey[] {
  const { lines } = stpd.document;
  if (edit.op === "set") {
    const rest = lines.slice(edit.line + 1, (edit.last ?? edit.line) + 1);
    return rest.flatMap(({ raw }) => readIniKeys(section?.name ?? "", raw));
  }
  if (edit.op !== "commentOut" && edit.op !== "rewrite") return [];
  const name = section?.name ?? "";
  const fresh = edit.op === "rewrite" ? edit.text : "";
  if (section?.line !== edit.line) {
    return [lines[edit.line]?.raw ?? "", fresh].flatMap((raw) => readIniKeys(name, raw));
  }
  // Renaming a section also changes the section of all its keys.
  const next = stpd.sections.find(({ line }) => line > edit.line)?.line ?? lines.length;
  const below = lines.slice(edit.line + 1, next);
  return [name, serverSection].flatMap((other) =>
    below.flatMap(({ raw }) => readIniKeys(other, raw)),
  );
}

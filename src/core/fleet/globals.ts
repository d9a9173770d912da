import { textField } from "../settings/fields.ts";
import {
  readSection,
  readSettingsFile,
  report,
  settingsOf,
  type SettingsFile,
} from "../settings/ini-sections.ts";
import type { Place } from "../formats/ini/document.ts";
import type { Problem } from "../base/errors.ts";

/** Global settings of SEP sesam that the procedure requires; the section is the user. */
export const globalKeys = [
  "gv_default_interface_prefix",
  "gv_default_interface_prefix_ext",
  "gv_conf_use_com_stpd_kill",
] as const;

export type GlobalKey = (typeof globalKeys)[number];

export const globalsSection = "sesam";

export interface GlobalsFile {
  readonly file: SettingsFile;
  readonly problems: readonly Problem[];
}

/** Reads a globals.ini, which contains the desired settings. */
export function readGlobals(path: string, bytes: string): GlobalsFile {
  const file = readSettingsFile(path, bytes);
  for (const [section, line] of file.sections) {
    if (section === globalsSection) continue;
    report(
      file,
      line,
      0,
      `unknown section [${section}]`,
      `globals.ini only has [${globalsSection}].`,
    );
  }
  for (const { line, section, key } of file.settings) {
    if (section !== "") continue;
    report(file, line, 0, `${key} is before the first section`, `Put it in [${globalsSection}].`);
  }
  const shape = Object.fromEntries(globalKeys.map((key) => [key, textField]));
  readSection(file, globalsSection, shape);
  return { file, problems: file.problems };
}

/** The value and place of a key; without the key, the place of the section. */
export function findGlobal(
  { file }: GlobalsFile,
  key: GlobalKey,
): { readonly value: string | undefined; readonly place: Place } {
  const setting = settingsOf(file, globalsSection).find((candidate) => candidate.key === key);
  if (setting !== undefined) {
    const { line, value, valueSpan } = setting;
    return { value, place: { line, span: valueSpan } };
  }
  const line = file.sections.get(globalsSection) ?? 0;
  const raw = file.document.lines[line]?.raw ?? "";
  return { value: undefined, place: { line, span: [0, raw.trimEnd().length] } };
}

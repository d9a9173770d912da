import { keyKinds } from "../gnutls/admission.ts";
import {
  gnutlsField,
  nameField,
  numberField,
  textField,
  withDefault,
  wordField,
} from "../settings/fields.ts";
import {
  readSection,
  readSettingsFile,
  report,
  settingsOf,
  type SettingsFile,
  type SectionValues,
} from "../settings/ini-sections.ts";
import type { Place } from "../formats/ini/document.ts";
import type { Problem } from "../base/errors.ts";

/** Facts about a host. Deliberately without commands, paths to write or ssh options. */
export const factFields = {
  role: withDefault(wordField("server", "rds"), "rds"),
  os: wordField("linux", "windows"),
  avx: wordField("yes", "no"),
  /** As written; see base/release.ts. */
  version: textField,
  /** GnuTLS builds that the host may run, if known. */
  gnutls: gnutlsField,
  /** Key type of STPD's certificate. */
  certificate_key: wordField(...keyKinds),
  address: textField,
  https_port: numberField(1, 65_535),
  environment: nameField,
  wave: numberField(0, 100_000),
  transport: wordField("local", "ssh"),
  runner: textField,
};

export type Facts = Readonly<SectionValues<typeof factFields>>;

export interface FactsFile {
  readonly facts: Facts;
  readonly file: SettingsFile;
  readonly problems: readonly Problem[];
}

export const defaultFacts: Facts = { role: factFields.role.value };

/** Reads a host.ini, which has no sections. */
export function readFacts(path: string, bytes: string): FactsFile {
  const file = readSettingsFile(path, bytes);
  for (const [section, line] of file.sections) {
    report(
      file,
      line,
      0,
      `unexpected section [${section}]`,
      "host.ini has no sections; remove the line.",
    );
  }
  const facts = readSection(file, "", factFields);
  return { facts, file, problems: file.problems };
}

/** A fact with its place in host.ini. */
export function findFact<Key extends keyof Facts>(
  read: FactsFile | undefined,
  key: Key,
): { readonly value: NonNullable<Facts[Key]>; readonly place: Place } | undefined {
  const value = read?.facts[key];
  const setting = read && settingsOf(read.file, "").find((candidate) => candidate.key === key);
  if (value === undefined || setting === undefined) return undefined;
  const { line, keySpan, valueSpan } = setting;
  return { value, place: { line, span: [keySpan[0], valueSpan[1]] } };
}

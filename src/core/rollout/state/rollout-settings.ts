import {
  idField,
  nameField,
  numberField,
  withDefault,
  wordField,
  type Field,
  durationField,
} from "../../settings/fields.ts";
import {
  readSection,
  report,
  reportLacking,
  type SettingsFile,
} from "../../settings/ini-sections.ts";
import { timeZoneField, windowsField, type Window } from "./time-windows.ts";
import { recordKinds, type RecordKind } from "./rollout.ts";

/** A person who may request rollouts or decide about them, with all their accounts. */
export interface Person {
  readonly name: string;
  /** Slack member id; null if the person only uses the command line. */
  readonly slack: string | null;
  /** GitHub account id, which does not change when the account is renamed. */
  readonly github: number;
  readonly groups: readonly string[];
}

/** What the settings require of rollouts of an environment. */
export interface EnvironmentSettings {
  readonly name: string;
  /** How many other people must approve. */
  readonly approvals: number;
  readonly groups: readonly string[];
  /** Seconds after the request. */
  readonly expiresSeconds: number;
  /** Seconds between two waves. */
  readonly soakSeconds: number;
  readonly record: readonly RecordKind[];
  /** Maximum number of failed hosts per wave; more end the rollout. */
  readonly maxFailures: number;
  readonly waveSize: number;
  /** Name of the environment that must be closed before a rollout of this one starts. */
  readonly after: string | null;
  /** Whether the bot posts hosts that differ from what was last verified on them. */
  readonly announceDrift: boolean;
  /** Whether a requested plan is rehearsed on its hosts, and whether approval requires it. */
  readonly rehearsal: (typeof rehearsalModes)[number];
  readonly freeze: readonly Window[];
  readonly backupWindows: readonly Window[];
  readonly timeZone: string;
}

export interface ControllerSettings {
  readonly persons: ReadonlyMap<string, Person>;
  readonly environments: ReadonlyMap<string, EnvironmentSettings>;
  /** GitHub teams of each group, as `organization/team`. */
  readonly teams: ReadonlyMap<string, string>;
}

const rehearsalModes = ["off", "optional", "required"] as const;

const list =
  <Item>(field: Field<Item>): Field<readonly Item[]> =>
  (text) => {
    const items: Item[] = [];
    for (const word of text.split(/[ \t]+/)) {
      const result = field(word);
      if (!result.ok) return result;
      items.push(result.value);
    }
    return { ok: true, value: items };
  };

const slackField: Field<string> = (text) =>
  /^[UW][A-Z0-9]{2,20}$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, expected: "the id of a Slack member, such as U012AB3CD" };

const teamField: Field<string> = (text) =>
  /^[A-Za-z0-9-]+\/[a-z0-9._-]+$/.test(text)
    ? { ok: true, value: text }
    : { ok: false, expected: "organization/team" };

const maxSeconds = 30 * 86_400;

export const rolloutFields = {
  person: { slack: slackField, github: idField, groups: list(nameField) },
  group: { team: teamField },
  environment: {
    approvals: numberField(1, 20),
    groups: list(nameField),
    expires: withDefault(durationField(60, maxSeconds), "8h"),
    soak: withDefault(durationField(0, maxSeconds), "30m"),
    record: list(wordField(...recordKinds)),
    max_failures: withDefault(numberField(0, 256), "0"),
    wave_size: withDefault(numberField(1, 256), "256"),
    after: nameField,
    announce_drift: withDefault(wordField("yes", "no"), "yes"),
    rehearsal: withDefault(wordField(...rehearsalModes), "optional"),
    freeze: windowsField,
    backup_windows: windowsField,
    time_zone: timeZoneField,
  },
};

const sectionForms = "[person.NAME], [group.NAME] and [environment.NAME], in lowercase";

/** Reads these sections from a file whose other sections are read elsewhere. */
export function readControllerSections(
  file: SettingsFile,
  others: readonly string[],
): ControllerSettings {
  readSection(file, "", {});
  const persons = new Map<string, Person>();
  const teams = new Map<string, string>();
  const environments = new Map<string, EnvironmentSettings>();
  for (const [section, line] of file.sections) {
    if (others.includes(section)) continue;
    const [, kind, name = ""] = /^(person|group|environment)\.([a-z0-9_-]+)$/.exec(section) ?? [];
    if (kind === "person") {
      const person = readPerson(file, { section, name });
      if (person !== undefined) persons.set(name, person);
    } else if (kind === "group") {
      const { team } = readSection(file, section, rolloutFields.group);
      if (team === undefined) reportLack(file, section, { team });
      else teams.set(name, team);
    } else if (kind === "environment") {
      const environment = readEnvironment(file, { section, name });
      if (environment !== undefined) environments.set(name, environment);
    } else {
      report(
        file,
        line,
        0,
        `unknown section [${section}]`,
        `Valid sections: ${[...others.map((other) => `[${other}]`), sectionForms].join(", ")}.`,
      );
    }
  }
  const settings = { persons, teams, environments };
  reportSharedAccounts(file, settings);
  reportUnknownGroups(file, settings);
  reportWrongOrder(file, settings);
  return settings;
}

interface NamedSection {
  readonly section: string;
  readonly name: string;
}

function readPerson(file: SettingsFile, { section, name }: NamedSection): Person | undefined {
  const { slack = null, github, groups = [] } = readSection(file, section, rolloutFields.person);
  if (github !== undefined) return { name, slack, github, groups };
  reportLack(file, section, { github });
  return undefined;
}

function readEnvironment(
  file: SettingsFile,
  { section, name }: NamedSection,
): EnvironmentSettings | undefined {
  const before = file.problems.length;
  const read = readSection(file, section, rolloutFields.environment);
  reportAmbiguous(file, { section, name });
  const { approvals, groups, time_zone: timeZone } = read;
  const { freeze = [], backup_windows: backupWindows = [] } = read;
  // Unreadable values are already reported, and a default in their place would be a guess.
  if (file.problems.length > before) return undefined;
  const hasWindows = freeze.length > 0 || backupWindows.length > 0;
  if (approvals === undefined || groups === undefined || (hasWindows && timeZone === undefined)) {
    const needed = { approvals, groups, ...(hasWindows ? { time_zone: timeZone } : {}) };
    reportLack(file, section, needed);
    return undefined;
  }
  return {
    name,
    approvals,
    groups,
    expiresSeconds: read.expires,
    soakSeconds: read.soak,
    record: read.record ?? [],
    maxFailures: read.max_failures,
    waveSize: read.wave_size,
    after: read.after ?? null,
    announceDrift: read.announce_drift === "yes",
    rehearsal: read.rehearsal,
    freeze,
    backupWindows,
    timeZone: timeZone ?? "UTC",
  };
}

/** A command takes an environment or a rollout, by name or number: it must see which one is meant. */
function reportAmbiguous(file: SettingsFile, { section, name }: NamedSection): void {
  if (!/^([0-9]+|.*-(open|close)-[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]+)$/.test(name)) return;
  const line = file.sections.get(section) ?? 0;
  const message = `the environment name '${name}' reads like the name or number of a rollout`;
  report(
    file,
    line,
    0,
    message,
    "Rename it in all settings and host.ini files, for example to site-5.",
  );
}

function reportLack(
  file: SettingsFile,
  section: string,
  needed: Readonly<Record<string, unknown>>,
): void {
  reportLacking(file, section, { needed, next: "Add the missing keys." });
}

/** An account shared by two people could request and approve. */
function reportSharedAccounts(file: SettingsFile, { persons }: ControllerSettings): void {
  const owners = new Map<string, string>();
  for (const { name, slack, github } of persons.values()) {
    for (const account of [`github = ${github}`, ...(slack === null ? [] : [`slack = ${slack}`])]) {
      const other = owners.get(account);
      owners.set(account, name);
      if (other === undefined) continue;
      const line = file.sections.get(`person.${name}`) ?? 0;
      const message = `${name} and ${other} share an account: ${account}`;
      report(file, line, 0, message, "Give each person their own accounts.");
    }
  }
}

function reportUnknownGroups(
  file: SettingsFile,
  { persons, teams, environments }: ControllerSettings,
): void {
  const known = new Set([
    ...teams.keys(),
    ...[...persons.values()].flatMap(({ groups }) => groups),
  ]);
  for (const { name, groups } of environments.values()) {
    for (const group of groups.filter((one) => !known.has(one))) {
      const line = file.sections.get(`environment.${name}`) ?? 0;
      const message = `group '${group}' has no members, so no one can approve`;
      report(
        file,
        line,
        0,
        message,
        `Add the group to a person's groups, or add a section [group.${group}].`,
      );
    }
  }
}

/** Reports an unknown environment in `after`, and environments that wait for each other. */
function reportWrongOrder(file: SettingsFile, { environments }: ControllerSettings): void {
  for (const { name, after } of environments.values()) {
    if (after === null) continue;
    const section = `environment.${name}`;
    const line = file.bySection.get(section)?.find(({ key }) => key === "after")?.line ?? 0;
    if (!file.sections.has(`environment.${after}`)) {
      const message = `invalid value '${after}' for after (expected the name of an environment)`;
      report(file, line, 0, message, `Add a section [environment.${after}], or correct the name.`);
      continue;
    }
    const chain = followOrder(name, environments);
    if (chain.at(-1) !== name) continue;
    const message = `no rollout of ${name} can ever start: ${chain.join(" waits for ")}`;
    report(file, line, 0, message, "Remove one of these keys.");
  }
}

/** The chain of environments that one waits for, up to the first repetition. */
function followOrder(
  first: string,
  environments: ControllerSettings["environments"],
): readonly string[] {
  const chain = [first];
  let next = environments.get(first)?.after ?? null;
  while (next !== null) {
    const isKnown = chain.includes(next);
    chain.push(next);
    next = isKnown ? null : (environments.get(next)?.after ?? null);
  }
  return chain;
}

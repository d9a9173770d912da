import { numberField, textField, withDefault, wordsField } from "../../settings/fields.ts";
import {
  readSection,
  report,
  reportLacking,
  type SettingsFile,
} from "../../settings/ini-sections.ts";
import { httpsField, keyField, pathField } from "./fields.ts";

/** A program and its arguments; they are never passed to a shell. */
export interface PinnedCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Time limit in milliseconds; the program is killed after that. */
  readonly limitMs: number;
}

/** Exit codes of the busy command; any other code means unknown. */
export interface BusyCommand extends PinnedCommand {
  readonly idleExit: number;
  readonly busyExit: number;
}

/** The Server's REST API. It is queried for an RDS, which does not know about jobs. */
export interface ServerPins {
  readonly url: string;
  readonly user: string;
  readonly passwordFile: string;
  readonly caFile: string | undefined;
  readonly loginType: string;
  /** API path that lists the jobs. It is a setting because the path is not verified. */
  readonly jobs: string;
  readonly busyStates: readonly string[];
}

export interface SshPins {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly identity: string;
  readonly knownHosts: string;
  /** Directory for journal and backups on the target host. */
  readonly state: string;
}

export const commandFields = {
  program: pathField,
  arguments: wordsField,
  limit: withDefault(numberField(1, 3600), "120"),
  idle_exit: withDefault(numberField(0, 255), "0"),
  busy_exit: withDefault(numberField(0, 255), "1"),
};

/** Undefined if the section is missing, or has no program, which is reported. */
export function readPinnedCommand(file: SettingsFile, name: string): PinnedCommand | undefined {
  return readBusyCommand(file, name);
}

/**
 * Undefined if the section is missing, or is invalid, which is reported. SEP documents no exit
 * codes; the defaults are 0 for idle and 1 for busy.
 */
export function readBusyCommand(file: SettingsFile, name: string): BusyCommand | undefined {
  const section = `command.${name}`;
  const line = file.sections.get(section);
  if (line === undefined) return undefined;
  const read = readSection(file, section, commandFields);
  if (read.program === undefined) return lack(file, section, read, ["program"]);
  const { idle_exit: idleExit, busy_exit: busyExit } = read;
  if (idleExit === busyExit) {
    const message = `[${section}]: idle_exit and busy_exit are the same exit code, ${idleExit}`;
    report(file, line, 0, message, "Give each its own exit code.");
    return undefined;
  }
  const { program, arguments: words = [], limit } = read;
  return { program, arguments: words, limitMs: 1000 * limit, idleExit, busyExit };
}

export const serverFields = {
  url: httpsField,
  user: textField,
  password_file: pathField,
  ca_file: pathField,
  login_type: withDefault(textField, "CLASSIC"),
  jobs: textField,
  /**
   * States in which a job counts as running. Source: third-party monitoring checks, not verified.
   */
  busy_states: withDefault(wordsField, "ACTIVE IN_QUEUE WAITING INITIALISATION a"),
};

/** Undefined if [server] is missing, or lacks a key, which is reported. */
export function readServer(file: SettingsFile): ServerPins | undefined {
  const line = file.sections.get("server");
  if (line === undefined) return undefined;
  const read = readSection(file, "server", serverFields);
  const { url, user, password_file: passwordFile, jobs } = read;
  if (url === undefined || user === undefined || passwordFile === undefined || jobs === undefined) {
    return lack(file, "server", read, ["url", "user", "password_file", "jobs"]);
  }
  return {
    url,
    user,
    passwordFile,
    caFile: read.ca_file,
    loginType: read.login_type,
    jobs,
    busyStates: read.busy_states,
  };
}

export const sshFields = {
  address: textField,
  port: withDefault(numberField(1, 65_535), "22"),
  user: withDefault(textField, "root"),
  identity: pathField,
  known_hosts: pathField,
  state: withDefault(pathField, "/var/lib/sesam-harden"),
};

/** Undefined if [ssh] is missing, or lacks a key, which is reported. */
export function readSsh(file: SettingsFile): SshPins | undefined {
  const line = file.sections.get("ssh");
  if (line === undefined) return undefined;
  const read = readSection(file, "ssh", sshFields);
  const { address, identity, known_hosts: knownHosts } = read;
  if (address === undefined || identity === undefined || knownHosts === undefined) {
    return lack(file, "ssh", read, ["address", "identity", "known_hosts"]);
  }
  const { port, user, state } = read;
  return { address, port, user, identity, knownHosts, state };
}

export const keyFields = { public: keyField };

/**
 * Reads `[key.NAME]` sections with `public`. Several keys may be valid at once to allow rotation.
 */
export function readKeys(file: SettingsFile): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const section of file.sections.keys()) {
    if (!section.startsWith("key.")) continue;
    const read = readSection(file, section, keyFields);
    if (read.public !== undefined) keys.set(section.slice("key.".length), read.public);
    else lack(file, section, read, ["public"]);
  }
  return keys;
}

function lack(
  file: SettingsFile,
  section: string,
  read: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): undefined {
  const needed = Object.fromEntries(keys.map((key) => [key, read[key]]));
  reportLacking(file, section, { needed, next: "Add the missing keys." });
  return undefined;
}

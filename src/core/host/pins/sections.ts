import { numberField, textField, withDefault, wordsField } from "../../settings/fields.ts";
import {
  readSection,
  report,
  reportLacking,
  type SettingsFile,
} from "../../settings/ini-sections.ts";
import { httpsField, keyField, pathField } from "./fields.ts";

/** A program and its arguments; no shell ever sees them. */
export interface PinnedCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Milliseconds until it is ended. */
  readonly limitMs: number;
}

/** Which exit code of the busy command says what; any other says nothing. */
export interface BusyCommand extends PinnedCommand {
  readonly idleExit: number;
  readonly busyExit: number;
}

/** The Server's REST API, which is asked for an RDS: that one knows of no jobs. */
export interface ServerPins {
  readonly url: string;
  readonly user: string;
  readonly passwordFile: string;
  readonly caFile: string | undefined;
  readonly loginType: string;
  /** What lists the jobs; not verified, so it is a setting. */
  readonly jobs: string;
  readonly busyStates: readonly string[];
}

export interface SshPins {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly identity: string;
  readonly knownHosts: string;
  /** Folder for journal and backups on the host itself. */
  readonly state: string;
}

export const commandFields = {
  program: pathField,
  arguments: wordsField,
  limit: withDefault(numberField(1, 3600), "120"),
  idle_exit: withDefault(numberField(0, 255), "0"),
  busy_exit: withDefault(numberField(0, 255), "1"),
};

/** Undefined where the section is not there, or has no program, which is reported. */
export function readPinnedCommand(file: SettingsFile, name: string): PinnedCommand | undefined {
  return readBusyCommand(file, name);
}

/** Source of the default: none is documented, so a command that ends with 0 says that all is quiet. */
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
  /** In which a job counts as running. Source: facts of third-party checks, not verified. */
  busy_states: withDefault(wordsField, "ACTIVE IN_QUEUE WAITING INITIALISATION a"),
};

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

/** `[key.NAME]` with `public`: several may be valid at once, so that they can be changed. */
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

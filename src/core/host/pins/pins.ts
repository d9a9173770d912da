import {
  idField,
  nameField,
  numberField,
  versionField,
  withDefault,
  wordField,
  wordsField,
} from "../../settings/fields.ts";
import {
  listLacking,
  readSection,
  readSettingsFile,
  report,
  reportUnknown,
  type SettingsFile,
} from "../../settings/ini-sections.ts";
import { hostField, ownerField, pathField } from "./fields.ts";
import {
  readBusyCommand,
  readPinnedCommand,
  readKeys,
  readServer,
  readSsh,
  type BusyCommand,
  type PinnedCommand,
  type ServerPins,
  type SshPins,
} from "./sections.ts";
import type { Problem } from "../../base/errors.ts";

/** A host's own settings: owned by root, and never taken from the config repo. */
export interface Pins {
  /** Name of the host's directory in the config repo. */
  readonly host: string;
  /** GitHub's numeric ID of the config repo. */
  readonly repository: number;
  readonly environment: string | undefined;
  readonly role: "server" | "rds";
  readonly os: "linux" | "windows";
  readonly avx: "yes" | "no" | "unknown";
  readonly version: string | undefined;
  readonly stpdIni: string;
  /** User and group IDs that must own stpd.ini. */
  readonly owner: { readonly user: number; readonly group: number } | undefined;
  /** Names or addresses that clients use for the host. */
  readonly addresses: readonly string[];
  readonly backups: number;
  readonly timer: "auto" | "systemd" | "watchdog";
  readonly limits: {
    readonly watchdogMs: number;
    readonly proveForMs: number;
    readonly settleMs: number;
    readonly quietForMs: number;
    /** Interval between two checks of an RDS's connections. */
    readonly idleMs: number;
    /** Tolerated difference between the clocks of the ticket signer and of this host. */
    readonly clockSkewMs: number;
  };
  readonly restart: PinnedCommand;
  readonly status: PinnedCommand | undefined;
  readonly busy: BusyCommand | undefined;
  readonly smGlbv: PinnedCommand | undefined;
  readonly smGlbvRead: PinnedCommand | undefined;
  readonly server: ServerPins | undefined;
  readonly ssh: SshPins | undefined;
  /** Public keys of the ticket signers as base64url, by `kid`. */
  readonly keys: ReadonlyMap<string, string>;
}

export interface PinsReading {
  /** Undefined if the file has any problem. */
  readonly pins: Pins | undefined;
  /**
   * The readable part of the pins. An undo uses it, because it must not wait until someone fixes
   * them.
   */
  readonly rough: Pins | undefined;
  readonly problems: readonly Problem[];
}

/** Times in seconds. */
export const pinFields = {
  host: hostField,
  repository: idField,
  environment: nameField,
  role: withDefault(wordField("server", "rds"), "rds"),
  os: withDefault(wordField("linux", "windows"), "linux"),
  avx: withDefault(wordField("yes", "no", "unknown"), "unknown"),
  version: versionField,
  stpd_ini: pathField,
  owner: ownerField,
  addresses: wordsField,
  backups: withDefault(numberField(1, 1000), "20"),
  timer: withDefault(wordField("auto", "systemd", "watchdog"), "auto"),
  watchdog: withDefault(numberField(1, 86_400), "900"),
  prove: withDefault(numberField(1, 3600), "120"),
  settle: withDefault(numberField(0, 600), "10"),
  quiet: withDefault(numberField(0, 86_400), "3600"),
  idle: withDefault(numberField(1, 20), "10"),
  clock_skew: withDefault(numberField(0, 600), "60"),
};

const sections = ["restart", "status", "busy", "sm_glbv", "sm_glbv_read"].map(
  (name) => `command.${name}`,
);

/** Reads a pins file. Settings that could lock a backup out have no default. */
export function readPins(path: string, bytes: string): PinsReading {
  const file = readSettingsFile(path, bytes);
  const values = readSection(file, "", pinFields);
  reportStray(file);
  const restart = readPinnedCommand(file, "restart");
  const commands = {
    status: readPinnedCommand(file, "status"),
    busy: readBusyCommand(file, "busy"),
    smGlbv: readPinnedCommand(file, "sm_glbv"),
    smGlbvRead: readPinnedCommand(file, "sm_glbv_read"),
    server: readServer(file),
    ssh: readSsh(file),
    keys: readKeys(file),
  };
  const { host, repository, addresses, stpd_ini: stpdIni } = values;
  const hasRestart = file.sections.has("command.restart");
  const lacking = [
    ...listLacking(file, "", { host, repository, addresses, stpd_ini: stpdIni }),
    ...(hasRestart ? [] : ["[command.restart]"]),
  ];
  if (lacking.length > 0) {
    report(file, 0, 0, `this file lacks ${lacking.join(", ")}`, "Add the missing keys.");
  }
  const limits = {
    watchdogMs: 1000 * values.watchdog,
    proveForMs: 1000 * values.prove,
    settleMs: 1000 * values.settle,
    quietForMs: 1000 * values.quiet,
    idleMs: 1000 * values.idle,
    clockSkewMs: 1000 * values.clock_skew,
  };
  if (restart !== undefined) reportHaste(file, limits, restart);
  const { problems } = file;
  // Without its [ssh] section, a host behind this one would be mistaken for this one.
  const isElsewhere = file.sections.has("ssh") && commands.ssh === undefined;
  const lacks = host === undefined || stpdIni === undefined || isElsewhere;
  if (lacks || addresses === undefined || restart === undefined) {
    return { pins: undefined, rough: undefined, problems };
  }
  const pins: Pins = {
    host,
    // Only a new change needs it, and that requires complete pins.
    repository: repository ?? 0,
    environment: values.environment,
    role: values.role,
    os: values.os,
    avx: values.avx,
    version: values.version,
    stpdIni,
    owner: values.owner,
    addresses,
    backups: values.backups,
    timer: values.timer,
    limits,
    restart,
    ...commands,
  };
  return { pins: problems.length === 0 ? pins : undefined, rough: pins, problems };
}

/** The undo timer must not fire while the health check can still succeed. */
function reportHaste(file: SettingsFile, limits: Pins["limits"], restart: PinnedCommand): void {
  const least = (restart.limitMs + limits.proveForMs + 2 * limits.settleMs) / 1000 + 30;
  if (limits.watchdogMs / 1000 >= least) return;
  const line = (file.bySection.get("") ?? []).find(({ key }) => key === "watchdog")?.line ?? 0;
  const message = `watchdog is ${limits.watchdogMs / 1000} s, but restart and health check may take ${least - 30} s`;
  report(file, line, 0, message, `Set watchdog to at least ${least}.`);
}

function reportStray(file: SettingsFile): void {
  const known = [...sections, "server", "ssh"];
  for (const [section, line] of file.sections) {
    if (known.includes(section) || /^key\.[A-Za-z0-9_-]{1,64}$/.test(section)) continue;
    const what = `section [${section}]`;
    reportUnknown(file, {
      line,
      column: 0,
      what,
      word: section,
      known: [...known, "key.NAME"],
    });
  }
}

export interface HostSeen {
  /** Whether stpd.ini and the restart program exist; undefined over ssh. */
  readonly hasFile: boolean | undefined;
  readonly hasRestart: boolean | undefined;
}

/** Lists what is missing in the pins, or on the host, before a job can change the host. */
export function listLackingPins(pins: Pins, { hasFile, hasRestart }: HostSeen): readonly string[] {
  const { keys, busy, stpdIni, restart, os } = pins;
  return [
    ...(os === "windows"
      ? ["os = windows: hosts on Windows are changed by hand, see docs/windows.md"]
      : []),
    ...(hasFile === false ? [`stpd_ini: ${stpdIni} does not exist`] : []),
    ...(hasRestart === false ? [`[command.restart]: ${restart.program} does not exist`] : []),
    ...(busy === undefined
      ? ["[command.busy]: missing, so running transfers cannot be detected"]
      : []),
    ...(keys.size === 0 ? ["[key.KID]: missing, so no ticket is accepted"] : []),
  ];
}

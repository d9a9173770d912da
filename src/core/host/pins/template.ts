import { pinFields } from "./pins.ts";
import { docsUrl } from "../../base/docs-url.ts";
import type { commandFields, PinnedCommand, serverFields } from "./sections.ts";

type PinKey = keyof typeof pinFields;
type CommandKey = keyof typeof commandFields;
type ServerKey = keyof typeof serverFields;

export interface NewPins {
  readonly host: string;
  readonly repository: string;
  readonly environment: string | undefined;
  readonly role: string;
  readonly stpdIni: string;
  /** Such as 0:0; undefined if the file does not exist. */
  readonly owner: string | undefined;
  readonly addresses: readonly string[];
  /** Path of sm_main, as in SEP's Linux packages. */
  readonly smMain: string;
  readonly keys: readonly { readonly kid: string; readonly x: string }[];
}

/** Prints a pins file for a new host, for an operator to review and complete. */
export function printPins(pins: NewPins): string {
  const { host, repository, environment, role, stpdIni, owner, addresses, smMain, keys } = pins;
  return `${[
    "# Pins of this host: owned by root, and never taken from the config repo.",
    `# Every key: ${docsUrl}pins.md`,
    set("host", host),
    set("repository", repository),
    environment === undefined ? show("environment", "production") : set("environment", environment),
    set("role", role),
    set("stpd_ini", stpdIni),
    owner === undefined ? show("owner", "0:0") : set("owner", owner),
    set("addresses", addresses.join(" ")),
    "# Seconds until a change is rolled back, unless the host is verified before.",
    set("watchdog", pinFields.watchdog.fallback),
    "",
    "# SEP documents no way to restart only STPD, so this restarts all of SEP sesam. If systemd",
    "# starts it, use program = /usr/bin/systemctl with arguments = restart UNIT, so that it stays",
    "# in its own unit.",
    "[command.restart]",
    set("program", smMain),
    set("arguments", "restart"),
    "",
    "[command.status]",
    set("program", smMain),
    set("arguments", "status"),
    "",
    "# Its exit code shows whether transfers are running. Without it this host is never changed.",
    "# SEP documents no such command; this one looks for backup processes. See",
    `# ${docsUrl}apply.md#is-the-host-idle`,
    "# [command.busy]",
    show("program", "/usr/bin/pgrep"),
    show("arguments", "-f sm_sms_backup"),
    show("idle_exit", "1"),
    show("busy_exit", "0"),
    ...(role === "server" ? serverLines(smMain) : rdsLines),
    ...keys.flatMap(({ kid, x }) => ["", `[key.${kid}]`, `public = ${x}`]),
  ].join("\n")}\n`;
}

/** The key must be one that the reader knows; an unknown key does not compile. */
function set(key: PinKey | CommandKey, value: string): string {
  return `${key} = ${value}`;
}

/** A commented-out example, which sets nothing. */
function show(key: PinKey | CommandKey | ServerKey, example: string): string {
  return `# ${key} = ${example}`;
}

function serverLines(smMain: string): readonly string[] {
  const folder = smMain.slice(0, smMain.lastIndexOf("/"));
  return ["", "[command.sm_glbv]", set("program", `${folder}/sm_glbv`)];
}

const rdsLines: readonly string[] = [
  "",
  "# An RDS has no list of jobs, so its connections are checked. Its Server can be asked too; then",
  "# it must answer. The path that lists jobs is not verified.",
  "# [server]",
  show("url", "https://sesam1:11401"),
  show("user", "reader"),
  show("password_file", "/etc/sesam-harden/server.password"),
  show("ca_file", "/etc/sesam-harden/server-ca.pem"),
  show("jobs", "/results"),
];

/**
 * Returns the full name of the unit that a command restarts with systemctl; undefined for any other
 * command.
 */
export function findUnit({
  program,
  arguments: words,
}: Pick<PinnedCommand, "program" | "arguments">): string | undefined {
  const unit = words.at(-1) ?? "";
  const isRestart = program.endsWith("/systemctl") && words.at(-2) === "restart";
  if (!isRestart || !/^[A-Za-z0-9:_.@-]+$/.test(unit)) return undefined;
  return unit.includes(".") ? unit : `${unit}.service`;
}

/**
 * Prints the unit that undoes unconfirmed changes at boot. It is ordered after the units of SEP
 * sesam: a restart would conflict with a unit that is still starting, and a restart issued earlier
 * never finishes.
 */
export function printUnit(command: readonly string[], units: readonly string[] = []): string {
  const start = [...command, "recover", "--cause", "boot"].map(quoteForUnit).join(" ");
  return `${[
    "[Unit]",
    "Description=Undo unconfirmed changes of SEP sesam's stpd.ini",
    `Documentation=${docsUrl}host.md`,
    ["After=network-online.target", ...units].join(" "),
    "Wants=network-online.target",
    "",
    "[Service]",
    // An undo may wait for transfers, and the boot must not wait for it.
    "Type=simple",
    `ExecStart=${start}`,
    // Restart it if a signal ended it, such as from the OOM killer.
    "Restart=on-abnormal",
    "RestartSec=60",
    // Processes that recovery starts must outlive it.
    "KillMode=process",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ].join("\n")}\n`;
}

/** Source: systemd.service(5), Command Lines. */
function quoteForUnit(word: string): string {
  if (/^[\w@+=:,./-]+$/.test(word)) return word;
  const text = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `"${text.replaceAll("%", "%%").replaceAll("$", "$$$$")}"`;
}

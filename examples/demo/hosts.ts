import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PublicKey } from "../../src/core/rollout/jws.ts";
import { makeCertificate } from "./certificate.ts";
import { addresses, environment, type DemoHost } from "./fleet.ts";
import { install } from "./install.ts";
import { runNode } from "./program.ts";

/** The hosts of the fleet, each in a folder of its own, with the program installed beside them. */
export interface Hosts {
  /** How the program came to its place, for people. */
  readonly installedBy: string;
  readonly program: string;
  readonly restart: (host: string) => Promise<void>;
  readonly stop: (host: string) => Promise<void>;
  /** Takes the key of the host's STPD away, or puts it back. */
  readonly setKey: (host: string, isThere: boolean) => void;
  /** Bytes of its stpd.ini. */
  readonly read: (host: string) => string;
  /** What the program has written down about it, oldest first. */
  readonly readRecords: (host: string) => readonly HostRecordLine[];
  /** Until its timer puts the old file back; 0 where it is over, or none is set. */
  readonly secondsLeft: (host: string) => number;
  /** As `host records` prints what lies on all of them. */
  readonly printRecords: () => Promise<string>;
}

export interface HostRecordLine {
  readonly command: string;
}

const copies = ["stpd", "service"] as const;

/** Seconds until a host puts its old file back: as few as the program takes. */
const watchdog = 34;

export interface HostsOptions {
  readonly folder: string;
  readonly hosts: readonly DemoHost[];
  /** GitHub's number of the config repo. */
  readonly repository: number;
  /** Whose signature counts on the hosts. */
  readonly key: PublicKey;
}

export async function openHosts({ folder, hosts, repository, key }: HostsOptions): Promise<Hosts> {
  const root = join(folder, "root");
  const folderOf = (host: string): string => join(folder, host);
  const installedBy = await install(root);
  for (const host of hosts) {
    makeHost(folderOf(host.name), host);
    const pins = printPins(host, { service: join(folderOf(host.name), "service.mts"), repository });
    const keys = `[key.${key.kid}]\npublic = ${key.x}\n`;
    writeFileSync(join(root, `etc/sesam-harden/${host.name}.ini`), `${pins}${keys}`, { mode: 0o644 });
  }
  const program = join(root, "usr/local/lib/sesam-harden/index.js");
  const manage = async (host: string, what: "restart" | "stop"): Promise<void> => {
    const { status, stderr } = await runNode([join(folderOf(host), "service.mts"), what]);
    if (status !== 0) throw new Error(`${what} of ${host}: ${stderr}`);
  };
  return {
    installedBy,
    program,
    restart: (host) => manage(host, "restart"),
    stop: (host) => manage(host, "stop"),
    setKey: (host, isThere) => {
      const place = join(folderOf(host), "keys");
      const [from, to] = isThere ? ["lost.key", "own.key"] : ["own.key", "lost.key"];
      renameSync(join(place, from), join(place, to));
    },
    read: (host) => readFileSync(join(folderOf(host), "etc/stpd.ini"), "latin1"),
    readRecords: (host) => {
      const path = join(root, "var/lib/sesam-harden", host, "records.jsonl");
      if (!existsSync(path)) return [];
      const lines = readFileSync(path, "utf8").trim().split("\n");
      return lines.map((line) => JSON.parse(line) as HostRecordLine);
    },
    secondsLeft: (host) => {
      const path = join(root, "var/lib/sesam-harden", host, "journal.json");
      if (!existsSync(path)) return 0;
      const { startedAt } = JSON.parse(readFileSync(path, "utf8")) as { startedAt: string };
      return Math.max(0, watchdog - Math.floor((Date.now() - Date.parse(startedAt)) / 1000));
    },
    printRecords: async () => {
      const { status, stdout, stderr } = await runNode([program, "host", "records"]);
      if (status !== 0) throw new Error(`host records: ${stderr}`);
      return stdout;
    },
  };
}

function makeHost(folder: string, { name, file }: DemoHost): void {
  for (const part of ["etc", "keys", "run"]) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, "etc/stpd.ini"), file, { mode: 0o644 });
  const { key, cert } = makeCertificate(name, addresses);
  writeFileSync(join(folder, "keys/own.key"), key, { mode: 0o600 });
  writeFileSync(join(folder, "keys/own.crt"), cert);
  writeFileSync(join(folder, "run/settings"), [process.pid, ...addresses].join(" "));
  for (const copy of copies) {
    const source = fileURLToPath(new URL(`${copy}.ts`, import.meta.url));
    copyFileSync(source, join(folder, `${copy}.mts`));
  }
}

function printPins(
  { name }: DemoHost,
  { service, repository }: { readonly service: string; readonly repository: number },
): string {
  const command = (what: string): string =>
    `[command.${what}]\nprogram = ${process.execPath}\narguments = ${service} ${what}\nlimit = 2\n`;
  // An RDS would have to ask its Server whether it is busy, and there is none with an API here.
  return `host = ${name}
repository = ${repository}
environment = ${environment}
role = server
stpd_ini = ${service.replace("service.mts", "etc/stpd.ini")}
owner = ${process.geteuid?.() ?? 0}:${process.getegid?.() ?? 0}
addresses = ${addresses[1]}
timer = watchdog
watchdog = ${watchdog}
prove = 2
settle = 0
quiet = 5
${command("restart")}${command("status")}${command("busy")}`;
}


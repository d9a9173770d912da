import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createStpdParser } from "../../../../src/core/fleet/stpd-file.ts";
import { vendorPriority } from "../../../../src/core/gnutls/verdict.ts";
import { defaultPolicy } from "../../../../src/core/settings/policy.ts";
import { planBridge } from "../../../../src/core/rollout/plan/bridge.ts";
import type { PublicKey } from "../../../../src/core/formats/jws.ts";
import { readRecords } from "../../../../src/core/rollout/plan/records-file.ts";
import { distFile } from "../programs.ts";
import { createStandInHost, type StandInHost } from "../../fakes/host/stand-in-host.ts";
import type { HostKey } from "../../../../src/core/rollout/state/host-keys.ts";

export interface LoopHost {
  readonly name: string;
  readonly role: "server" | "rds";
  readonly wave: number;
  readonly standIn: StandInHost;
  /** The first file, the bridge, and the last file. */
  readonly files: Readonly<Record<"plain" | "bridge" | "desired", string>>;
}

export type FileName = keyof LoopHost["files"] | "other";

export const environment = "production";
export const repositoryNumber = 4711;

/** Hosts on loopback, each with its own ports, since all of them share this machine. */
export function createHosts(count: number): readonly LoopHost[] {
  return Array.from({ length: count }, (_, index) => {
    const isServer = index === count - 1;
    const ports = { ftp: 21_001 + index, http: 22_001 + index, https: 23_001 + index };
    const plain = `[STPD_Server]\nSTPD_PORT=${ports.ftp}\nSTPD_HTTP_PORT=${ports.http}\n`;
    const priority = `STPD_HTTPS_PRIORITY_STRING="${vendorPriority}"`;
    const desired = `[STPD_Server]\n# STPD_PORT=${ports.ftp}\n# STPD_HTTP_PORT=${ports.http}\nSTPD_HTTPS_PORT=${ports.https}\n${priority}\n`;
    const standIn = createStandInHost({
      flavour: "microhttpd",
      stpdIni: plain,
      addresses: ["127.0.0.1", "127.0.0.2"],
    });
    return {
      name: isServer ? "sesam1" : `rds${index + 1}`,
      role: isServer ? "server" : "rds",
      // The first is the canary, regardless of its number.
      wave: isServer ? 1 : 1 + Math.floor(index / 4),
      standIn,
      files: { plain, bridge: bridgeOf(desired, plain), desired },
    };
  });
}

function bridgeOf(desired: string, current: string): string {
  const made = planBridge({ desired, current, parse: createStpdParser(defaultPolicy) });
  if (made.kind === "refused") throw new Error(made.refusal.message);
  return made.bytes;
}

export function nameFile({ standIn, files }: LoopHost): FileName {
  const bytes = readFileSync(standIn.stpdIni, "latin1");
  const names = ["plain", "bridge", "desired"] as const;
  return names.find((name) => files[name] === bytes) ?? "other";
}

export function nameFiles(hosts: readonly LoopHost[]): Readonly<Record<string, FileName>> {
  return Object.fromEntries(hosts.map((host) => [host.name, nameFile(host)]));
}

export function findHost(hosts: readonly LoopHost[], name: string): LoopHost {
  const found = hosts.find((host) => host.name === name);
  if (found === undefined) throw new Error(`there is no host ${name}`);
  return found;
}

/** The config repo, by path. */
export function listConfigFiles(hosts: readonly LoopHost[]): Readonly<Record<string, string>> {
  const inventory = {
    schemaVersion: 1,
    exportedAt: `${new Date().toISOString().slice(0, 19)}Z`,
    server: "sesam1",
    clients: [],
    usage: [],
  };
  const globals = ["gv_default_interface_prefix", "gv_default_interface_prefix_ext"];
  const settings = [...globals, "gv_conf_use_com_stpd_kill"].map((key) => `${key} = https\n`);
  return Object.fromEntries(
    hosts.flatMap(({ name, role, wave, files }) => [
      [`hosts/${name}/stpd.ini`, files.desired],
      [
        `hosts/${name}/host.ini`,
        `role = ${role}\nos = linux\nversion = 5.1.0.14\nenvironment = ${environment}\nwave = ${wave}\n`,
      ],
      ...(role === "server"
        ? [
            [`hosts/${name}/interfaces.json`, JSON.stringify(inventory)],
            [`hosts/${name}/globals.ini`, `[sesam]\n${settings.join("")}`],
          ]
        : []),
    ]),
  );
}

export interface InstalledFleet {
  /** Directory of a `sudo` that allows what the line of `host install` allows. */
  readonly bin: string;
  /** As `host records` publishes them. */
  readonly hostKeys: readonly HostKey[];
}

/** Installs the bundled program below a directory, with pins and a key for each host. */
export function installFleet(
  root: string,
  hosts: readonly LoopHost[],
  keys: readonly PublicKey[],
): InstalledFleet {
  const run = (file: string, args: readonly string[]): string => {
    const ended = spawnSync(process.execPath, [file, "host", ...args], { encoding: "utf8" });
    if (ended.status !== 0) throw new Error(ended.stderr);
    return ended.stdout;
  };
  const install = ["install", "--root", root, "--runner-user", "nobody"];
  run(distFile, install);
  for (const host of hosts) {
    const path = join(root, "etc/sesam-harden", `${host.name}.ini`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, printPins(host, keys));
  }
  const program = join(root, "usr/local/lib/sesam-harden/index.js");
  // Again, now with pins, so that each host gets its key.
  run(distFile, install);
  const reading = readRecords(run(program, ["records"]));
  if (reading.kind === "refused") throw new Error(reading.reason);
  const bin = join(root, "bin");
  mkdirSync(bin);
  // The workflow uses the paths of a real host; here they are below the root.
  writeFileSync(
    join(bin, "sudo"),
    `#!/bin/sh
case "$*" in
  "-n /usr/local/lib/sesam-harden/sesam-harden apply --from-job "*) shift 2 ;;
  "-n /usr/local/lib/sesam-harden/sesam-harden host check --from-job "*) shift 2 ;;
  *) echo "sudo: a password is required" >&2; exit 1 ;;
esac
exec '${join(dirname(program), "sesam-harden")}' "$@"
`,
  );
  chmodSync(join(bin, "sudo"), 0o755);
  return { bin, hostKeys: reading.records.keys ?? [] };
}

function printPins({ name, standIn }: LoopHost, keys: readonly PublicKey[]): string {
  const command = (what: "restart" | "status" | "busy"): string => {
    const [program, ...args] = standIn.commands[what];
    return `[command.${what}]\nprogram = ${program}\narguments = ${args.join(" ")}\nlimit = 10\n`;
  };
  // An RDS would have to ask its Server whether it is busy, and there is none with an API here.
  return `host = ${name}
repository = ${repositoryNumber}
environment = ${environment}
role = server
stpd_ini = ${standIn.stpdIni}
owner = ${process.geteuid?.() ?? 0}:${process.getegid?.() ?? 0}
addresses = 127.0.0.2
timer = watchdog
watchdog = 90
prove = 20
settle = 1
quiet = 5
clock_skew = 0
${command("restart")}${command("status")}${command("busy")}${keys
    .map(({ kid, x }) => `[key.${kid}]\npublic = ${x}\n`)
    .join("")}`;
}

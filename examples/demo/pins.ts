import type { PublicKey } from "../../src/core/formats/jws.ts";
import { addresses, environment } from "./fleet.ts";

/** Seconds, as in pins. */
export interface Limits {
  /** Until a host restores its old file. */
  readonly watchdog: number;
  readonly restart: number;
  readonly prove: number;
}

export const usual: Limits = { watchdog: 90, restart: 20, prove: 20 };
/** The shortest that the program accepts, so that the demo does not wait. */
export const short: Limits = { watchdog: 35, restart: 4, prove: 1 };

interface PinsOptions {
  readonly service: string;
  readonly repository: number;
  readonly limits: Limits;
  readonly key: PublicKey;
}

/** The pins that `host install` writes for a host, with the commands of a stand-in. */
export function printPins(name: string, { service, repository, limits, key }: PinsOptions): string {
  const restart = printCommand("restart", limits.restart, [process.execPath, service, "restart"]);
  const status = printCommand("status", 20, ["/usr/bin/env", "echo", "sesam", "5.1.0.14"]);
  const busy = printCommand("busy", 20, ["/usr/bin/env", "true"]);
  // An RDS would have to ask its Server whether it is busy, and the demo has no Server with an API.
  return `host = ${name}
repository = ${repository}
environment = ${environment}
role = server
stpd_ini = ${service.replace("service.mts", "etc/stpd.ini")}
owner = ${process.geteuid?.() ?? 0}:${process.getegid?.() ?? 0}
addresses = ${addresses[1]}
timer = watchdog
watchdog = ${limits.watchdog}
prove = ${limits.prove}
settle = 0
quiet = 5
${restart}${status}${busy}[key.${key.kid}]
public = ${key.x}
`;
}


function printCommand(what: string, limit: number, words: readonly [string, ...string[]]): string {
  const [program, ...args] = words;
  return `[command.${what}]\nprogram = ${program}\narguments = ${args.join(" ")}\nlimit = ${limit}\n`;
}

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeCertificate } from "../../builders/certificates.ts";
import type { Ended } from "../../harness/programs.ts";
import { compileStpd } from "./stand-in-stpd.ts";

/** microhttpd closes if it refuses a version; gnutls-serv sends an alert, and needs a namespace. */
export type Flavour = "microhttpd" | "gnutls-serv";

/** The effect of one restart; without one it works. */
export type RestartFault =
  /** Stops, and ends with exit code 1. */
  | { readonly kind: "fails" }
  /** Stops, but exits with 0. */
  | { readonly kind: "stays-down" }
  /** Never ends; the service was not touched, or was stopped. */
  | { readonly kind: "hangs" | "hangs-down" }
  /** Starts with the file that was read at the last start. */
  | { readonly kind: "old-config" }
  /** HTTPS closes after this many milliseconds; the other ports stay. */
  | { readonly kind: "https-dies"; readonly after: number }
  /** The restart ends at once, the ports open this many seconds later. */
  | { readonly kind: "slow"; readonly after: number }
  /** Another key answers at all addresses but the host's own loopback. */
  | { readonly kind: "neighbour" }
  | { readonly kind: "works" };

export interface StandInHostOptions {
  readonly flavour: Flavour;
  readonly stpdIni: string;
  /** On loopback; the first is the host's own, the others are those that clients use. */
  readonly addresses?: readonly [string, ...string[]];
  /** As the status command reports it. */
  readonly version?: string;
}

export type ServiceCommand = "restart" | "stop" | "status" | "busy";

/** A host in its own directory: an stpd.ini, a service manager and an STPD that it starts. */
export interface StandInHost {
  readonly folder: string;
  /** The only file of its folder. */
  readonly stpdIni: string;
  readonly commands: Readonly<Record<ServiceCommand, readonly [string, ...string[]]>>;
  readonly run: (command: ServiceCommand) => Promise<Ended>;
  /** What the next restarts do, in order, after those that were planned before. */
  readonly plan: (...faults: readonly RestartFault[]) => void;
  /** A text while transfers run. */
  readonly setBusy: (transfers: string | undefined) => void;
  /** Stops the service and removes the directory. */
  readonly remove: () => Promise<void>;
}

const peers = fileURLToPath(new URL("../../../peers/", import.meta.url));
const manager = join(peers, "stand-in-service.sh");

function programOf(flavour: Flavour): string {
  if (flavour === "gnutls-serv") return `${process.execPath} ${join(peers, "gnutls-stpd.ts")}`;
  const program = compileStpd();
  if (program === undefined) throw new Error("this stand-in needs gcc and libmicrohttpd-dev");
  return program;
}

/** Creates the host; its service is down until the first restart. */
export function createStandInHost({
  flavour,
  stpdIni,
  addresses = ["127.0.0.1"],
  version = "5.1.0.14",
}: StandInHostOptions): StandInHost {
  const folder = mkdtempSync(join(tmpdir(), "host-"));
  const path = (name: string): string => join(folder, name);
  for (const name of ["etc", "run", "faults"]) mkdirSync(path(name));
  writeFileSync(path("etc/stpd.ini"), stpdIni, "latin1");
  for (const name of ["own", "neighbour"]) {
    const { key, cert } = makeCertificate(`DNS:localhost,IP:${addresses.join(",IP:")}`);
    writeFileSync(path(`run/${name}.key`), key);
    writeFileSync(path(`run/${name}.crt`), cert);
  }
  const [inside, ...outside] = addresses;
  const settings = {
    program: programOf(flavour),
    // gnutls-serv uses all of them.
    addresses: flavour === "gnutls-serv" ? "0.0.0.0" : addresses.join(" "),
    inside,
    outside: outside.join(" "),
    version,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(path("run/settings"), lines.join(""));
  return operate(folder);
}

function operate(folder: string): StandInHost {
  const path = (name: string): string => join(folder, name);
  const command = (name: ServiceCommand) => ["/bin/sh", manager, folder, name] as const;
  const commands = {
    restart: command("restart"),
    stop: command("stop"),
    status: command("status"),
    busy: command("busy"),
  };
  let planned = 0;
  const run = (name: ServiceCommand): Promise<Ended> => runCommand(commands[name]);
  return {
    folder,
    stpdIni: path("etc/stpd.ini"),
    commands,
    run,
    plan: (...faults) => {
      for (const fault of faults) {
        const number = String(++planned).padStart(4, "0");
        const content = "after" in fault ? String(fault.after) : "";
        writeFileSync(path(`faults/${number}-${fault.kind}`), content);
      }
    },
    setBusy: (transfers) => {
      if (transfers === undefined) rmSync(path("busy"), { force: true });
      else writeFileSync(path("busy"), `${transfers}\n`);
    },
    remove: async () => {
      await run("stop");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function runCommand([program, ...args]: readonly [string, ...string[]]): Promise<Ended> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, ...texts }));
  });
}

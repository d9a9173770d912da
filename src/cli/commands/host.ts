import { readTrusted } from "../../adapters/host-local/file-trust.ts";
import { runCommand } from "../../adapters/host-local/spawn.ts";
import {
  installProgram,
  ownerOf,
  placesBelow,
  uninstallProgram,
  writeNew,
  writeOver,
  type Places,
} from "../../adapters/host-local/install.ts";
import {
  listPinned,
  loadPins,
  ownCommand,
  type Installation,
} from "../../adapters/host-local/installation.ts";
import { listChanged } from "../../adapters/host-local/kept-pins.ts";
import { makeReportKey } from "../../adapters/host-local/report-key.ts";
import { prepareState } from "../../adapters/host-local/state.ts";
import { createJournalStore } from "../../adapters/host-local/state-folder.ts";
import { hasSystemd } from "../../adapters/host-local/stpd-service.ts";
import { HardenError } from "../../core/base/errors.ts";
import { joinPath } from "../../core/base/paths.ts";
import { readPins, type Pins } from "../../core/host/pins/pins.ts";
import { canStandInSudoers, printSudoers, readSudoers } from "../../core/host/pins/sudoers.ts";
import { findUnit, printPins, printUnit } from "../../core/host/pins/template.ts";
import { makeVisible } from "../../core/base/text.ts";
import { version } from "../../core/base/version.ts";
import { chooseWord, usage } from "../../shell/options.ts";
import { describeLacking } from "./support/describe-lacking.ts";
import { readHostKeys } from "./support/host-keys.ts";
import { showRecords } from "./support/host-records.ts";
import { runHostCheck } from "./support/host-check.ts";
import { showStatus } from "./support/host-status.ts";
import { findProgram } from "./support/open-host.ts";
import { listVerbs, parseCommand, type Parsed } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";

export async function runHost([verb, ...args]: readonly string[], shell: Shell): Promise<number> {
  switch (verb) {
    case "install":
      return await install(parseCommand(args, "host install"), shell);
    case "status":
      return await showStatus(parseCommand(args, "host status").one("--host"), shell);
    case "check":
      return await runHostCheck(args, shell);
    case "records":
      return await showRecords(parseCommand(args, "host records"), shell);
    case "uninstall":
      return await uninstall(parseCommand(args, "host uninstall"), shell);
    default: {
      const verbs = listVerbs("host");
      throw usage(`host needs one of ${verbs.join(", ")}`, verb, verbs);
    }
  }
}

function readRoot(parsed: Parsed<"host uninstall">, { files }: Shell): string {
  return files.absolute(parsed.one("--root") ?? "/");
}

async function install(parsed: Parsed<"host install">, shell: Shell): Promise<number> {
  refuseOthers();
  const root = readRoot(parsed, shell);
  const places = placesBelow(root);
  const host = parsed.one("--host");
  const pins = host === undefined ? undefined : describePins(parsed, host, shell);
  installProgram(findProgram(), places);
  const lines = [`installed ${version} as ${places.program}`];
  const own = ownCommand(places.program);
  const command = [own.program, ...own.arguments];
  if (host !== undefined && pins !== undefined) {
    const path = joinPath(places.pins, `${host}.ini`);
    const isNew = writeNew(path, pins, 0o644);
    lines.push(isNew ? `wrote ${path}: check and complete it` : `kept ${path}`);
    if (isNew && parsed.one("--role") === undefined) {
      lines.push("role = rds, since --role was not given: a Server needs --role server");
    }
  }
  const user = parsed.one("--runner-user");
  if (user !== undefined) {
    if (!/^[a-z_][a-z0-9_-]{0,31}\$?$/.test(user))
      throw usage("--runner-user needs the name of a user");
    if (!canStandInSudoers(places.launcher)) {
      throw new HardenError(
        "usage",
        `${makeVisible(places.launcher)} has a character with a special meaning in sudoers`,
        "Choose a --root whose path does not contain it.",
      );
    }
    writeOver(places.sudoers, printSudoers(user, places.launcher), 0o440);
    lines.push(
      `wrote ${places.sudoers}: ${user} may run only apply and host check, with --from-job, and globals --read`,
    );
  } else if (letsJobsBeRoot(places)) {
    lines.push(
      `WARNING: ${places.sudoers} is from an older release and lets a job become root; install again with --runner-user`,
    );
  }
  for (const name of listPinned(places)) {
    if (await makeReportKey(prepareState(places, name))) {
      lines.push(`created the report key of ${name}; host records prints its public half`);
    }
  }
  writeOver(places.unit, printUnit(command, listUnits(places)), 0o644);
  lines.push(`wrote ${places.unit}`, ...(await enableUnit(root, places)));
  if (host !== undefined) lines.push(...describeInstalled(host, places, shell));
  shell.terminal.out(`${lines.join("\n")}\n`);
  return 0;
}

function letsJobsBeRoot({ sudoers, launcher }: Places): boolean {
  const text = readTrusted(sudoers);
  if (text.kind === "failed" || text.value === undefined) return false;
  return readSudoers(text.value.text, launcher).kind === "unsafe";
}

/** Run by another user, the files would belong to an account that the trust boundary excludes. */
function refuseOthers(): void {
  if (process.platform === "win32") {
    const message =
      "this program changes hosts on Linux only; hosts on Windows are changed by hand";
    throw new HardenError("usage", message, "See docs/windows.md.");
  }
  if (process.geteuid?.() === 0) return;
  throw new HardenError("usage", "host must be run as root", "Run it with sudo, on the host.");
}

function describePins(parsed: Parsed<"host install">, host: string, shell: Shell): string {
  const repository = parsed.one("--repository") ?? "";
  const addresses = parsed.many("--address");
  if (repository === "") throw usage("--repository needs GitHub's number of the config repo");
  if (addresses.length === 0) throw usage("--address needs a name or address that clients use");
  const stpdIni = parsed.one("--stpd-ini") ?? "/var/opt/sesam/var/ini/stpd.ini";
  const text = printPins({
    host,
    repository,
    environment: parsed.one("--environment"),
    role: chooseWord("--role", parsed.one("--role"), ["server", "rds"], "rds"),
    stpdIni,
    owner: ownerOf(stpdIni),
    addresses,
    smMain: parsed.one("--sm-main") ?? "/opt/sesam/bin/sesam/sm_main",
    keys: readHostKeys(parsed, shell),
  });
  const { problems } = readPins(`${host}.ini`, text);
  if (problems.length === 0) return text;
  const next = "Correct the options.";
  throw new HardenError("settings", "invalid options", next, { problems, root: "/" });
}

/** Undefined if the pins are invalid; other hosts can be installed anyway. */
function readUsable(places: Installation, host: string): Pins | undefined {
  try {
    return loadPins(places, host);
  } catch (error) {
    if (error instanceof HardenError) return undefined;
    throw error;
  }
}

/** Units of this machine that the pins restart. */
function listUnits(places: Installation): readonly string[] {
  const all = listPinned(places).map((host) => readUsable(places, host));
  const units = all.flatMap((pins) => {
    const unit = pins === undefined || pins.ssh !== undefined ? undefined : findUnit(pins.restart);
    return unit === undefined ? [] : [unit];
  });
  return [...new Set(units)];
}

/** What is missing before a first change, according to the current pins. */
function describeInstalled(host: string, places: Installation, shell: Shell): readonly string[] {
  const pins = readUsable(places, host);
  if (pins === undefined) return [`the pins of ${host} are invalid; host status shows why`];
  return describeLacking(pins, shell);
}

/** Only if `root` is this machine, and it runs systemd. */
async function enableUnit(root: string, { unit }: Places): Promise<readonly string[]> {
  if (root !== "/" || !hasSystemd()) {
    return [
      `not enabled here: enable ${unit}, or make sure that recover --cause boot runs at boot`,
    ];
  }
  for (const args of [["daemon-reload"], ["enable", "sesam-harden-recover.service"]]) {
    const end = await runCommand({
      program: "/usr/bin/systemctl",
      arguments: args,
      limitMs: 60_000,
    });
    if (end.kind === "ended" && end.code === 0) continue;
    const reason = end.kind === "failed" ? end.reason : `exit code ${end.code}`;
    throw new HardenError("broke", `systemctl ${args.join(" ")}: ${reason}`, "Enable it by hand.");
  }
  return ["enabled it, so that an interrupted change is rolled back at boot"];
}

async function uninstall(parsed: Parsed<"host uninstall">, shell: Shell): Promise<number> {
  refuseOthers();
  const places = placesBelow(readRoot(parsed, shell));
  // A change can be unfinished even if the pins of its host were removed.
  for (const name of new Set([...listPinned(places), ...listChanged(places)])) {
    const journal = await createJournalStore(joinPath(places.state, name)).read();
    if (journal.kind === "done" && journal.value === undefined) continue;
    const message = `a change of ${name} is unfinished, and could no longer be rolled back`;
    throw new HardenError("broke", message, "Run sesam-harden recover first.");
  }
  const gone = uninstallProgram(places);
  const kept = `Pins (${places.pins}) and state (${places.state}) stay.`;
  shell.terminal.out(`${gone.map((path) => `removed ${path}\n`).join("")}${kept}\n`);
  return 0;
}

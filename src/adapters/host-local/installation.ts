import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parseJson } from "../../core/formats/json/document.ts";
import { HardenError } from "../../core/base/errors.ts";
import { joinPath, parentOf } from "../../core/base/paths.ts";
import { readPins, type Pins } from "../../core/host/pins/pins.ts";
import type { PinnedCommand } from "../../core/host/pins/sections.ts";
import { makeVisible } from "../../core/base/text.ts";
import { deno } from "../runtime/deno.ts";
import { attempt } from "./attempt.ts";
import { refuseTrust } from "./file-trust.ts";
import { readMembers } from "../../core/formats/json/decode.ts";

/** Absolute paths that `host install` created. */
export interface Installation {
  readonly program: string;
  /** Directory with one pins file per host, `NAME.ini`. */
  readonly pins: string;
  /** Directory with one state directory per host. */
  readonly state: string;
}

/** File next to the program that names the two directories. */
export const installationFile = "installation.json";

const install = "Run sesam-harden host install as root, then run the installed program.";

/**
 * Returns the installation that a program belongs to. Throws HardenError: `usage` if it is not
 * installed, `settings` if other accounts can change it, `broke` if another version wrote it.
 */
export function findInstallation(program: string): Installation {
  const path = joinPath(parentOf(program), installationFile);
  // Under Deno this throws if reading is not permitted, which does not mean that the file is
  // missing.
  const text = existsSync(path)
    ? attempt("reading it", () => readFileSync(path, "utf8"))
    : undefined;
  if (text?.kind !== "done") {
    throw new HardenError("usage", "this program is not installed on this host", install);
  }
  const distrust = refuseTrust(program) ?? refuseTrust(path);
  if (distrust !== undefined) throw untrusted(distrust);
  const reading = parseJson(text.value);
  const values = reading.kind === "error" ? undefined : readMembers(reading.node);
  const [pins, state] = [values?.get("pins"), values?.get("state")];
  if (values?.get("schemaVersion") !== 1 || typeof pins !== "string" || typeof state !== "string") {
    throw new HardenError("broke", `${path} was written by another version`, install);
  }
  return { program, pins, state };
}

/** Hosts that have pins on this machine. Throws HardenError `broke` if they cannot be listed. */
export function listPinned({ pins }: Installation): readonly string[] {
  const names = attempt("listing the pins", () => readdirSync(pins));
  if (names.kind === "failed") throw new HardenError("broke", `${pins}: ${names.reason}`, install);
  return names.value
    .filter((name) => name.endsWith(".ini"))
    .map((name) => name.slice(0, -".ini".length))
    .toSorted();
}

/**
 * Loads the pins of a host. Throws HardenError: `usage` for a host without pins, `settings` for
 * invalid or untrusted pins, `broke` if they cannot be read. With `rough`, pins are accepted if an
 * undo can use them.
 */
export function loadPins(
  installation: Installation,
  host: string,
  { rough: isRough = false }: { readonly rough?: boolean } = {},
): Pins {
  const known = listPinned(installation);
  if (!known.includes(host)) {
    const message = `no pins for host ${makeVisible(host)}`;
    const next = known.length === 0 ? install : `Pins exist for ${known.join(", ")}.`;
    throw new HardenError("usage", message, next);
  }
  const path = joinPath(installation.pins, `${host}.ini`);
  const distrust = refuseTrust(path);
  if (distrust !== undefined) throw untrusted(distrust);
  const bytes = attempt("reading it", () => readFileSync(path, "latin1"));
  if (bytes.kind === "failed") throw new HardenError("broke", `${path}: ${bytes.reason}`, install);
  const { pins: whole, rough, problems } = readPins(path, bytes.value);
  const pins = isRough ? rough : whole;
  if (pins === undefined) {
    const next = "Fix the pins. Nothing was changed.";
    const message = "the pins are invalid";
    throw new HardenError("settings", message, next, { problems, root: "/" });
  }
  if (pins.host === host) return pins;
  const message = `${path} is for another host: ${makeVisible(pins.host)}`;
  throw new HardenError("settings", message, "Give the file the name of the host.");
}

function untrusted(reason: string): HardenError {
  const message = `others can change the program or pins of this host: ${reason}`;
  return new HardenError("settings", message, "Make root its owner, and writable only by root.");
}

/**
 * Command that runs this program with the current runtime, with the permissions it needs and
 * without user settings.
 */
export function ownCommand(program: string): Pick<PinnedCommand, "program" | "arguments"> {
  const options = ["run", "--no-config", "--no-lock", "--no-prompt", "--allow-all"];
  return {
    program: process.execPath,
    arguments: deno === undefined ? [program] : [...options, program],
  };
}

import { loadPins, type Installation } from "../../../adapters/host-local/installation.ts";
import { readKept } from "../../../adapters/host-local/kept-pins.ts";
import { HardenError } from "../../../core/base/errors.ts";
import type { Pins } from "../../../core/host/pins/pins.ts";
import { reportError } from "../../errors.ts";
import type { Shell } from "../../../shell/context.ts";

export interface UsablePins {
  readonly pins: Pins;
  /** The pins file has problems, which were reported; the pins contain what could be read. */
  readonly isWrong: boolean;
}

/**
 * For commands that only show: invalid pins do not hide an unfinished change. Throws HardenError if
 * too little can be read.
 */
export function loadUsablePins(
  installation: Installation,
  name: string,
  { state, shell }: { readonly state: string; readonly shell: Shell },
): UsablePins {
  try {
    return { pins: loadPins(installation, name), isWrong: false };
  } catch (error) {
    if (!(error instanceof HardenError)) throw error;
    const pins = readKept(state)?.pins ?? loadPins(installation, name, { rough: true });
    reportError(error, shell);
    return { pins, isWrong: true };
  }
}

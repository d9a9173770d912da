import { type Pins, listLackingPins } from "../../../core/host/pins/pins.ts";
import type { Shell } from "../../../shell/context.ts";

/** What is still missing before a first change, one line each. */
export function listLackingHere(pins: Pins, { files }: Pick<Shell, "files">): readonly string[] {
  const isThere = (path: string): boolean | undefined =>
    pins.ssh === undefined ? files.kindOf(path).kind !== "missing" : undefined;
  return listLackingPins(pins, {
    hasFile: isThere(pins.stpdIni),
    hasRestart: isThere(pins.restart.program),
  });
}

/** The same lines as text for `host install` and `host status`. */
export function describeLacking(pins: Pins, shell: Pick<Shell, "files">): readonly string[] {
  const lacking = listLackingHere(pins, shell);
  if (lacking.length === 0) return ["nothing is missing in the pins for a first change"];
  return ["missing before a first change:", ...lacking.map((line) => `  ${line}`)];
}

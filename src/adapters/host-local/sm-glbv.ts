import type { GlobalKey } from "../../core/fleet/globals.ts";
import type { PinnedCommand } from "../../core/host/pins/sections.ts";
import { done } from "../../core/host/ports.ts";
import type { GlobalSettings } from "../../core/host/write-globals.ts";
import type { RunCommand } from "./spawn.ts";

/**
 * `sm_glbv w KEY VALUE` is the form that SEP documents; how it is read is not, so the pinned command
 * gets the key as its last argument, and the last word that it prints counts.
 */
export function createGlobalSettings(
  writer: PinnedCommand,
  reader: PinnedCommand | undefined,
  run: RunCommand,
): GlobalSettings {
  const write = async (key: GlobalKey, value: string) => {
    const end = await run(extend(writer, "w", key, value));
    if (end.kind === "failed") return end;
    if (end.code === 0) return done;
    return { kind: "failed", reason: `sm_glbv exited with code ${end.code}` } as const;
  };
  return { write, read: createGlobalReader(reader, run) };
}

/** Reads by the pinned command; undefined where the pins name none. */
export function createGlobalReader(
  reader: PinnedCommand | undefined,
  run: RunCommand,
): GlobalSettings["read"] {
  if (reader === undefined) return undefined;
  return async (key) => {
    const end = await run(extend(reader, key));
    if (end.kind === "failed") return end;
    if (end.code !== 0) return { kind: "failed", reason: `exited with code ${end.code}` };
    return { kind: "done", value: end.output.trim().split(/\s+/).at(-1) ?? "" };
  };
}

function extend(command: PinnedCommand, ...words: readonly string[]): PinnedCommand {
  return { ...command, arguments: [...command.arguments, ...words] };
}

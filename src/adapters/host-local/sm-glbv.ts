import type { GlobalKey } from "../../core/fleet/globals.ts";
import type { PinnedCommand } from "../../core/host/pins/sections.ts";
import { done } from "../../core/host/ports.ts";
import type { GlobalSettings } from "../../core/host/write-globals.ts";
import type { RunCommand } from "./spawn.ts";

/**
 * Reads and writes global settings with sm_glbv. SEP documents `sm_glbv w KEY VALUE` for writing,
 * but not how to read. The pinned read command gets the key as its last argument, and the last word
 * of its output is the value.
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

/** Reads a setting with the pinned command; undefined if the pins name none. */
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

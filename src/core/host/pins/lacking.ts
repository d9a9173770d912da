import type { Pins } from "./pins.ts";

export interface HostSeen {
  /** Whether stpd.ini and the program that restarts the service are there; undefined over ssh. */
  readonly hasFile: boolean | undefined;
  readonly hasRestart: boolean | undefined;
}

/** What has to be completed in the pins, or on the host, before a job can change the host. */
export function listLacking(pins: Pins, { hasFile, hasRestart }: HostSeen): readonly string[] {
  const { keys, busy, stpdIni, restart, os } = pins;
  return [
    ...(os === "windows" ? ["os = windows: such a host is changed by hand, see docs/host.md"] : []),
    ...(hasFile === false ? [`stpd_ini: there is no ${stpdIni}`] : []),
    ...(hasRestart === false ? [`[command.restart]: there is no ${restart.program}`] : []),
    ...(busy === undefined ? ["[command.busy]: nothing tells whether transfers are running"] : []),
    ...(keys.size === 0 ? ["[key.KID]: without a key no ticket is accepted"] : []),
  ];
}

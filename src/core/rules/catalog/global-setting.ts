import { findGlobal, type GlobalKey } from "../../fleet/globals.ts";
import { factsOf, type HostFolder } from "../../fleet/host-folder.ts";
import type { RuleFinding } from "../rule.ts";

/** What the identity of a finding without globals.ini ends with, see `RuleFinding.identity`. */
const identities: Readonly<Record<GlobalKey, string>> = {
  gv_default_interface_prefix: "migrations go on over HTTP or FTP",
  gv_default_interface_prefix_ext: "migrations go on over HTTP or FTP",
  gv_conf_use_com_stpd_kill: "aborting a transfer goes over FTP, and stops working with it",
};

/** The check shared by the three rules about global settings; `effect` is what happens without the setting. */
export function findGlobalSetting(
  key: GlobalKey,
  effect: string,
): (folder: HostFolder) => readonly RuleFinding[] {
  return (folder) => {
    const { globals } = folder;
    if (globals === undefined) {
      if (factsOf(folder).role !== "server") return [];
      return [
        {
          message: `globals.ini is missing; unless ${key} is https, ${effect}`,
          identity: `the Server has no globals.ini, so ${key} is not asked for: ${identities[key]}`,
          help: `Add a globals.ini with ${key} = https in [sesam] next to stpd.ini.`,
          fix: { kind: "global", key },
        },
      ];
    }
    const { value, place } = findGlobal(globals, key);
    if (value === "https") return [];
    return [
      {
        file: "globals.ini",
        place,
        message: `${key} is ${value === undefined ? "not set" : `'${value}'`}, so ${effect}`,
        help: `Set ${key} = https in [sesam].`,
        fix: { kind: "global", key },
      },
    ];
  };
}

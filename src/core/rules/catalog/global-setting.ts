import { findGlobal, type GlobalKey } from "../../fleet/globals.ts";
import { factsOf, type HostFolder } from "../../fleet/host-folder.ts";
import type { RuleFinding } from "../rule.ts";

/** The check that the three rules about global settings share; `what` goes on without the key. */
export function findGlobalSetting(
  key: GlobalKey,
  what: string,
): (folder: HostFolder) => readonly RuleFinding[] {
  return (folder) => {
    const { globals } = folder;
    if (globals === undefined) {
      if (factsOf(folder).role !== "server") return [];
      return [
        {
          message: `the Server has no globals.ini, so ${key} is not asked for: ${what}`,
          help: `Add globals.ini beside stpd.ini, with ${key} = https below [sesam].`,
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
        message: `${value === undefined ? `${key} is not set` : `${key} is ${value}`}: ${what}`,
        help: `Write ${key} = https below [sesam].`,
        fix: { kind: "global", key },
      },
    ];
  };
}

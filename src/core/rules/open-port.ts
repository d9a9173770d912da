import type { HostFolder } from "../fleet/host-folder.ts";
import { whyNoHttps, whyPlainPorts } from "../fleet/obstacles.ts";
import { isLeftOpen, plainPortEntries, readPort, serverSection } from "../fleet/stpd-file.ts";
import type { PlainPortKey } from "../fleet/used-ports.ts";
import { ofFile, type RuleFinding } from "./rule.ts";

/** The check that the two rules about plain ports share. */
export function findOpenPort(
  key: PlainPortKey,
  protocol: string,
): (folder: HostFolder) => readonly RuleFinding[] {
  return ofFile((file, folder) => {
    const obstacle = whyNoHttps(folder) ?? whyPlainPorts(folder);
    if (isLeftOpen(file, key)) {
      return [
        {
          message: `${key} is absent, and an absent port counts as open here (absent_port)`,
          help: `Add # ${key} below [STPD_Server], if it is closed.`,
        },
      ];
    }
    return plainPortEntries(file, key).map(({ line, key: written, keySpan, value, valueSpan }) => {
      const port = readPort(value) === undefined ? "port" : `port ${value}`;
      return {
        place: { line, span: [keySpan[0], valueSpan[1]] as const },
        message: `${written} opens the unencrypted ${protocol} ${port}`,
        help:
          obstacle === undefined
            ? `Comment the line out: # ${written}=${value}`
            : `Keep it for now: ${obstacle}.`,
        mend: {
          kind: "edit",
          edit: { op: "commentOut", line },
          key: { section: serverSection, key: written },
          closes: key,
        } as const,
      };
    });
  });
}

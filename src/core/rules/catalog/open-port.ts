import type { HostFolder } from "../../fleet/host-folder.ts";
import { whyNoHttps, whyPlainPorts } from "../../fleet/obstacles.ts";
import {
  isLeftOpen,
  plainNumber,
  plainPortEntries,
  serverSection,
  type StpdEntry,
  type StpdFile,
} from "../../fleet/stpd-file.ts";
import type { PlainPortKey } from "../../fleet/port-usage.ts";
import { lineEnding } from "../../formats/ini/document.ts";
import { ofFile, type RuleFinding } from "../rule.ts";

/** SEP, Disabling unsecure transport modes (5.1.0). */
const defaultPorts = { STPD_PORT: 11_001, STPD_HTTP_PORT: 11_000 } as const;

/** The check shared by the two rules about plain ports; port-invalid reports invalid values. */
export function findOpenPort(
  key: PlainPortKey,
  protocol: string,
): (folder: HostFolder) => readonly RuleFinding[] {
  return ofFile((file, folder) => {
    const obstacle = whyNoHttps(folder) ?? whyPlainPorts(folder);
    if (isLeftOpen(file, key)) {
      return [
        {
          message: `${key} is not set, which counts as open (absent_port = open)`,
          help: `If the port is closed, add # ${key}=${defaultPorts[key]} to [STPD_Server].`,
        },
      ];
    }
    const entries = plainPortEntries(file, key).filter((entry) => plainNumber(entry) !== undefined);
    return entries.map((entry) => {
      const { line, key: written, keySpan, valueSpan } = entry;
      return {
        place: { line, span: [keySpan[0], valueSpan[1]] as const },
        message: describe(entry, key, protocol),
        help:
          obstacle === undefined
            ? `Comment the line out: ${showCommented(file, line)}`
            : `Keep it for now: ${obstacle}.`,
        fix: {
          kind: "edit",
          edit: { op: "commentOut", line },
          key: { section: serverSection, key: written },
          closes: key,
        } as const,
      };
    });
  });
}

function describe(entry: StpdEntry, key: PlainPortKey, protocol: string): string {
  const { causes } = entry;
  const port = `the unencrypted ${protocol} port ${plainNumber(entry)}`;
  if (causes.length === 0) return `${key} opens ${port}`;
  return `nonstandard spelling of ${key} (${causes.join(" and ")}), which may open ${port}`;
}

/** The line after it was commented out. */
export function showCommented({ document }: StpdFile, line: number): string {
  const raw = document.lines[line]?.raw ?? "";
  const text = raw.slice(0, raw.length - lineEnding(raw).length);
  return `# ${text}`;
}

import { plainPortEntries, readPort, type PortKey } from "../fleet/stpd-file.ts";
import { ofFile, type Rule } from "./rule.ts";

/** The check that the two rules about plain ports share. */
export function findOpenPort(key: PortKey, protocol: string): Rule["check"] {
  return ofFile((file) =>
    plainPortEntries(file, key).map(({ line, key: written, keySpan, value, valueSpan }) => {
      const port = readPort(value) === undefined ? "port" : `port ${value}`;
      return {
        place: { line, span: [keySpan[0], valueSpan[1]] as const },
        message: `${written} opens the unencrypted ${protocol} ${port}`,
        help: `Comment the line out: # ${written}=${value}`,
        edits: [{ op: "commentOut", line } as const],
      };
    }),
  );
}

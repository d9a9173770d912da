import fc from "fast-check";
import { expect, test } from "vitest";
import { closesPlainPort } from "../../../../src/core/fleet/closed-ports.ts";
import { plainKeys } from "../../../../src/core/fleet/port-usage.ts";
import { createStpdParser, readPort, type StpdFile } from "../../../../src/core/fleet/stpd-file.ts";
import { planBridge } from "../../../../src/core/rollout/plan/bridge.ts";
import { defaultPolicy } from "../../../../src/core/settings/policy.ts";
import { hard } from "../../../support/builders/rollout.ts";

/** How a parser of INI files may read what SEP does not document. */
interface Reader {
  readonly wins: "first" | "last";
  readonly keyAlone: "skipped" | "empty";
  readonly quotes: "removed" | "kept";
  readonly letters: "any" | "exact";
  readonly joins: "nothing" | "backslash" | "indented";
}

const readers = (["first", "last"] as const).flatMap((wins) =>
  (["skipped", "empty"] as const).flatMap((keyAlone) =>
    (["removed", "kept"] as const).flatMap((quotes) =>
      (["any", "exact"] as const).flatMap((letters) =>
        (["nothing", "backslash", "indented"] as const).map((joins): Reader => ({
          wins,
          keyAlone,
          quotes,
          letters,
          joins,
        })),
      ),
    ),
  ),
);

function joinLines(text: string, { joins }: Reader): readonly string[] {
  const joined: string[] = [];
  for (const line of text.split("\n")) {
    const above = joined.at(-1) ?? "";
    const goesOn = joins === "backslash" && above.endsWith("\\");
    const isPart = joins === "indented" && /^\s+[^\s#;]/.test(line) && /^\s*[^\s#;[]/.test(above);
    if (goesOn) joined.splice(-1, 1, above.slice(0, -1) + line.trim());
    else if (isPart) joined.splice(-1, 1, `${above} ${line.trim()}`);
    else joined.push(line);
  }
  return joined;
}

/** Values of `[STPD_Server]` by key. */
function readValues(text: string, reader: Reader): ReadonlyMap<string, string> {
  const spell = (word: string): string => (reader.letters === "any" ? word.toUpperCase() : word);
  const values = new Map<string, string>();
  let section = "";
  for (const raw of joinLines(text, reader)) {
    const line = raw.trim();
    const at = line.indexOf("=");
    if (line.startsWith("[")) section = spell(line);
    const isSetting = at >= 0 || reader.keyAlone === "empty";
    if (section !== spell("[STPD_Server]") || /^([#;[]|$)/.test(line) || !isSetting) continue;
    const key = spell((at < 0 ? line : line.slice(0, at)).trim());
    const value = at < 0 ? "" : line.slice(at + 1).trim();
    if (reader.wins === "first" && values.has(key)) continue;
    values.set(key, reader.quotes === "removed" ? value.replace(/^"(.*)"$/, "$1") : value);
  }
  return values;
}

const lines = fc.array(
  fc.constantFrom(
    "STPD_PORT=11001",
    "  STPD_PORT=11001",
    "STPD_PORT=11002",
    "STPD_PORT=",
    "STPD_PORT",
    "#STPD_PORT=11001",
    "# STPD_PORT=11001",
    "STPD_PORT=x",
    "STPD_HTTP_PORT=11000",
    'STPD_HTTP_PORT="11000"',
    "stpd_http_port=11000",
    "STPD_HTTP_PORT = 11000",
    "STPD_HTTP_PORT=11000\\",
    "X=1",
    "X=1\\",
    "# x \\",
    "  more",
    "",
    "; x",
    "[Other]",
    "[STPD_Server]",
    "[stpd_server]",
  ),
  { maxLength: 5 },
);
const [head = "", ...tail] = hard.split("\n");
const pairs = fc.tuple(lines, lines, lines).map(([above, below, found]) => ({
  desired: [head, ...above, ...tail.slice(0, -1), ...below, ""].join("\n"),
  current: [head, ...found, ""].join("\n"),
}));

const parse = createStpdParser(defaultPolicy);

/** A plan refuses these, and no setting makes an exception. */
function isRefused({ broken, entries }: StpdFile): boolean {
  const isPlain = (known: string | undefined): boolean => plainKeys.some((key) => key === known);
  return (
    broken.length > 0 || entries.some(({ inServer, known }) => inServer !== "yes" && isPlain(known))
  );
}

/** A section that may not begin matters only if a key of STPD is only set there. */
const hidesSection = /\\\n\[/;

test("a bridge keeps a port for each parser that finds it on the host, and so does a kept port", () => {
  let compared = 0;
  fc.assert(
    fc.property(pairs, ({ desired, current }) => {
      const [wanted, found] = [parse(desired), parse(current)];
      if (wanted.kind !== "file" || found.kind !== "file" || isRefused(wanted)) return;
      if (hidesSection.test(desired)) return;
      const bridge = planBridge({ desired, current, parse });
      const kept = [
        ...(bridge.kind === "bridge" ? [bridge.bytes] : []),
        ...(closesPlainPort(found, wanted) ? [] : [desired]),
      ];
      for (const after of kept) {
        compared++;
        for (const reader of readers) {
          const [old, fresh] = [readValues(current, reader), readValues(after, reader)];
          for (const key of plainKeys) {
            const port = readPort(old.get(key) ?? "");
            const said = JSON.stringify({ reader, key, current, after });
            if (port !== undefined) expect(readPort(fresh.get(key) ?? ""), said).toBe(port);
          }
        }
      }
    }),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(500);
});

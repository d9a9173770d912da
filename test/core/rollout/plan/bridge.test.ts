import fc from "fast-check";
import { parse as readWithIni } from "ini";
import { expect, test } from "vitest";
import { createStpdParser, entriesOf, readPort } from "../../../../src/core/fleet/stpd-file.ts";
import { vendorPriority } from "../../../../src/core/gnutls/verdict.ts";
import { parseIni } from "../../../../src/core/formats/ini/document.ts";
import { defaultPolicy } from "../../../../src/core/settings/policy.ts";
import { planBridge } from "../../../../src/core/rollout/plan/bridge.ts";
import { stpdFiles } from "../../../support/builders/fleets.ts";

const parse = createStpdParser(defaultPolicy);
const bridge = (desired: string, current: string) => planBridge({ desired, current, parse });

const priority = `STPD_HTTPS_PRIORITY_STRING="${vendorPriority}"`;
const final = `[STPD_Server]\n# STPD_PORT=11001\n# STPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\n${priority}\n`;
const bare = `[STPD_Server]\nSTPD_HTTPS_PORT=11443\n${priority}\n`;

test.each([
  {
    name: "uncomments the lines that close the old ports",
    desired: final,
    current: "[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\n",
    expected: `[STPD_Server]\nSTPD_PORT=11001\nSTPD_HTTP_PORT=11000\nSTPD_HTTPS_PORT=11443\n${priority}\n`,
  },
  {
    name: "puts them at the top of the section if nothing is commented out",
    desired: bare,
    current: "[STPD_Server]\r\nSTPD_HTTP_PORT=8080\r\nSTPD_PORT=8021\r\n",
    expected: `[STPD_Server]\nSTPD_PORT=8021\nSTPD_HTTP_PORT=8080\nSTPD_HTTPS_PORT=11443\n${priority}\n`,
  },
  {
    name: "keeps the number of the host if the desired file comments another one out",
    desired: final,
    current: "[STPD_Server]\nSTPD_PORT = 8021\n# STPD_HTTP_PORT=11000\n",
    expected: final.replace("# STPD_PORT=11001\n", "# STPD_PORT=11001\nSTPD_PORT = 8021\n"),
  },
  {
    name: "uncomments the identical one of several lines, and leaves the others",
    desired: final.replace("# STPD_PORT", "# STPD_PORT=21\n#\tSTPD_PORT"),
    current: "[STPD_Server]\nSTPD_PORT=11001\n",
    expected: final.replace("# STPD_PORT", "# STPD_PORT=21\nSTPD_PORT"),
  },
  {
    name: "puts duplicate lines below the first that is commented out, in their order",
    desired: final,
    current: "[STPD_Server]\nSTPD_PORT=11001\nSTPD_PORT=2\n",
    expected: final.replace(
      "# STPD_PORT=11001\n",
      "# STPD_PORT=11001\nSTPD_PORT=11001\nSTPD_PORT=2\n",
    ),
  },
  {
    name: "is the desired file if the host has no plain port",
    desired: final,
    current: bare,
    expected: final,
  },
  {
    name: "leaves a port that the desired file keeps",
    desired: bare.replace("[STPD_Server]\n", "[STPD_Server]\nSTPD_HTTP_PORT=11000\n"),
    current: '[STPD_Server]\nSTPD_HTTP_PORT="11000"\n',
    expected: bare.replace("[STPD_Server]\n", "[STPD_Server]\nSTPD_HTTP_PORT=11000\n"),
  },
  {
    name: "keeps duplicate lines in their order, since it is unknown which one STPD uses",
    desired: bare,
    current: "[STPD_Server]\nSTPD_PORT=1\nstpd_port=2\nSTPD_PORT=3\n",
    expected: bare.replace(
      "[STPD_Server]\n",
      "[STPD_Server]\nSTPD_PORT=1\nstpd_port=2\nSTPD_PORT=3\n",
    ),
  },
  {
    name: "puts an indented line back at the first column",
    desired: bare,
    current: "[STPD_Server]\n  STPD_PORT=11001\n",
    expected: bare.replace("[STPD_Server]\n", "[STPD_Server]\nSTPD_PORT=11001\n"),
  },
  {
    name: "takes the line ending of the desired file",
    desired: bare.replaceAll("\n", "\r\n"),
    current: "[STPD_Server]\nSTPD_PORT=11001\n",
    expected: bare
      .replace("[STPD_Server]\n", "[STPD_Server]\nSTPD_PORT=11001\n")
      .replaceAll("\n", "\r\n"),
  },
  {
    name: "keeps ports that the desired file opens",
    desired: bare.replace("[STPD_Server]\n", "[STPD_Server]\nSTPD_PORT=11001\n"),
    current: "[STPD_Server]\nSTPD_HTTP_PORT=11000\n",
    expected: bare.replace(
      "[STPD_Server]\n",
      "[STPD_Server]\nSTPD_HTTP_PORT=11000\nSTPD_PORT=11001\n",
    ),
  },
])("the bridge $name", ({ desired, current, expected }) => {
  const outcome = bridge(desired, current);
  expect(outcome).toMatchObject({ kind: "bridge", bytes: expected });
});

test.each([
  { code: "desired-unreadable", desired: "\0", current: bare },
  { code: "current-unreadable", desired: bare, current: "\u00ff\u00fe[\0" },
  { code: "https-not-sure", desired: "[STPD_Server]\nSTPD_PORT=11001\n", current: bare },
  { code: "https-not-sure", desired: bare.replace("NORMAL", "NORMAL:+FOO"), current: bare },
  { code: "https-not-sure", desired: bare.replace("NORMAL", "NORMAL:-VERS-ALL"), current: bare },
  { code: "https-not-sure", desired: bare.replace("NORMAL", "NORMAL:-AEAD"), current: bare },
  { code: "https-not-sure", desired: bare.replace(vendorPriority, "SUITEB128"), current: bare },
  { code: "https-port-changes", desired: bare, current: bare.replace("11443", "8443") },
  { code: "plain-port-unreadable", desired: bare, current: "[STPD_Server]\nSTPD_PORT=1 # x\n" },
  { code: "plain-port-misplaced", desired: bare, current: "STPD_PORT=11001\n[STPD_Server]\n" },
  { code: "plain-port-misplaced", desired: bare, current: "[STPD Server]\nSTPD_PORT=11001\n" },
  { code: "plain-port-conflict", desired: bare, current: "[STPD_Server]\nSTPD_PORT=11443\n" },
  {
    code: "plain-port-conflict",
    desired: `${bare}STPD_PORT=1\n`,
    current: "[STPD_Server]\nSTPD_PORT=2\n",
  },
  {
    code: "plain-port-conflict",
    desired: `${bare}stpd_port=1\n`,
    current: "[STPD_Server]\nSTPD_PORT=1\n",
  },
  { code: "plain-port-conflict", desired: `${bare}STPD_PORT=\n`, current: "[STPD_Server]\n" },
  // If the last line counts, the host's port is open, and would be closed.
  {
    code: "plain-port-conflict",
    desired: `${bare}STPD_PORT=1\nSTPD_PORT\n`,
    current: "[STPD_Server]\nSTPD_PORT\nSTPD_PORT=1\n",
  },
  // On lines of their own, all of them would count; on the host the first may not.
  ...["X=1\\\nSTPD_PORT=", "X=1\n  STPD_PORT=2", "X\n  STPD_PORT=2", "# x \\\nSTPD_PORT=2"].map(
    (text) => ({
      code: "readers-disagree",
      desired: bare,
      current: `[STPD_Server]\n${text}\nSTPD_PORT=1\n`,
    }),
  ),
  // What follows the \ is a part of the port for some parsers.
  {
    code: "plain-port-unreadable",
    desired: `${bare}STPD_PORT=1\\\n# x\n`,
    current: "[STPD_Server]\nSTPD_PORT=1\\\n\n",
  },
  // Lines of the desired file that a parser may read differently from the host's.
  ...['STPD_PORT="1"', "STPD_PORT", "X=a\n  STPD_PORT=1", "STPD_PORT=1\n  STPD_X=2"].map(
    (text) => ({
      code: "plain-port-conflict",
      desired: `${bare}${text}\n`,
      current: "[STPD_Server]\nSTPD_PORT=1\n",
    }),
  ),
  ...["STPD_PORT: 1", 'STPD_PORT="1"'].map((text) => ({
    code: "plain-port-misplaced",
    desired: `${text}\n${bare}`,
    current: "STPD_PORT=1\n[STPD_Server]\n",
  })),
  // The line would become part of the comment above it.
  {
    code: "readers-disagree",
    desired: `${bare}# a \\\n# STPD_PORT=11001\n`,
    current: "[STPD_Server]\nSTPD_PORT=11001\n",
  },
  { code: "readers-disagree", desired: bare, current: "[STPD_Server]\nSTPD_PORT: 11001\n" },
  { code: "readers-disagree", desired: bare, current: "[STPD_Server]\nSTPD_PORT[]=11001\n" },
  { code: "current-unreadable", desired: bare, current: `${bare}<<<<<<< HEAD\nSTPD_PORT=1\n` },
  { code: "current-unreadable", desired: bare, current: "<html>\n" },
  { code: "https-not-sure", desired: `${bare}[STPD_Thread] # x\n`, current: bare },
  { code: "https-not-sure", desired: bare.replace("11443", '"11443"'), current: bare },
  { code: "https-not-sure", desired: bare.replace("PORT=", "PORT: "), current: bare },
  {
    code: "https-port-changes",
    desired: bare,
    current: "[STPD_Server]\nstpd_https_port=8443\n",
  },
  { code: "plain-port-misplaced", desired: bare, current: "[stpd_server]\nSTPD_PORT=11001\n" },
  {
    code: "plain-port-misplaced",
    desired: bare,
    current:
      "[STPD_Server]\n; a\nSTPD_PORT=1\n[STPD_Server.x]\n\nSTPD_PORT[]=5\n[STPD_Server]\nSTPD_PORT[]=5\n",
  },
])("makes no bridge: $code, case %#", ({ code, desired, current }) => {
  const outcome = bridge(desired, current);
  if (outcome.kind !== "refused") throw new Error(`a bridge was made: ${outcome.bytes}`);
  expect(outcome.refusal.code).toBe(code);
  expect(outcome.refusal.next).not.toBe("");
});

/** Keys of [STPD_Server] with a value, as a reader of our own sees them. */
function activeLines(bytes: string, keys: RegExp): readonly string[] {
  let section = "";
  return parseIni(bytes).lines.flatMap((line) => {
    if (line.kind === "section") section = line.name;
    const isOne = line.kind === "entry" && section === "STPD_Server" && keys.test(line.key);
    return isOne && line.value !== "" ? [`${line.key}=${line.value}`] : [];
  });
}

/** Mostly desired files that can be bridged to, and any file on a host. */
const pairs = fc.tuple(
  fc.oneof(fc.constantFrom(final, bare, final.replaceAll("\n", "\r\n")), stpdFiles),
  stpdFiles,
);

test("the desired file does not name a port that is assumed open by default", () => {
  const assumesOpen = createStpdParser({ ...defaultPolicy, absentPort: "open" });
  const current = bare.replace("[STPD_Server]", "[STPD_Server]\nSTPD_PORT=11001");
  const plan = (desired: string) => planBridge({ desired, current, parse: assumesOpen });
  expect(plan(bare).kind).toBe("bridge");
  for (const line of ["# STPD_HTTP_PORT=11000", "STPD_HTTP_PORT=11002", "STPD_HTTP_PORT"]) {
    expect(plan(`${bare}${line}\n`)).toMatchObject({
      kind: "refused",
      refusal: { code: "plain-port-conflict" },
    });
  }
});

test("a desired line with another spelling does not replace the open port", () => {
  const desired = `[STPD_Server]\nSTPD_HTTPS_PORT=11443\n${priority}\nSTPD_PORT: 11001\n`;
  expect(bridge(desired, "[STPD_Server]\nSTPD_PORT=11001\n").kind).toBe("refused");
});

test("no open plain port is lost, and HTTPS and priority stay as desired", () => {
  let bridged = 0;
  fc.assert(
    fc.property(pairs, ([desired, current]) => {
      const outcome = bridge(desired, current);
      if (outcome.kind === "refused") return;
      bridged++;
      const { bytes } = outcome;
      const plain = /^STPD_(HTTP_)?PORT$/i;
      const open = activeLines(bytes, plain);
      // With the exact spelling a port is certainly open; otherwise the line itself is still there.
      for (const line of activeLines(current, plain)) {
        expect(
          [line, line.toUpperCase()].some((one) => open.includes(one)),
          line,
        ).toBe(true);
      }
      const https = /^STPD_HTTPS_/;
      expect(activeLines(bytes, https)).toEqual(activeLines(desired, https));
      const file = parse(bytes);
      if (file.kind !== "file") throw new Error("the bridge is not a file");
      const [port] = entriesOf(file, "STPD_HTTPS_PORT").map(({ value }) => readPort(value));
      expect(open.map((line) => line.split("=")[1])).not.toContain(String(port));
    }),
    { numRuns: 3000 },
  );
  expect(bridged).toBeGreaterThan(500);
});

test("without the restored lines, the bridge is the desired file, byte for byte", () => {
  fc.assert(
    fc.property(pairs, ([desired, current]) => {
      const outcome = bridge(desired, current);
      if (outcome.kind === "refused") return;
      const left = [...outcome.putBack];
      const wanted = parseIni(desired).lines.map(({ raw }) => raw);
      const strip = (raw: string): string => raw.replace(/[\r\n]+$/, "");
      let next = 0;
      for (const { raw } of parseIni(outcome.bytes).lines) {
        const expected = wanted[next];
        if (raw === expected) next++;
        // One line comes before a last line without an ending, so that they are two.
        else if (expected !== undefined && strip(raw) === expected) next++;
        else {
          const index = left.indexOf(strip(raw));
          expect(index, raw).toBeGreaterThanOrEqual(0);
          left.splice(index, 1);
          // Of a line that the desired file comments out, only the comment character is removed.
          const twin = strip(expected ?? "").replace(/^([ \t]*)#[ \t]*/, "$1");
          if (expected?.includes("#") === true && twin === strip(raw)) next++;
        }
      }
      expect(next).toBe(wanted.length);
      expect(left).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test("the bridge of a bridge is itself, and that of the desired file is the desired file", () => {
  fc.assert(
    fc.property(pairs, ([desired, current]) => {
      const outcome = bridge(desired, current);
      if (outcome.kind === "refused") return;
      expect(bridge(desired, outcome.bytes)).toMatchObject({ bytes: outcome.bytes });
      const own = bridge(desired, desired);
      if (own.kind === "bridge") expect(own.bytes).toBe(desired);
    }),
    { numRuns: 2000 },
  );
});

test("ini sees the old ports, and everything else as in the desired file", () => {
  fc.assert(
    fc.property(pairs, ([desired, current]) => {
      const outcome = bridge(desired, current);
      if (outcome.kind === "refused") return;
      const sectionOf = (bytes: string): Record<string, unknown> => {
        const { STPD_Server: section = {} } = readWithIni(bytes.replace(/^\u00ef\u00bb\u00bf/, ""));
        return section as Record<string, unknown>;
      };
      const [wanted, old, seen] = [desired, current, outcome.bytes].map(sectionOf);
      for (const key of Object.keys({ ...wanted, ...seen })) {
        const isPutBack = outcome.putBack.some((line) => line.trim().startsWith(key));
        expect(seen?.[key], key).toEqual(isPutBack ? old?.[key] : wanted?.[key]);
      }
    }),
    { numRuns: 2000 },
  );
});

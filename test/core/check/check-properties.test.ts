import fc from "fast-check";
import { expect, test } from "vitest";
import { renderReport, textFormats } from "../../../src/core/report/render.ts";
import type { LocatedFinding } from "../../../src/core/rules/finding.ts";
import { rules } from "../../../src/core/rules/index.ts";
import { decodeBytes } from "../../../src/core/base/text.ts";
import { checkFleet } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles, writeFleet } from "../../support/builders/fleet.ts";
import { fleets, type Fleet } from "../../support/builders/fleets.ts";
import { runDeno, runNode } from "../../support/harness/programs.ts";

const check = (fleet: Fleet) =>
  checkFleet({ paths: ["."], overrides: {}, asOf: "2026-11-25" }, createMemoryFiles(fleet));

test("no fleet makes a check or a report fail, and the order of hosts does not matter", () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      const checked = check(fleet);
      const reversed = check(Object.fromEntries(Object.entries(fleet).toReversed()));
      for (const format of textFormats) {
        expect(renderReport(format, checked)).toBe(renderReport(format, reversed));
      }
    }),
    { numRuns: 400 },
  );
});

/** Letters and digits only, in capitals: what a nonstandard spelling has in common with the key. */
const bare = (text: string): string => text.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");

/** What the span of a finding must contain, by what its message names. */
function isTrue({ finding, source: bytes }: LocatedFinding): boolean {
  // Columns count characters, as an editor shows them.
  const source = decodeBytes(bytes).replace(/^\uFEFF/, "");
  const { rule, column, endColumn, message, line } = finding;
  const marked = source.slice(column - 1, endColumn - 1);
  const whole = [
    "this line is not",
    "this line sets",
    "this line ends",
    "malformed section line",
    "unclosed quote",
    "leftover merge marker",
  ];
  if (whole.some((start) => message.startsWith(start))) return marked.trim() === source.trim();
  if (marked === "") return line === 1 || source === "" || message.startsWith("this file");
  const [, spelled] = /^nonstandard spelling of \[?([A-Z_a-z]+)/.exec(message) ?? [];
  if (spelled !== undefined) return bare(decodeBytes(marked)).includes(bare(spelled));
  // A missing key is marked at the line of its section, in any spelling.
  if (/^\[.*Server/i.test(marked)) return !source.includes("=");
  if (rule === "suppression") return /^[#;[]/.test(marked);
  if (/^(tls-(legacy|weak|no-modern|forward|aead))/.test(rule) || rule === "tls-client-order") {
    return source.includes(marked) && /^\W*STPD_HTTPS_PRIORITY_STRING\W/i.test(source);
  }
  if (rule === "tls-priority-invalid" && /no algorithms|empty element|quotes|value/.test(message)) {
    return source.includes(marked);
  }
  if (rule === "avx-lockout") return marked === "avx = no";
  if (rule.startsWith("version-")) return message.includes(marked.replace("version = ", ""));
  if (rule === "server-name-refused") return message.includes(marked.replace("address = ", ""));
  if (rule === "blank-interface") return marked === '""';
  if (rule === "port-invalid") {
    const key = / for (\S+)/.exec(message)?.[1] ?? message.split(" ")[0] ?? "?";
    // If a line is not valid UTF-8, its key may still be.
    const inBytes = bytes.includes(Buffer.from(key).toString("latin1"));
    return source.includes(marked) && (source.includes(key) || inBytes);
  }
  if (rule.endsWith("-port-open")) {
    return marked.startsWith(message.split(" ")[0] ?? "?");
  }
  if (rule.startsWith("globals-")) return message.includes(marked) || marked === "[sesam]";
  // Some messages show a key as the bytes of the file.
  return [message, decodeBytes(message)].some(
    (text) => text.includes(marked) || text.includes(decodeBytes(marked)),
  );
}

test("the span of every finding contains what its message names", () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      const wrong = check(fleet).findings.filter((located) => !isTrue(located));
      expect(wrong.map(({ finding, source }) => ({ ...finding, source }))).toEqual([]);
    }),
    { numRuns: 1500 },
  );
});

test("Node and Deno print the same bytes for any fleet", () => {
  for (const fleet of fc.sample(fleets, { numRuns: 15, seed: 7 })) {
    const folder = writeFleet(fleet);
    const args = ["check", "--as-of", "2026-11-25", "--format", "json"];
    const [node, deno] = [runNode, runDeno].map((run) => run(args, { cwd: folder }));
    expect(node?.stdout).toBe(deno?.stdout);
    expect(node?.stdout.startsWith("{")).toBe(true);
    expect([node?.status, node?.stderr]).toEqual([deno?.status, deno?.stderr]);
  }
});

/** All fleets that differ from one in a single line, or in a single file. */
function* neighbours(fleet: Fleet): Generator<Fleet> {
  for (const [path, bytes] of Object.entries(fleet)) {
    const { [path]: _, ...rest } = fleet;
    if (path !== "hosts/h0/stpd.ini") yield rest;
    const lines = bytes.split(/(?<=[\r\n])/);
    for (const index of lines.keys()) {
      yield { ...fleet, [path]: lines.toSpliced(index, 1).join("") };
      yield { ...fleet, [path]: lines.with(index, `# ${lines[index] ?? ""}`).join("") };
    }
    yield { ...fleet, [path]: `${bytes}\n[STPD_Server]\nSTPD_HTTPS_PORT=11443\n` };
    yield {
      ...fleet,
      [path]: bytes.replaceAll(/:\+FOO|:-SRP|:\u00e4|:-VERS-TLS-ALL|:-GROUP-ALL/g, ""),
    };
    yield { ...fleet, [path]: bytes.replaceAll("\0", "") };
    yield { ...fleet, [path]: `role = rds\n${bytes.replace("role = server", "")}` };
    yield { ...fleet, [path]: `STPD_HTTPS_PRIORITY_STRING=NORMAL\n${bytes}` };
    yield { ...fleet, [path]: `[STPD_Server]\nSTPD_HTTPS_PRIORITY_STRING=NORMAL\n${bytes}` };
    yield {
      ...fleet,
      [path]:
        "[sesam]\ngv_default_interface_prefix = https\ngv_default_interface_prefix_ext = https\ngv_conf_use_com_stpd_kill = https\n",
    };
    yield { ...fleet, [path.replace(/[^/]+$/, "stpd.ini")]: "" };
  }
}

const fires = (fleet: Fleet, rule: string): boolean => {
  try {
    return check(fleet).findings.some(({ finding }) => finding.rule === rule);
  } catch {
    // A neighbour may have wrong settings; it does not matter.
    return true;
  }
};

// A file in memory is readable; the rule has tests with files on disk.
const generated = rules.filter(({ id, foundBy }) => id !== "unreadable" && foundBy !== "verify");
const samples = fc.sample(fleets, { numRuns: 1500, seed: 20_261_125 });

test.each(generated.map(({ id }) => id))(
  "%s fires on a generated fleet, and not on one next to it",
  (rule) => {
    const hits = samples.filter((fleet) => fires(fleet, rule));
    expect(hits.length).toBeGreaterThan(0);
    const pair = hits.slice(0, 40).find((fleet) => {
      for (const other of neighbours(fleet)) if (!fires(other, rule)) return true;
      return false;
    });
    expect(pair).toBeDefined();
  },
);

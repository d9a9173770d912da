import fc from "fast-check";
import { expect, test } from "vitest";
import { keyKinds } from "../../../src/core/gnutls/admission.ts";
import { dialects } from "../../../src/core/gnutls/dialects.ts";
import { createPriorityReader } from "../../../src/core/gnutls/reader.ts";
import { createStpdParser, entriesOf } from "../../../src/core/fleet/stpd-file.ts";
import { byteOrderMark, parseIni } from "../../../src/core/formats/ini/document.ts";
import { defaultPolicy } from "../../../src/core/settings/policy.ts";
import { decodeBytes } from "../../../src/core/base/text.ts";
import { checkFleet, type FleetCheck } from "../../../src/core/check/check-fleet.ts";
import { createMemoryFiles } from "../../support/builders/fleet.ts";
import { fleets, type Fleet } from "../../support/builders/fleets.ts";
import { plainKeys } from "../../../src/core/fleet/port-usage.ts";

const check = (fleet: Fleet, unsafe = false) =>
  checkFleet(
    { paths: ["."], overrides: {}, asOf: "2026-11-25", fix: { unsafe, rules: undefined } },
    createMemoryFiles(fleet),
  );

/** The fleet after its fixes. */
function applyFixes(fleet: Fleet, { fixes }: FleetCheck): Fleet {
  const changed = fixes.flatMap(({ path, files }) =>
    files.map(({ name, after }) => [path + name, after] as const),
  );
  return { ...fleet, ...Object.fromEntries(changed) };
}

const verdicts = ({ hosts }: FleetCheck): Readonly<Record<string, string>> =>
  Object.fromEntries(hosts.map(({ name, verdict }) => [name, verdict]));

const usesHttps = (verdict: string | undefined): boolean =>
  verdict === "hardened" || verdict === "partial";

test("after the safe fixes no safely fixable finding is left, and fixing again changes nothing", () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      // If a host had no working string, its port is closed by the fix after that of the string.
      const first = applyFixes(fleet, check(fleet));
      const fixed = applyFixes(first, check(first));
      const again = check(fixed);
      const left = again.findings.filter(
        ({ finding }) => finding.fixable === "safe" && finding.suppressed === null,
      );
      expect(left.map(({ finding }) => finding)).toEqual([]);
      expect(applyFixes(fixed, again)).toEqual(fixed);
    }),
    { numRuns: 600 },
  );
});

test("no fix locks a host out: a reachable host stays reachable, and HTTPS keeps its port", () => {
  fc.assert(
    fc.property(fleets, fc.boolean(), (fleet, unsafe) => {
      const before = check(fleet, unsafe);
      const after = verdicts(check(applyFixes(fleet, before)));
      for (const [name, verdict] of Object.entries(verdicts(before))) {
        if (verdict !== "locked-out") expect(after[name], name).not.toBe("locked-out");
        if (usesHttps(verdict)) expect(usesHttps(after[name]), name).toBe(true);
      }
      for (const { files } of before.fixes) {
        for (const { name, before: old = "", after: text } of files) {
          if (name !== "stpd.ini") continue;
          const portsOf = (bytes: string): readonly (string | undefined)[] =>
            parseIni(bytes).lines.flatMap((line) =>
              line.kind === "entry" && line.key === "STPD_HTTPS_PORT"
                ? [/\d+/.exec(line.value)?.[0]]
                : [],
            );
          const [ports, kept] = [portsOf(old), portsOf(text)];
          expect(kept.filter((port) => !ports.includes(port) && ports.length > 0)).toEqual([]);
        }
      }
    }),
    { numRuns: 600 },
  );
});

test("every string that a fix writes admits the common clients, under every GnuTLS release", () => {
  const stringsOf = (text: string): readonly string[] =>
    parseIni(text).lines.flatMap((line) =>
      line.kind === "entry" && line.key === "STPD_HTTPS_PRIORITY_STRING" ? [line.value] : [],
    );
  fc.assert(
    fc.property(fleets, fc.boolean(), (fleet, unsafe) => {
      for (const { path, files } of check(fleet, unsafe).fixes) {
        // A host may name its release.
        const [, own = ""] = /^gnutls = (\S+)/m.exec(fleet[`${path}host.ini`] ?? "") ?? [];
        const read = createPriorityReader(
          dialects.filter((dialect) => dialect.startsWith(own)),
          keyKinds,
        );
        for (const { before = "", after } of files) {
          const old = stringsOf(before);
          for (const fresh of stringsOf(after).filter((value) => !old.includes(value))) {
            expect(after).toContain(`="${fresh}"`);
            expect(
              read(fresh).every(({ modern }) => modern),
              fresh,
            ).toBe(true);
          }
        }
      }
    }),
    { numRuns: 400 },
  );
});

/** The content of a line, without the comment characters, case and spaces that a fix changes. */
function essence(raw: string): string {
  if (/PRIORITY_STRING/i.test(raw)) return "PRIORITY_STRING";
  const text = decodeBytes(raw).replaceAll(/export|[^\p{L}\p{N}]/gu, "");
  return text.toUpperCase();
}

test("lines keep their place, including comments, order and byte order mark", () => {
  fc.assert(
    fc.property(fleets, fc.boolean(), (fleet, unsafe) => {
      for (const { files } of check(fleet, unsafe).fixes) {
        for (const { name, before = "", after } of files) {
          if (name !== "stpd.ini") continue;
          const fresh = parseIni(after).lines.map(({ raw }) => raw);
          let ofValue = false;
          for (const { raw, kind } of parseIni(before).lines) {
            // The rest of a priority string is removed with it; the same text may appear elsewhere.
            const isRest: boolean = ofValue && kind === "unparsed";
            ofValue = /PRIORITY_STRING/i.test(raw) || isRest;
            if (isRest) continue;
            // Lines that a fix adds are between the existing ones.
            const isKept = (line: string): boolean =>
              kind === "comment" && !raw.includes("STPD_HTTPS_PORT")
                ? line.trimEnd() === raw.trimEnd()
                : essence(line) === essence(raw);
            const index = fresh.findIndex(isKept);
            expect(index, raw).not.toBe(-1);
            fresh.splice(0, index + 1);
          }
          expect(after.startsWith(byteOrderMark)).toBe(before.startsWith(byteOrderMark));
        }
      }
    }),
    { numRuns: 600 },
  );
});

/** The plain ports that are set as SEP writes them. */
const plainPorts = (bytes: string | undefined): readonly string[] => {
  const stpd = createStpdParser(defaultPolicy)(bytes ?? "");
  if (stpd.kind !== "file") return [];
  return plainKeys.filter((key) => entriesOf(stpd, key).some(({ value }) => value !== ""));
};

test("no safe fix opens an old port", () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      const fixed = applyFixes(fleet, check(fleet));
      for (const [path, bytes] of Object.entries(fixed)) {
        if (!path.endsWith("/stpd.ini")) continue;
        const before = plainPorts(fleet[path]);
        expect(plainPorts(bytes).filter((key) => !before.includes(key))).toEqual([]);
      }
    }),
    { numRuns: 1500 },
  );
});

test("a file with a broken line is never changed", () => {
  fc.assert(
    fc.property(fleets, fc.boolean(), (fleet, unsafe) => {
      const { findings, fixes, hosts } = check(fleet, unsafe);
      const broken = findings.filter(({ finding }) => finding.rule === "broken-line");
      for (const { finding } of broken) {
        const { host } = finding;
        expect(hosts.find(({ name }) => name === host)?.verdict).toBe("unknown");
        const files = fixes.find(({ name }) => name === host)?.files ?? [];
        expect(files.filter(({ name }) => name === "stpd.ini")).toEqual([]);
      }
    }),
    { numRuns: 600 },
  );
});

test("a suppressed finding is never fixed", () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      const { findings, fixes } = check(fleet, true);
      const applied = new Set(fixes.flatMap((host) => host.applied));
      const suppressed = findings.filter(({ finding }) => finding.suppressed !== null);
      expect(suppressed.filter((located) => applied.has(located))).toEqual([]);
      for (const { finding } of suppressed) expect(finding.fixable).toBe("no");
    }),
    { numRuns: 400 },
  );
});

test("withheld fixes have a reason, and applied ones are at least safe", () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      for (const { applied, withheld } of check(fleet).fixes) {
        for (const { finding } of applied) expect(finding.fixable).toBe("safe");
        for (const { located, reason } of withheld) {
          expect(reason).not.toBe("");
          expect(located.finding.fixable).toBe("unsafe");
        }
      }
    }),
    { numRuns: 400 },
  );
});

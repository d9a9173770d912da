import fc from "fast-check";
import { expect, test } from "vitest";
import { keyKinds } from "../../../src/core/gnutls/admission.ts";
import { dialects } from "../../../src/core/gnutls/dialects.ts";
import { createPriorityReader } from "../../../src/core/gnutls/readings.ts";
import { parseIni } from "../../../src/core/ini/document.ts";
import { differsOnlyIn } from "../../../src/core/ini/second-reading.ts";
import { checkFleet, type FleetCheck } from "../../../src/usecases/check-fleet.ts";
import { createMemoryFiles } from "../../support/fleet.ts";
import { fleets, type Fleet } from "../../support/fleets.ts";

const check = (fleet: Fleet, unsafe = false) =>
  checkFleet(
    { paths: ["."], overrides: {}, asOf: "2026-11-25", fix: { unsafe, rules: undefined } },
    createMemoryFiles(fleet),
  );

/** The fleet after its fixes. */
function mend(fleet: Fleet, { fixes }: FleetCheck): Fleet {
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
      // A port whose host had no working string is closed by the fix after that of the string.
      const first = mend(fleet, check(fleet));
      const fixed = mend(first, check(first));
      const again = check(fixed);
      const left = again.findings.filter(
        ({ finding }) => finding.fixable === "safe" && finding.suppressed === null,
      );
      expect(left.map(({ finding }) => finding)).toEqual([]);
      expect(mend(fixed, again)).toEqual(fixed);
    }),
    { numRuns: 600 },
  );
});

test("no fix locks a host out: one that had a way in keeps one, and HTTPS keeps its port", () => {
  fc.assert(
    fc.property(fleets, fc.boolean(), (fleet, unsafe) => {
      const before = check(fleet, unsafe);
      const after = verdicts(check(mend(fleet, before)));
      for (const [name, verdict] of Object.entries(verdicts(before))) {
        if (verdict !== "locked-out") expect(after[name], name).not.toBe("locked-out");
        if (usesHttps(verdict)) expect(usesHttps(after[name]), name).toBe(true);
      }
      for (const { files } of before.fixes) {
        for (const { name, before: old = "", after: text } of files) {
          if (name !== "stpd.ini") continue;
          const portsOf = (bytes: string): readonly string[] =>
            parseIni(bytes).lines.flatMap((line) =>
              line.kind === "entry" && line.key === "STPD_HTTPS_PORT" ? [line.value] : [],
            );
          const [ports, kept] = [portsOf(old), portsOf(text)];
          expect(kept.filter((port) => !ports.includes(port) && ports.length > 0)).toEqual([]);
        }
      }
    }),
    { numRuns: 600 },
  );
});

test("every string that a fix writes lets the usual clients in, under every GnuTLS release", () => {
  const read = createPriorityReader(dialects, keyKinds);
  const stringsOf = (text: string): readonly string[] =>
    parseIni(text).lines.flatMap((line) =>
      line.kind === "entry" && line.key === "STPD_HTTPS_PRIORITY_STRING" ? [line.value] : [],
    );
  fc.assert(
    fc.property(fleets, fc.boolean(), (fleet, unsafe) => {
      for (const { files } of check(fleet, unsafe).fixes) {
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

const mended = new Set([
  "STPD_PORT",
  "STPD_HTTP_PORT",
  "STPD_HTTPS_PORT",
  "STPD_HTTPS_PRIORITY_STRING",
]);

test("only known keys change: no other line, comment, ending or order", () => {
  fc.assert(
    fc.property(fleets, (fleet) => {
      for (const { files } of check(fleet, true).fixes) {
        for (const { name, before = "", after } of files) {
          if (name !== "stpd.ini") continue;
          // What is left out of both texts are lines of the four keys, commented out or not.
          const others = (text: string): readonly string[] =>
            text
              .split(/(?<=\n|\r(?!\n))/)
              .filter(
                (line) => !/^[\u00ef\u00bb\u00bf# \t]*(STPD_|K\u00fc|stpd_|__proto__)/.test(line),
              );
          expect(
            others(after)
              .join("")
              .replace(/[\r\n]+$/, ""),
          ).toBe(
            others(before)
              .join("")
              .replace(/[\r\n]+$/, ""),
          );
          const keys = parseIni(before).lines.flatMap((line) =>
            line.kind === "entry" ? [line.key] : [],
          );
          const named = [...mended, ...keys].map((key) => ({ section: "STPD_Server", key }));
          expect(differsOnlyIn(before, after, named)).toBe(true);
          expect(after.startsWith("\u00ef\u00bb\u00bf")).toBe(
            before.startsWith("\u00ef\u00bb\u00bf"),
          );
        }
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

test("what is withheld says why, and what is applied is no worse than safe", () => {
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

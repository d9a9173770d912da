import { isHttpsKey, serverSection, type StpdEntry, type StpdFile } from "../../fleet/stpd-file.ts";
import { ofFile, type Rule, type RuleFinding } from "../rule.ts";

export const misplacedKey: Rule = {
  id: "misplaced-key",
  title: "STPD's keys are in [STPD_Server]",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "One of the four known keys, in any spelling, is before the first section or in a section other than `[STPD_Server]`. There is one finding per section, which names all of its keys. A misspelled `[STPD_Server]` is reported by key-spelling.",
    fix: "Move the HTTPS lines to `[STPD_Server]`, or add the section line above them. Comment out the plain ports: in `[STPD_Server]` they would certainly be open.",
    rationale:
      "STPD may ignore the keys: a priority string in the wrong section leaves TLS 1.0 and 1.1 on, an HTTPS port there cannot be relied on, and an old port may be open anyway. This rule cannot be suppressed.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): the sample file.",
  },
  check: ofFile((file) => groupBySection(file).map((entries) => describe(file, entries))),
};

function groupBySection({ entries }: StpdFile): readonly (readonly StpdEntry[])[] {
  const misplaced = entries.filter(
    ({ known, inServer }) => known !== undefined && inServer === "no",
  );
  return [...Map.groupBy(misplaced, ({ section }) => section).values()];
}

function describe({ sectionLine }: StpdFile, entries: readonly StpdEntry[]): RuleFinding {
  const [first] = entries;
  const { line = 0, section = "", keySpan = [0, 0] } = first ?? {};
  const isOne = entries.length === 1;
  const names = entries.map(({ key }) => key).join(", ");
  const where = section === "" ? "before the first section" : `in [${section}]`;
  return {
    place: { line, span: keySpan },
    message: `${names} ${isOne ? "is" : "are"} ${where}, where STPD may ignore ${isOne ? "it" : "them"}`,
    help:
      sectionLine === undefined && section === ""
        ? `Add a line [${serverSection}] above line ${line + 1}.`
        : adviseMove(entries),
  };
}

/** A plain port moved to the right section would certainly be open, so it is commented out instead. */
function adviseMove(entries: readonly StpdEntry[]): string {
  const lines = entries.length === 1 ? "the line" : "the lines";
  const plain = entries.filter(({ known }) => !isHttpsKey(known)).length;
  if (plain === 0) return `Move ${lines} to [${serverSection}].`;
  return plain === entries.length
    ? `Comment ${lines} out, or move ${entries.length === 1 ? "it" : "them"} to [${serverSection}] if the port must stay open.`
    : `Move the lines to [${serverSection}] and comment out the plain ports.`;
}

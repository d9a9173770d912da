import { isHttpsKey, serverSection, type StpdEntry, type StpdFile } from "../../fleet/stpd-file.ts";
import { ofFile, type Rule, type RuleFinding } from "../rule.ts";

export const misplacedKey: Rule = {
  id: "misplaced-key",
  title: "STPD's keys stand in [STPD_Server]",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "One of the four known keys, in whatever spelling, before the first section, or in a section other than `[STPD_Server]`. One finding names all keys of a section. A section that differs from `[STPD_Server]` only by its spelling is key-spelling's.",
    fix: "Move the lines of HTTPS below `[STPD_Server]`, or add the section above them. Comment out the plain ports: below `[STPD_Server]` they would be open for certain.",
    rationale:
      "STPD may not see the keys at all: a priority string in the wrong section leaves TLS 1.0 and 1.1 on, an HTTPS port there is not a certain way in, and an old port may be open all the same. This rule cannot be suppressed.",
    source: "SEP, Disabling unsecure transport modes (5.1.0): the sample text of the file.",
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
    message: `${names} ${isOne ? "stands" : "stand"} ${where}, where STPD may not see ${isOne ? "it" : "them"}`,
    help:
      sectionLine === undefined && section === ""
        ? `Add a line [${serverSection}] above line ${line + 1}.`
        : adviseMove(entries),
  };
}

/** An old port that is moved along would be open for certain. */
function adviseMove(entries: readonly StpdEntry[]): string {
  const lines = entries.length === 1 ? "the line" : "the lines";
  const plain = entries.filter(({ known }) => !isHttpsKey(known)).length;
  if (plain === 0) return `Move ${lines} below [${serverSection}].`;
  return plain === entries.length
    ? `Comment out ${lines}, or move ${entries.length === 1 ? "it" : "them"} below [${serverSection}] if the port must stay open.`
    : `Move the lines below [${serverSection}], and comment out the plain ports.`;
}

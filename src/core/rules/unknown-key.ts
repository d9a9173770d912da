import { serverKeys, serverSection } from "../fleet/stpd-file.ts";
import { findNearest } from "../nearest.ts";
import { ofFile, type Rule } from "./rule.ts";

export const unknownKey: Rule = {
  id: "unknown-key",
  title: "Every key of STPD is one that is documented",
  severity: "notice",
  explanation: {
    triggers:
      "A key in `[STPD_Server]` that SEP's pages do not name, a key that starts with `STPD_` in another section, or a line that starts with `STPD_` and holds no `=`. Keys are compared with their case.",
    fix: "Mend the spelling if it is a typing error. If STPD knows the key, leave it: nothing is ever removed for being unknown.",
    rationale:
      "`STPD_HTTPS_PRIORTY_STRING` is no error for STPD, it is nothing: the setting does not exist, and the file looks as if it did.",
    source:
      "SEP, Disabling unsecure transport modes (5.1.0), which names four keys; there may be more.",
  },
  check: ofFile(({ document, entries }) => [
    ...entries
      .filter(({ section, key }) => isUnknown(section, key))
      .map(({ line, key, keySpan }) => ({
        place: { line, span: keySpan },
        message: `${key} is no key of STPD that SEP documents`,
        help: advise(key),
      })),
    ...document.lines.flatMap((content, line) => {
      const word = content.kind === "unparsed" ? /STPD_\w*/i.exec(content.raw) : null;
      if (word === null || content.raw.slice(0, word.index).trim() !== "") return [];
      const end = word.index + word[0].length;
      return [
        {
          place: { line, span: [word.index, end] as const },
          message: `${word[0]} stands on a line without =, which sets nothing`,
          help: "Write it as KEY=value, or start the line with # if it is a comment.",
        },
      ];
    }),
  ]),
};

function isUnknown(section: string, key: string): boolean {
  if (serverKeys.includes(key)) return false;
  return section === serverSection || key.toUpperCase().startsWith("STPD_");
}

function advise(key: string): string {
  if (key.startsWith(";")) return "Start comments with #, the only mark that is documented.";
  const nearest = findNearest(key, serverKeys);
  return nearest === undefined
    ? "Leave it if STPD knows it; nothing is removed for being unknown."
    : `Did you mean ${nearest}?`;
}

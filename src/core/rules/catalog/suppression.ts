import type { Rule } from "../rule.ts";

/** Found by policy/suppressions.ts, which reads the comments and settings. */
export const suppression: Rule = {
  id: "suppression",
  title: "Every suppression says why and until when, and is needed",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "A comment `# sesam-harden: allow RULE until YYYY-MM-DD because TEXT` that is malformed, lacks its date or reason, names a rule that does not exist or cannot be suppressed, or is past its date; as a warning, one that suppresses nothing. An `[allow.NAME]` in sesam-harden.ini that is past its date or suppresses nothing counts too.",
    fix: "Mend what the finding is about, then remove the suppression; or write it anew, with a reason and a date. A suppression covers the next line that is neither blank nor comment; above `[STPD_Server]` it covers findings about the whole section. `check --as-of DATE` shows what a day will bring.",
    rationale:
      "An exception without an end is a hole that everybody has forgotten. This rule cannot be suppressed.",
    source: "A safeguard of this tool.",
  },
};

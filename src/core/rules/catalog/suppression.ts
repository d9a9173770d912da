import type { Rule } from "../rule.ts";

/** Found by suppression-comments.ts and allow-list.ts. */
export const suppression: Rule = {
  id: "suppression",
  title: "Every suppression has a reason and an end date, and is needed",
  severity: "error",
  suppressible: false,
  explanation: {
    triggers:
      "A comment `# sesam-harden: allow RULE until YYYY-MM-DD because TEXT` is malformed, lacks its date or reason, names an unknown rule or one that cannot be suppressed, or has expired. As a warning: it suppresses nothing. The same holds for an `[allow.NAME]` section of sesam-harden.ini that has expired or suppresses nothing.",
    fix: "Fix the finding and remove the suppression, or write a new one with a reason and a date. A suppression covers the next line that is neither blank nor a comment; above `[STPD_Server]` it covers findings about the whole section. `check --as-of DATE` shows which suppressions will have expired by then.",
    rationale: "Exceptions without an expiry date get forgotten. This rule cannot be suppressed.",
    source: "A safeguard of this tool.",
  },
};

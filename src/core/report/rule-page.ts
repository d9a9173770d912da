/** Where the page of a rule is, for people who read a report outside of the project. */
export function rulePage(rule: string): string {
  return `https://github.com/sesam-harden/sesam-harden/blob/main/docs/rules/${rule}.md`;
}

const deepest = 64;

/** The texts of all members whose key speaks of a state or status, anywhere in a job. */
export function findStates(json: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: unknown, key: string, depth: number): void => {
    if (depth > deepest) found.add("");
    else if (Array.isArray(value)) for (const item of value) visit(item, key, depth + 1);
    else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value)) visit(member, name, depth + 1);
    } else if (/stat(e|us)/i.test(key)) found.add(String(value));
  };
  visit(json, "", 0);
  return found;
}

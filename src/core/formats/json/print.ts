/** The GitHub runner would take `##[` for a command, also within a JSON string. */
export function printJson(value: unknown, indent?: number): string {
  return `${JSON.stringify(value, null, indent).replaceAll("##[", "\\u0023#[")}\n`;
}

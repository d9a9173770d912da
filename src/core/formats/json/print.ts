/** Escapes `##[`, which the GitHub runner reads as a command even inside a JSON string. */
export function printJson(value: unknown, indent?: number): string {
  return `${JSON.stringify(value, null, indent).replaceAll("##[", "\\u0023#[")}\n`;
}

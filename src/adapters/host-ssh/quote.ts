/** One word of a POSIX shell that means exactly this text, whatever is in it. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * What a remote shell is to run: a constant script with values as its parameters, `$1` first. The
 * time limit, in whole seconds, holds on the target as well, where nobody can end it otherwise.
 */
export function printRemoteCommand(
  script: string,
  parameters: readonly string[],
  seconds: number,
): string {
  const words = ["sh", "-c", script, "sh", ...parameters];
  return `exec timeout -k 10 ${Math.ceil(seconds)} ${words.map(quoteWord).join(" ")}`;
}

import { HardenError } from "../../src/core/base/errors.ts";

export interface SecretPorts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Throws where the file cannot be read. */
  readonly readFile: (path: string) => string;
}

/**
 * A secret from the variable of that name, or from the file that NAME_FILE names; undefined where
 * there is neither. Throws HardenError `settings`, which never shows what is in it.
 */
export function readSecret(
  name: string,
  { environment, readFile }: SecretPorts,
): string | undefined {
  const given = environment[name] ?? "";
  const path = environment[`${name}_FILE`] ?? "";
  if (given !== "" && path !== "") {
    throw refuse(`both ${name} and ${name}_FILE are set`, "Keep one of them.");
  }
  if (path === "") return given === "" ? undefined : given.trim();
  let text: string;
  try {
    text = readFile(path).trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no reason given";
    throw refuse(
      `the file that ${name}_FILE names cannot be read: ${code}`,
      "Let the bot read it.",
    );
  }
  if (text === "") throw refuse(`the file that ${name}_FILE names is empty`, "Write it again.");
  return text;
}

/** The same for a secret without which nothing works. */
export function needSecret(name: string, ports: SecretPorts): string {
  const secret = readSecret(name, ports);
  if (secret !== undefined) return secret;
  throw refuse(`${name} is not set`, `Set ${name}, or ${name}_FILE to a file that holds it.`);
}

/** Throws HardenError `settings` that names all of them that are missing. */
export function needAll(names: readonly string[], ports: SecretPorts): void {
  const refused = names.flatMap((name): readonly HardenError[] => {
    try {
      needSecret(name, ports);
      return [];
    } catch (error) {
      if (error instanceof HardenError) return [error];
      throw error;
    }
  });
  if (refused.length === 0) return;
  const lines = refused.map(({ message, next }) => `${message}. ${next}`);
  throw refuse(lines.join("\n"), "docs/bot.md says where each secret comes from.");
}

function refuse(message: string, next: string): HardenError {
  return new HardenError("settings", message, next);
}

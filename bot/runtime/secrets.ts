import { explainFileError } from "../../src/adapters/runtime/file-errors.ts";
import { HardenError } from "../../src/core/base/errors.ts";

export interface SecretPorts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Throws if the file cannot be read. */
  readonly readFile: (path: string) => string;
}

/**
 * A secret from the environment variable NAME, or from the file in NAME_FILE; undefined if neither
 * is set. Throws HardenError `settings`, which never shows the secret.
 */
export function readSecret(
  name: string,
  { environment, readFile }: SecretPorts,
): string | undefined {
  const given = environment[name] ?? "";
  const path = environment[`${name}_FILE`] ?? "";
  if (given !== "" && path !== "") {
    throw refuse(`both ${name} and ${name}_FILE are set`, "Remove one of them.");
  }
  if (path === "") return given === "" ? undefined : given.trim();
  let text: string;
  try {
    text = readFile(path).trim();
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw refuse(
      `${name}_FILE: ${isMissing ? `${path} does not exist` : `cannot read ${path}: ${explainFileError(error)}`}`,
      `Set it to the path of a file with ${name} that the bot's user may read; a relative path starts in the current directory.`,
    );
  }
  if (text === "") throw refuse(`${name}_FILE: ${path} is empty`, `Write ${name} to this file.`);
  return text;
}

/** Like `readSecret`, for a required secret. Throws HardenError `settings` if it is not set. */
export function needSecret(name: string, ports: SecretPorts): string {
  const secret = readSecret(name, ports);
  if (secret !== undefined) return secret;
  throw refuse(
    `${name} is not set`,
    `Set ${name}, or set ${name}_FILE to the path of a file with it.`,
  );
}

/** Throws HardenError `settings` listing all missing secrets. */
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
  throw refuse(lines.join("\n"), "docs/bot.md explains where to get each secret.");
}

function refuse(message: string, next: string): HardenError {
  return new HardenError("settings", message, next);
}

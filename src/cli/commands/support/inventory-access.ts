import { readOptionFile } from "../../../shell/option-file.ts";
import { apiPath } from "../../../core/inventory/endpoints.ts";
import { decodeBytes, makeVisible } from "../../../core/base/text.ts";
import type { Credentials } from "../../../core/inventory/sesam-session.ts";
import { usage } from "../../../shell/options.ts";
import type { Shell } from "../../../shell/context.ts";

/** Environment variable with the password, if --password-file is not given. */
const passwordVariable = "SESAM_PASSWORD";

/** The login options of every command that has them. */
interface AccessOptions {
  readonly one: (
    name: "--user" | "--password-file" | "--login-type" | "--ca-file",
  ) => string | undefined;
}

/** The API's URL without a trailing slash. Errors never show it, because it may contain secrets. */
export function readUrl(option: string, text = ""): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== "https:") {
    throw usage(`invalid URL for ${option} (expected https://, such as https://sesam1:11401)`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw usage(
      `invalid URL for ${option} (expected only scheme, name, port and an optional path)`,
    );
  }
  const path = url.pathname.replace(/\/$/, "");
  return url.origin + (path === "" ? apiPath : path);
}

export function readCredentials(parsed: AccessOptions, shell: Shell): Credentials {
  const user = parsed.one("--user") ?? "";
  if (user === "") throw usage("--user is required");
  const type = parsed.one("--login-type") ?? "CLASSIC";
  if (!/^\w{1,64}$/.test(type))
    throw usage("invalid value for --login-type (expected a word such as CLASSIC or DEFAULT)");
  return { user, password: readPassword(parsed, shell), type };
}

function readPassword(parsed: AccessOptions, shell: Shell): string {
  const file = parsed.one("--password-file");
  const password =
    file === undefined
      ? readVariable(shell)
      : decodeBytes(readFile("--password-file", file, shell)).replace(/\r?\n$/, "");
  if (password === "") {
    throw usage(`the password is empty: use --password-file, or set ${passwordVariable}`);
  }
  if (/[\r\n]/.test(password)) throw usage("the password has more than one line");
  return password;
}

function readVariable(shell: Shell): string {
  try {
    return shell.environment(passwordVariable) ?? "";
  } catch {
    throw usage(`Deno needs --allow-env=${passwordVariable}; or use --password-file`);
  }
}

/** PEM certificates; undefined to trust those of the runtime. */
export function readAuthorities(parsed: AccessOptions, shell: Shell): string | undefined {
  const file = parsed.one("--ca-file");
  if (file === undefined) return undefined;
  const text = readFile("--ca-file", file, shell);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw usage(`--ca-file: no PEM certificate in ${makeVisible(file)}`);
}

function readFile(option: string, path: string, shell: Shell): string {
  return readOptionFile({ option, path, limit: 1024 * 1024 }, shell);
}

import { readOptionFile } from "../../../shell/option-file.ts";
import { apiPath } from "../../../core/inventory/endpoints.ts";
import { decodeBytes, makeVisible } from "../../../core/base/text.ts";
import type { Credentials } from "../../../core/inventory/sesam-session.ts";
import { usage } from "../../../shell/options.ts";
import type { Shell } from "../../../shell/context.ts";

/** Where the password is looked for without --password-file. */
const passwordVariable = "SESAM_PASSWORD";

/** Options of a login, of each command that has them. */
interface AccessOptions {
  readonly one: (
    name: "--user" | "--password-file" | "--login-type" | "--ca-file",
  ) => string | undefined;
}

/** The API's address, without a slash at its end; never shown, since a wrong one may hold secrets. */
export function readUrl(option: string, text = ""): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== "https:") {
    throw usage(`${option} wants the https:// address of the Server, as https://sesam1:11401`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw usage(`${option} takes scheme, name, port and perhaps a path, and nothing else`);
  }
  const path = url.pathname.replace(/\/$/, "");
  return url.origin + (path === "" ? apiPath : path);
}

export function readCredentials(parsed: AccessOptions, shell: Shell): Credentials {
  const user = parsed.one("--user") ?? "";
  if (user === "") throw usage("--user wants the name to log in with");
  const type = parsed.one("--login-type") ?? "CLASSIC";
  if (!/^\w{1,64}$/.test(type)) throw usage("--login-type wants a word, as CLASSIC or DEFAULT");
  return { user, password: readPassword(parsed, shell), type };
}

function readPassword(parsed: AccessOptions, shell: Shell): string {
  const file = parsed.one("--password-file");
  const password =
    file === undefined
      ? readVariable(shell)
      : decodeBytes(readFile("--password-file", file, shell)).replace(/\r?\n$/, "");
  if (password === "") {
    throw usage(`the password is empty: name a --password-file, or set ${passwordVariable}`);
  }
  if (/[\r\n]/.test(password)) throw usage("the password has more than one line");
  return password;
}

function readVariable(shell: Shell): string {
  try {
    return shell.environment(passwordVariable) ?? "";
  } catch {
    throw usage(`Deno needs --allow-env=${passwordVariable}, or name a --password-file`);
  }
}

/** Certificates in PEM; undefined where those of the runtime are to be trusted. */
export function readAuthorities(parsed: AccessOptions, shell: Shell): string | undefined {
  const file = parsed.one("--ca-file");
  if (file === undefined) return undefined;
  const text = readFile("--ca-file", file, shell);
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw usage(`--ca-file: there is no certificate in PEM in ${makeVisible(file)}`);
}

function readFile(option: string, path: string, shell: Shell): string {
  return readOptionFile({ option, path, limit: 1024 * 1024 }, shell);
}

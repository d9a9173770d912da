import { existsSync, lstatSync, readFileSync } from "node:fs";
import { HardenError } from "../../core/base/errors.ts";
import { joinPath } from "../../core/base/paths.ts";
import type { PublicKey, Signer } from "../../core/formats/jws.ts";
import { generateSigningKey, openSigner } from "../signatures.ts";
import { writeDurably } from "./durable-file.ts";
import { attempt } from "./attempt.ts";
import { refuseTrust } from "./file-trust.ts";

/**
 * Key that signs the reports of a host. It is in the host's state directory, which only root can
 * access.
 */
const keyFile = "report-key";

/**
 * Creates the report key of a host with mode 0600; returns false if it has one. Throws HardenError
 * `broke`.
 */
export async function makeReportKey(state: string): Promise<boolean> {
  const path = joinPath(state, keyFile);
  if (existsSync(path)) return false;
  const { privateKey } = await generateSigningKey();
  const written = attempt(`writing ${path}`, () => writeDurably(path, privateKey));
  if (written.kind === "done") return true;
  throw new HardenError(
    "broke",
    written.reason,
    "Run it as root. What was already written is kept.",
  );
}

/**
 * Opens the report key of a host; undefined if it has none. Throws HardenError `settings` if the
 * file is not a key, or if an account other than root could read or change it.
 */
export async function openReportKey(state: string): Promise<(Signer & PublicKey) | undefined> {
  const path = joinPath(state, keyFile);
  if (!existsSync(path)) return undefined;
  const text = attempt("reading it", () =>
    (lstatSync(path).mode & 0o077) === 0 ? readFileSync(path, "utf8") : undefined,
  );
  const distrust = text.kind === "failed" ? text.reason : refuseTrust(path);
  if (text.kind === "failed" || distrust !== undefined) throw refuseKey(path, distrust ?? "");
  if (text.value === undefined) throw refuseKey(path, "others can read it");
  try {
    return await openSigner(text.value);
  } catch (error) {
    if (!(error instanceof HardenError)) throw error;
    throw refuseKey(path, "it is not a private key written by host install");
  }
}

function refuseKey(path: string, reason: string): HardenError {
  return new HardenError(
    "settings",
    `cannot use the report key ${path}: ${reason}`,
    "Remove it, run host install again, and import the new output of host records.",
  );
}

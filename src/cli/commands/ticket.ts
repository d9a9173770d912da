import { HardenError } from "../../core/base/errors.ts";
import { usage, chooseWord } from "../../shell/options.ts";
import { listVerbs, parseCommand } from "../option-kinds.ts";
import type { Shell } from "../../shell/context.ts";
import { runTicketVerify } from "./ticket-verify.ts";
import { findAbove } from "../../core/config-repo/discover-hosts.ts";
import { parentOf } from "../../core/base/paths.ts";
import { makeVisible } from "../../core/base/text.ts";
import { generateSigningKey } from "../../adapters/signatures.ts";
import { writeSecretFile } from "../../adapters/runtime/secret-file.ts";
import { type PublicKey, printPublicKey } from "../../core/formats/jws.ts";

/** Exit code 0, or 1 for a refused ticket. */
export async function runTicket([what, ...args]: readonly string[], shell: Shell): Promise<number> {
  if (what === "keygen") return runKeygen(args, shell);
  if (what === "verify") return runTicketVerify(args, shell);
  const verbs = listVerbs("ticket");
  throw usage(`ticket needs one of ${verbs.join(", ")}`, what, verbs);
}

/** For the gate and verify, as a section of the pins, and for `host install --key`. */
const formats = ["jwk", "pins", "key"] as const;

/** Writes the private key to a new file, and prints the public key. */
async function runKeygen(args: readonly string[], shell: Shell): Promise<number> {
  const { one } = parseCommand(args, "ticket keygen");
  const out = one("--out");
  if (out === undefined || out === "-") {
    throw usage("ticket keygen needs --out FILE, a new file for the private key");
  }
  const format = chooseWord("--format", one("--format"), formats, "jwk");
  const { files, terminal } = shell;
  const path = files.absolute(out);
  const { found, blocked } = findAbove(parentOf(path), ".git", files);
  if (blocked !== undefined) {
    const message = `cannot tell whether ${makeVisible(out)} is in a Git repository: ${blocked.folder}: ${blocked.reason}`;
    throw new HardenError("broke", message, blocked.next ?? "Grant the user read access.");
  }
  if (found !== undefined) {
    throw usage(
      `${makeVisible(out)} is in a Git repository, where it could be committed; choose a path outside`,
    );
  }
  const { privateKey, publicKey } = await generateSigningKey();
  writeSecretFile(path, privateKey);
  terminal.out(`${printAs(format, publicKey)}\n`);
  terminal.err(
    `wrote the private key to ${makeVisible(out)}; only the controller needs it. The public key is on standard output: add it to the variable SESAM_HARDEN_KEYS of the config repo and to the pins of every host\n`,
  );
  return 0;
}

function printAs(format: (typeof formats)[number], key: PublicKey): string {
  const { kid, x } = key;
  switch (format) {
    case "jwk":
      return printPublicKey(key);
    case "pins":
      return `[key.${kid}]\npublic = ${x}`;
    case "key":
      return `${kid}:${x}`;
  }
}
